/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "connection.h"
#include "endpoint-private.h"
#include "transport.h"

typedef enum
{
  GST_GIO_SOCKET_CONNECTION_STOPPED,
  GST_GIO_SOCKET_CONNECTION_OPENING, /* for the first time, or again */
  GST_GIO_SOCKET_CONNECTION_OPEN,
  GST_GIO_SOCKET_CONNECTION_FAILED,
} GstGioSocketConnectionState;

/* Who uses a connection.  Each of the first two is told once when there is another transport than it
 * has used before. */
typedef enum
{
  GST_GIO_SOCKET_SIDE_SENDER,
  GST_GIO_SOCKET_SIDE_RECEIVER,
  GST_GIO_SOCKET_SIDE_OTHER,
  GST_GIO_SOCKET_N_SIDES
} GstGioSocketSide;

enum
{
  GST_GIO_SOCKET_SIGNAL_CONNECTED,
  GST_GIO_SOCKET_SIGNAL_DISCONNECTED,
  GST_GIO_SOCKET_SIGNAL_RECONNECTING,
  GST_GIO_SOCKET_SIGNAL_ACCEPT_CERTIFICATE,
  GST_GIO_SOCKET_SIGNAL_WARNING,
  GST_GIO_SOCKET_SIGNAL_FAILED,
  GST_GIO_SOCKET_N_SIGNALS
};

G_GNUC_INTERNAL extern guint gst_gio_socket_connection_signals[GST_GIO_SOCKET_N_SIGNALS];

struct _GstGioSocketConnection
{
  GObject parent_instance;

  /* Immutable. */
  GstGioSocketEndpoint *endpoint;
  gboolean has_receiver;
  gboolean is_shared; /* has_receiver says that there may be one; n_receivers, how many there are */

  /* Held while something is sent, where a connection goes on: whoever else finds that the peer has ended
   * may end ours, too, if nobody is at it.  Never waited for with the lock. */
  GMutex sending;

  GMutex lock;
  GCond changed;

  /* Lock. */
  GstGioSocketConnectionState state;
  guint n_receivers; /* of a shared one */
  GThread *worker;
  gboolean is_asking; /* the worker: nobody knows when the application will have an answer */
  GCancellable
      *cancellable;         /* one for each start: also tells a stale worker from the present one */
  GCancellable *discarding; /* while the worker reads what nobody receives */
  GstGioSocketLife life;    /* as it was at the start */
  GError *failure;          /* set while it is being reported; the state is FAILED afterwards */
  gboolean is_finishing;
  gboolean is_over;            /* the stream has ended: nothing to connect for */
  GstClockTime linger_timeout; /* written by the sending thread only */
  guint notsent_lowat;
  guint current_port;
  gchar *peer; /* who was accepted, for messages */
  GstStructure *last_stats;

  /* Lock.  The present transport, which is also the token that tells what breaks now from what was
   * lost before. */
  GstGioSocketTransport *transport;
  guint generation;                   /* of transports, from 1; 0: there was none since the start */
  guint seen[GST_GIO_SOCKET_N_SIDES]; /* which one each side has used; 0: none that matters to it */
  gboolean is_announced;   /* "connected" was emitted for it, and "disconnected" was not */
  gboolean is_losing;      /* the loss is being reported: the worker waits for that */
  gboolean has_peer_ended; /* whoever reads has seen the end of what the peer sends, or worse */

  /* Lock.  Of the transports before. */
  GstStructure *past;
  guint64 bytes_lost;
};

/* A connection of several, who come and go while it is there. */
GstGioSocketConnection *gst_gio_socket_connection_new_shared (GstGioSocketEndpoint *endpoint);
void gst_gio_socket_connection_attach_receiver (GstGioSocketConnection *self);
void gst_gio_socket_connection_detach_receiver (GstGioSocketConnection *self);

/* With the lock: whether nobody is to read what comes.  With a connection of several a receiver may still
 * come, until the end of what is sent: then there shall be nothing unread that makes a reset of it. */
gboolean gst_gio_socket_connection_is_unread (GstGioSocketConnection *self);

/* Ends the worker's reading, if somebody is to have what comes now. */
void gst_gio_socket_connection_stop_discarding (GstGioSocketConnection *self);

/* The body of the worker: opens, publishes, discards while nobody receives, and opens again. */
void gst_gio_socket_connection_work (GstGioSocketConnection *self, GCancellable *cancellable);

/* For the worker: what it has made, unless the connection was stopped since @cancellable's start. */
void gst_gio_socket_connection_publish_port (GstGioSocketConnection *self,
    GCancellable *cancellable, guint port);
void gst_gio_socket_connection_publish_peer (GstGioSocketConnection *self,
    GCancellable *cancellable, GSocket *socket);
gboolean gst_gio_socket_connection_publish_transport (GstGioSocketConnection *self,
    GCancellable *cancellable, GstGioSocketTransport *transport);

/* For the worker: asks the application about a peer that is not trusted, unless the connection was
 * stopped.  Who stops it meanwhile does not wait for the answer, and the worker finds itself stale. */
gboolean gst_gio_socket_connection_ask_about (GstGioSocketConnection *self, GPtrArray *chain,
    GTlsCertificateFlags errors);

/* Tells the application about an attempt that is made after @delay, because of @reason. */
void gst_gio_socket_connection_announce_attempt (GstGioSocketConnection *self, guint attempt,
    GstClockTime delay, const gchar *reason);

/* Something to know about that ends nothing. */
void gst_gio_socket_connection_warn (GstGioSocketConnection *self, const GError *warning);

/* Returns: (transfer full): the peer in words, for messages: who was accepted, or the address. */
gchar *gst_gio_socket_connection_describe_peer (GstGioSocketConnection *self);

/* Takes @error.  The first one is the reason and is reported; what breaks afterwards follows from
 * it.  @cancellable tells which start it belongs to. */
void gst_gio_socket_connection_fail (GstGioSocketConnection *self, GCancellable *cancellable,
    GError *error);

/* What was lost with a transport. */
typedef struct
{
  gboolean is_due;  /* somebody was told that it was there, and has to be told that it is not */
  gboolean is_late; /* the stream had ended, and everything was acknowledged */
  guint64 unacknowledged;
} GstGioSocketLoss;

/* With the lock, when the transport goes; and without it, to tell about that. */
GstGioSocketLoss gst_gio_socket_connection_take_loss (GstGioSocketConnection *self,
    GstGioSocketTransport *transport);
void gst_gio_socket_connection_announce_loss (GstGioSocketConnection *self,
    const GstGioSocketLoss *loss, const gchar *reason);

/* @transport is broken, because of @failure, or at the end of what the peer sends (NULL).  Where a
 * connection goes on after that, its loss is reported, once, and it is made again.  Returns: whether it
 * goes on; if not, it is the caller's to fail. */
gboolean gst_gio_socket_connection_lose (GstGioSocketConnection *self, GCancellable *cancellable,
    GstGioSocketTransport *transport, const GError *failure);

/* Whoever reads has come to the end, and the peer, if it is still there, has everything that it wants. */
void
gst_gio_socket_connection_note_end (GstGioSocketConnection *self, GstGioSocketTransport *transport);

/* For a connection that goes on, when the peer has ended: ends our half as it should be, unless somebody
 * is sending, and gives what is under way a moment to arrive. */
void gst_gio_socket_connection_end_politely (GstGioSocketConnection *self,
    GstGioSocketTransport *transport, GCancellable *cancellable);

/* Puts "Could not @what PEER: @cause" and what to do about it into @error. */
void gst_gio_socket_connection_explain (GstGioSocketConnection *self, GstResourceError code,
    const gchar *what, const GError *cause, GError **error);

/* With the lock: everything since the start; and what is kept of a transport that goes. */
GstStructure *gst_gio_socket_connection_collect_stats (GstGioSocketConnection *self);
void gst_gio_socket_connection_keep_stats (GstGioSocketConnection *self);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "reader.h"
#include "stats-private.h"
#include "tls-session.h"

/* The largest plaintext of a record. */
#define TLS_RECORD_SIZE 16384

/* Ciphertext that makes it worth a system call, and how much is read at once. */
#define TLS_BATCH_SIZE (128 * 1024)
#define TLS_READ_AHEAD_SIZE (256 * 1024)

struct _GstGioSocketTransportTls
{
  GstGioSocketTransport parent_instance;

  /* Immutable once constructed. */
  gint fd;

  /* Guards the session, whose state both directions change: a key update that comes in has an
   * answer.  Never held while waiting, nor in a system call. */
  GMutex session_lock;
  TlsSession *session;
  gboolean has_urgent; /* session lock: the receiving side has something to send */
  gboolean is_bye_said;
  gsize bye_size; /* of its ciphertext */

  /* Orders the writes to the socket; taken before the session lock. */
  GMutex write_lock;
  ByteQueue wire; /* write lock */

  /* Sending thread only. */
  guint8 plain[TLS_RECORD_SIZE];
  gsize plain_size; /* anybody may read it */
  gsize unwritten;  /* about how much ciphertext waits for a system call */

  /* Receiving thread only. */
  GstGioSocketReader *reader;
  gboolean is_ended;
  GError *receive_error; /* found when there still was something to return */

  /* What was found out last about the peer's side, for a sender whose socket breaks. */
  GMutex verdict_lock;
  GCond verdict_came;
  GError *verdict;       /* verdict lock */
  gboolean is_receiving; /* verdict lock: somebody will find out */

  /* Immutable after the handshake. */
  gchar *version;
  gchar *cipher;
  gchar *alpn;
  gchar *peer_subject;
  gchar *peer_fingerprint;
  gboolean is_resumed;

  GstGioSocketCounters counters; /* of which send_calls has two writers: write lock */
  guint64 records_sent;
  guint64 records_received;
};

typedef enum
{
  TLS_WRITE_FAILED = -1,
  TLS_WRITE_BLOCKED,
  TLS_WRITE_DONE,
} TlsWriteResult;

/* Writes what there is without waiting. */
TlsWriteResult
gst_gio_socket_transport_tls_try_write (GstGioSocketTransportTls *self, GError **error);

/* Writes everything, waiting where it must. */
gboolean gst_gio_socket_transport_tls_write (GstGioSocketTransportTls *self,
    GCancellable *cancellable, GError **error);

/* For a sender who failed: puts into @error what the receiving side has found out, or is about to.  A
 * socket breaks for a reason that the peer may have told in an alert, and a session that has come to
 * its end there does not say why. */
void gst_gio_socket_transport_tls_prefer_verdict (GstGioSocketTransportTls *self,
    GCancellable *cancellable, GError **error);

/* Reads ahead without waiting.  Returns: FALSE when nothing came; the end counts as something. */
gboolean gst_gio_socket_transport_tls_try_read (GstGioSocketTransportTls *self, GError **error);

gboolean
gst_gio_socket_transport_tls_send (GstGioSocketTransport *transport, GOutputVector **vectors,
    guint *n_vectors, gboolean hold, GCancellable *cancellable, GError **error);
gboolean gst_gio_socket_transport_tls_flush (GstGioSocketTransport *transport,
    GCancellable *cancellable, GError **error);
gboolean gst_gio_socket_transport_tls_shutdown (GstGioSocketTransport *transport,
    GCancellable *cancellable, GError **error);

gint64 gst_gio_socket_transport_tls_count_rest (GstGioSocketTransport *transport);

/* At the end of a transport: who has only received answers the peer's close_notify, as TLS 1.2 wants
 * and some peers wait for, without waiting.  Not who has sent: that may not have been all of it, and
 * then the peer has to know. */
void gst_gio_socket_transport_tls_answer_bye (GstGioSocketTransportTls *self);

gssize gst_gio_socket_transport_tls_receive (GstGioSocketTransport *transport,
    GInputVector *vectors, guint n_vectors, GCancellable *cancellable, GError **error);

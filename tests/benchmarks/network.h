/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Where one run happens.  At best: two network namespaces of its own, joined by a veth pair with
 * MTU 1500 and segmentation offloads off, so that every packet that leaves the sender is one packet
 * in the counters of its interface, and nothing else is in them.  The caller itself moves into the
 * sender's namespace.  Nothing has a name, so nothing is left when the processes are gone, however
 * they end.
 *
 * Where that is not permitted: loopback and a port that was free a moment ago.
 */
typedef struct
{
  char *fallback;          /* why it is loopback; NULL: it is not */
  const char *host;        /* the receiver's */
  const char *sender_host; /* another address, so that both sides can listen on the port */
  guint port;
  guint segment_size; /* what a plain receiver should ask for to have segments as on a wire */
  int receiver_ns;    /* -1: the same as the sender's */
} Network;

/* Needs a process with a single thread.
 * @n_ports: as many ports are free, from the network's port on
 * FALSE: not even loopback works */
gboolean network_open (Network *self, guint n_ports, GError **error);

/* Loopback in any case, @reason being why. */
gboolean network_open_loopback (Network *self, const char *reason, guint n_ports, GError **error);

/* A token bucket on the sender's interface.  FALSE: not on loopback, nor without the program tc. */
gboolean network_limit (Network *self, guint64 bits_per_second, GError **error);

/* For the receiving process. */
gboolean network_enter_receiver (Network *self, GError **error);

/* What has left the sender's interface: IP packets, and bytes with the Ethernet header of 14 bytes
 * but without preamble and check sum.  FALSE on loopback, where others send, too. */
gboolean network_get_sent (Network *self, guint64 *packets, guint64 *bytes);

void network_close (Network *self);

G_END_DECLS

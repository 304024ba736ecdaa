/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A cable of MTU 1500 between two new network namespaces, on which nothing but what the two sides
 * send each other is ever sent: no segmentation offload, no IPv6, no ARP. */
#define VETH_SENDER_HOST "192.0.2.1"
#define VETH_RECEIVER_HOST "192.0.2.2"

/* Moves the calling process, which must have a single thread, into the sender's namespace.
 * @receiver_ns: (out): a descriptor of the receiver's namespace, closed on exec
 * Where that fails (it is not permitted, the program ip is missing) loopback still works afterwards,
 * maybe in a namespace of its own. */
gboolean veth_open (int *receiver_ns, GError **error);

gboolean veth_enter (int ns, GError **error);

/* Lets no more than that leave the sender's end, when called in its namespace. */
gboolean veth_limit (guint64 bits_per_second, GError **error);

/* Of the sender's end, when called in its namespace. */
gboolean veth_get_sent (guint64 *packets, guint64 *bytes);

G_END_DECLS

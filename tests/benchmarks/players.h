/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#pragma once

#include "match.h"

G_BEGIN_DECLS

/* Everybody who plays, with the defaults that people get unless the name says otherwise. */

extern const Player our_sink, our_aggregate, our_burst, our_burst_from_app;
extern const Player our_source, our_server_source, our_pool, our_large_pool;

extern const Player tcp_client_sink, tcp_server_sink, multi_socket_sink, gio_stream_sink;
extern const Player tcp_client_sink_from_app;
extern const Player tcp_client_src, tcp_server_src, gio_stream_src, gio_stream_src_64k;
extern const Player gdp_depay, rtp_stream_depay;

/* The same over TLS, and the peers over what GIO has for it. */
extern const Player our_tls_sink, our_tls_cork, our_tls_burst, our_tls_source, our_tls_pool;
extern const Player gio_tls_sink, gio_tls_src, gio_tls_src_64k;

/* Whole chains, to send things back and forth. */
extern const Player our_chain, our_bare_chain, our_list_chain, our_adaptive_chain, our_cork_chain;
extern const Player tcp_chain;

/* What ends a burst, and what could. */
extern const Player our_cork, our_burst_cork, condition_variable;

/* The limits: what GStreamer costs without a network, and what a network costs without GStreamer. */
extern const Player fake_sink, fake_sink_from_app, plain_loop, spice_loop, plain_framed_loop,
    tls_loop;
extern const Player plain_64k_loop, message_loop, buffer_loop;

G_END_DECLS

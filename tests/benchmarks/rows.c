/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "rows.h"

#include "players.h"

/* --- traffic ------------------------------------------------------------- */

#define MESSAGES(what, bytes, number, together)                                                    \
  {                                                                                                \
    .name = what, .size = bytes, .count = number, .batch = together                                \
  }

static const Workload small = MESSAGES ("100-byte messages", 100, 40000, 1);
static const Workload lists = MESSAGES ("100-byte messages in lists of 64", 100, 51200, 64);
static const Workload mix = MESSAGES ("messages of the trace's sizes", 0, 40000, 1);
static const Workload bulk = MESSAGES ("frames of 8,294,400 bytes", 8294400, 16, 1);
/* From an application, in a thread of its own; longer, because the start is a part of it. */
static const Workload app_small = MESSAGES ("100-byte messages from appsrc", 100, 200000, 1);
static const Workload app_lists =
    MESSAGES ("100-byte messages from appsrc in lists of 64", 100, 512000, 64);
/* Longer where a cipher is at work: GIO takes its time, and beside it the start is half of ours. */
static const Workload tls_lists = MESSAGES ("100-byte messages in lists of 64", 100, 128000, 64);
static const Workload tls_bulk = MESSAGES ("frames of 8,294,400 bytes", 8294400, 32, 1);
static const Workload framed_100 = MESSAGES ("100-byte messages, framed", 100, 51200, 64);
static const Workload framed_64k = MESSAGES ("64-KiB messages, framed", 65536, 1500, 1);
static const Workload framed_8m = MESSAGES ("8,294,400-byte messages, framed", 8294400, 14, 1);
static const Workload framed_mix = MESSAGES ("messages of the trace's sizes, framed", 0, 40000, 32);
/* All that xpra's server sent in its sessions, twenty times where that is little. */
static const Workload framed_xpra = { .name = "messages of xpra's sizes, framed",
  .size = 0,
  .count = 20 * 341,
  .batch = 1,
  .trace = "xpra-default-messages.csv" };
static const Workload framed_xpra_rgb = { .name = "messages of xpra's sizes, not compressed",
  .size = 0,
  .count = 750,
  .batch = 1,
  .trace = "xpra-rgb-messages.csv",
  .loopback = TRUE };
/* One price for every size: the cost of a message grows with its bytes and no faster. */
static const Workload framed_1k = MESSAGES ("1-KiB messages, framed", 1024, 100000, 32);
static const Workload framed_1m = MESSAGES ("1-MiB messages, framed", 1 << 20, 120, 1);
static const Workload framed_32m = MESSAGES ("32-MiB messages, framed", 32 << 20, 6, 1);
static const Workload framed_256m = MESSAGES ("256-MiB messages, framed", 256 << 20, 2, 1);

/* Without a network there is nothing else that costs, and so little that it takes more of them. */
static const Workload loopback_bulk = { .name = "frames of 8,294,400 bytes",
  .size = 8294400,
  .count = 64,
  .batch = 1,
  .loopback = TRUE };
static const Workload loopback_100 = { .name = "100-byte messages, framed",
  .size = 100,
  .count = 204800,
  .batch = 64,
  .loopback = TRUE };
static const Workload loopback_8m = { .name = "8,294,400-byte messages, framed",
  .size = 8294400,
  .count = 64,
  .batch = 1,
  .loopback = TRUE };
static const Workload lone_message = { .name = "lone messages of 20 bytes",
  .size = 20,
  .count = 1000,
  .batch = 1,
  .lone = TRUE,
  .loopback = TRUE };

static const Workload connections = MESSAGES ("connections, nothing sent", 1, 300, 1);

static const Workload lone = MESSAGES ("lone buffers", 100, 1000, 1);

static const Workload one_by_one = MESSAGES ("one 100-byte message there and back", 100, 2000, 1);

/*
 * What is compared.  Sending many small messages: messages a second, for that is what an application
 * waits for.  A message there and back: its time, the median.  Corking: what it costs in system calls
 * beside those that send.  Everything else: processor time per gigabyte of the side that is measured, because the
 * speed of a receiver is its sender's, and that of bulk is the network's; a network that is
 * faster, or a machine that has other things to do, then gives what is saved here.
 *
 * The targets: against those who make a system call or more for each message, several times; where the
 * same bytes go through the same number of calls, as good; against the limits, near them.  A loop over
 * GnuTLS is no limit for small messages: each is a record of its own, while a list is corked.
 */
#define RATE MEASURE_MESSAGE_RATE
#define SEND_CPU MEASURE_SENDER_CPU
#define RECV_CPU MEASURE_RECEIVER_CPU
#define TRIP MEASURE_ROUND_TRIP
#define SHAKES MEASURE_HANDSHAKES
#define LATE MEASURE_LATENESS
#define ARRIVAL MEASURE_ARRIVAL
#define OPTIONS MEASURE_OPTIONS

const Row rows[] = {
  { "send-small/tcpclientsink", ROLE_SEND, &small, &our_aggregate, &tcp_client_sink, RATE, 3 },
  { "send-small/tcpserversink", ROLE_SEND, &small, &our_aggregate, &tcp_server_sink, RATE, 3 },
  { "send-small/multisocketsink", ROLE_SEND, &small, &our_aggregate, &multi_socket_sink, RATE, 3 },
  { "send-small/giostreamsink", ROLE_SEND, &small, &our_aggregate, &gio_stream_sink, RATE, 3 },
  { "send-small/plain-loop", ROLE_SEND, &small, &our_aggregate, &plain_loop, RATE, 1.5 },
  { "send-small/fakesink", ROLE_SEND, &small, &our_aggregate, &fake_sink, RATE, 0.3 },
  { "send-small/sink-alone", ROLE_SEND, &small, &our_sink, &tcp_client_sink, RATE, 0.9 },

  { "send-lists/tcpclientsink", ROLE_SEND, &lists, &our_sink, &tcp_client_sink, RATE, 5 },
  { "send-lists/tcpserversink", ROLE_SEND, &lists, &our_sink, &tcp_server_sink, RATE, 5 },
  { "send-lists/multisocketsink", ROLE_SEND, &lists, &our_sink, &multi_socket_sink, RATE, 5 },
  { "send-lists/giostreamsink", ROLE_SEND, &lists, &our_sink, &gio_stream_sink, RATE, 5 },
  { "send-lists/plain-loop", ROLE_SEND, &lists, &our_sink, &plain_loop, RATE, 0.5 },
  { "send-lists/fakesink", ROLE_SEND, &lists, &our_sink, &fake_sink, RATE, 0.3 },

  { "app-small/tcpclientsink", ROLE_SEND, &app_small, &our_burst_from_app,
      &tcp_client_sink_from_app, RATE, 3 },
  { "app-small/fakesink", ROLE_SEND, &app_small, &our_burst_from_app, &fake_sink_from_app, RATE,
      1 },
  { "app-lists/tcpclientsink", ROLE_SEND, &app_lists, &our_burst_from_app,
      &tcp_client_sink_from_app, RATE, 3 },
  { "app-lists/fakesink", ROLE_SEND, &app_lists, &our_burst_from_app, &fake_sink_from_app, RATE,
      0.85 },

  { "send-mix/tcpclientsink", ROLE_SEND, &mix, &our_burst, &tcp_client_sink, RATE, 3 },
  { "send-mix/tcpserversink", ROLE_SEND, &mix, &our_burst, &tcp_server_sink, RATE, 3 },
  { "send-mix/multisocketsink", ROLE_SEND, &mix, &our_burst, &multi_socket_sink, RATE, 3 },
  { "send-mix/giostreamsink", ROLE_SEND, &mix, &our_burst, &gio_stream_sink, RATE, 3 },
  { "send-mix/plain-loop", ROLE_SEND, &mix, &our_burst, &plain_loop, RATE, 1.5 },
  { "send-mix/fakesink", ROLE_SEND, &mix, &our_burst, &fake_sink, RATE, 0.3 },

  { "send-bulk/tcpclientsink", ROLE_SEND, &bulk, &our_sink, &tcp_client_sink, SEND_CPU, 1 },
  { "send-bulk/tcpserversink", ROLE_SEND, &bulk, &our_sink, &tcp_server_sink, SEND_CPU, 1 },
  { "send-bulk/multisocketsink", ROLE_SEND, &bulk, &our_sink, &multi_socket_sink, SEND_CPU, 1 },
  { "send-bulk/giostreamsink", ROLE_SEND, &bulk, &our_sink, &gio_stream_sink, SEND_CPU, 1 },
  { "send-bulk/plain-loop", ROLE_SEND, &bulk, &our_sink, &plain_loop, SEND_CPU, 0.9 },

  { "receive-small/tcpclientsrc", ROLE_RECEIVE, &small, &our_source, &tcp_client_src, RECV_CPU, 1 },
  { "receive-small/tcpserversrc", ROLE_RECEIVE, &small, &our_server_source, &tcp_server_src,
      RECV_CPU, 1 },
  { "receive-small/giostreamsrc", ROLE_RECEIVE, &small, &our_source, &gio_stream_src, RECV_CPU, 1 },
  { "receive-small/plain-loop", ROLE_RECEIVE, &small, &our_source, &plain_loop, RECV_CPU, 0.7 },

  { "receive-lists/tcpclientsrc", ROLE_RECEIVE, &lists, &our_source, &tcp_client_src, RECV_CPU, 1 },
  { "receive-lists/tcpserversrc", ROLE_RECEIVE, &lists, &our_server_source, &tcp_server_src,
      RECV_CPU, 1 },
  { "receive-lists/giostreamsrc", ROLE_RECEIVE, &lists, &our_source, &gio_stream_src, RECV_CPU, 1 },
  { "receive-lists/plain-loop", ROLE_RECEIVE, &lists, &our_source, &plain_loop, RECV_CPU, 0.7 },

  { "receive-mix/tcpclientsrc", ROLE_RECEIVE, &mix, &our_source, &tcp_client_src, RECV_CPU, 1 },
  { "receive-mix/tcpserversrc", ROLE_RECEIVE, &mix, &our_server_source, &tcp_server_src, RECV_CPU,
      1 },
  { "receive-mix/giostreamsrc", ROLE_RECEIVE, &mix, &our_source, &gio_stream_src, RECV_CPU, 1 },
  { "receive-mix/plain-loop", ROLE_RECEIVE, &mix, &our_source, &plain_loop, RECV_CPU, 0.7 },

  { "receive-bulk/tcpclientsrc", ROLE_RECEIVE, &bulk, &our_source, &tcp_client_src, RECV_CPU, 2 },
  { "receive-bulk/tcpserversrc", ROLE_RECEIVE, &bulk, &our_server_source, &tcp_server_src, RECV_CPU,
      2 },
  { "receive-bulk/giostreamsrc", ROLE_RECEIVE, &bulk, &our_source, &gio_stream_src, RECV_CPU, 1.5 },
  { "receive-bulk/giostreamsrc-64k", ROLE_RECEIVE, &bulk, &our_source, &gio_stream_src_64k,
      RECV_CPU, 1 },
  { "receive-bulk/plain-loop-64k", ROLE_RECEIVE, &bulk, &our_source, &plain_64k_loop, RECV_CPU,
      0.87 },
  { "receive-bulk/plain-loop", ROLE_RECEIVE, &bulk, &our_source, &plain_loop, RECV_CPU, 0.8 },

  { "loopback-bulk/tcpclientsrc", ROLE_RECEIVE, &loopback_bulk, &our_source, &tcp_client_src,
      RECV_CPU, 4 },
  { "loopback-bulk/plain-loop-64k", ROLE_RECEIVE, &loopback_bulk, &our_source, &plain_64k_loop,
      RECV_CPU, 0.87 },
  { "loopback-bulk/plain-loop-64k-rate", ROLE_RECEIVE, &loopback_bulk, &our_source, &plain_64k_loop,
      RATE, 0.9 },
  { "loopback-100/rtpstreamdepay", ROLE_RECEIVE, &loopback_100, &our_pool, &rtp_stream_depay,
      RECV_CPU, 4 },
  { "loopback-100/buffer-loop", ROLE_RECEIVE, &loopback_100, &our_pool, &buffer_loop, RATE, 0.6 },
  { "loopback-8m/gdpdepay", ROLE_RECEIVE, &loopback_8m, &our_pool, &gdp_depay, RECV_CPU, 3 },
  { "loopback-8m/message-loop", ROLE_RECEIVE, &loopback_8m, &our_pool, &message_loop, RECV_CPU,
      0.85 },
  { "loopback-xpra-rgb/message-loop", ROLE_RECEIVE, &framed_xpra_rgb, &our_pool, &message_loop,
      RECV_CPU, 0.85 },
  { "receive-lone/tcpclientsrc", ROLE_RECEIVE, &lone_message, &our_source, &tcp_client_src, ARRIVAL,
      0.9 },
  { "receive-lone/recvpool", ROLE_RECEIVE, &lone_message, &our_pool, &plain_framed_loop, ARRIVAL,
      0.5 },

  { "framed-100/gdpdepay", ROLE_RECEIVE, &framed_100, &our_pool, &gdp_depay, RECV_CPU, 3 },
  { "framed-100/rtpstreamdepay", ROLE_RECEIVE, &framed_100, &our_pool, &rtp_stream_depay, RECV_CPU,
      3 },
  { "framed-100/buffer-loop", ROLE_RECEIVE, &framed_100, &our_pool, &buffer_loop, RATE, 0.6 },
  { "framed-100/message-loop", ROLE_RECEIVE, &framed_100, &our_pool, &message_loop, RECV_CPU, 3 },
  { "framed-100/plain-loop", ROLE_RECEIVE, &framed_100, &our_pool, &plain_framed_loop, RECV_CPU,
      0.2 },
  { "framed-64k/gdpdepay", ROLE_RECEIVE, &framed_64k, &our_pool, &gdp_depay, RECV_CPU, 2 },
  { "framed-64k/message-loop", ROLE_RECEIVE, &framed_64k, &our_pool, &message_loop, RECV_CPU,
      0.85 },
  { "framed-64k/plain-loop", ROLE_RECEIVE, &framed_64k, &our_pool, &plain_framed_loop, RECV_CPU,
      0.8 },
  { "framed-8m/gdpdepay", ROLE_RECEIVE, &framed_8m, &our_pool, &gdp_depay, RECV_CPU, 2 },
  { "framed-8m/message-loop", ROLE_RECEIVE, &framed_8m, &our_pool, &message_loop, RECV_CPU, 0.85 },
  { "framed-8m/plain-loop", ROLE_RECEIVE, &framed_8m, &our_pool, &plain_framed_loop, RECV_CPU,
      0.8 },
  { "framed-xpra/message-loop", ROLE_RECEIVE, &framed_xpra, &our_pool, &message_loop, RECV_CPU,
      0.85 },
  { "framed-mix/message-loop", ROLE_RECEIVE, &framed_mix, &our_pool, &message_loop, RECV_CPU, 0.5 },
  { "framed-mix/buffer-loop", ROLE_RECEIVE, &framed_mix, &our_pool, &buffer_loop, RECV_CPU, 0.6 },
  { "framed-1k/message-loop", ROLE_RECEIVE, &framed_1k, &our_pool, &message_loop, RECV_CPU, 0.85 },
  { "framed-1m/message-loop", ROLE_RECEIVE, &framed_1m, &our_pool, &message_loop, RECV_CPU, 0.85 },
  { "framed-32m/message-loop", ROLE_RECEIVE, &framed_32m, &our_pool, &message_loop, RECV_CPU,
      0.85 },
  { "framed-256m/message-loop", ROLE_RECEIVE, &framed_256m, &our_large_pool, &message_loop,
      RECV_CPU, 0.85 },

  { "tls-send-small/giostreamsink", ROLE_SEND, &small, &our_tls_burst, &gio_tls_sink, RATE, 5 },
  { "tls-send-small/gnutls-loop", ROLE_SEND, &small, &our_tls_burst, &tls_loop, RATE, 2 },
  { "tls-send-small/sink-alone", ROLE_SEND, &small, &our_tls_sink, &gio_tls_sink, RATE, 1 },

  { "tls-send-lists/giostreamsink", ROLE_SEND, &tls_lists, &our_tls_burst, &gio_tls_sink, RATE,
      10 },
  { "tls-send-lists/gnutls-loop", ROLE_SEND, &tls_lists, &our_tls_burst, &tls_loop, RATE, 0.5 },
  { "tls-send-lists/tcpcork-alone", ROLE_SEND, &tls_lists, &our_tls_cork, &gio_tls_sink, RATE, 10 },
  { "tls-send-lists/sink-alone", ROLE_SEND, &tls_lists, &our_tls_sink, &gio_tls_sink, RATE, 10 },

  { "tls-send-mix/giostreamsink", ROLE_SEND, &mix, &our_tls_burst, &gio_tls_sink, RATE, 5 },
  { "tls-send-mix/gnutls-loop", ROLE_SEND, &mix, &our_tls_burst, &tls_loop, RATE, 2 },

  { "tls-send-bulk/giostreamsink", ROLE_SEND, &tls_bulk, &our_tls_sink, &gio_tls_sink, SEND_CPU,
      1.25 },
  { "tls-send-bulk/gnutls-loop", ROLE_SEND, &tls_bulk, &our_tls_sink, &tls_loop, SEND_CPU, 0.95 },

  { "tls-receive-small/giostreamsrc", ROLE_RECEIVE, &small, &our_tls_source, &gio_tls_src, RECV_CPU,
      1.25 },
  { "tls-receive-small/gnutls-loop", ROLE_RECEIVE, &small, &our_tls_source, &tls_loop, RECV_CPU,
      0.95 },

  { "tls-receive-bulk/giostreamsrc", ROLE_RECEIVE, &tls_bulk, &our_tls_pool, &gio_tls_src, RECV_CPU,
      1.25 },
  { "tls-receive-bulk/giostreamsrc-64k", ROLE_RECEIVE, &tls_bulk, &our_tls_pool, &gio_tls_src_64k,
      RECV_CPU, 1 },
  { "tls-receive-bulk/gnutls-loop", ROLE_RECEIVE, &tls_bulk, &our_tls_pool, &tls_loop, RECV_CPU,
      0.95 },

  { "loopback-tls/giostreamsrc", ROLE_RECEIVE, &loopback_bulk, &our_tls_pool, &gio_tls_src,
      RECV_CPU, 1.25 },
  { "loopback-tls/gnutls-loop", ROLE_RECEIVE, &loopback_bulk, &our_tls_pool, &tls_loop, RECV_CPU,
      0.95 },

  { "tls-handshake/gnutls-loop", ROLE_HANDSHAKE, &connections, &our_tls_sink, &tls_loop, SHAKES,
      0.5 },

  { "burst-calls/spice-loop", ROLE_SEND, &lists, &our_burst_cork, &spice_loop, OPTIONS, 1.95 },
  { "uncork-lateness/condition-variable", ROLE_UNCORK, &lone, &our_cork, &condition_variable, LATE,
      1 },

  { "pingpong/tcpclientsink-src", ROLE_ECHO, &one_by_one, &our_chain, &tcp_chain, TRIP, 1 },
  { "pingpong/plain-loop", ROLE_ECHO, &one_by_one, &our_chain, &plain_loop, TRIP, 0.4 },
  { "pingpong/sink-alone", ROLE_ECHO, &one_by_one, &our_chain, &our_bare_chain, TRIP, 0.4 },
  { "pingpong/sink-alone-lists", ROLE_ECHO, &one_by_one, &our_list_chain, &our_bare_chain, TRIP,
      0.4 },
  { "pingpong/sink-alone-adaptive", ROLE_ECHO, &one_by_one, &our_adaptive_chain, &our_bare_chain,
      TRIP, 0.1 },
  { "pingpong/sink-alone-cork", ROLE_ECHO, &one_by_one, &our_cork_chain, &our_bare_chain, TRIP,
      0.05 },
  { "pingpong/plain-loop-cork", ROLE_ECHO, &one_by_one, &our_cork_chain, &plain_loop, TRIP, 0.2 },
};

const guint n_rows = G_N_ELEMENTS (rows);

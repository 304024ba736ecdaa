/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 The gst-giosocket authors */

#include "config.h"

#include "players.h"

#define ADDRESS " name=net host=%h port=%p"

/* --- ours ---------------------------------------------------------------- */

const Player our_sink = { .name = "giosocketsink", .send = "giosocketsink" ADDRESS };

const Player our_aggregate = { .name = "writeaggregate ! giosocketsink",
  .send = "writeaggregate ! giosocketsink" ADDRESS };

const Player our_burst = { .name = "writeaggregate ! tcpcork ! giosocketsink",
  .send = "writeaggregate ! tcpcork ! giosocketsink" ADDRESS };

const Player our_burst_from_app = { .name = "appsrc ! writeaggregate ! tcpcork ! giosocketsink",
  .send = "writeaggregate ! tcpcork ! giosocketsink" ADDRESS,
  .has_appsrc = TRUE };

const Player our_source = { .name = "giosocketsrc", .receive = "giosocketsrc" ADDRESS };

const Player our_server_source = { .name = "giosocketsrc mode=listen",
  .receive = "giosocketsrc mode=listen" ADDRESS,
  .listens = TRUE };

const Player our_pool = { .name = "giosocketsrc ! recvpool",
  .receive = "giosocketsrc" ADDRESS " ! recvpool framing=uint32-be",
  .framing = "uint32-be" };

const Player our_large_pool = { .name = "giosocketsrc ! recvpool max-message-size=1 GiB",
  .receive = "giosocketsrc" ADDRESS " ! recvpool framing=uint32-be max-message-size=1073741824",
  .framing = "uint32-be" };

/* --- peers that send ----------------------------------------------------- */

const Player tcp_client_sink = { .name = "tcpclientsink", .send = "tcpclientsink" ADDRESS };

const Player tcp_server_sink = { .name = "tcpserversink",
  .send = "tcpserversink" ADDRESS,
  .listens = TRUE };

const Player multi_socket_sink = { .name = "multisocketsink",
  .send = "multisocketsink name=net",
  .give = GIVE_SOCKET };

const Player tcp_client_sink_from_app = { .name = "appsrc ! tcpclientsink",
  .send = "tcpclientsink" ADDRESS,
  .has_appsrc = TRUE };

const Player gio_stream_sink = { .name = "giostreamsink",
  .send = "giostreamsink name=net",
  .give = GIVE_STREAM };

/* --- peers that receive -------------------------------------------------- */

const Player tcp_client_src = { .name = "tcpclientsrc", .receive = "tcpclientsrc" ADDRESS };

const Player tcp_server_src = { .name = "tcpserversrc",
  .receive = "tcpserversrc" ADDRESS,
  .listens = TRUE };

const Player gio_stream_src = { .name = "giostreamsrc",
  .receive = "giostreamsrc name=net",
  .give = GIVE_STREAM };

const Player gio_stream_src_64k = { .name = "giostreamsrc blocksize=65536",
  .receive = "giostreamsrc name=net blocksize=65536",
  .give = GIVE_STREAM };

const Player gdp_depay = { .name = "tcpclientsrc ! gdpdepay",
  .receive = "tcpclientsrc" ADDRESS " ! application/x-gdp ! gdpdepay",
  .framing = "gdppay" };

const Player rtp_stream_depay = { .name = "tcpclientsrc ! rtpstreamdepay",
  .receive = "tcpclientsrc" ADDRESS " ! application/x-rtp-stream ! rtpstreamdepay",
  .framing = "rtpstreampay" };

/* --- TLS ----------------------------------------------------------------- */

const Player our_tls_sink = { .name = "giosocketsink tls=true",
  .send = "giosocketsink %t" ADDRESS,
  .tls = TRUE };

const Player our_tls_cork = { .name = "tcpcork ! giosocketsink tls=true",
  .send = "tcpcork ! giosocketsink %t" ADDRESS,
  .tls = TRUE };

const Player our_tls_burst = { .name = "writeaggregate ! tcpcork ! giosocketsink tls=true",
  .send = "writeaggregate ! tcpcork ! giosocketsink %t" ADDRESS,
  .tls = TRUE };

const Player our_tls_source = { .name = "giosocketsrc tls=true",
  .receive = "giosocketsrc %t" ADDRESS,
  .tls = TRUE };

const Player our_tls_pool = { .name = "giosocketsrc tls=true ! recvpool",
  .receive = "giosocketsrc %t" ADDRESS " ! recvpool",
  .tls = TRUE };

const Player gio_tls_sink = { .name = "giostreamsink over GTlsConnection",
  .send = "giostreamsink name=net",
  .give = GIVE_TLS,
  .tls = TRUE };

const Player gio_tls_src = { .name = "giostreamsrc over GTlsConnection",
  .receive = "giostreamsrc name=net",
  .give = GIVE_TLS,
  .tls = TRUE };

const Player gio_tls_src_64k = { .name = "giostreamsrc blocksize=65536 over GTlsConnection",
  .receive = "giostreamsrc name=net blocksize=65536",
  .give = GIVE_TLS,
  .tls = TRUE };

/* --- chains -------------------------------------------------------------- */

#define OUR_CHAIN_END                                                                              \
  "giosocketsrc mode=listen" ADDRESS " ! recvpool framing=uint32-be strip-header=false"

const Player our_chain = { .name = "writeaggregate ! giosocketsink, giosocketsrc ! recvpool",
  .send = "writeaggregate ! giosocketsink" ADDRESS,
  .receive = OUR_CHAIN_END };

const Player our_bare_chain = { .name = "giosocketsink, giosocketsrc ! recvpool",
  .send = "giosocketsink" ADDRESS,
  .receive = OUR_CHAIN_END };

const Player our_list_chain = { .name = "the same with tcpcork quiet-time=0",
  .send = "writeaggregate ! tcpcork quiet-time=0 ! giosocketsink" ADDRESS,
  .receive = OUR_CHAIN_END };

const Player our_adaptive_chain = { .name = "the same with tcpcork adaptive=true",
  .send = "writeaggregate ! tcpcork adaptive=true ! giosocketsink" ADDRESS,
  .receive = OUR_CHAIN_END };

const Player our_cork_chain = { .name = "the same with tcpcork",
  .send = "writeaggregate ! tcpcork ! giosocketsink" ADDRESS,
  .receive = OUR_CHAIN_END };

const Player tcp_chain = { .name = "tcpclientsink, tcpserversrc",
  .send = "tcpclientsink" ADDRESS,
  .receive = "tcpserversrc" ADDRESS };

/* --- times --------------------------------------------------------------- */

const Player our_cork = { .name = "tcpcork", .send = "tcpcork ! fakesink name=sink" };

const Player our_burst_cork = { .name = "tcpcork quiet-time=0 ! giosocketsink",
  .send = "tcpcork quiet-time=0 ! giosocketsink" ADDRESS };

const Player condition_variable = { .name = "a condition variable" };

/* --- limits -------------------------------------------------------------- */

const Player fake_sink = { .name = "fakesink", .send = "fakesink" };

const Player fake_sink_from_app = { .name = "appsrc ! fakesink",
  .send = "fakesink",
  .has_appsrc = TRUE };

const Player plain_loop = { .name = "a loop over system calls" };

const Player spice_loop = { .name = "a loop that corks as SPICE does", .loop = LOOP_SPICE };

const Player tls_loop = { .name = "a loop over GnuTLS", .tls = TRUE };

const Player plain_framed_loop = { .name = "a loop over recv(), headers and all",
  .framing = "uint32-be" };

const Player plain_64k_loop = { .name = "a loop over recv() of 64 KiB", .loop = LOOP_BLOCKS_64K };

const Player message_loop = { .name = "a loop over recvmsg() into one buffer",
  .framing = "uint32-be",
  .loop = LOOP_MESSAGES };

const Player buffer_loop = { .name = "a loop over recv() that makes and frees buffers in lists",
  .framing = "uint32-be",
  .loop = LOOP_BUFFERS };

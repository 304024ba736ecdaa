#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The gst-giosocket authors
"""What Python's ssl makes of a peer: one connection, and one direction.

tls-peer.py listen|connect send|receive PORT CA CERTIFICATE-WITH-KEY

Sends its standard input, or writes what it receives to its standard output.  Fails if the other
end is not who it should be, or leaves without saying so.
"""

import socket
import ssl
import sys

BLOCK = 65536


def connect(port, ca):
    context = ssl.create_default_context(cafile=ca)
    plain = socket.create_connection(('127.0.0.1', port))
    return context.wrap_socket(plain, server_hostname='localhost', suppress_ragged_eofs=False)


def listen(port, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(('127.0.0.1', port)) as listener:
        plain, _ = listener.accept()
    return context.wrap_socket(plain, server_side=True, suppress_ragged_eofs=False)


def copy(read, write):
    while True:
        block = read(BLOCK)
        if not block:
            return
        write(block)


def main():
    role, direction, port, ca, certificate = sys.argv[1:]
    tls = connect(int(port), ca) if role == 'connect' else listen(int(port), certificate)
    if direction == 'send':
        copy(sys.stdin.buffer.read1, tls.sendall)
    else:
        copy(tls.recv, sys.stdout.buffer.write)
        sys.stdout.buffer.flush()
    tls.unwrap().close()


main()

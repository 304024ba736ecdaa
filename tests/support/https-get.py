#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The gst-giosocket authors
"""What a client of the Web gets through a tunnel.

https-get.py PORT CA PATH

Writes the body to standard output.  Fails if the other end leaves without saying so.
"""

import socket
import ssl
import sys


def main():
    port, ca, path = sys.argv[1:]
    context = ssl.create_default_context(cafile=ca)
    plain = socket.create_connection(('127.0.0.1', port))
    tls = context.wrap_socket(plain, server_hostname='localhost', suppress_ragged_eofs=False)
    tls.sendall(f'GET /{path} HTTP/1.0\r\n\r\n'.encode())
    answer = b''.join(iter(lambda: tls.recv(65536), b''))
    tls.unwrap().close()
    head, body = answer.split(b'\r\n\r\n', 1)
    assert b' 200 ' in head.splitlines()[0], head
    sys.stdout.buffer.write(body)


main()

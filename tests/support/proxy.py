#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The gst-giosocket authors
"""A proxy on a free port of 127.0.0.1: SOCKS 5 (RFC 1928, 1929) or HTTP CONNECT.

proxy.py socks5|http [refuse|silent]

Wants the password "secret" where a user is named.  Says on its standard error whom it was asked for.
Serves until it is killed.
"""

import socket
import struct
import sys
import threading


def receive(stream, size):
    data = b''
    while len(data) < size:
        more = stream.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def receive_text(stream):
    return receive(stream, receive(stream, 1)[0]).decode()


def check_password(client):
    receive(client, 1)
    receive_text(client)
    is_right = receive_text(client) == 'secret'
    client.sendall(bytes([1, 0 if is_right else 1]))
    return is_right


def greet_socks5(client):
    version, n = receive(client, 2)
    methods = receive(client, n)
    method = 2 if 2 in methods else 0
    client.sendall(bytes([version, method]))
    if method == 2 and not check_password(client):
        raise EOFError

    kind = receive(client, 4)[3]
    if kind == 3:
        host = receive_text(client)
    else:
        family, size = (socket.AF_INET, 4) if kind == 1 else (socket.AF_INET6, 16)
        host = socket.inet_ntop(family, receive(client, size))
    return host, struct.unpack('>H', receive(client, 2))[0]


def answer_socks5(client, code):
    client.sendall(bytes([5, code, 0, 1, 0, 0, 0, 0, 0, 0]))


def greet_http(client):
    request = b''
    while not request.endswith(b'\r\n\r\n'):
        request += receive(client, 1)
    method, target, _ = request.decode().split(' ', 2)
    assert method == 'CONNECT', method
    host, port = target.rsplit(':', 1)
    return host.strip('[]'), int(port)


def answer_http(client, code):
    status = '200 Connection established' if code == 0 else '403 Forbidden'
    client.sendall(f'HTTP/1.0 {status}\r\n\r\n'.encode())


def copy(source, sink):
    while True:
        block = source.recv(65536)
        if not block:
            break
        sink.sendall(block)
    sink.shutdown(socket.SHUT_WR)


def serve(client, greet, answer, behaviour):
    host, port = greet(client)
    print('asked for', host, port, file=sys.stderr, flush=True)
    if behaviour == 'silent':
        return receive(client, 1)
    if behaviour == 'refuse':
        return answer(client, 2)

    with socket.create_connection((host, port)) as server:
        answer(client, 0)
        back = threading.Thread(target=copy, args=(server, client))
        back.start()
        copy(client, server)
        back.join()
    return None


def serve_and_close(client, *args):
    with client:
        try:
            serve(client, *args)
        except (EOFError, OSError):
            pass


def main():
    protocol, behaviour = sys.argv[1], (sys.argv[2:] + [''])[0]
    kinds = {'socks5': (greet_socks5, answer_socks5), 'http': (greet_http, answer_http)}
    with socket.create_server(('127.0.0.1', 0)) as listener:
        while True:
            client, _ = listener.accept()
            threading.Thread(target=serve_and_close, daemon=True,
                             args=(client, *kinds[protocol], behaviour)).start()


main()

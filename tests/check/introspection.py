# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The gst-giosocket authors
"""The library as other languages see it.

usage: introspection.py GIR
"""

import os
import socket
import sys
import unittest
import xml.etree.ElementTree as tree

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstGioSocket", "1.0")
from gi.repository import Gio, GLib, Gst, GstGioSocket  # noqa: E402

CORE = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"
TYPES = {"class", "enumeration", "bitfield", "record", "callback"}
CALLABLES = {"function", "method", "constructor"}
MEMBERS = {"enumeration", "bitfield"}


def children(element):
    """What other languages are to see of it, as (kind, element)."""
    for child in element:
        if child.get("introspectable") != "0" and child.get("moved-to") is None:
            yield child.tag.removeprefix(CORE), child


def listening():
    """A socket on a free port of the loopback interface, and the URI that leads there."""
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, "tcp://127.0.0.1:%d" % listener.getsockname()[1]


class Typelib(unittest.TestCase):
    def setUp(self):
        self.namespace = tree.parse(sys.argv[1]).getroot().find(CORE + "namespace")

    def test_everything_in_the_gir_is_in_the_typelib(self):
        seen = 0
        for kind, element in children(self.namespace):
            # PyGObject makes nothing of a callback's type, and hides the structures of classes.
            if kind == "callback" or element.get("name").endswith("Class"):
                continue
            found = getattr(GstGioSocket, element.get("name"))
            seen += 1
            for what, child in children(element):
                name = child.get("name")
                if what in CALLABLES:
                    self.assertTrue(callable(getattr(found, name)), name)
                elif what == "member" and kind in MEMBERS:
                    self.assertEqual(int(getattr(found, name.upper())), int(child.get("value")))
                elif what == "property":
                    self.assertIsNotNone(found.find_property(name), name)
        self.assertGreater(seen, 10)

    def test_a_type_is_public_or_skipped_but_never_half_of_both(self):
        for kind, element in children(self.namespace):
            if kind != "record" or element.get("name").endswith("Class"):
                continue
            self.fail("%s cannot be made or used by another language: skip it" % element.get("name"))

    def test_a_callback_says_how_long_it_is_needed(self):
        for function in self.namespace.iter():
            if function.tag.removeprefix(CORE) not in CALLABLES:
                continue
            if function.get("introspectable") == "0":
                continue
            for parameter in function.iter(CORE + "parameter"):
                kind = parameter.find(CORE + "type")
                if kind is not None and kind.get("name", "").endswith("Func"):
                    self.assertIsNotNone(parameter.get("scope"), function.get(C + "identifier"))


class Library(unittest.TestCase):
    def test_a_cork_event_is_parsed_as_it_was_made(self):
        for corked in (True, False):
            event = GstGioSocket.event_new_gio_socket_cork(corked)
            self.assertEqual(event.get_structure().get_name(), "GstGioSocketCork")
            self.assertEqual(
                GstGioSocket.event_parse_gio_socket_cork(event), (True, corked))
        self.assertFalse(GstGioSocket.event_parse_gio_socket_cork(Gst.Event.new_eos())[0])

    def test_a_wrong_uri_raises_an_error_that_names_what_is_wrong(self):
        self.assertTrue(GstGioSocket.Endpoint.check_uri("tls://[::1]:5000?mode=listen"))
        with self.assertRaises(GLib.Error) as caught:
            GstGioSocket.Endpoint.check_uri("tcp://localhost:70000")
        self.assertTrue(caught.exception.matches(Gst.uri_error_quark(), Gst.URIError.BAD_URI))
        self.assertIn("70000", caught.exception.message)

    def test_an_endpoint_says_as_a_uri_what_its_properties_say(self):
        endpoint = GstGioSocket.Endpoint(host="example.com", port=80, mode=GstGioSocket.Mode.LISTEN)
        self.assertEqual(endpoint.dup_uri(), "tcp://example.com:80?mode=listen")
        self.assertEqual(endpoint.get_tls_context(), (True, None))

    def test_an_element_takes_the_enums_of_the_library(self):
        pool = Gst.ElementFactory.make("recvpool")
        pool.set_property("framing", GstGioSocket.Framing.UINT32_BE)
        self.assertEqual(pool.get_property("framing"), GstGioSocket.Framing.UINT32_BE)
        self.assertEqual(pool.get_property("framing").value_nick, "uint32-be")

    def test_an_endpoint_connects_and_a_transport_ends_the_stream(self):
        listener, uri = listening()
        with listener:
            endpoint = GstGioSocket.Endpoint()
            endpoint.set_uri(uri)
            opened = endpoint.open()
            self.assertIsInstance(opened, Gio.Socket)
            transport = GstGioSocket.TransportPlain.new(opened, True)
            peer, _ = listener.accept()
            with peer:
                opened.send(b"three words here")
                self.assertTrue(transport.flush(None))
                self.assertTrue(transport.shutdown(None))
                self.assertEqual(peer.recv(100, socket.MSG_WAITALL), b"three words here")
                self.assertTrue(transport.drain(Gst.CLOCK_TIME_NONE, None))
            self.assertEqual(transport.get_unacknowledged(), 0)
            opened.close()

    def test_a_listening_endpoint_says_where_it_may_be_connected_to(self):
        clients = []
        endpoint = GstGioSocket.Endpoint(host="127.0.0.1", port=0, mode=GstGioSocket.Mode.LISTEN)
        opened = endpoint.open(
            lambda port, _: clients.append(socket.create_connection(("127.0.0.1", port))))
        with clients[0] as client:
            client.sendall(b"hello")
            connection = opened.connection_factory_create_connection()
            self.assertEqual(connection.get_input_stream().read_bytes(5).get_data(), b"hello")
            connection.close()

    def test_a_connection_that_cannot_be_made_says_so_by_a_signal(self):
        listener, uri = listening()
        listener.close()
        endpoint = GstGioSocket.Endpoint()
        endpoint.set_uri(uri)
        connection = GstGioSocket.Connection.new(endpoint, False)
        errors = []
        connection.connect("failed", lambda _, error: errors.append(error.message))
        self.assertTrue(connection.start())
        with self.assertRaises(GLib.Error) as caught:
            connection.finish(None)
        connection.stop()
        self.assertEqual(errors, [caught.exception.message])
        self.assertEqual(connection.get_stats().get_name(), "GstGioSocketStats")


if __name__ == "__main__":
    Gst.init(None)
    unittest.main(argv=[os.path.basename(sys.argv[0]), "--verbose"])

# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The gst-giosocket authors
"""An application in Python that embeds both ends: sends the lines of a file to itself as messages.

usage: lines.py FILE COPY [URI]

URI is where the receiver listens; without it, that is any free port of the loopback interface.
"""

import pathlib
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstGioSocket", "1.0")
from gi.repository import GLib, Gst, GstGioSocket  # noqa: E402


class Receiver:
    """Listens, and writes what comes message by message."""

    def __init__(self, uri, copy, bound):
        self.pipeline = Gst.parse_launch(
            "giosocketsrc name=source ! recvpool name=pool ! appsink name=sink sync=false")
        self.copy = copy
        self.messages = 0

        source = self.pipeline.get_by_name("source")
        source.set_property("uri", uri)
        source.set_property("mode", GstGioSocket.Mode.LISTEN)
        # In the thread that listens; the main loop's is where an application wants to know.
        source.connect("notify::current-port",
                       lambda source, _: GLib.idle_add(bound, source.get_property("current-port")))
        self.pipeline.get_by_name("pool").set_property("framing", GstGioSocket.Framing.UINT16_BE)
        sink = self.pipeline.get_by_name("sink")
        sink.set_property("emit-signals", True)
        sink.connect("new-sample", self.new_sample)

    def new_sample(self, sink):
        buffer = sink.emit("pull-sample").get_buffer()
        self.copy.write(buffer.extract_dup(0, buffer.get_size()))
        self.messages += 1
        return Gst.FlowReturn.OK


class Sender:
    """Connects, and sends each line with its length before it; tcpcork finds the bursts."""

    def __init__(self, port, lines):
        self.pipeline = Gst.parse_launch("appsrc name=source ! tcpcork ! giosocketsink name=sink")
        self.lines = lines
        self.corks = 0

        sink = self.pipeline.get_by_name("sink")
        sink.set_property("host", "127.0.0.1")
        sink.set_property("port", port)
        sink.get_static_pad("sink").add_probe(Gst.PadProbeType.EVENT_DOWNSTREAM, self.see_event)
        self.pipeline.get_by_name("source").connect("need-data", self.need_data)

    def need_data(self, source, _):
        line = next(self.lines, None)
        if line is None:
            source.emit("end-of-stream")
        else:
            message = len(line).to_bytes(2, "big") + line
            source.emit("push-buffer", Gst.Buffer.new_wrapped(message))

    def see_event(self, _, info):
        is_cork, corked = GstGioSocket.event_parse_gio_socket_cork(info.get_event())
        if is_cork and corked:
            self.corks += 1
        return Gst.PadProbeReturn.OK


class App:
    def __init__(self, path, copy, uri):
        self.loop = GLib.MainLoop()
        self.lines = iter(pathlib.Path(path).read_bytes().splitlines(keepends=True))
        self.awaited = 0
        self.failed = False
        self.sender = None
        self.receiver = Receiver(uri, copy, self.start_sender)

    def start(self, pipeline):
        """Two messages will come, in any order: that it is connected, and EOS."""
        bus = pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self.message)
        self.awaited += 2
        pipeline.set_state(Gst.State.PLAYING)

    def start_sender(self, port):
        if port != 0 and self.sender is None:
            self.sender = Sender(port, self.lines)
            self.start(self.sender.pipeline)
        return GLib.SOURCE_REMOVE

    def message(self, _, message):
        if message.type == Gst.MessageType.ERROR:
            print("%s: %s" % (message.src.get_name(), message.parse_error().gerror.message),
                  file=sys.stderr)
            self.failed = True
            self.loop.quit()
        elif message.type == Gst.MessageType.EOS:
            self.heard_one()
        elif message.has_name("GstGioSocketConnected"):
            print("%s: connected" % message.src.get_name())
            self.heard_one()

    def heard_one(self):
        self.awaited -= 1
        if self.awaited == 0:
            self.loop.quit()

    def run(self):
        self.start(self.receiver.pipeline)
        self.loop.run()
        for end in filter(None, (self.sender, self.receiver)):
            end.pipeline.get_bus().remove_signal_watch()
            end.pipeline.set_state(Gst.State.NULL)
        if not self.failed:
            stats = self.sender.pipeline.get_by_name("sink").get_property("stats")
            print("sent %d bytes in %d bursts, received %d messages" % (
                stats.get_uint64("bytes-sent").value, self.sender.corks, self.receiver.messages))
        return 1 if self.failed else 0


def main(path, copy, uri="tcp://127.0.0.1:0"):
    try:
        GstGioSocket.Endpoint.check_uri(uri)
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        return 2
    with open(copy, "wb") as file:
        return App(path, file, uri).run()


if __name__ == "__main__":
    Gst.init(None)
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

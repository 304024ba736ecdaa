#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Tables and a chart of what tests/proof.sh has measured.
# usage: proof.py table FOLDER TRACE CONN | summary FOLDER | verdict FOLDER | chart FOLDER |
#   readme FOLDER README.md, which puts the summary into that file
import collections
import csv
import math
import os
import sys

# The ways of sending: how the table names them, the file, their names in it, and on paper.
WAYS = [
    ("one send per piece", "pieces", "", "one send per piece"),
    ("one send per call", "calls", " call", "one send per call"),
    ("the program's own way", "own", "", "the program's own corking"),
    ("writeaggregate ! tcpcork", "calls", " ours", "writeaggregate ! tcpcork"),
    ("the same, adaptive", "calls", " adaptive", "the same, adaptive"),
    ("the same, held 2 ms", "calls", " held", "the same, held 2 ms"),
    ("the floor", None, None, "the floor"),
]
NAMES = [way[0] for way in WAYS]
PIECE, CALL, OWN, OURS, ADAPTIVE, HELD, FLOOR = NAMES
# A connection of fewer packets has no room for one more or less.
FEW = 50


def read(path, key):
    with open(path, newline="") as file:
        return {row[key]: row for row in csv.DictReader(file) if row.get("run") in (None, "median")}


class Connection:
    """Figures of one connection: of (way, "paper", "plain" or "tls"), by the names of the CSV."""

    def __init__(self, folder, trace, conn):
        path = "%s/%s.%s." % (folder, trace, conn)
        files = {name: read(path + name + ".csv", "contestant") for name in ("pieces", "own", "calls")}
        paper = read(path + "model.csv", "contestant")
        self.trace, self.conn, self.figures = trace, conn, {}
        for way, file, suffix, on_paper in WAYS:
            self.figures[way, "paper"] = paper[on_paper]
            for kind in ("plain", "tls"):
                row = files[file][kind + suffix] if file else {}
                if row.get("error"):
                    sys.exit("%s, connection %s: %s, %s: %s" % (trace, conn, way, kind, row["error"]))
                self.figures[way, kind] = row

    def get(self, way, kind, key):
        """None: there is no such figure."""
        value = self.figures[way, kind].get(key)
        return float(value) if value else None

    def calls(self, way, kind):
        # Those that the program itself made; our sink has flushed with one where it needed two.
        if (way, kind) == (OWN, "plain"):
            kind = "paper"
        sends = self.get(way, kind, "send-calls")
        return None if sends is None else sends + self.get(way, kind, "setsockopt-calls")


def read_all(folder):
    with open(folder + "/list") as file:
        return [Connection(folder, *line.split()[:2]) for line in file]


def read_loads(folder):
    with open(folder + "/list") as file:
        return sorted(float(line.split()[2]) for line in file)


def count(value):
    return "-" if value is None else "{:,.0f}".format(value)


def ms(value):
    return "-" if value is None else "%.3f" % value


def print_cells(rows, indent=""):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print(indent + "  ".join(cells).rstrip())


# --- one connection ---------------------------------------------------------


def table(folder, trace, conn):
    connection = Connection(folder, trace, conn)
    get = connection.get
    rows = [["", "on paper", "plain: packets", "wire B", "calls", "p50 ms", "p99 ms", "max ms",
             "TLS: packets", "wire B", "records", "calls", "p50 ms", "p99 ms", "max ms"]]
    for way in NAMES:
        row = [way, count(get(way, "paper", "packets"))]
        for kind in ("plain", "tls"):
            row += [count(get(way, kind, "packets")), count(get(way, kind, "wire-bytes"))]
            row += [count(get(way, kind, "tls-records"))] if kind == "tls" else []
            row += [count(connection.calls(way, kind))]
            row += [ms(get(way, kind, "latency-%s-ms" % which)) for which in ("p50", "p99", "max")]
        rows.append(row)
    print("\n%s, connection %s: %s calls, %s pieces, %s bytes\n" % (
        trace, conn, count(get(CALL, "plain", "writes")), count(get(PIECE, "plain", "writes")),
        count(get(CALL, "plain", "payload-bytes"))))
    print_cells(rows)
    sys.stdout.flush()


# --- all of them --------------------------------------------------------------


def sums(connections, way, kind, key):
    """By trace, of all its connections."""
    result = collections.OrderedDict()
    for connection in connections:
        value = connection.calls(way, kind) if key == "calls" else connection.get(way, kind, key)
        old = result.get(connection.trace, 0)
        result[connection.trace] = None if old is None or value is None else old + value
    return result


def print_sums(connections, key, title):
    """Plain / TLS."""
    ways = NAMES if key == "packets" else NAMES[:6]
    titles = [title, "per piece", "per call", "its own way", "ours", "adaptive", "held 2 ms", "floor"]
    rows = [titles[:len(ways) + 1]]
    columns = [[sums(connections, way, kind, key) for kind in (("paper",) if way == FLOOR else ("plain", "tls"))]
               for way in ways]
    for trace in columns[0][0]:
        rows.append([trace] + ["/".join(count(values[trace]) for values in column) for column in columns])
    print_cells(rows, "    ")


def print_latencies(connections):
    """Of the connection of each trace that has the most calls."""
    busiest = {}
    for connection in connections:
        best = busiest.setdefault(connection.trace, connection)
        if connection.get(CALL, "plain", "writes") > best.get(CALL, "plain", "writes"):
            busiest[connection.trace] = connection
    rows = [["p50/p99 in ms", "per call", "its own way", "ours", "adaptive", "held 2 ms",
             "TLS: own", "ours", "adaptive"]]
    ways = [(way, "plain") for way in NAMES[1:6]] + [(way, "tls") for way in (OWN, OURS, ADAPTIVE)]
    for trace, connection in busiest.items():
        row = [trace]
        for way, kind in ways:
            row.append("/".join("%.2f" % connection.get(way, kind, "latency-%s-ms" % which)
                                for which in ("p50", "p99")))
        rows.append(row)
    print_cells(rows, "    ")


def print_slow_link(slow):
    rows = [["6 MB into 8 Mbit/s", "packets", "calls", "seconds", "p50 ms", "p99 ms", "max ms"]]
    for name, row in slow.items():
        if row["error"]:
            sys.exit("slow link, %s: %s" % (name, row["error"]))
        calls = float(row["send-calls"]) + float(row["setsockopt-calls"])
        rows.append([name, count(float(row["packets"])), count(calls), "%.2f" % float(row["seconds"])])
        rows[-1] += ["%.0f" % float(row["latency-%s-ms" % which]) for which in ("p50", "p99", "max")]
    print_cells(rows, "    ")


def summary(folder):
    connections = read_all(folder)
    print_sums(connections, "packets", "packets, plain/TLS")
    print()
    print_sums(connections, "calls", "system calls, plain/TLS")
    print()
    print_latencies(connections)
    if os.path.exists(folder + "/slow-link.csv"):
        print()
        print_slow_link(read(folder + "/slow-link.csv", "contestant"))
    loads = read_loads(folder)
    print("\n    load average of the machine meanwhile, on %d processors: %.1f (%.1f to %.1f)" % (
        os.cpu_count(), loads[len(loads) // 2], loads[0], loads[-1]))


BEGIN, END = "<!-- what tests/proof.sh printed last -->\n", "<!-- until here -->\n"


def readme(folder, path):
    with open(path) as file:
        text = file.read()
    with open(folder + "/readme.txt") as file:
        tables = file.read()
    before, rest = text.split(BEGIN)
    with open(path, "w") as file:
        file.write(before + BEGIN + "\n" + tables + "\n" + END + rest.split(END)[1])


# --- what was to be shown -----------------------------------------------------


def print_worst(title, limit, values, form):
    if not values:
        return
    values.sort(key=lambda pair: abs(pair[0]), reverse=True)
    within = sum(abs(value) <= limit for value, name in values)
    print("%s: %d of %d connections; the farthest are" % (title, within, len(values)))
    for value, name in values[:5]:
        print("  " + form % value, name)


def verdict(folder):
    packets, extra, added = [], [], []
    for connection in read_all(folder):
        name = "%s, connection %s" % (connection.trace, connection.conn)
        paper, plain = (connection.get(OURS, kind, "packets") for kind in ("paper", "plain"))
        plain_bytes, tls_bytes = (connection.get(OURS, kind, "wire-bytes") for kind in ("plain", "tls"))
        if paper >= FEW:
            packets.append((100 * (plain / paper - 1), name))
        # A handshake is 2 KB, more than some connections have to say.
        if connection.get(CALL, "plain", "payload-bytes") >= 500000:
            extra.append((100 * (tls_bytes / plain_bytes - 1), name))
        added.append((connection.get(OURS, "plain", "latency-p50-ms") -
                      connection.get(CALL, "plain", "latency-p50-ms"), name))
    print_worst("packets within 5 % of the paper", 5, packets, "%+6.2f %%")
    print_worst("at most 1.5 % more bytes with TLS, where there are half a million", 1.5, extra, "%+6.2f %%")
    print_worst("median latency at most 0.4 ms above one send per call", 0.4, added, "%+6.3f ms")


# --- the chart ------------------------------------------------------------------

# On the chart.
SHORT = {ADAPTIVE: "adaptive", HELD: "held 2 ms"}
COLOURS = {PIECE: "#b0b0b0", CALL: "#707070", OWN: "#d95f02", OURS: "#1b6ca8", ADAPTIVE: "#5ab0e0",
           HELD: "#2a9d4e"}
LEFT, RIGHT, TOP, LINE = 250, 40, 70, 24


def chart(folder):
    connections = read_all(folder)
    floor = sums(connections, FLOOR, "paper", "packets")
    ratios = {(way, kind): {trace: packets / floor[trace]
                            for trace, packets in sums(connections, way, kind, "packets").items()}
              for way in COLOURS for kind in ("plain", "tls")}
    most = max(value for values in ratios.values() for value in values.values())
    width, height = 900, TOP + LINE * len(floor) + 40

    def x(ratio):
        return LEFT + (width - LEFT - RIGHT) * math.log(max(ratio, 1)) / math.log(most * 1.1)

    print('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" '
          'font-family="sans-serif" font-size="12">' % (width, height, width, height))
    print('<rect width="100%" height="100%" fill="white"/>')
    print('<text x="10" y="22" font-size="15">Packets, in multiples of the fewest that there can be'
          ' (filled: plain, hollow: TLS)</text>')
    place = 10
    for way, colour in COLOURS.items():
        print('<circle cx="%d" cy="44" r="5" fill="%s"/><text x="%d" y="48">%s</text>' % (
            place + 5, colour, place + 14, SHORT.get(way, way)))
        place += 32 + 6.6 * len(SHORT.get(way, way))
    for tick in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000):
        if tick <= most * 1.1:
            print('<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#e0e0e0"/>'
                  '<text x="%.1f" y="%d" text-anchor="middle">%d</text>' % (
                      x(tick), x(tick), TOP - 8, height - 30, x(tick), height - 14, tick))
    for i, trace in enumerate(floor):
        y = TOP + LINE * i + 8
        print('<text x="%d" y="%d" text-anchor="end">%s</text>' % (LEFT - 12, y + 4, trace))
        for (way, kind), values in ratios.items():
            look = 'fill="%s"' if kind == "plain" else 'fill="none" stroke-width="1.5" stroke="%s"'
            print('<circle cx="%.1f" cy="%d" r="%s" %s/>' % (
                x(values[trace]), y, "4.5" if kind == "plain" else "6", look % COLOURS[way]))
    print("</svg>")


if __name__ == "__main__":
    {"table": table, "summary": summary, "readme": readme, "verdict": verdict,
     "chart": chart}[sys.argv[1]](*sys.argv[2:])

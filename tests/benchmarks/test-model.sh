#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# giosocket-replay --model: small traces that can be reckoned by hand, and the figures of real ones,
# which are the same on every machine.
# usage: test-model.sh PROGRAM DATA-DIRECTORY [update]
set -u

replay=$1
data=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0

fail() {
  echo "FAILED: $claim: $*"
  failures=$((failures + 1))
}

# trace ROW...: a trace of connection 1
trace() {
  { echo 't_us,conn,kind,iov,ret'; printf '%s\n' "$@"; } > "$dir/trace.csv"
  "$replay" --model --trace="$dir/trace.csv" --conn=1 --csv=- > "$dir/out" || fail 'exit status'
}

# is CONTESTANT PACKETS WIRE-BYTES P50 P99 MAX
is() {
  grep -qF "1,\"$1\",$2,$3,$4,$5,$6," "$dir/out" || {
    fail "$1 is not $2 $3 $4 $5 $6"
    cat "$dir/out"
  }
}

# calls CONTESTANT SENDS OPTIONS
calls() {
  grep -q "^1,\"$1\",.*,$2,$3\$" "$dir/out" || {
    fail "$1 does not make $2 and $3 calls"
    cat "$dir/out"
  }
}

claim='a lone write of two pieces'
trace '7,1,writev,10+20,'
is 'one send per piece' 2 162 0.0 0.0 0.0
is 'one send per call' 1 96 0.0 0.0 0.0
is "the program's own corking" 1 96 0.0 0.0 0.0
is 'writeaggregate ! tcpcork' 1 96 100.0 100.0 100.0
is 'the same, adaptive' 1 96 100.0 100.0 100.0
is 'the same, held 2 ms' 1 96 2100.0 2100.0 2100.0
is 'the floor' 1 96 '' '' ''

claim='full segments leave while the tail waits'
trace '0,1,write,1000,' '40,1,write,1000,' '90,1,write,344,'
is 'one send per call' 3 2542 0.0 0.0 0.0
is 'writeaggregate ! tcpcork' 2 2476 100.0 150.0 150.0
is 'the same, held 2 ms' 2 2476 2010.0 2060.0 2060.0

claim='quiet ends a burst, and so does age'
trace '0,1,write,10,' '99,1,write,10,' '199,1,write,10,'
is 'writeaggregate ! tcpcork' 2 162 100.0 199.0 199.0
trace $(seq 0 90 2070 | sed 's/$/,1,write,10,/')
is 'writeaggregate ! tcpcork' 2 372 920.0 2000.0 2000.0

claim='the corking of the program'
trace '0,1,cork-on,,' '5,1,write,10,' '8,1,write,10,' '9,1,cork-off,,' '9,1,cork-on,,' \
  '20,1,write,10,' '24,1,cork-off,,' '30,1,write,10,'
is "the program's own corking" 3 238 1.0 4.0 4.0

claim='calls are those of the program, or ours: one for the cork, and one for each burst'
calls 'one send per call' 4 0
calls "the program's own corking" 4 4
calls 'writeaggregate ! tcpcork' 4 2
calls 'the same, held 2 ms' 1 2
calls 'the floor' '' ''

claim='a write of 64 KiB and more does not wait for 2 ms'
trace '0,1,write,65535,' '100,1,write,65537,'
is 'one send per call' 92 137144 0.0 0.0 0.0
is 'the same, held 2 ms' 91 137078 100.0 100.0 100.0

claim='what cannot be modelled is refused'
"$replay" --model --trace="$dir/trace.csv" --conn=1 --runs=2 2> "$dir/err" && fail '--runs=2'
grep -qF -- '--runs is not for --model' "$dir/err" || fail 'does not say so'
"$replay" --model --trace="$dir/trace.csv" --conn=2 2> "$dir/err" && fail '--conn=2'
grep -qF 'connection 2 has no writes' "$dir/err" || fail 'does not say so'

claim='table and JSON say the same'
"$replay" --model --trace="$dir/trace.csv" --conn=all > "$dir/out" || fail 'exit status'
grep -q 'trace.csv, connection 1: 2 calls, 2 pieces, 131072 bytes' "$dir/out" || fail 'table'
"$replay" --model --trace="$dir/trace.csv" --conn=all --json=- > "$dir/json" || fail 'exit status'
python3 -c 'import json, sys
c = json.load(open(sys.argv[1]))["connections"][0]
r = {x["name"]: x for x in c["contestants"]}
sys.exit(not (r["the floor"]["packets"] == 91 and r["the floor"]["wait-p50-us"] is None and
  r["the same, held 2 ms"]["packets"] == 91))' "$dir/json" || fail 'JSON'

for trace in "$data"/spice-*.csv.gz "$data"/xpra-*.csv.gz; do
  basename "$trace" .csv.gz
  "$replay" --model --trace="$trace" --conn=all --csv=- || echo FAILED
done > "$dir/model.txt"
[ "${3:-}" = update ] && cp "$dir/model.txt" "$data/model.txt"

# Traffic that nobody has recorded, each as one connection: frames and sound at their rates, arrivals
# at random, bulk, and traffic that turns into something else as soon as one has got used to it.
python3 - "$dir" << 'END'
import random, sys

random.seed(1)

def regular(n, gap, buffers, inside):
    return [gap - inside * (buffers - 1) if i % buffers == 0 else inside for i in range(n)]

def at_random(n, mean):
    return [random.expovariate(1 / mean) for i in range(n)]

def alternating(n, pairs, lone):
    one = regular(2 * pairs, 5000, 2, 60) + regular(lone, 5000, 1, 0)
    return one * (n // len(one))

traffic = {
    "video-60-fps": regular(20000, 16667, 5, 8),
    "video-uneven": [random.uniform(15000, 18000) if i % 7 == 0 else random.expovariate(1 / 30)
                     for i in range(20000)],
    "audio-20-ms": regular(5000, 20000, 1, 0),
    "audio-and-video": sorted(regular(3000, 16667, 4, 40) + regular(900, 20000, 1, 0)),
    "bulk": regular(20000, 2, 1, 0),
    "every-99-us": regular(20000, 99, 1, 0),
    "every-101-us": regular(20000, 101, 1, 0),
    "alternating": alternating(20000, 100, 300),
    "alternating-fast": alternating(20000, 3, 200),
    "alternating-slowly": alternating(20000, 1000, 1000),
}
for mean in 10, 30, 100, 300, 1000, 10000:
    traffic["random-%d-us" % mean] = at_random(20000, mean)

for name, gaps in traffic.items():
    with open("%s/%s.csv" % (sys.argv[1], name), "w") as file:
        now = 0
        file.write("t_us,conn,kind,iov,ret\n")
        for gap in gaps:
            now += gap
            file.write("%d,1,write,%d,\n" % (now, random.choice((60, 200, 700, 1400))))
END
rm "$dir/trace.csv"
for trace in "$dir"/*.csv; do
  basename "$trace" .csv
  "$replay" --model --trace="$trace" --conn=all --csv=- || echo FAILED
done > "$dir/unseen.txt"

claim='real traces have the figures that they always had'
diff "$data/model.txt" "$dir/model.txt" || fail 'see above; "update" if that is what was meant'

claim='targets are met'
python3 - "$dir/model.txt" "$dir/unseen.txt" << 'END' || fail 'see above'
import csv, sys

ok = True
CALL, OWN, OURS, ADAPTIVE, HELD, FLOOR = ("one send per call", "the program's own corking",
    "writeaggregate ! tcpcork", "the same, adaptive", "the same, held 2 ms", "the floor")
PACKETS, P50, P99, OPTIONS = "packets", "wait-p50-us", "wait-p99-us", "setsockopt-calls"
# What SPICE itself needed for its display channel.
SPICE = { "spice-plain-installer-interactive": 1635, "spice-plain-installer-boot": 3311,
    "spice-plain-desktop-boot": 8222 }

def claim(so, *what):
    global ok
    if not so:
        print(*what)
    ok = ok and so

def check(trace, conn, r):
    # 2 %, but a connection of less than 50 packets has no room for one more.
    claim(100 * r[ADAPTIVE][PACKETS] <= 102 * r[OURS][PACKETS], trace, conn, "adaptive sends more")
    claim(r[ADAPTIVE][P50] <= r[OURS][P50], trace, conn, "adaptive waits longer")
    claim(r[OURS][PACKETS] <= r[CALL][PACKETS], trace, conn, "more packets than without")

def check_display(trace, r):
    # A flush is one call; SPICE makes two, and finds nothing to flush now and then.
    claim(r[OURS][OPTIONS] <= r[OWN][OPTIONS] / 1.9, trace, "more calls than half of SPICE's")
    if trace in SPICE:
        claim(r[OWN][PACKETS] == SPICE[trace], trace, "SPICE is not what it was")
        claim(r[OURS][PACKETS] <= r[OWN][PACKETS], trace, "more packets than SPICE")
        claim(r[OURS][P99] < 1000, trace, "p99 of 1 ms")
        claim(r[HELD][PACKETS] <= 1.2 * r[FLOOR][PACKETS], trace, "more than 1.2 x the floor")
    if trace == "spice-plain-desktop-work":
        claim(r[ADAPTIVE][P50] == 0, trace, "adaptive waits in vain")

def read(name):
    results = {}
    for row in csv.reader(open(name)):
        if len(row) == 1:
            trace, conn = row[0], None
        elif row[0] == "conn":
            keys = row[2:]
        else:
            values = [float(x) if x else None for x in row[2:]]
            results.setdefault((trace, row[0]), {})[row[1]] = dict(zip(keys, values))
    return results

recorded = read(sys.argv[1])
unseen = read(sys.argv[2])
claim(len(recorded) == 44 and len(unseen) == 16, "connections are missing:", len(recorded), len(unseen))
for (trace, conn), r in list(recorded.items()) + list(unseen.items()):
    check(trace, conn, r)
for (trace, conn), r in recorded.items():
    if conn == "2" and r[OWN][OPTIONS] > 0:
        check_display(trace, r)
for lone in "audio-20-ms", "every-101-us":
    claim(unseen[lone, "1"][ADAPTIVE][P50] == 0, lone, "adaptive waits in vain")
sys.exit(not ok)
END

[ "$failures" -eq 0 ] && echo 'all right'
exit "$((failures > 0))"

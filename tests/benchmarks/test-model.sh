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
  grep -qxF "1,\"$1\",$2,$3,$4,$5,$6" "$dir/out" || {
    fail "$1 is not $2 $3 $4 $5 $6"
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

for trace in spice-plain-desktop-boot spice-plain-desktop-work spice-plain-installer-boot \
  spice-plain-installer-interactive; do
  echo "$trace"
  "$replay" --model --trace="$data/$trace.csv.gz" --conn=all --csv=- || echo FAILED
done > "$dir/model.txt"
[ "${3:-}" = update ] && cp "$dir/model.txt" "$data/model.txt"

claim='real traces have the figures that they always had'
diff "$data/model.txt" "$dir/model.txt" || fail 'see above; "update" if that is what was meant'

claim='targets are met'
python3 - "$dir/model.txt" <<'END' || fail 'see above'
import csv, sys

ok = True
OWN, OURS, ADAPTIVE, HELD, FLOOR = ("the program's own corking", "writeaggregate ! tcpcork",
    "the same, adaptive", "the same, held 2 ms", "the floor")

def claim(so, *what):
    global ok
    if not so:
        print(*what)
    ok = ok and so

def check(trace, conn, r):
    # 2 %, but a connection of less than 50 packets has no room for one more.
    claim(100 * r[ADAPTIVE][0] <= 102 * r[OURS][0], trace, conn, "adaptive sends more")
    claim(r[ADAPTIVE][1] <= r[OURS][1], trace, conn, "adaptive waits longer")
    if conn != "2":
        return
    if trace == "spice-plain-desktop-work":
        claim(r[ADAPTIVE][1] == 0, trace, "adaptive waits in vain")
        return
    claim(r[OURS][0] <= r[OWN][0], trace, "more packets than SPICE")
    claim(r[OURS][2] < 1000, trace, "p99 of 1 ms")
    claim(r[HELD][0] <= 1.2 * r[FLOOR][0], trace, "more than 1.2 x the floor")

results = {}
for row in csv.reader(open(sys.argv[1])):
    if len(row) == 1:
        trace = row[0]
    elif row[0] != "conn":
        waits = [float(x) if x else None for x in row[4:7]]
        results.setdefault((trace, row[0]), {})[row[1]] = [int(row[2])] + waits
claim(len(results) >= 12, "connections are missing")
for (trace, conn), r in results.items():
    check(trace, conn, r)
sys.exit(not ok)
END

[ "$failures" -eq 0 ] && echo 'all right'
exit "$((failures > 0))"

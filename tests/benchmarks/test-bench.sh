#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# giosocket-bench as its users meet it: every row once and tiny, and everything that can be wrong with
# a command line.  Nothing is judged by time.
# usage: test-bench.sh PROGRAM TRACE
set -u

bench=$1
trace=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0

fail() {
  echo "FAILED: $claim: $*"
  sed 's/^/  | /' "$dir/out" "$dir/err"
  failures=$((failures + 1))
}

# expect STATUS ARGUMENT...: runs the program; what it prints is in out and err.
expect() {
  expected=$1
  shift
  "$bench" --trace="$trace" "$@" > "$dir/out" 2> "$dir/err"
  status=$?
  [ "$status" -eq "$expected" ] || fail "exit status $status instead of $expected"
}

says() {
  grep -qF -- "$1" "$dir/out" "$dir/err" || fail "does not say '$1'"
}

# csv EXPRESSION: true of the list of rows r, and with numbers f (column) of the first row.
csv() {
  python3 -c 'import csv, sys; r = list(csv.DictReader(open(sys.argv[1])))
f = lambda column: float(r[0][column])
sys.exit(not eval(sys.argv[2]))' "$dir/csv" "$1" || fail "not so: $1"
}

claim='every row runs, and what comes out is what was sent'
expect 0 --scale=0.002 --runs=1 --details --csv="$dir/csv"
[ -s "$dir/err" ] && fail 'warns'
csv 'len(r) >= 50 and len(set(row["name"] for row in r)) == len(r)'
# Some peers are in packages that the other rows do not need.
csv 'all(not row["error"] or "no element \"gdp" in row["error"] or
         "no element \"rtpstream" in row["error"] or "GIO has no TLS" in row["error"] for row in r)'
csv 'all(float(row["ratio"]) > 0 and row["ratio"] == row["ratio-min"] == row["ratio-max"]
         for row in r if not row["error"])'
csv 'all(float(row["ours"]) == float(row["ours-" + row["headline"]]) for row in r
         if not row["error"])'
"$bench" --list > "$dir/list"
[ "$(wc -l < "$dir/list")" -eq "$(($(wc -l < "$dir/csv") - 1))" ] || fail '--list has other rows'

claim='calls are counted on both sides'
expect 0 --row=send-small/tcpclientsink --scale=0.01 --runs=2 --csv="$dir/csv"
csv 'len(r) == 1 and r[0]["runs"] == "2"'
csv 'f("peer-send-calls") >= 400 and f("peer-sender-calls-per-mb") >= 10000'
csv '0 < f("ours-send-calls") and f("ours-receive-calls") > 0 and f("peer-receive-calls") > 0'
csv 'f("ours-sender-bytes-copied") <= 40000 and r[0]["peer-sender-bytes-copied"] == ""'
csv 'f("ours-sender-peak-mb") > 1 and f("peer-receiver-peak-mb") > 1'
csv 'f("ratio-min") <= f("ratio") <= f("ratio-max")'

claim='a burst costs one call beside those that send, where SPICE needs two, and none over TLS'
expect 0 --row=burst-calls/spice-loop --scale=0.1 --runs=1 --csv="$dir/csv"
csv 'f("peer-setsockopt-calls") == 1 + 2 * 80 and f("peer-send-calls") == 80'
# One that corks; what else there may be is of the connection, which is made meanwhile.
csv '1 + 80 <= f("ours-setsockopt-calls") <= 1 + 80 + 4 and f("ours-send-calls") >= 80'
expect 0 --row=tls-send-lists/tcpcork-alone --scale=0.04 --runs=1 --csv="$dir/csv"
grep -q 'GIO has no TLS' "$dir/csv" || csv 'f("ours-setsockopt-calls") <= 4'

claim='a chart has the players of the rows'
if "$bench" --help | grep -q -- --chart; then
  expect 0 --row='framed-1*/message-loop' --scale=0.002 --runs=1 --chart="$dir/chart.svg"
  grep -q 'giosocketsrc ! recvpool: 100 bytes .* 1024 bytes' "$dir/chart.svg" || fail 'or its costs'
  expect 1 --row=framed-1k/message-loop --scale=0.002 --runs=1 --chart="$dir/none/chart.svg"
  says "--chart=$dir/none/chart.svg: No such file"
fi

# Whoever may not make networks has the other branch tested for him.
claim='packets are counted on a network of its own'
expect 0 --row=send-lists/plain-loop --scale=0.1 --runs=1 --csv="$dir/csv"
csv 'f("peer-send-calls") == 80 and 80 <= f("ours-send-calls") <= 240'
if [ "$(id -u)" -eq 0 ] && unshare -n true; then
  csv 'r[0]["network"].startswith("veth ") and f("ours-packets") >= 5120 * 100 / 1448'
  csv '512000 + 66 * f("peer-packets") <= f("peer-wire-bytes") <= 512000 + 80 * f("peer-packets")'
fi

claim='TLS records are counted, and a list of small buffers becomes one'
expect 0 --row=tls-send-lists/sink-alone --scale=0.04 --runs=1 --csv="$dir/csv"
if ! grep -q 'GIO has no TLS' "$dir/csv"; then
  csv 'f("ours-tls-records") == 80 and f("peer-tls-records") == 5120'
  csv '0 < f("ours-send-calls") <= 240 and f("peer-send-calls") >= 5120'
fi
expect 0 --row='tls-send-*/gnutls-loop' --scale=0.02 --runs=1 --csv="$dir/csv"
csv '[float(row["peer-tls-records"]) for row in r] == [800, 40, 800, 507]'
csv 'all(float(row["peer-send-calls"]) >= float(row["peer-tls-records"]) for row in r)'
csv '0 < f("ours-tls-records") <= 800'
expect 0 --row='tls-receive-*/gnutls-loop' --scale=0.02 --runs=1 --csv="$dir/csv"
csv '[float(row["peer-tls-records"]) for row in r] == [800, 507]'

claim='handshakes are counted, and figures of what is not sent are missing'
expect 0 --row=tls-handshake/gnutls-loop --scale=0.02 --runs=1 --csv="$dir/csv"
csv 'f("ours-handshakes-per-second") > 0 and f("peer-handshakes-per-second") > 0'
csv 'r[0]["ours-messages-per-second"] == "" and r[0]["ours-tls-records"] == ""'

claim='rows that want TLS of a GIO without it are not run'
GIO_USE_TLS=dummy "$bench" --trace="$trace" --row='tls-*/giostreams*' --scale=0.002 --runs=1 \
  > "$dir/out" 2> "$dir/err" || fail "exit status $?"
[ "$(grep -c 'not run: .*GIO has no TLS' "$dir/out")" -eq 7 ] || fail 'or are they?'

claim='on loopback no packets are counted'
expect 0 --loopback --row='send-lists/tcp*' --scale=0.02 --runs=1 --csv="$dir/csv"
csv 'r[0]["network"] == "loopback, packets not counted (--loopback)" and len(r) == 2'
csv 'all(row["ours-packets"] == "" and row["ours-wire-bytes"] == "" for row in r)'

claim='without the means to make a network it says so and counts no packets'
(
  PATH=$dir
  export PATH
  exec "$bench" --row='p*/plain-loop' --scale=0.02 --runs=1 --csv="$dir/csv"
) > "$dir/out" 2> "$dir/err" || fail "exit status $?"
csv 'r[0]["network"].startswith("loopback, packets not counted") and r[0]["peer-packets"] == ""'
csv '0 < f("peer-round-trip-p50-us") <= f("peer-round-trip-p99-us")'

claim='that our own elements are missing is a failure'
GST_PLUGIN_PATH_1_0='' GST_PLUGIN_SYSTEM_PATH_1_0='' GST_REGISTRY_1_0="$dir/registry" \
  "$bench" --row=send-bulk/tcpclientsink > "$dir/out" 2> "$dir/err"
[ $? -eq 1 ] || fail 'but not by its exit status'
says 'send-bulk/tcpclientsink        FAILED: sender: '
says 'no element "giosocketsink"'

# refuses TEXT ARGUMENT...
refuses() {
  claim="bad command line: $*"
  text=$1
  shift
  expect 2 "$@"
  says "giosocket-bench: $text"
}

refuses '--row=nosuch*: no row has such a name' --row='nosuch*'
refuses '--runs=0 is not from 1 to 1000' --runs=0
refuses '--runs=1001 is not from 1 to 1000' --runs=1001
refuses '--scale=0 is not over 0' --scale=0
refuses '--scale=-1 is not over 0' --scale=-1
refuses '--scale=nan is not over 0' --scale=nan
refuses 'Cannot parse ' --scale=much
refuses '--conn=0: connections are counted from 1' --conn=0
refuses '--timeout=0 is less than 1' --timeout=0
refuses "unexpected argument 'more'" more
refuses 'Unknown option --tls' --tls
refuses "--csv=$dir/none/csv: No such file" --csv="$dir/none/csv"

claim='a trace that is not there fails the rows that need it, and no other'
expect 1 --row='send-*/plain-loop' --scale=0.002 --runs=1 --trace="$dir/none.csv" --csv="$dir/csv"
says "send-mix/plain-loop            FAILED: $dir/none.csv: No such file"
csv '[row["name"] for row in r if row["error"]] == ["send-mix/plain-loop"] and len(r) == 4'

claim='SIGTERM ends it'
: > "$dir/out"
"$bench" --scale=1000 --row=send-bulk/plain-loop > "$dir/out" 2> "$dir/err" &
pid=$!
until [ -s "$dir/out" ]; do
  kill -0 "$pid" 2> /dev/null || break
  sleep 0.01
done
kill "$pid"
wait "$pid" 2> "$dir/wait"
status=$?
[ "$status" -eq 130 ] || fail "exit status $status instead of 130"
says 'interrupted by signal 15'

echo "$failures failures"
[ "$failures" -eq 0 ]

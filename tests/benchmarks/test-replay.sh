#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# giosocket-replay as its users meet it: real runs, and everything that can be wrong with one.
# usage: test-replay.sh PROGRAM DATA-DIRECTORY
set -u

replay=$1
data=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0
plain='plain|tcpclientsink host=%h port=%p'
server='tcpserversrc host=%h port=%p'

fail() {
  echo "FAILED: $claim: $*"
  sed 's/^/  | /' "$dir/out" "$dir/err"
  failures=$((failures + 1))
}

# expect STATUS ARGUMENT...: runs the program; what it prints is in out and err.
expect() {
  expected=$1
  shift
  "$replay" "$@" > "$dir/out" 2> "$dir/err"
  status=$?
  [ "$status" -eq "$expected" ] || fail "exit status $status instead of $expected"
}

says() {
  grep -qF -- "$1" "$dir/out" "$dir/err" || fail "does not say '$1'"
}

# json EXPRESSION: true of the report j and its first contestant c.
json() {
  python3 -c 'import json, sys; j = json.load(open(sys.argv[1])); c = j["contestants"][0]
sys.exit(not eval(sys.argv[2]))' "$dir/json" "$1" || fail "not so: $1"
}

claim='a trace goes through two processes and is counted'
expect 0 --trace="$data/writes.csv" --conn=1 --contestant="$plain" --json="$dir/json"
says 'connection 1: 5 writes, 70227 bytes'
json 'c["error"] is None and len(c["runs"]) == 1'
json 'c["median"]["writes"] == 5 and c["median"]["payload-bytes"] == 70227'
json 'c["median"]["send-calls"] >= 5 and c["median"]["messages-not-timed"] == 0'
json '0 < c["median"]["latency-p50-ms"] <= c["median"]["latency-max-ms"]'

claim='the timing of the trace is kept'
json 'c["median"]["seconds"] >= 0.40018'

claim='--max-gap shortens silences and nothing else'
expect 0 --trace="$data/writes.csv" --conn=1 --max-gap=5 --contestant="$plain" --json="$dir/json"
json 'c["median"]["seconds"] >= 0.00598 and j["max-gap-ms"] == 5'
json 'c["median"]["payload-bytes"] == 70227'

claim='--max-bytes ends a connection before the call that would be too much'
expect 0 --trace="$data/writes.csv" --conn=2 --max-bytes=28 --repeat=2 --contestant="$plain" --json="$dir/json"
says '4 writes, '
says 'the first 28 bytes of each connection'
json 'c["median"]["writes"] == 4 and c["median"]["payload-bytes"] < 2 * 28 and j["max-bytes"] == 28'

claim='contestants take turns, with receivers of their own, and gzip is read'
gzip -c "$data/writes.csv" > "$dir/writes.csv.gz"
expect 0 --trace="$dir/writes.csv.gz" --conn=2 --speed=max --runs=3 --json="$dir/json" \
  --contestant="$plain" --contestant="through queues | queue ! tcpclientsink host=%h port=%p | $server ! queue"
says 'medians of 3 interleaved runs'
json '[len(r["runs"]) for r in j["contestants"]] == [3, 3]'
json 'all(r["median"]["payload-bytes"] == 29 for r in j["contestants"])'

claim='--pieces makes a buffer of each element of a vector, --repeat plays it all again'
printf 't_us,conn,kind,iov,ret\n0,1,writev,10+20+30,\n5,1,write,40,\n' > "$dir/pieces.csv"
expect 0 --trace="$dir/pieces.csv" --conn=1 --pieces --repeat=3 --contestant="$plain" --json="$dir/json"
says '12 writes, 300 bytes, at the speed of the trace, 3 times, piece by piece'
json 'c["median"]["writes"] == 12 and c["median"]["payload-bytes"] == 300'
json 'j["pieces"] and j["repeat"] == 3'

claim='--corked gives a sender the corking of the trace'
printf 't_us,conn,kind,iov,ret\n0,1,cork-on,,\n' > "$dir/corked.csv"
for i in 1 2 3 4 5 6 7 8; do printf '%d,1,write,100,\n' $((i * 1000)); done >> "$dir/corked.csv"
printf '9000,1,cork-off,,\n' >> "$dir/corked.csv"
corker='corked|giosocketsink host=%h port=%p'
expect 0 --trace="$dir/corked.csv" --conn=1 --contestant="$corker" --json="$dir/json"
json 'c["median"]["setsockopt-calls"] == 0'
uncorked=$(python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["contestants"][0]["median"]["packets"])' "$dir/json")
expect 0 --trace="$dir/corked.csv" --conn=1 --corked --contestant="$corker" --json="$dir/json"
json "c[\"median\"][\"packets\"] <= $uncorked - 7"

claim='TLS as SPICE does it: each piece of a call is a record, corked as the program did'
expect 0 --trace="$dir/pieces.csv" --conn=1 --repeat=3 --contestant='spice|spice-tls' --json="$dir/json"
json 'c["median"]["writes"] == c["median"]["tls-records"] == 12 and c["median"]["payload-bytes"] == 300'
json 'c["median"]["send-calls"] >= 12 and c["median"]["setsockopt-calls"] == 0'
expect 0 --trace="$dir/corked.csv" --conn=1 --contestant='spice|spice-tls' --json="$dir/json"
json 'c["median"]["tls-records"] == 8 and c["median"]["setsockopt-calls"] == 2'

claim='%t turns TLS on, at one end or at both, and a table has plain contestants and others'
tls='giosocketsink host=%h port=%p %t'
expect 0 --trace="$data/writes.csv" --conn=all --speed=max --json="$dir/json" \
  --contestant="ours|writeaggregate ! tcpcork ! $tls" --contestant="$plain" \
  --contestant="both|$tls|giosocketsrc mode=listen host=%h port=%p %t" \
  --contestant='spice|spice-tls|giosocketsrc mode=listen host=%h port=%p %t'
says '  wire B  records  sends'
json 'all(r["median"]["payload-bytes"] == 70256 for r in j["contestants"])'
json '6 <= c["median"]["tls-records"] <= 16'
json '[r["median"]["tls-records"] for r in j["contestants"][1:]] == [None, None, None]'

claim='who cannot speak TLS is told so'
expect 1 --trace="$data/writes.csv" --conn=1 --contestant="spice|spice-tls|$server" --timeout=1
says 'spice FAILED: '

claim='the same figures come as comma-separated values'
expect 0 --trace="$data/writes.csv" --conn=1 --speed=max --runs=2 --contestant='a "b", c|tcpclientsink host=%h port=%p' \
  --json="$dir/json" --csv="$dir/csv"
python3 -c 'import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1])))
c = json.load(open(sys.argv[2]))["contestants"][0]
assert [r["run"] for r in rows] == ["median", "1", "2"]
assert all(r["contestant"] == "a \"b\", c" for r in rows)
for r, j in zip(rows, [c["median"]] + c["runs"]):
    assert all(float(r[k]) == j[k] for k in j if j[k] is not None)' "$dir/csv" "$dir/json" 2> "$dir/err" ||
  fail 'CSV and JSON differ'
expect 0 --trace="$data/writes.csv" --conn=1 --speed=max --contestant="$plain" --csv=-
equal=$(head -n 1 "$dir/out" | cut -d, -f1-3)
[ "$equal" = 'contestant,run,writes' ] || fail 'more than CSV is on standard output'

if "$replay" --help | grep -q -- --chart; then
  claim='a chart is well-formed, and names every contestant that did not fail and the last one twice'
  expect 1 --trace="$data/writes.csv" --conn=all --speed=max --chart="$dir/chart.svg" \
    --contestant="a < b & c|tcpclientsink host=%h port=%p" --contestant='bad|nosuchelement port=%p' --contestant="$plain"
  python3 -c 'import sys, xml.etree.ElementTree as tree
text = "".join(tree.parse(sys.argv[1]).getroot().itertext())
assert "a < b & c" in text and text.count("plain") >= 2, text' "$dir/chart.svg" 2> "$dir/err" ||
    fail 'not so'

  claim='a chart that cannot be written is an error'
  expect 2 --trace="$data/writes.csv" --conn=1 --contestant="$plain" --chart="$dir/none/chart.svg"
  says "--chart=$dir/none/chart.svg: No such file or directory"
  expect 1 --trace="$data/writes.csv" --conn=1 --speed=max --contestant="$plain" --chart=/dev/full
  says '--chart=/dev/full: cannot write'
fi

claim='a link rate that is none is refused'
for rate in 8 mbit 8mb 1bit -1mbit 200gbit 8mbitx ''; do
  expect 2 --trace="$data/writes.csv" --conn=1 --contestant="$plain" --link-rate="$rate"
  says "--link-rate=$rate: expected a number and bit, kbit, mbit or gbit"
done

claim='--conn=all plays all connections at once, each through a pipeline of its own'
expect 0 --trace="$data/writes.csv" --conn=all --json="$dir/json" --contestant="$plain" \
  --contestant="pipelines|writeaggregate ! giosocketsink host=%h port=%p|giosocketsrc mode=listen host=%h port=%p"
says 'all 2 connections: 8 writes, 70256 bytes'
json '[(s["conn"], s["writes"], s["payload-bytes"]) for s in j["connections"]] == [(1, 5, 70227), (2, 3, 29)]'
json 'all(r["median"]["writes"] == 8 and r["median"]["payload-bytes"] == 70256 for r in j["contestants"])'
json 'all(0.39 <= r["median"]["seconds"] for r in j["contestants"])'

claim='one of several connections that fails is the end of the run'
expect 1 --trace="$data/writes.csv" --conn=all --contestant='bad|nosuchelement port=%p' --contestant="$plain"
says 'nosuchelement'
expect 1 --trace="$data/writes.csv" --conn=all --timeout=1 --contestant='deaf|fakesink name=a%p'
says 'no progress for 1 seconds'

# Whoever may not make networks has the other branch tested for him.
claim='every packet is counted, and no segment is larger than a wire takes'
expect 0 --trace=fixed:144800:10 --speed=max --contestant="$plain" --json="$dir/json"
if [ "$(id -u)" -eq 0 ] && unshare -n true; then
  says 'network: veth between two network namespaces'
  json 'c["median"]["wire-bytes"] >= 1448000 + 66 * 1000'
  json 'c["median"]["wire-bytes"] <= 1448000 + 80 * c["median"]["packets"]'
fi
json '1000 <= c["median"]["packets"] < 3000'

claim='small buffers over TLS make few more packets and bytes than they must'
if [ "$(id -u)" -eq 0 ] && unshare -n true; then
  expect 0 --trace=fixed:100:200000 --speed=max --runs=3 --json="$dir/json" \
    --contestant="ours|writeaggregate ! tcpcork ! $tls"
  # Whoever is interrupted more often ends more bursts: the best of three.
  json 'min(r["packets"] for r in c["runs"]) <= 14600'
  json 'min(r["wire-bytes"] - 66 * r["packets"] for r in c["runs"]) <= 1.002 * 20000000'
fi

claim='no more than the link rate gets through, or there is no link to limit'
if [ "$(id -u)" -eq 0 ] && unshare -n true; then
  expect 0 --trace=fixed:50000:10 --speed=max --link-rate=8mbit --contestant="$plain" --json="$dir/json"
  says '8 Mbit/s'
  json 'c["median"]["seconds"] >= 0.45'
fi
(
  PATH=$dir
  export PATH
  exec "$replay" --trace=fixed:100:1 --speed=max --link-rate=8mbit --contestant="$plain"
) > "$dir/out" 2> "$dir/err" && fail 'a rate without a link'
says 'a link rate needs a network of its own'

claim='without the means to make a network it says so and asks TCP_INFO'
(
  PATH=$dir
  export PATH
  exec "$replay" --trace=fixed:144800:10 --speed=max --contestant="$plain" --json="$dir/json"
) > "$dir/out" 2> "$dir/err" || fail "exit status $?"
says 'giosocket-replay: loopback, packets as TCP_INFO has them'
json '1000 <= c["median"]["packets"] < 3000 and c["median"]["wire-bytes"] is None'

claim='lost bytes are noticed'
expect 1 --trace=fixed:1000:1000 --speed=max --json="$dir/json" \
  --contestant="lossy|tcpclientsink host=%h port=%p|$server blocksize=500 ! identity drop-probability=0.5"
says 'lossy FAILED: what came out is not what was handed in: 1000000 bytes'
json '"not what was handed in" in c["error"] and "median" not in c'

claim='altered bytes are noticed'
expect 1 --trace=fixed:1000:1000 --speed=max --contestant="quieter|tcpclientsink host=%h port=%p
  |$server ! audio/x-raw,format=S8,rate=8000,channels=1,layout=interleaved ! volume volume=0.5"
says 'quieter FAILED: what came out is not what was handed in: 1000000 bytes'
says ' in, 1000000 bytes with '

claim='one that fails does not stop the others'
expect 1 --trace=fixed:1000:10 --speed=max --contestant='broken|tcpclientsink host=%h port=1%p' \
  --contestant="$plain" --json="$dir/json"
says "broken FAILED: sender: tcpclientsink0: "
says 'Connection refused'
json 'c["error"] is not None and j["contestants"][1]["error"] is None'

claim='the receiver that breaks the connection says why'
expect 1 --trace=fixed:1000:10000 --speed=max \
  --contestant="broken|tcpclientsink host=%h port=%p|$server ! identity error-after=2"
says 'receiver: identity0: '

claim='one that stands still is given up'
expect 1 --trace=fixed:1000:10000 --speed=max --timeout=1 \
  --contestant="asleep|tcpclientsink host=%h port=%p|$server ! identity sleep-time=100000000"
says 'no progress for 1 seconds: '

claim='elements that do not exist are named'
expect 1 --trace=fixed:1:1 --contestant='a|nosuchsink port=%p' --contestant="b|fakesink name=p%p|nosuchsrc port=%p"
says 'a FAILED: sender: '
says 'no element "nosuchsink"'
says 'b FAILED: receiver: '
says 'no element "nosuchsrc"'

# The two children of a run that has begun.
children() {
  tries=0
  set -- "$(cat "/proc/$1/task/$1/children")" "$1"
  while [ "$(echo "$1" | wc -w)" -lt 2 ] && [ "$tries" -lt 1000 ]; do
    sleep 0.01
    tries=$((tries + 1))
    set -- "$(cat "/proc/$2/task/$2/children")" "$2"
  done
  echo "$1"
}

# stopped_by SIGNAL STATUS
stopped_by() {
  claim="SIG$1 leaves no process behind"
  "$replay" --trace=fixed:10:1000000 --speed=max > "$dir/out" 2> "$dir/err" \
    --contestant='slow|identity sleep-time=1000 ! tcpclientsink host=%h port=%p' &
  pid=$!
  # shellcheck disable=SC2046
  set -- "$1" "$2" $(children "$pid")
  [ $# -eq 4 ] || { fail "no two children: $*"; set -- "$1" "$2" none none; }
  kill "-$1" "$pid"
  wait "$pid" 2> "$dir/wait"
  status=$?
  [ "$status" -eq "$2" ] || fail "exit status $status instead of $2"
  tries=0
  while { [ -e "/proc/$3" ] || [ -e "/proc/$4" ]; } && [ "$tries" -lt 500 ]; do
    sleep 0.01
    tries=$((tries + 1))
  done
  [ "$tries" -lt 500 ] || fail "process $3 or $4 is still there"
}

stopped_by TERM 130
says 'interrupted by signal 15'
stopped_by INT 130
stopped_by KILL 137

# refuses TEXT ARGUMENT...
refuses() {
  claim="bad command line: $*"
  text=$1
  shift
  expect 2 "$@"
  says "giosocket-replay: $text"
}

refuses '--trace=FILE is missing' --conn=1 --contestant="$plain"
refuses "--contestant='NAME|SENDER|RECEIVER' is missing" --trace="$data/writes.csv" --conn=1
refuses '--conn=N or --conn=all is missing' --trace="$data/writes.csv" --contestant="$plain"
refuses '--conn=-1 is neither a connection' --trace="$data/writes.csv" --conn=-1 --contestant="$plain"
refuses '--conn=one is neither a connection' --trace="$data/writes.csv" --conn=one --contestant="$plain"
refuses '--conn is not for fixed:1:1' --trace=fixed:1:1 --conn=1 --contestant="$plain"
refuses 'fixed:1: expected fixed:SIZE:COUNT' --trace=fixed:1 --contestant="$plain"
refuses "$dir/none.csv: No such file" --trace="$dir/none.csv" --conn=1 --contestant="$plain"
refuses "$data/writes.csv: connection 3 has no writes; connections in this file: 1 (5 writes), 2 (3" \
  --trace="$data/writes.csv" --conn=3 --contestant="$plain"
refuses '--speed=fast is neither' --trace=fixed:1:1 --speed=fast --contestant="$plain"
refuses '--max-gap=-2 ' --trace=fixed:1:1 --max-gap=-2 --contestant="$plain"
refuses '--max-bytes=-1 is less than 0' --trace=fixed:1:1 --max-bytes=-1 --contestant="$plain"
refuses '--runs=0 ' --trace=fixed:1:1 --runs=0 --contestant="$plain"
refuses '--timeout=0 ' --trace=fixed:1:1 --timeout=0 --contestant="$plain"
refuses "--contestant='plain': expected NAME|SENDER" --trace=fixed:1:1 --contestant=plain
refuses "--contestant='a|fakesink': the sender has no %p" --trace=fixed:1:1 --contestant='a|fakesink'
refuses "--contestant='a|fakesink name=x%p|fakesrc': the receiver has no %p" \
  --trace=fixed:1:1 --contestant='a|fakesink name=x%p|fakesrc'
refuses "unexpected argument 'more'" --trace=fixed:1:1 --contestant="$plain" more
refuses 'Unknown option --tls' --trace=fixed:1:1 --contestant="$plain" --tls
refuses "--json=$dir/none/json: No such file" --trace=fixed:1:1 --contestant="$plain" --json="$dir/none/json"

echo "$failures failures"
[ "$failures" -eq 0 ]

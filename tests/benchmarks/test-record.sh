#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What an application sent is recorded, and played again: the same writes, the same bytes.
# usage: test-record.sh PROGRAM DATA-DIRECTORY
set -u

replay=$1
data=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0

fail() {
  echo "FAILED: $claim: $*"
  sed 's/^/  | /' "$dir/out" "$dir/err"
  failures=$((failures + 1))
}

# play TRACE CONN NAME SENDER: through giosocketsink; the report is NAME.json.
play() {
  "$replay" --trace="$1" --conn="$2" --speed=max --json="$dir/$3.json" \
    --contestant="$3|$4giosocketsink name=sink0 host=%h port=%p" > "$dir/out" 2> "$dir/err" ||
    fail "exit status $?"
}

# record FILE TRACE CONN NAME SENDER: plays and records what the sink gets.
record() {
  GST_TRACERS="giosocketrecord(pad=sink0:sink,file=$1)"
  export GST_TRACERS
  shift
  play "$@"
  unset GST_TRACERS
}

# rows FILE: without the times.
rows() {
  zcat -f "$1" | sed '1,/^t_us,conn,kind,iov,ret$/d; s/^[^,]*,//'
}

# json NAME EXPRESSION: true of the contestant's figures c.
json() {
  python3 -c 'import json, sys; c = json.load(open(sys.argv[1]))["contestants"][0]["median"]
sys.exit(not eval(sys.argv[2]))' "$dir/$1.json" "$2" || fail "not so: $2"
}

claim='what the sink gets is what was played'
record "$dir/again.csv" "$data/writes.csv" 1 plain ''
cat > "$dir/expected" << 'END'
1,write,157,
1,write,1000,
1,write,2085,
1,write,65536,
1,write,1449,
END
rows "$dir/again.csv" | cmp - "$dir/expected" || fail 'other rows'
grep -q '^# connections: 1 = sink0:sink *$' "$dir/again.csv" || fail 'the pad is not named'

claim='a recording can be played, and recorded again'
record "$dir/third.csv.gz" "$dir/again.csv" 1 again ''
rows "$dir/third.csv.gz" | cmp - "$dir/expected" || fail 'other rows'
json again 'c["writes"] == 5 and c["payload-bytes"] == 70227'

# The bursts of a real session arrive at the sink as lists, with cork events around them.
claim='a list is played as the one system call that it was'
trace=$data/spice-plain-installer-interactive.csv.gz
record "$dir/lists.csv.gz" "$trace" 2 lists 'writeaggregate copy-threshold=0 max-latency=5000000 ! tcpcork ! '
rows "$dir/lists.csv.gz" > "$dir/rows"
sed -n 's/^1,writev*,\(.*\),$/\1/p' "$dir/rows" | tr + '\n' > "$dir/pieces"
writes=$(grep -c '^1,write' "$dir/rows")
bytes=$(awk '{ n += $1 } END { print n }' "$dir/pieces")
grep -q '^1,writev,[0-9+]*,$' "$dir/rows" || fail 'no list of several buffers'
grep -q '^1,cork-on,,$' "$dir/rows" || fail 'no cork-on'
grep -q '^1,cork-off,,$' "$dir/rows" || fail 'no cork-off'
json lists "c['payload-bytes'] == $bytes and c['send-calls'] >= $writes"

play "$dir/lists.csv.gz" 1 played ''
json played "c['payload-bytes'] == $bytes and c['writes'] == $writes and c['send-calls'] >= $writes"

echo "$failures failures"
[ "$failures" -eq 0 ]

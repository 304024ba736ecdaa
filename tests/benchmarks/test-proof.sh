#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# tests/proof.sh, with one of the smallest connections and no time to lose: what comes out is complete.
# usage: test-proof.sh PROGRAM SOURCE-DIRECTORY
set -u

program=$(realpath "$1")
source=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0

fail() {
  echo "FAILED: $claim: $*"
  sed 's/^/  | /' "$dir/out"
  failures=$((failures + 1))
}

# proof TRACE
proof() {
  env PROGRAM="$program" OUT="$dir/proof" MAX_GAP=1 CONN=1 TRACE="$1" sh "$source/tests/proof.sh" \
    > "$dir/out" 2>&1
}

# has N TEXT: so many lines with it
has() {
  [ "$(grep -c "$2" "$dir/out")" -eq "$1" ] || fail "not $1 lines with '$2'"
}

claim='a table for each connection, and one of all'
proof spice-plain-installer-interactive || fail "exit status $?"
has 1 '^spice-plain-installer-interactive, connection 1: 8 calls, 8 pieces, 144 bytes$'
for way in 'one send per piece' 'one send per call' "the program's own way" 'writeaggregate ! tcpcork' \
  'the same, adaptive' 'the same, held 2 ms' 'the floor'; do
  has 1 "^$way  *[0-9]"
done
has 3 '^    spice-plain-installer-interactive  '
has 1 '^1 connections in '
python3 -c 'import sys, xml.etree.ElementTree as tree
tree.parse(sys.argv[1])' "$dir/proof/packets.svg" || fail 'the chart is not well-formed'

claim='the tables go into a README'
printf 'before\n<!-- what tests/proof.sh printed last -->\nold\n<!-- until here -->\nafter\n' > "$dir/README.md"
for _ in 1 2; do
  python3 "$source/tests/proof.py" readme "$dir/proof" "$dir/README.md" || fail "exit status $?"
done
tr '\n' ' ' < "$dir/README.md" > "$dir/out"
has 1 '^before <!-- [^>]* -->  *packets, .*p50/p99 in ms.* <!-- until here --> after $'
has 0 'old'

claim='a trace that is not there is an error'
proof 'nothing-*' && fail 'it is none'
has 1 'proof.sh failed while looking for tests/data/nothing-\*.csv.gz'

echo "$failures failures"
[ "$failures" -eq 0 ]

#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The example in Python gets to itself the lines that it sent, and says what is wrong with an address.
# usage: test-lines.sh PYTHON PROGRAM FILE
set -eu

python=$1
program=$2
file=$3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$python" "$program" "$file" "$dir/copy" | tee "$dir/said"
grep '^source: connected' "$dir/said"
grep "^sent .* bytes in [1-9][0-9]* bursts, received $(wc -l < "$file") messages" "$dir/said"
cmp "$file" "$dir/copy"

# refuses URI TEXT: it ends with an error that has the text.
refuses() {
  if "$python" "$program" "$file" "$dir/refused" "$1" 2> "$dir/error"; then
    echo "$1 was taken"
    exit 1
  fi
  cat "$dir/error"
  grep "$2" "$dir/error"
}

refuses 'tcp://127.0.0.1:0?host=elsewhere' "sets 'host', which a URI may not"
refuses 'tcp://192.0.2.1:0' 'Could not listen on tcp://192.0.2.1:0'

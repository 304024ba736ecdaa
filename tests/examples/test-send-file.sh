#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The example sends a file to a real peer, and says what is wrong when there is none.
# usage: test-send-file.sh PROGRAM FILE
set -eu

dir=$(mktemp -d)
trap 'kill $peer 2>/dev/null || true; rm -rf "$dir"' EXIT

socat -u "UNIX-LISTEN:$dir/socket" "CREATE:$dir/received" &
peer=$!
while [ ! -S "$dir/socket" ]; do
  kill -0 "$peer"
done

"$1" "$2" "unix:$dir/socket" | grep 'every byte acknowledged'
wait "$peer"
cmp "$2" "$dir/received"

if "$1" "$2" "unix:$dir/nobody" 2> "$dir/error"; then
  echo 'sending to nobody succeeded'
  exit 1
fi
grep 'Nobody listens there' "$dir/error"

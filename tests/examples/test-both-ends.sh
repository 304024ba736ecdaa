#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The example gets to itself what it sent, plainly and over TLS, and trusts nobody it does not know.
# usage: test-both-ends.sh PROGRAM FILE
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# certificate NAME: a certificate that is its own authority, and its key.
certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj "/CN=$1" -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$dir/$1-key.pem" -out "$dir/$1.pem" 2> "$dir/openssl"
}

"$1" "$2" "$dir/plain" | tee "$dir/said"
grep '^source: connected, plain' "$dir/said"
grep "^sent .* bytes with .* calls and [1-9][0-9]* flushes, received $((($(wc -c < "$2") + 999) / 1000)) messages" "$dir/said"
cmp "$2" "$dir/plain"

certificate us
"$1" --certificate="$dir/us.pem" --private-key="$dir/us-key.pem" --ca="$dir/us.pem" \
  "$2" "$dir/tls" | tee "$dir/said"
grep '^sink: connected, TLS1.3' "$dir/said"
cmp "$2" "$dir/tls"

certificate others
if "$1" --certificate="$dir/us.pem" --private-key="$dir/us-key.pem" --ca="$dir/others.pem" \
  "$2" "$dir/refused" 2> "$dir/error"; then
  echo 'a stranger was trusted'
  exit 1
fi
cat "$dir/error"
# Whichever end comes first: "the peer is not trusted", or "the peer does not trust" us.
grep 'the peer .* not trust' "$dir/error"
cmp /dev/null "$dir/refused"

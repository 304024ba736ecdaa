#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs what is needed (as root), builds, and replays real traffic: every write trace in
# tests/data, connection by connection, at its own pace, plain and over TLS, through every way of
# sending that README compares.  Prints a table for each connection, then what README shows and the
# chart, and says where packets differ from the paper (giosocket-replay --model).
#
# The whole takes about 20 minutes.  It can be had in parts:
#   TRACE='xpra-* *-work'  traces, by name, without .csv.gz (default: all)
#   CONN=2                 one connection of each (default: each of them)
#   RUNS=5                 medians of so many interleaved runs (default: 1)
#   MAX_GAP=20             silences are shortened to so many milliseconds (default: 5, more than
#                          anybody holds anything back); -1: as they were
#   MAX_BYTES=0            so many bytes of a connection (default: 128 MiB; of the 3.5 GB of pixels
#                          the rest is as the beginning); 0: all of it
#   OUT=folder             where the figures are left (default: build/proof)
#   README=1               puts tables and chart where README shows them
#   PROGRAM=path           a giosocket-replay that is there already: nothing is installed or built
# The traces say themselves, in their first lines, which program they were recorded from, and how.
set -eu

cd "$(dirname "$0")/.."
. tests/packages.sh

step='starting'
trap '[ $? -eq 0 ] || echo "proof.sh failed while $step" >&2' EXIT

build() {
  step='installing packages'
  # shellcheck disable=SC2086
  install_packages $PACKAGES_BUILD python3

  step='building'
  [ -f build/build.ninja ] || meson setup build
  ninja -C build

  GST_PLUGIN_PATH=$PWD/build/plugins
  GST_REGISTRY=$PWD/build/demo.registry
  export GST_PLUGIN_PATH GST_REGISTRY
}

[ -n "${PROGRAM:-}" ] || build
program=${PROGRAM:-build/tests/benchmarks/giosocket-replay}
out=${OUT:-build/proof}
mkdir -p "$out"

sink='giosocketsink host=%h port=%p'
cork='writeaggregate ! tcpcork'
held='writeaggregate max-latency=2000000 quiet-time=0 ! tcpcork'

# replay NAME OPTION...: its figures into a file of that name
replay() {
  file=$1
  shift
  "$program" --trace="$trace" --conn="$conn" --max-gap="${MAX_GAP:-5}" \
    --max-bytes="${MAX_BYTES:-134217728}" --csv="$out/$name.$conn.$file.csv" "$@" > "$out/replay.out"
}

# The program's own way over TLS is that of SPICE and of xpra: every piece is a record and a call.
play() {
  replay model --model
  replay pieces --runs="${RUNS:-1}" --pieces \
    --contestant="plain|$sink" --contestant="tls|$sink %t"
  replay own --runs="${RUNS:-1}" --corked \
    --contestant="plain|$sink" --contestant='tls|spice-tls'
  replay calls --runs="${RUNS:-1}" \
    --contestant="plain call|$sink" --contestant="plain ours|$cork ! $sink" \
    --contestant="plain adaptive|$cork adaptive=true ! $sink" --contestant="plain held|$held ! $sink" \
    --contestant="tls call|$sink %t" --contestant="tls ours|$cork ! $sink %t" \
    --contestant="tls adaptive|$cork adaptive=true ! $sink %t" --contestant="tls held|$held ! $sink %t"
}

# Of a trace: those that have any writes.
connections() {
  "$program" --trace="$1" --conn=all --model --csv=- |
    sed -n 's/^\([0-9]*\),"the floor".*/\1/p'
}

began=$(date +%s)
: > "$out/list"
for pattern in ${TRACE:-spice-* xpra-*}; do
  for trace in tests/data/$pattern.csv.gz; do
    [ -f "$trace" ] || { step="looking for tests/data/$pattern.csv.gz"; exit 1; }
    name=$(basename "$trace" .csv.gz)
    step="reading $trace"
    all=$(connections "$trace")
    [ -n "$all" ] || exit 1
    for conn in $all; do
      [ "$conn" = "${CONN:-$conn}" ] || continue
      step="replaying connection $conn of $trace"
      play
      echo "$name $conn $(cut -d' ' -f1 /proc/loadavg)" >> "$out/list"
      python3 tests/proof.py table "$out" "$name" "$conn"
    done
  done
done

# What notsent-lowat is for: a producer that could be told that the network is slow.
step='filling a slow link'
mark='notsent-lowat=16384'
rm -f "$out/slow-link.csv"
[ -n "${TRACE:-}" ] || "$program" --trace=fixed:1000:6000 --speed=max --link-rate=8mbit \
  --runs="${RUNS:-1}" --csv="$out/slow-link.csv" > "$out/replay.out" \
  --contestant="giosocketsink|$sink" --contestant="giosocketsink $mark|$sink $mark" \
  --contestant="writeaggregate|writeaggregate max-size-bytes=65536 ! tcpcork ! $sink" \
  --contestant="writeaggregate, $mark|writeaggregate max-size-bytes=65536 ! tcpcork ! $sink $mark"

step='summing up'
python3 tests/proof.py summary "$out" > "$out/readme.txt"
python3 tests/proof.py chart "$out" > "$out/packets.svg"
echo
cat "$out/readme.txt"
if [ -n "${README:-}" ]; then
  python3 tests/proof.py readme "$out" README.md
  cp "$out/packets.svg" tests/charts/packets.svg
fi
echo
python3 tests/proof.py verdict "$out"
minutes=$((($(date +%s) - began) / 60))
echo "$(wc -l < "$out/list") connections in $minutes minutes; README's tables are in $out/readme.txt," \
  "its chart in $out/packets.svg"

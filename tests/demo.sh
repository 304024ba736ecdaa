#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs what is needed (as root), builds, and replays real traffic: one SPICE display channel at
# its own pace, and small buffers as fast as they go.  Prints a table for each.
set -eu

cd "$(dirname "$0")/.."
. tests/packages.sh

step='starting'
trap '[ $? -eq 0 ] || echo "demo.sh failed while $step" >&2' EXIT

step='installing packages'
# shellcheck disable=SC2086
install_packages $PACKAGES_BUILD

step='building'
[ -f build/build.ninja ] || meson setup build
ninja -C build

GST_PLUGIN_PATH=$PWD/build/plugins
GST_REGISTRY=$PWD/build/demo.registry
export GST_PLUGIN_PATH GST_REGISTRY

replay=build/tests/benchmarks/giosocket-replay
sink='giosocketsink host=%h port=%p'
a='(a) tcpclientsink|tcpclientsink host=%h port=%p'
b="(b) giosocketsink|$sink"
c="(c) writeaggregate ! tcpcork|writeaggregate ! tcpcork ! $sink"
d="(d) (c), held 2 ms|writeaggregate max-latency=2000000 quiet-time=0 ! tcpcork ! $sink"

step='replaying the SPICE trace'
"$replay" --trace=tests/data/spice-plain-installer-interactive.csv.gz --conn=2 \
  --speed=real --max-gap=20 --runs="${RUNS:-1}" \
  --contestant="$a" --contestant="$b" --contestant="$c" --contestant="$d"

step='sending 200,000 small buffers'
echo
"$replay" --trace=fixed:100:200000 --speed=max --runs="${RUNS:-1}" \
  --contestant="$a" --contestant="$c"

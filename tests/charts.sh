#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Draws the charts that README shows, from runs made now.  RUNS=N for medians of N runs (default: 5).
set -eu

cd "$(dirname "$0")/.."
. tests/packages.sh

# shellcheck disable=SC2086
install_packages $PACKAGES_BUILD

[ -f build/build.ninja ] || meson setup build
ninja -C build

GST_PLUGIN_PATH=$PWD/build/plugins
GST_REGISTRY=$PWD/build/demo.registry
export GST_PLUGIN_PATH GST_REGISTRY

sink='giosocketsink host=%h port=%p'
build/tests/benchmarks/giosocket-replay \
  --trace=tests/data/spice-plain-installer-interactive.csv.gz --conn=2 --max-gap=20 \
  --runs="${RUNS:-5}" --chart=tests/charts/spice-display.svg \
  --contestant='tcpclientsink|tcpclientsink host=%h port=%p' \
  --contestant="giosocketsink|$sink" \
  --contestant="writeaggregate ! tcpcork|writeaggregate ! tcpcork ! $sink" \
  --contestant="the same, held 2 ms|writeaggregate max-latency=2000000 quiet-time=0 ! tcpcork ! $sink"

build/tests/benchmarks/giosocket-bench --loopback --runs="${RUNS:-5}" --row='framed-*' \
  --chart=tests/charts/message-cost.svg

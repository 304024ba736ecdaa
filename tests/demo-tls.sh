#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs what is needed (as root), builds, and shows what TLS costs on the wire: one SPICE display
# channel at its own pace, plain, over TLS as SPICE does it (a record for each piece of a call), and
# over TLS with ours; then small buffers as fast as they go.  RUNS=N for medians of N runs.
set -eu

cd "$(dirname "$0")/.."
. tests/packages.sh

step='starting'
trap '[ $? -eq 0 ] || echo "demo-tls.sh failed while $step" >&2' EXIT

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
trace=${TRACE:-tests/data/spice-plain-installer-interactive.csv.gz}
sink='giosocketsink host=%h port=%p'
plain="(1) plain, one send per call|$sink"
spice='(2) TLS as SPICE does it|spice-tls'
ours="(3) TLS, writeaggregate ! tcpcork|writeaggregate ! tcpcork ! $sink %t"

step='replaying the SPICE trace'
"$replay" --trace="$trace" --conn="${CONN:-2}" --speed=real --max-gap=20 --runs="${RUNS:-1}" \
  --contestant="$plain" --contestant="$spice" --contestant="$ours"

step='sending 200,000 small buffers'
echo
"$replay" --trace=fixed:100:200000 --speed=max --runs="${RUNS:-1}" \
  --contestant="$plain" --contestant='(2) TLS, one record per buffer|spice-tls' --contestant="$ours"

#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs what is needed (as root), builds with warnings as errors, and runs all tests: plainly,
# under AddressSanitizer and UndefinedBehaviorSanitizer, and those with threads under ThreadSanitizer.
# Fuzzes for a minute, or FUZZ_SECONDS.  Says at the end how many passed.
set -u

cd "$(dirname "$0")/.." || exit 1
. tests/packages.sh

passed=0
failed=0
failures=

die() {
  echo "run.sh failed while $1" >&2
  exit 1
}

# build FOLDER OPTION...
build() {
  folder=$1
  shift
  [ -f "$folder/build.ninja" ] || meson setup "$folder" --werror -Dtests=enabled "$@" ||
    die "setting up $folder"
  ninja -C "$folder" || die "building $folder"
}

# run_tests FOLDER OPTION...
run_tests() {
  folder=$1
  shift
  meson test -C "$folder" --print-errorlogs "$@" > "$folder/tests.out" 2>&1 ||
    failures="$failures $folder/tests.out"
  cat "$folder/tests.out"
  passed=$((passed + $(count "$folder" Ok)))
  failed=$((failed + $(count "$folder" Fail) + $(count "$folder" Timeout) +
    $(count "$folder" 'Unexpected Pass')))
}

# count FOLDER LABEL: a number of meson's summary.
count() {
  n=$(sed -n "s/^$2: *\([0-9]*\) *$/\1/p" "$1/tests.out")
  echo "${n:-0}"
}

# shellcheck disable=SC2086
install_packages $PACKAGES_BUILD $PACKAGES_TEST || die 'installing packages'

build build
run_tests build

# The scanner of plugins is not built with the sanitizers: scan in the process itself.
GST_REGISTRY_FORK=no
ASAN_OPTIONS=detect_leaks=1:fast_unwind_on_malloc=0:detect_odr_violation=0
LSAN_OPTIONS=suppressions=$PWD/tests/support/leaks.supp:print_suppressions=0
UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export GST_REGISTRY_FORK ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS
build build-asan -Db_sanitize=address,undefined -Db_lundef=false -Dintrospection=disabled
run_tests build-asan

# Of GLib and GStreamer it knows what tests/support/tsan-glib.c tells.
TSAN_OPTIONS=ignore_noninstrumented_modules=1:detect_deadlocks=0:allocator_may_return_null=1
G_SLICE=always-malloc
export TSAN_OPTIONS G_SLICE
build build-tsan -Db_sanitize=thread -Db_lundef=false -Dintrospection=disabled -Dbenchmarks=disabled
run_tests build-tsan --suite threads

# A minute of inputs that nobody thought of.  What it finds is left in build-fuzz.
CC=clang
export CC
unset G_SLICE
build build-fuzz -Dfuzz=true -Dtests=disabled -Dintrospection=disabled -Dbenchmarks=disabled \
  -Dexamples=disabled
mkdir -p build-fuzz/corpus
if build-fuzz/tests/fuzz/fuzz-framing -max_total_time="${FUZZ_SECONDS:-60}" -max_len=4096 \
  -timeout=10 -verbosity=0 -print_final_stats=1 -artifact_prefix=build-fuzz/ \
  build-fuzz/corpus tests/data/fuzz-framing; then
  passed=$((passed + 1))
else
  failed=$((failed + 1))
fi

# Once more, where a reader of the end finds it: what failed, and what it said.
for out in $failures; do
  echo "--- $out"
  grep -Ev '^(ninja|\[[0-9]+/[0-9]+\])|[0-9]/[0-9]+ .* (OK|SKIP) ' "$out" | tail -n 300
done
echo "$passed passed, $failed failed"
[ -z "$failures" ] && [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs what is needed (as root), builds with warnings as errors, and runs all tests: plainly, and
# under AddressSanitizer and UndefinedBehaviorSanitizer.  Says at the end how many passed.
set -u

cd "$(dirname "$0")/.." || exit 1
. tests/packages.sh

passed=0
failed=0

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

# run_tests FOLDER: meson has printed what failed; its log has the rest.
run_tests() {
  meson test -C "$1" --print-errorlogs > "$1/tests.out" 2>&1
  cat "$1/tests.out"
  passed=$((passed + $(count "$1" Ok)))
  failed=$((failed + $(count "$1" Fail) + $(count "$1" Timeout) + $(count "$1" 'Unexpected Pass')))
}

# count FOLDER LABEL: a number of meson's summary.
count() {
  n=$(sed -n "s/^$2: *\([0-9]*\) *$/\1/p" "$1/tests.out")
  echo "${n:-0}"
}

# shellcheck disable=SC2086
install_packages $PACKAGES_BUILD $PACKAGES_TEST || die 'installing packages'

# A failed connection asks for proxies, and that shall not start a desktop's settings service.
GSETTINGS_BACKEND=memory
export GSETTINGS_BACKEND

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

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every C file is as clang-format leaves it, and begins with its licence.
set -eu

cd "${1:-.}"
status=0
files=$(find lib plugins tests -name '*.[ch]' | sort)
# shellcheck disable=SC2086
clang-format --dry-run --Werror $files || status=1
for file in $files; do
  read -r first < "$file"
  case $first in
    *'SPDX-License-Identifier: LGPL-2.1-or-later'*) ;;
    *)
      echo "$file: the first line has no SPDX-License-Identifier"
      status=1
      ;;
  esac
done
exit $status

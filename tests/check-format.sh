#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every C file is as clang-format leaves it, and begins with its licence.
set -eu

cd "${1:-.}"
status=0
# One call for all: its start takes longer than a file.
find lib plugins tests -name '*.[ch]' -exec clang-format --dry-run --Werror {} + || status=1
for file in $(find lib plugins tests -name '*.[ch]' | sort); do
  if ! head -n 1 "$file" | grep -q 'SPDX-License-Identifier: LGPL-2.1-or-later'; then
    echo "$file: the first line has no SPDX-License-Identifier"
    status=1
  fi
done
exit $status

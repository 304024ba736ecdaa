#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every C file is as clang-format leaves it, and begins with its licence.
set -eu

cd "${1:-.}"
status=0
# A process for all of them: to start one for each file took longer than to look at it.
find lib plugins tests -name '*.[ch]' -exec clang-format --dry-run --Werror {} + || status=1
find lib plugins tests -name '*.[ch]' -exec awk '
  FNR == 1 && !/SPDX-License-Identifier: LGPL-2.1-or-later/ {
    print FILENAME ": the first line has no SPDX-License-Identifier"
    failed = 1
  }
  END { exit failed }' {} + || status=1
exit $status

#!/bin/sh
# Checks the format of every C and C++ file with clang-format 14 and .clang-format; C files and the
# C headers differ in one thing, their pointers are written `char *name`. Exit status: 0 all right,
# 1 a file differs, 77 clang-format-14 is missing.
#
#   tools/check_format.sh [--fix]     --fix rewrites the files that differ
set -eu
cd "$(dirname "$0")/.."

if ! command -v clang-format-14 > /dev/null; then
  echo "NOT TESTED: the format of the sources, for clang-format-14 is missing (tools/setup.sh check)" >&2
  exit 77
fi
mode="--dry-run --Werror"
if [ "${1:-}" = --fix ]; then mode=-i; fi

c_style=$(mktemp)
trap 'rm -f "$c_style"' EXIT
sed 's/^PointerAlignment: .*/PointerAlignment: Right/' .clang-format > "$c_style"

# Prints the files below the folders of the sources whose names fit the arguments of find.
sources() {
  find bench examples fuzz include plugins src tests web/module -type f "$@" ! -path '*/build/*'
}
status=0
# shellcheck disable=SC2046,SC2086  # no file's name has a space; $mode is two words
clang-format-14 $mode $(sources '(' -name '*.cc' -o -name '*.hpp' -o -name '*.h' ! -path 'include/*' ')') ||
  status=1
# shellcheck disable=SC2046,SC2086
clang-format-14 $mode --style="file:$c_style" $(sources '(' -name '*.c' -o -name '*.h' -path 'include/*' ')') ||
  status=1
exit $status

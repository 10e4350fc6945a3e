#!/bin/sh
# man_pages.sh FOLDER PROGRAM: the manual pages in FOLDER have a page for each command of PROGRAM, and
# mandoc or groff formats them without a warning.
set -u
folder=$1
program=$2

fail() {
  echo "man_pages.sh: $*"
  exit 1
}

for command in $("$program" -h | sed -n 's/^  deepfilter \([a-z][a-z-]*\) .*/\1/p' | sort -u); do
  [ -s "$folder/deepfilter-$command.1" ] || fail "no page for $command"
done
[ -s "$folder/deepfilter.1" ] || fail "no page for the program"
if command -v mandoc >/dev/null; then
  mandoc -T lint -W warning "$folder"/*.1 || fail "mandoc has warnings"
elif command -v groff >/dev/null; then
  for page in "$folder"/*.1; do
    warnings=$(groff -man -ww -z "$page" 2>&1)
    [ -z "$warnings" ] || fail "$warnings"
  done
else
  echo "NOT TESTED: formatting, for which there is neither mandoc nor groff"
fi

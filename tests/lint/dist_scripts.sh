#!/bin/sh
# What tools/dist promises without a download: names of targets, exit statuses, and a lock that pins
# every file.
#
#   tests/lint/dist_scripts.sh SOURCE_FOLDER
set -eu
cd "$1"

fail() { echo "dist_scripts: $*" >&2; exit 1; }

# STATUS COMMAND...
expect() {
  wanted=$1
  shift
  status=0
  "$@" > /dev/null 2>&1 || status=$?
  [ "$status" = "$wanted" ] || fail "$* ended with $status, not $wanted"
}

expect 2 tools/dist/zig.sh
expect 2 tools/dist/zig.sh sparc-solaris
expect 2 tools/dist/dependencies.sh
expect 2 tools/dist/dependencies.sh sparc-solaris
expect 2 tools/dist/sources.sh --upgrade
targets=$(tools/dist/zig.sh --list)
[ "$(echo "$targets" | wc -w)" -ge 6 ] || fail "zig.sh --list names too few targets: $targets"

# Each target has a folder of its own.
folders=$(for target in $targets; do tools/dist/dependencies.sh --where "$target"; done | sort -u)
[ "$(echo "$folders" | wc -l)" = "$(echo "$targets" | wc -w)" ] || fail "targets share a folder: $folders"

# A line of a package has four words and is followed by sums; all else is a comment.
awk '
  /^#/ { next }
  /^  [0-9a-f]+  [^ ]+$/ { if (length($1) != 64) { print "not a sha256: " $0; bad = 1 }; files++; next }
  NF == 4 && /^[a-z0-9]/ { if (name != "" && files == 0) { print "no file of " name; bad = 1 }; name = $1; files = 0; next }
  { print "not a line of a lock: " $0; bad = 1 }
  END { if (files == 0) { print "no file of " name; bad = 1 }; exit bad }
' tools/dist/sources.lock || fail "tools/dist/sources.lock is damaged"
grep -q '^ziglang==' tools/dist/zig.txt || fail "tools/dist/zig.txt names no version"
[ "$(grep -c 'sha256:[0-9a-f]\{64\}' tools/dist/zig.txt)" = 2 ] || fail "tools/dist/zig.txt lacks a sum"

#!/bin/sh
# A plugin shows its host the symbols that it asks for, and takes nothing of this library from
# elsewhere.
#
#   exports.sh PLUGIN SYMBOL...     in the order of the alphabet
set -eu
plugin=$1
shift
defined=$(nm -D --defined-only "$plugin" | awk '{ print $3 }' | LC_ALL=C sort | xargs)
if [ "$defined" != "$*" ]; then
  echo "expected $* alone; $plugin exports: $defined"
  exit 1
fi
if readelf -d "$plugin" | grep 'NEEDED' | grep -E 'deepfilter|libcurl|libsndfile|libsoxr|libebur128'; then
  echo "$plugin needs the libraries above"
  exit 1
fi
readelf -d "$plugin" | grep 'NEEDED'

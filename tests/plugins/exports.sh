#!/bin/sh
# A plugin shows its host one symbol, and takes nothing of this library from elsewhere.
#
#   exports.sh PLUGIN SYMBOL
set -eu
defined=$(nm -D --defined-only "$1" | awk '{ print $3 }')
if [ "$defined" != "$2" ]; then
  echo "expected $2 alone; $1 exports:" $defined
  exit 1
fi
if readelf -d "$1" | grep 'NEEDED' | grep -E 'deepfilter|libcurl|libsndfile|libsoxr|libebur128'; then
  echo "$1 needs the libraries above"
  exit 1
fi
readelf -d "$1" | grep 'NEEDED'

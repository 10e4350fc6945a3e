#!/bin/sh
# Compares the speed of the working tree with that of a commit: bench_compare.sh REV [ARGUMENT...]
#
# Builds the commit in a work tree of its own inside the build folder, where it stays for the next
# comparison, and this tree; then measures both in turns. Arguments go to bench/compare.py. Exits with
# 1 if something is slower beyond the noise.
set -eu
cd "$(dirname "$0")/.."

if [ $# -eq 0 ]; then
  echo "usage: tools/bench_compare.sh REV [ARGUMENT...]" >&2
  exit 2
fi
commit=$(git rev-parse --verify --quiet "$1^{commit}") || {
  echo "bench-compare: $1 is no commit" >&2
  exit 2
}
shift

tools/setup.sh build
tools/fetch_models.sh dfn3
old="$PWD/build/compare/$commit"
if [ ! -e "$old/.git" ]; then
  git worktree prune
  git worktree add --detach "$old" "$commit"
fi
for tree in "$old" "$PWD"; do
  "$tree/tools/build.sh" -DDEEPFILTER_TESTS=OFF
  cmake --build "$tree/build" --target bench_deepfilter ${JOBS:+--parallel "$JOBS"}
done
exec python3 -B bench/compare.py "$old/build" build "$@"

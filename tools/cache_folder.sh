# shellcheck shell=sh disable=SC2034  # `cache` is for the script that reads this one
# Sets `cache` to the user's cache folder, as src/store/cache.h has it; to be read by scripts that have
# a function `say` for their users.
if [ -n "${DEEPFILTER_CACHE:-}" ]; then
  cache=$DEEPFILTER_CACHE
elif [ -n "${XDG_CACHE_HOME:-}" ]; then
  cache=$XDG_CACHE_HOME/deepfilter
elif [ -n "${HOME:-}" ]; then
  cache=$HOME/.cache/deepfilter
else
  say "no cache folder: set DEEPFILTER_CACHE, XDG_CACHE_HOME or HOME"
  exit 1
fi

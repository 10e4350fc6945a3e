# shellcheck shell=sh disable=SC2034  # `wine` is for the script that reads this one
# Runs programs for Windows under Wine, without a display; to be read by scripts.

# FOLDER: makes Windows' drive and registry there, once, and sets `wine`, the command that runs a
# program.
start_wine() {
  export WINEPREFIX="$1" WINEDEBUG=-all WINEARCH=win64
  # Neither a browser nor .NET is offered for installing.
  export WINEDLLOVERRIDES='mscoree,mshtml='
  unset DISPLAY
  # Names of files are UTF-8.
  export LC_ALL=C.UTF-8
  wine=$(command -v wine64 || echo /usr/lib/wine/wine64)
  wineserver=$(command -v wineserver || echo /usr/lib/wine/wineserver64)
  if [ ! -e "$WINEPREFIX/system.reg" ]; then "$wine" wineboot --init > /dev/null 2>&1; fi
  # One server for all programs until stop_wine ends it. It refuses to start beside one that is still
  # there, from a moment ago or from a run that was killed.
  timeout 20 "$wineserver" -w || "$wineserver" -k || true
  "$wineserver" -w
  "$wineserver" -p
  # The first program starts Windows' services, which keep what it writes to, and with it whoever reads
  # that to its end, as ctest does.
  "$wine" cmd /c exit < /dev/null > /dev/null 2>&1 || true
}

stop_wine() {
  "$wineserver" -k || true
  "$wineserver" -w
}

#!/bin/sh
# Installs the wheel into fresh Python environments and runs its tests there, with no compiler in the
# PATH.
#
#   tools/python_test.sh WHEEL          the oldest and the newest Python found, and the system's
#   tools/python_test.sh --all WHEEL    every Python found, with numpy 1.26 and with the newest; on
#                                       the newest Python the notebook, too
#
# Exit status: 0 all passed, 1 a test failed, 3 an environment could not be made (no network); the
# others have then passed.
set -u
cd "$(dirname "$0")/.." || exit 1

all=no
if [ "${1:-}" = --all ]; then
  all=yes
  shift
fi
wheel=$1
folder=$PWD/build-wheel/environments
mkdir -p "$folder"

say() { echo "python: $*" >&2; }

# "3.12 cpython system /usr/bin/python3" (or "own", of the user) of each Python 3.9 or newer that can
# make an environment, oldest first.
found() {
  for python in python3 /usr/bin/python3 python3.9 python3.10 python3.11 python3.12 python3.13 \
    python3.14 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python3 ${DEEPFILTER_PYTHONS:-}; do
    command -v "$python" > /dev/null || continue
    "$python" -c 'import ensurepip, sys, venv
if sys.version_info >= (3, 9):
    base = getattr(sys, "_base_executable", sys.executable)
    place = "system" if base.startswith("/usr/bin/") else "own"
    print("%d.%d" % sys.version_info[:2], sys.implementation.name, place, base)' 2> /dev/null
  done | sort -t. -k1,1n -k2,2n | awk '!seen[$1 $2 $3]++'
}

# ENVIRONMENT PYTHON REQUIREMENTS
prepare() {
  log=$folder/log
  if ! cmp -s "$3" "$1/requirements.txt"; then
    rm -rf "$1"
    { "$2" -m venv "$1" && "$1/bin/python" -m pip install --quiet --disable-pip-version-check \
      --timeout 20 --retries 2 --only-binary :all: --require-hashes -r "$3"; } \
      > "$log" 2>&1 || { tail -n 3 "$log" >&2; return 1; }
    cp "$3" "$1/requirements.txt"
  fi
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps \
    --force-reinstall "$wheel" > "$log" 2>&1 || { tail -n 3 "$log" >&2; return 1; }
}

# What pytest is told: tools/corpora_test.sh runs these tests in an environment of their own.
set -- "--ignore=$PWD/python/tests/corpora"
status=0
absent=
found > "$folder/pythons"
count=$(wc -l < "$folder/pythons")
if [ "$count" -eq 0 ]; then
  say "NOT TESTED: there is no Python 3.9 or newer that can make an environment"
  exit 3
fi
line=0
while read -r version kind place python; do
  line=$((line + 1))
  newest=numpy
  case $version in
    3.9 | 3.10 | 3.11 | 3.12) oldest=numpy1 ;;
    *) oldest=numpy ;;
  esac
  if [ $all = yes ]; then
    numpys="$oldest $newest"
    if [ "$oldest" = "$newest" ]; then numpys=$newest; fi
  elif [ $line -eq 1 ]; then
    numpys=$oldest
  elif [ $line -eq "$count" ] || [ "$place" = system ]; then
    numpys=$newest
  else
    continue
  fi
  for numpy in $numpys; do
    environment=$folder/$kind-$version-$place-$numpy
    wanted=python/tests/requirements.txt
    if [ $numpy = numpy1 ]; then
      wanted=python/tests/numpy1_requirements.txt
    elif [ $all = yes ] && [ $line -eq "$count" ]; then
      wanted=python/tests/more_requirements.txt
      environment=$environment-more
    fi
    if ! prepare "$environment" "$python" "$wanted"; then
      absent="$absent $kind $version ($numpy)"
      continue
    fi
    # From an empty folder, so that only the installed package is found.
    mkdir -p "$folder/empty"
    if ! (cd "$folder/empty" && env -u PYTHONPATH -u DEEPFILTER_LIBRARY -u DEEPFILTER_PROGRAM \
      -u DEEPFILTER_MODELS PATH="$environment/bin" DEEPFILTER_SOURCE="$OLDPWD" PYTHONDONTWRITEBYTECODE=1 \
      "$environment/bin/python" -m pytest -q -p no:cacheprovider --rootdir="$OLDPWD/python" \
      "$@" "$OLDPWD/python/tests"); then
      say "tests failed with $kind $version and $numpy"
      status=1
    fi
  done
done < "$folder/pythons"
if [ -n "$absent" ]; then
  say "NOT TESTED: the package on$absent; environments could not be made"
  if [ $status -eq 0 ]; then status=3; fi
fi
exit $status

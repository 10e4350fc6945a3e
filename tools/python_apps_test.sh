#!/bin/sh
# Runs the tests of what is built on the Python package, with the real packages: voice agents
# (python/tests/agents) and deepfilter-df (python/tests/dropin).
#
#   tools/python_apps_test.sh WHEEL          LiveKit and deepfilter-df
#   tools/python_apps_test.sh --all WHEEL    Pipecat and LiveKit's agents too, 800 MB
#
# Exit status: 0 all passed, 1 a test failed, 3 an environment could not be made (no network); the
# others have then passed.
set -u
cd "$(dirname "$0")/.." || exit 1
root=$PWD

all=no
if [ "${1:-}" = --all ]; then
  all=yes
  shift
fi
wheel=$1
folder=$root/build-wheel/environments
mkdir -p "$folder/empty"

say() { echo "python: $*" >&2; }

# The newest Python of at least 3.MINOR that can make an environment, or nothing. Packages with
# native parts come to the very newest late.
newest() { # MINOR
  for python in python3.13 python3.12 python3.11 python3.10 python3.9 python3 \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[0-3].*/bin/python3; do
    command -v "$python" > /dev/null || continue
    "$python" -c "import ensurepip, sys, venv
sys.exit(not (3, $1) <= sys.version_info[:2] < (3, 14))" 2> /dev/null || continue
    echo "$python"
    return
  done
}

# deepfilter-df is made of this folder alone.
frame=$root/build-wheel/dist-df
rm -rf "$frame"
log=$folder/log
if ! (cd python/df && "$root/build-wheel/tools/bin/python" -m hatchling build --target wheel \
  --directory "$frame") > "$log" 2>&1; then
  tail -n 20 "$log" >&2
  exit 1
fi

status=0
suite() { # NAME MINOR REQUIREMENTS TESTS WHEELS..
  name=$1 minor=$2 wanted=$root/python/tests/$3 tests=$root/python/tests/$4
  shift 4
  environment=$folder/$name
  python=$(newest "$minor")
  if [ -z "$python" ]; then
    say "NOT TESTED: $name, which needs a Python from 3.$minor to 3.13"
    [ $status -ne 0 ] || status=3
    return
  fi
  if ! cmp -s "$wanted" "$environment/requirements.txt"; then
    rm -rf "$environment"
    if ! { "$python" -m venv "$environment" && "$environment/bin/python" -m pip install --quiet \
      --disable-pip-version-check --timeout 20 --retries 2 --only-binary :all: --require-hashes \
      -r "$wanted"; } > "$log" 2>&1; then
      tail -n 3 "$log" >&2
      say "NOT TESTED: $name; its packages could not be installed"
      [ $status -ne 0 ] || status=3
      return
    fi
    cp "$wanted" "$environment/requirements.txt"
  fi
  if ! "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-index \
    --no-deps --force-reinstall "$@" > "$log" 2>&1; then
    tail -n 3 "$log" >&2
    status=1
    return
  fi
  # From an empty folder, so that only the installed packages are found.
  if ! (cd "$folder/empty" && env -u PYTHONPATH -u DEEPFILTER_LIBRARY -u DEEPFILTER_PROGRAM \
    -u DEEPFILTER_MODELS PATH="$environment/bin" DEEPFILTER_SOURCE="$root" \
    PYTHONDONTWRITEBYTECODE=1 "$environment/bin/python" -m pytest -q -p no:cacheprovider \
    --rootdir="$root/python" "$tests"); then
    say "tests of $name failed"
    status=1
  fi
}

suite livekit 9 agents/requirements.txt agents "$wheel"
suite deepfilter-df 9 dropin/requirements.txt dropin "$wheel" "$frame"/*.whl
if [ $all = yes ]; then
  suite pipecat 11 agents/requirements_all.txt agents "$wheel"
fi
exit $status

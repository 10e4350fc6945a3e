#!/bin/sh
# run_case.sh DEEPFILTER PYTHON CASE.sh
# Runs one case in an empty folder that goes with it. A case sees:
#   $DEEPFILTER  the program       $MODEL  a tiny model (48 kHz, delay 1440 samples)
#   $OLD_LIBRARY a library that calls itself ONNX Runtime 0.9.0
#   $FAKE_PIPEWIRE a library that calls itself PipeWire $FAKE_PIPEWIRE_VERSION
#   the functions below
# The first expectation that does not hold ends the case with a sentence.
set -u
DEEPFILTER=$1
PYTHON=$2
CASE=$3
CLI_TESTS=$(cd "$(dirname "$0")" && pwd)
MODEL=$CLI_TESTS/../data/tiny/dfn3
SCRATCH=$(mktemp -d)
# The user's models and folders are not used.
DEEPFILTER_CACHE=$SCRATCH/cache
export DEEPFILTER_CACHE
unset DEEPFILTER_MODELS
mkdir "$SCRATCH/work"
trap 'rm -rf "$SCRATCH"' EXIT
cd "$SCRATCH/work" || exit 1

fail() {
  echo "$(basename "$CASE"): $*"
  [ -f ../out ] && sed 's/^/  stdout: /' ../out | head -n 20
  [ -f ../err ] && sed 's/^/  stderr: /' ../err | head -n 20
  exit 1
}

# run STATUS COMMAND...: runs it with standard output in ../out and standard error in ../err.
run() {
  expected=$1
  shift
  "$@" >../out 2>../err </dev/null
  status=$?
  [ "$status" -eq "$expected" ] || fail "status $status, expected $expected: $*"
}

# enhance STATUS ARGUMENTS...: deepfilter enhance with the tiny model.
enhance() {
  expected_status=$1
  shift
  run "$expected_status" "$DEEPFILTER" enhance -m "$MODEL" "$@"
}

says() { grep -qF -- "$1" ../err || fail "standard error does not say \"$1\""; }
prints() { grep -qF -- "$1" ../out || fail "standard output does not hold \"$1\""; }
quiet() { [ ! -s ../err ] || fail "standard error is not empty"; }

# An error is one line that starts with the program's name.
one_sentence() {
  [ "$(wc -l <../err)" -eq 1 ] || fail "not one line on standard error"
  grep -q '^deepfilter: ' ../err || fail "the line does not start with \"deepfilter: \""
}

# only FILE...: the working folder holds these files and nothing else, hidden ones included.
only() {
  found=$(find . -type f | sed 's,^\./,,' | sort | tr '\n' ' ')
  wanted=$(for name in "$@"; do echo "$name"; done | sort | tr '\n' ' ')
  [ "$found" = "$wanted" ] || fail "files are \"$found\", expected \"$wanted\""
}

# The standard library is enough, and starts sooner alone.
python() { "$PYTHON" -I -S "$@"; }

sound() { python "$CLI_TESTS/sound.py" "$@" || fail "sound.py $*"; }

# holds FILE NAME=VALUE...: facts of a WAV file, as sound.py has them.
holds() { sound holds "$@"; }

# json EXPRESSION: a Python expression over the JSON object `r` on standard output holds.
json() {
  python -c 'import json, sys
r = json.load(open("../out"))
sys.exit(0 if eval(sys.argv[1]) else 1)' "$1" || fail "JSON: not $1"
}

same() { cmp -s "$1" "$2" || fail "$1 and $2 differ"; }

# distance A B EXPRESSION: as json, over what deepfilter compare says of two sounds.
distance() {
  run 0 "$DEEPFILTER" compare "$1" "$2" --json
  json "$3"
}

# shellcheck disable=SC1090  # any of cases/
. "$CASE"

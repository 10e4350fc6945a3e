#!/bin/sh
# Runs the tests of corpora and of the adapters over the wheel, with the real packages, in a Python
# environment of their own.
#
#   tools/corpora_test.sh WHEEL         with what installs in half a minute: fsspec, pyarrow, webdataset
#   tools/corpora_test.sh --all WHEEL   with Ray, S3, datasets, lhotse, audiomentations, NeMo Curator,
#                                       too (2 GB to fetch)
#
# Exit status: as that of tools/python_test.sh.
set -u
cd "$(dirname "$0")/.." || exit 1

all=no
if [ "${1:-}" = --all ]; then
  all=yes
  shift
fi
wheel=$1
folder=$PWD/build-wheel/environments
log=$folder/corpora.log
mkdir -p "$folder/empty"
absent=
needs=

say() { echo "corpora: $*" >&2; }

install() {
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --timeout 20 --retries 2 \
    --only-binary :all: "$@" > "$log" 2>&1
}

# NAME ARGUMENTS...: the tests of NAME, which is imported by that name, need these packages.
part() {
  name=$1
  shift
  if [ -f "$environment/has-$name" ] || install "$@"; then
    touch "$environment/has-$name"
    needs="$needs $name"
  else
    tail -n 2 "$log" >&2
    absent="$absent $name"
  fi
}

environment=$folder/corpora
if ! [ -x "$environment/bin/python" ]; then
  if ! python3 -m venv "$environment" > "$log" 2>&1; then
    say "NOT TESTED: there is no Python that can make an environment"
    exit 3
  fi
fi
if ! { install --require-hashes -r python/tests/corpora/requirements.txt \
  && install --no-index --no-deps --force-reinstall "$wheel"; }; then
  tail -n 3 "$log" >&2
  say "NOT TESTED: the packages that all tests need could not be installed"
  exit 3
fi
needs="$needs fsspec pyarrow webdataset"
if [ $all = yes ]; then
  part s3fs s3fs
  part moto 'moto[s3]' flask flask-cors
  part ray 'ray[data]>=2.57'
  part datasets 'datasets>=4'
  # With CUDA's libraries, without which it is not imported: 3 GB on Linux.
  part torch torch
  # For the two that want torch with all that it wants.
  part lhotse --no-deps 'lhotse>=1.30' audioread soundfile cffi pycparser click cytoolz toolz \
    intervaltree sortedcontainers packaging pyyaml tabulate tqdm lazy_loader
  part audiomentations 'audiomentations>=0.40'
  # What its stages and tasks import; the whole wants packages for text that no test here runs.
  part nemo_curator --no-deps 'nemo-curator>=1.4' cosmos-xenna==0.2.0 loguru attrs psutil
fi
# From an empty folder, so that only the installed package is found.
source=$PWD
status=0
(cd "$folder/empty" && env -u PYTHONPATH -u DEEPFILTER_LIBRARY -u DEEPFILTER_PROGRAM \
  -u DEEPFILTER_MODELS PATH="$environment/bin:$PATH" DEEPFILTER_SOURCE="$source" \
  DEEPFILTER_NEEDS="$needs" PYTHONDONTWRITEBYTECODE=1 \
  "$environment/bin/python" -m pytest -q -p no:cacheprovider --rootdir="$source/python" \
  "$source/python/tests/corpora") || status=1
if [ -n "$absent" ]; then
  say "NOT TESTED: adapters for$absent; the packages could not be installed"
  if [ $status -eq 0 ]; then status=3; fi
fi
exit $status

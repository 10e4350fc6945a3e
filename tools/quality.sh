#!/bin/sh
# Builds, gets the model and what quality is judged with, and runs bench/quality.py with the arguments.
set -eu
cd "$(dirname "$0")/.."

tools/setup.sh build sample
tools/fetch_models.sh dfn3
tools/build.sh -DDEEPFILTER_TESTS=OFF
python=$(tools/python_environment.sh build/quality-python bench/requirements.txt)
exec "$python" bench/quality.py "$@"

#!/bin/sh
# Makes a Python environment with ONNX Runtime for the interop tests, in build/interop, and prints the
# path of its interpreter. Nothing is done when it is there already.
set -eu
exec "$(dirname "$0")/python_environment.sh" build/interop tests/interop/requirements.txt

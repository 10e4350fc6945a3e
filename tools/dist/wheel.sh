#!/bin/sh
# Makes the wheels of the Python package for other systems, out of the libraries that the archives are
# linked with. Their paths are printed; they lie in dist/.
#
#   tools/dist/wheel.sh TARGET...     names that tools/dist/zig.sh --list has
#
# tools/dist.sh configures the build; docs/decisions/0016-python-by-ctypes.md tells what a wheel is.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD
# The dfn3 archive is 8 MB of it.
most_bytes=13000000

say() { echo "wheel: $*" >&2; }

platform_of() {
  case $1 in
    x86_64-linux) echo manylinux_2_17_x86_64.manylinux2014_x86_64 ;;
    aarch64-linux) echo manylinux_2_17_aarch64.manylinux2014_aarch64 ;;
    x86_64-linux-musl) echo musllinux_1_2_x86_64 ;;
    x86_64-windows) echo win_amd64 ;;
    aarch64-macos) echo macosx_11_0_arm64 ;;
    x86_64-macos) echo macosx_10_13_x86_64 ;;
    *) return 1 ;;
  esac
}

tools/setup.sh dist >&2
tools/fetch_models.sh dfn3 >&2
model=$(tools/fetch_models.sh --where dfn3)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

made=$root/build-dist/wheel
python=$made/tools/bin/python
wanted=python/wheel_requirements.txt
if ! cmp -s "$wanted" "$made/tools/requirements.txt"; then
  mkdir -p "$made"
  rm -rf "$made/tools"
  python3 -m venv "$made/tools"
  "$python" -m pip install --quiet --disable-pip-version-check --timeout 20 --retries 2 \
    --require-hashes --requirement "$wanted"
  cp "$wanted" "$made/tools/requirements.txt"
fi

for target; do
  platform=$(platform_of "$target") || { say "\"$target\" is none of: $(tools/dist/zig.sh --list)"; exit 2; }
  build=build-dist/$target-wheel
  tools/dist/configure.sh "$target" "$build" -DDEEPFILTER_EMBED_MODEL= -DCMAKE_INSTALL_BINDIR=_bin \
    -DCMAKE_INSTALL_LIBDIR=_lib -DDEEPFILTER_PULL=OFF -DDEEPFILTER_PROGRAM_IN_LIBRARY=ON -DDEEPFILTER_SMALL=ON \
    -DDEEPFILTER_SHARED=ON -DDEEPFILTER_PLUGINS=OFF
  cmake --build "$build" --target deepfilter ${JOBS:+--parallel "$JOBS"} >&2
  parts=$build/parts
  rm -rf "$parts"
  cmake --install "$build" --component runtime --prefix "$root/$parts" > /dev/null
  # Each file once: the name that programs load is the file itself. The link by the official tool's name
  # is no part of the package.
  find "$parts" -type l -name 'libdeepfilter.*' | while read -r link; do
    case $link in
      *.so.0 | *.0.dylib)
        file=$(readlink -f "$link")
        mv "$file" "$link.file"
        mv "$link.file" "$link"
        ;;
    esac
  done
  find "$parts" '(' -type l -o -name 'deep-filter*' ')' -delete
  case $target in
    *-linux*) llvm-strip --strip-unneeded "$parts"/_lib/*.so.* "$parts"/_bin/deepfilter ;;
  esac
  mkdir -p "$parts/_models" "$parts/_licenses"
  cp "$model" "$parts/_models/"
  cp LICENSE-MIT LICENSE-APACHE NOTICE "$parts/_licenses/"
  python3 tools/dist/licenses.py "$target" "$(tools/dist/dependencies.sh "$target")" \
    "$(tools/dist/zig.sh --home "$target")" "$parts/_licenses/THIRD-PARTY.txt"

  rm -rf "${made:?}/$target"
  if ! (
    cd python
    DEEPFILTER_WHEEL_PARTS=$root/$parts DEEPFILTER_WHEEL_PLATFORM=$platform \
      "$python" -m hatchling build --target wheel --directory "$made/$target"
  ) > "$made/log" 2>&1; then
    tail -n 20 "$made/log" >&2
    exit 1
  fi
  wheel=$(echo "$made/$target"/*.whl)
  "$python" tools/pack_wheel.py "$wheel"
  case $target in *-linux*) "$python" -m auditwheel show "$wheel" >&2 ;; esac
  "$python" tools/check_wheel.py "$wheel" "$most_bytes" >&2
  mkdir -p dist
  mv "$wheel" dist/
  echo "dist/${wheel##*/}"
done

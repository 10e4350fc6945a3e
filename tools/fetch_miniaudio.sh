#!/bin/sh
# Brings miniaudio.h into the user's cache, verified by sha256, out of the PyPI source package that
# carries it. Prints the folder that holds it and its licence.
#
#   tools/fetch_miniaudio.sh           downloads it (1 MB) if it is not there
#   tools/fetch_miniaudio.sh --where   prints the folder if it is there, and downloads nothing
#   tools/fetch_miniaudio.sh --from F  takes it out of that source archive instead
#
# Exit status: 0 there, 1 failed, 3 the package registry says that it has no such package.
set -eu

package=miniaudio==1.71
version=0.11.25
sum=ac7af4de748b7e26b777f37e01cee313a308a7296a3eb080e2906b320cc55c89

say() { echo "miniaudio: $*" >&2; }

# shellcheck source=tools/cache_folder.sh
. "$(dirname "$0")/cache_folder.sh"
folder=$cache/miniaudio-$version

is_right() { # FOLDER
  [ -f "$1/miniaudio.h" ] && [ -f "$1/LICENSE" ] && echo "$sum  $1/miniaudio.h" | sha256sum --check --status 2> /dev/null
}

if is_right "$folder"; then
  echo "$folder"
  exit 0
fi
[ "${1:-}" != --where ] || exit 0
mkdir -p "$cache"
# Beside its place, so that the last step is a rename.
scratch=$(mktemp -d "$cache/.fetch-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

mkdir "$scratch/source" "$scratch/found"
if [ "${1:-}" = --from ]; then
  cp "$2" "$scratch/source/"
else
  say "downloading the source of the PyPI package $package"
  # For its metadata pip prepares to build it, and fetches what that takes, which is not kept. What
  # pip says of that does not matter once the file is there.
  python3 -m pip download --no-deps --no-binary miniaudio --no-cache-dir --timeout 20 --retries 2 \
    --disable-pip-version-check --dest "$scratch/source" "$package" > "$scratch/log" 2>&1 || true
fi
python3 - "$scratch/source" "$scratch/found" << 'PYTHON'
import pathlib, sys, tarfile
source, target = map(pathlib.Path, sys.argv[1:])
for archive in source.glob("miniaudio-*.tar.gz"):
    with tarfile.open(archive) as files:
        for entry in files:
            if entry.isfile() and pathlib.PurePosixPath(entry.name).name == "miniaudio.h":
                content = files.extractfile(entry).read()
                (target / "miniaudio.h").write_bytes(content)
                # Its last comment.
                licence = content[content.rindex(b"/*") + 2:content.rindex(b"*/")].strip()
                (target / "LICENSE").write_bytes(licence + b"\n")
PYTHON
if [ ! -f "$scratch/found/miniaudio.h" ]; then
  if [ -f "$scratch/log" ]; then
    if ! grep -qiE 'connection|timed out|HTTP error' "$scratch/log" && [ -z "${PIP_NO_INDEX:-}" ] \
      && grep -q 'from versions: none' "$scratch/log"; then
      say "the package registry has no $package"
      exit 3
    fi
    say "pip could not download $package: $(grep -i error "$scratch/log" | tail -n 1)"
  else
    say "the archive holds no miniaudio.h"
  fi
  exit 1
fi
if ! is_right "$scratch/found"; then
  say "$package holds another miniaudio.h than it should"
  exit 1
fi
chmod 755 "$scratch/found"
rm -rf "$folder"
mv "$scratch/found" "$folder"
say "miniaudio $version is in $folder"
echo "$folder"

#!/usr/bin/env python3
"""Collects the licences of what the wheel carries: this project's own, and those of the Debian
packages whose libraries it is linked with or whose headers it is compiled with.

Usage: wheel_licenses.py LIBRARIES TARGET
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# A part of each system, and not of the wheel.
OF_THE_SYSTEM = r"^(linux-vdso|ld-linux|libc|libm|libdl|libpthread|librt|libstdc\+\+|libgcc_s)\b"
# In the library without being a shared one.
COMPILED_IN = ["libarchive-dev", "liblzma-dev", "libbz2-dev", "libzstd-dev", "nettle-dev",
               "zlib1g-dev", "libcli11-dev", "nlohmann-json3-dev", "libprotozero-dev"]


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def packages(libraries: Path) -> "list[str]":
    """The Debian packages that the libraries load from."""
    found = set(COMPILED_IN)
    for library in libraries.iterdir():
        for line in output("ldd", str(library)).splitlines():
            name, _, rest = line.strip().partition(" => ")
            path = rest.split(" ")[0]
            if not path.startswith("/") or re.match(OF_THE_SYSTEM, name):
                continue
            for place in (path, str(Path(path).resolve()), "/usr" + path):
                owner = subprocess.run(["dpkg-query", "-S", place], capture_output=True, text=True)
                if owner.returncode == 0:
                    found.add(owner.stdout.split(":")[0])
                    break
            else:
                sys.exit(f"wheel: no Debian package has {path}, so its licence is not known")
    return sorted(found)


def main() -> None:
    libraries, target = map(Path, sys.argv[1:])
    target.mkdir(parents=True)
    for name in ("LICENSE-MIT", "LICENSE-APACHE", "NOTICE"):
        (target / name).write_bytes((ROOT / name).read_bytes())
    texts = []
    for package in packages(libraries):
        text = Path("/usr/share/doc", package, "copyright").read_text("utf-8", "replace")
        texts.append(f"{'=' * 78}\n{package}\n{'=' * 78}\n\n{text.strip()}\n")
    (target / "THIRD-PARTY.txt").write_text("\n".join(texts), "utf-8")


main()

"""What the archives of a target consist of beside this project's own files: each part's name,
version, licence and licence texts. tools/dist/sources.lock has the libraries; what the compiler
brings is listed here.
"""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent.parent
LOCK = ROOT / "tools/dist/sources.lock"
ZIG = ROOT / "tools/dist/zig.txt"
FETCH_MINIAUDIO = ROOT / "tools/fetch_miniaudio.sh"
MODELS = ROOT / "src/store/known_models.inc"


@dataclass
class Part:
    name: str
    version: str
    license: str  # an SPDX expression
    texts: List[Path] = field(default_factory=list)
    sums: Dict[str, str] = field(default_factory=dict)  # file of its sources: sha256
    url: str = ""  # a package URL
    contained: bool = False  # carried as data, not linked
    comment: str = ""


def project_version() -> str:
    found = re.search(r"project\(deepfilter VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text())
    assert found, "CMakeLists.txt names no version"
    return found[1]


# Of the lock, but in no archive.
FOR_TESTS = {"googletest"}


def libraries(folder: Path) -> List[Part]:
    """The libraries of the lock. `folder` is what tools/dist/dependencies.sh prints; it has their
    licence texts in share/licenses."""
    found: List[Part] = []
    for line in LOCK.read_text("utf-8").splitlines():
        row = line.split(maxsplit=3)
        if not row or row[0].startswith("#"):
            continue
        if line.startswith(" "):
            found[-1].sums[row[1]] = row[0]
            continue
        name, _, version, license = row
        kind = "?arch=source" if not name.endswith("-dev") else ""
        found.append(Part(name, version, license,
                          sorted(path for path in (folder / "share/licenses" / name).glob("*")
                                 if path.is_file()),
                          url=f"pkg:deb/debian/{name}@{quote(version, safe='.-:~')}{kind}"))
    return [part for part in found if part.name not in FOR_TESTS]


def runtime(target: str, compiler: Path) -> List[Part]:
    """The compiler's own libraries, which it links statically. `compiler` is its folder."""
    found = re.search(r"^ziglang==([0-9.]+)", ZIG.read_text(), re.MULTILINE)
    assert found, "zig.txt names no version"
    version = found[1]
    url = f"pkg:pypi/ziglang@{version}"
    lib = compiler / "lib"
    llvm = re.search(r"define _LIBCPP_VERSION (\d+)(\d\d)(\d\d)$", (lib / "libcxx/include/__config").read_text(),
                     re.MULTILINE)
    assert llvm, "libc++ names no version"
    llvm_version = ".".join(str(int(number)) for number in llvm.groups())
    parts = [
        Part(name, llvm_version, "Apache-2.0 WITH LLVM-exception", [lib / folder / "LICENSE.TXT"], url=url)
        for name, folder in (("libcxx", "libcxx"), ("libcxxabi", "libcxxabi"),
                             ("libunwind", "libunwind"))
    ]
    parts.append(Part("zig-compiler-rt", version, "MIT", [compiler / "LICENSE"], url=url))
    if target.endswith("-musl"):
        parts.append(Part("musl", version, "MIT", [lib / "libc/musl/COPYRIGHT"], url=url))
    if target.endswith("-windows"):
        parts.append(Part("mingw-w64", version, "ZPL-2.1", [lib / "libc/mingw/COPYING"], url=url))
    for part in parts:
        part.comment = f"As the compiler ziglang {version} brings it"
    return parts


def model() -> Part:
    found = re.search(r'^DFN_KNOWN_MODEL\("dfn3",.*?"([^"]+\.tar\.gz)",.*?"([0-9a-f]{64})"',
                      MODELS.read_text("utf-8"), re.MULTILINE)
    assert found, "known_models.inc has no dfn3"
    return Part("DeepFilterNet3", "", "MIT OR Apache-2.0", sums={found[1]: found[2]},
                url="pkg:github/Rikorose/DeepFilterNet", contained=True,
                comment="The official weights, bit for bit, in this project's packed form")


def miniaudio(target: str) -> List[Part]:
    """What reaches the sound servers that have no library of their own here; nothing where the compiler
    lacks the system's headers."""
    if target.endswith("-macos"):
        return []
    script = FETCH_MINIAUDIO.read_text("utf-8")
    version = re.search(r"^version=([0-9.]+)$", script, re.MULTILINE)
    total = re.search(r"^sum=([0-9a-f]{64})$", script, re.MULTILINE)
    assert version and total, "fetch_miniaudio.sh names no version"
    where = subprocess.run([str(FETCH_MINIAUDIO), "--where"], check=True, capture_output=True,
                           text=True).stdout.strip()
    return [Part("miniaudio", version[1], "Unlicense OR MIT-0", [Path(where) / "LICENSE"],
                 sums={"miniaudio.h": total[1]}, url=f"pkg:github/mackron/miniaudio@{version[1]}")]


def all_of(target: str, folder: Path, compiler: Path) -> List[Part]:
    return [*libraries(folder), *miniaudio(target), *runtime(target, compiler), model()]

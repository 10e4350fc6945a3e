#!/usr/bin/env python3
"""Checks an archive of tools/dist.sh without running it: its names, what its binaries need and show,
its bill of materials and its licences. Prints its size by parts.

Usage: check_archive.py ARCHIVE FOLDER      unpacks into FOLDER, which must be empty

Exit status: 0 all right, 1 not; the sentences say what.
"""

import hashlib
import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any, Dict, List

import binaries
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

ROOT = Path(__file__).resolve().parent.parent.parent
EVERYWHERE = ["README.md", "include/deepfilter/deepfilter.h", "include/deepfilter/deepfilter.hpp",
              "include/deepfilter/tools.h", "include/deep_filter/deep_filter.h",
              "lib/pkgconfig/deepfilter.pc", "lib/cmake/deepfilter/deepfilterConfig.cmake",
              "share/doc/deepfilter/LICENSE-MIT", "share/doc/deepfilter/LICENSE-APACHE",
              "share/doc/deepfilter/NOTICE", "share/doc/deepfilter/THIRD-PARTY.txt",
              "share/doc/deepfilter/sbom.spdx.json"]
PLUGINS = ["lib/lv2/deepfilter.lv2/manifest.ttl", "lib/lv2/deepfilter.lv2/deepfilter.ttl",
           "lib/lv2/deepfilter.lv2/presets.ttl"]
UNIX = ["bin/deepfilter", "bin/deep-filter", "share/man/man1/deepfilter.1",
        "share/man/man1/deepfilter-enhance.1"]
MUSL = [*UNIX, "lib/libdeepfilter.a"]
LINUX = [*MUSL, *PLUGINS, "lib/libdeepfilter.so", "lib/libdeepfilter.so.0", "lib/libdeepfilter.so.0.5",
         "lib/ladspa/libdeep_filter_ladspa.so", "lib/lv2/deepfilter.lv2/deepfilter.so",
         "lib/clap/deepfilter.clap"]
MACOS = [*UNIX, *PLUGINS, "lib/libdeepfilter.dylib", "lib/ladspa/libdeep_filter_ladspa.so",
         "lib/lv2/deepfilter.lv2/deepfilter.so",
         "lib/clap/deepfilter.clap/Contents/Info.plist",
         "lib/clap/deepfilter.clap/Contents/MacOS/deepfilter"]
WINDOWS = [*PLUGINS, "bin/deepfilter.exe", "bin/deep-filter.exe", "bin/deepfilter.dll",
           "lib/clap/deepfilter.clap", "lib/ladspa/deep_filter_ladspa.dll",
           "lib/lv2/deepfilter.lv2/deepfilter.dll"]
EXPECTED = {"x86_64-linux": LINUX, "aarch64-linux": LINUX, "x86_64-linux-musl": MUSL,
            "x86_64-windows": WINDOWS, "aarch64-macos": MACOS, "x86_64-macos": MACOS}


def unpack(archive: Path, folder: Path) -> "List[str]":
    """Unpacks with the names checked; sentences about what is wrong with the archive's entries."""
    problems = []
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as packed:
            names = packed.namelist()
            packed.extractall(folder)
            times = {entry.date_time for entry in packed.infolist()}
    else:
        with tarfile.open(archive) as packed:
            names = packed.getnames()
            owners = {(entry.uid, entry.gid, entry.uname) for entry in packed.getmembers()}
            times = {entry.mtime for entry in packed.getmembers()}
            if owners != {(0, 0, "")}:
                problems.append(f"entries belong to {owners}")
            for entry in packed.getmembers():
                if entry.issym() and (entry.linkname.startswith("/") or "/" in entry.linkname):
                    problems.append(f"{entry.name} leads to {entry.linkname}")
            packed.extractall(folder)
    if len(times) != 1:
        problems.append(f"entries have {len(times)} times")
    names = [name.rstrip("/") for name in names]
    if names != sorted(names) or len(names) != len(set(names)):
        problems.append("entries are not sorted, or there is one twice")
    problems += [f"{name} leads out of the archive" for name in names
                 if name.startswith("/") or ".." in name.split("/")]
    return problems


def check_bill(folder: Path) -> "List[str]":
    """The bill of materials is valid, and lists each file with its sum and each linked part."""
    path = folder / "share/doc/deepfilter/sbom.spdx.json"
    document = parse_file(str(path))
    problems = [f"bill: {message.validation_message}"
                for message in validate_full_spdx_document(document)][:5]
    bill: "Dict[str, Any]" = json.loads(path.read_text("utf-8"))
    listed = {entry["fileName"][2:]: {one["algorithm"]: one["checksumValue"]
                                      for one in entry["checksums"]} for entry in bill["files"]}
    there = {found.relative_to(folder).as_posix(): found for found in folder.rglob("*")
             if found.is_file() and not found.is_symlink() and found != path}
    problems += [f"bill: lists {name}, which is not there" for name in sorted(set(listed) - set(there))]
    for name, found in sorted(there.items()):
        if name not in listed:
            problems.append(f"bill: does not list {name}")
        elif hashlib.sha256(found.read_bytes()).hexdigest() != listed[name]["SHA256"]:
            problems.append(f"bill: {name} has another sha256")
    texts = (folder / "share/doc/deepfilter/THIRD-PARTY.txt").read_text("utf-8")
    linked = [one["relatedSpdxElement"] for one in bill["relationships"]
              if one["relationshipType"] == "STATIC_LINK"]
    names = {one["SPDXID"]: (one["name"], one.get("versionInfo", "")) for one in bill["packages"]}
    for one in linked:
        name, version = names[one]
        if f"\n{name} {version}\n" not in texts:
            problems.append(f"THIRD-PARTY.txt: no licence of {name} {version}")
    if not {"libsndfile", "libsoxr", "highway", "libcxx"} <= {names[one][0] for one in linked}:
        problems.append("bill: names too few libraries")
    return problems


def check_paths(folder: Path) -> "List[str]":
    """No file tells where it was built."""
    told = [str(ROOT).encode(), str(Path.home()).encode() + b"/", b"build-dist/"]
    problems = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            problems += [f"{path.relative_to(folder)} has the path {text.decode()}"
                         for text in told if len(text) > 2 and text in content]
    return problems


def print_sizes(archive: Path, folder: Path) -> None:
    print(f"{archive.name}: {archive.stat().st_size / 1e6:.1f} MB")
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.stat().st_size > 500_000:
            print(f"  {path.stat().st_size / 1e6:6.1f} MB  {path.relative_to(folder)}")


def main() -> None:
    archive, place = Path(sys.argv[1]), Path(sys.argv[2])
    problems = unpack(archive, place)
    name = re.sub(r"\.(tar\.gz|zip)$", "", archive.name)
    target = re.sub(r"^deepfilter-[0-9.]+-", "", name)
    folder = place / name
    if [path.name for path in place.iterdir()] != [name]:
        sys.exit(f"{archive.name}: has other folders than {name}")
    problems += [f"no {wanted}" for wanted in EVERYWHERE + EXPECTED[target]
                 if not (folder / wanted).exists()]
    for path in sorted(folder.rglob("*")):
        if binaries.is_binary(path):
            problems += [f"{path.relative_to(folder)} {said}" for said in binaries.check(path, target)]
    problems += check_bill(folder)
    problems += check_paths(folder)
    print_sizes(archive, folder)
    for problem in problems:
        print(f"{archive.name}: {problem}", file=sys.stderr)
    sys.exit(1 if problems else 0)


main()

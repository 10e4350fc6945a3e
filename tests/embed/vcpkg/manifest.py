#!/usr/bin/env python3
"""Checks packaging/vcpkg/deepfilter/vcpkg.json by the rules of vcpkg's manifests.

Usage: manifest.py FILE VERSION
"""

import json
import re
import sys
from pathlib import Path

PORT_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FIELDS = {"name", "version", "port-version", "description", "homepage", "license", "supports",
          "dependencies", "default-features", "features"}
FEATURE_FIELDS = {"description", "dependencies", "supports"}
DEPENDENCY_FIELDS = {"name", "host", "default-features", "features", "platform", "version>="}


def check(condition: bool, sentence: str) -> None:
    if not condition:
        sys.exit(f"vcpkg.json: {sentence}")


def check_dependencies(where: str, dependencies: list) -> list:
    """Their names, which vcpkg's formatter puts in order."""
    names = []
    for one in dependencies:
        one = {"name": one} if isinstance(one, str) else one
        check(set(one) <= DEPENDENCY_FIELDS, f"{where}: {set(one) - DEPENDENCY_FIELDS} is unknown")
        check(bool(PORT_NAME.fullmatch(one["name"])), f"{where}: {one['name']} is no port's name")
        names.append(one["name"])
    check(names == sorted(set(names)), f"{where}: {names} are not in order")
    return names


def main() -> int:
    file, version = Path(sys.argv[1]), sys.argv[2]
    manifest = json.loads(file.read_text("utf-8"))
    check(set(manifest) <= FIELDS, f"{set(manifest) - FIELDS} is unknown")
    check(manifest["name"] == file.parent.name, "the name is not the folder's")
    check(manifest["version"] == version, f"the version is not {version}")
    check(manifest["license"] == "MIT OR Apache-2.0", "the licence is another")
    names = check_dependencies("dependencies", manifest["dependencies"])
    for helper in ("vcpkg-cmake", "vcpkg-cmake-config"):
        check(helper in names, f"{helper} is missing, whose functions the portfile calls")
    features = manifest["features"]
    for name, feature in features.items():
        check(bool(PORT_NAME.fullmatch(name)) and name != "default", f"{name} is no feature's name")
        check(set(feature) <= FEATURE_FIELDS, f"feature {name} has unknown fields")
        check(bool(feature["description"]), f"feature {name} has no description")
        check_dependencies(f"feature {name}", feature.get("dependencies", []))
    for name in manifest["default-features"]:
        check(name in features, f"default feature {name} is not there")
    portfile = (file.parent / "portfile.cmake").read_text("utf-8")
    for name in features:
        check(re.search(rf"\b{name}\b", portfile) is not None, f"the portfile ignores feature {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

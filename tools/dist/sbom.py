#!/usr/bin/env python3
"""Writes the bill of materials of an unpacked archive as SPDX 2.3 in JSON: its files with their sums,
and the libraries and weights in them with versions, licences and the sums of their sources.

Usage: sbom.py FOLDER TARGET LIBRARIES COMPILER OUT

LIBRARIES is the folder that tools/dist/dependencies.sh prints, COMPILER that of zig. OUT may lie in
FOLDER. The same files give the same document: its time is $SOURCE_DATE_EPOCH.
"""

import hashlib
import json
import os
import re
import sys
import time
import uuid
from pathlib import Path
from typing import Any, Dict, List

import parts

NOBODY_SAID = "NOASSERTION"


def identifier(text: str) -> str:
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.]+", "-", text)


def sums(content: bytes) -> "List[Dict[str, str]]":
    return [{"algorithm": name.upper(), "checksumValue": hashlib.new(name, content).hexdigest()}
            for name in ("sha1", "sha256")]


def files_of(folder: Path, out: Path) -> "List[Dict[str, Any]]":
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path == out:
            continue
        name = path.relative_to(folder).as_posix()
        found.append({
            "SPDXID": identifier("file-" + name),
            "fileName": "./" + name,
            "checksums": sums(path.read_bytes()),
            "licenseConcluded": NOBODY_SAID,
            "copyrightText": NOBODY_SAID,
        })
    return found


def verification_code(files: "List[Dict[str, Any]]") -> str:
    """SPDX 2.3, 7.9: the SHA-1 of all files' SHA-1 sums, sorted."""
    every = sorted(entry["checksums"][0]["checksumValue"] for entry in files)
    return hashlib.sha1("".join(every).encode()).hexdigest()


def package_of(part: parts.Part) -> "Dict[str, Any]":
    package: "Dict[str, Any]" = {
        "SPDXID": identifier("package-" + part.name),
        "name": part.name,
        "downloadLocation": NOBODY_SAID,
        "filesAnalyzed": False,
        "licenseConcluded": part.license,
        "licenseDeclared": part.license,
        "copyrightText": NOBODY_SAID,
        "primaryPackagePurpose": "OTHER" if part.contained else "LIBRARY",
    }
    if part.version:
        package["versionInfo"] = part.version
    notes = [part.comment] if part.comment else []
    notes += [f"sources: {name} sha256 {value}" for name, value in sorted(part.sums.items())]
    if notes:
        package["comment"] = "\n".join(notes)
    if part.url:
        package["externalRefs"] = [{"referenceCategory": "PACKAGE-MANAGER",
                                    "referenceType": "purl", "referenceLocator": part.url}]
    return package


def document(folder: Path, target: str, files: "List[Dict[str, Any]]",
             inside: "List[parts.Part]") -> "Dict[str, Any]":
    version = parts.project_version()
    name = f"deepfilter-{version}-{target}"
    code = verification_code(files)
    this = {
        "SPDXID": "SPDXRef-package-deepfilter",
        "name": "deepfilter",
        "versionInfo": version,
        "downloadLocation": NOBODY_SAID,
        "filesAnalyzed": True,
        "packageVerificationCode": {"packageVerificationCodeValue": code},
        "licenseConcluded": NOBODY_SAID,
        "licenseInfoFromFiles": [NOBODY_SAID],
        "licenseDeclared": "MIT OR Apache-2.0",
        "copyrightText": "Copyright (c) The deepfilter authors",
        "summary": f"Programs and libraries for {target}",
        "primaryPackagePurpose": "APPLICATION",
    }
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", this["SPDXID"])]
    relations += [(this["SPDXID"], "CONTAINS", entry["SPDXID"]) for entry in files]
    relations += [(this["SPDXID"], "CONTAINS" if part.contained else "STATIC_LINK",
                   identifier("package-" + part.name)) for part in inside]
    when = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": name,
        "documentNamespace": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, name + code)}",
        "creationInfo": {"created": time.strftime("%Y-%m-%dT%H:%M:%SZ", when),
                         "creators": ["Organization: The deepfilter authors",
                                      f"Tool: deepfilter-sbom-{version}"]},
        "packages": [this, *map(package_of, inside)],
        "files": files,
        "relationships": [{"spdxElementId": one, "relationshipType": kind,
                           "relatedSpdxElement": other} for one, kind, other in relations],
    }


def main() -> None:
    folder, target, libraries, compiler, out = sys.argv[1:]
    inside = parts.all_of(target, Path(libraries), Path(compiler))
    files = files_of(Path(folder), Path(out))
    text = json.dumps(document(Path(folder), target, files, inside), indent=1, ensure_ascii=False)
    Path(out).write_text(text + "\n", "utf-8")


main()

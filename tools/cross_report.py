#!/usr/bin/env python3
"""Counts the programs and cases of a run of tools/cross_test.sh.

Usage: cross_report.py TARGET BUILD
  BUILD  the build folder: reports/*.xml has the cases of each program, Testing/ the programs that
         ctest ran, and left_out.txt the programs that are not for this target, a name and a reason a line

Exits with 1 if a case failed, or a program ended without a report of its cases.
"""

import collections
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def main() -> int:
    target, build = sys.argv[1], Path(sys.argv[2])
    passed = failed = 0
    skipped: "collections.Counter[str]" = collections.Counter()
    reports = sorted((build / "reports").glob("*.xml"))
    broken = []
    for report in reports:
        try:
            cases = ElementTree.parse(report).iter("testcase")
        except ElementTree.ParseError:
            broken.append(report.stem)
            continue
        for case in cases:
            skip = case.find("skipped")
            if case.find("failure") is not None:
                failed += 1
                print(f"FAILED: {report.stem} {case.get('classname')}.{case.get('name')}")
            elif skip is not None:
                # The message is "file:line", then the reason.
                skipped[" ".join(skip.get("message", "").split("\n")[1:]).strip() or "no reason given"] += 1
            elif case.get("status") == "run":
                passed += 1
    for name in broken:
        print(f"FAILED: {name} wrote no report")
    for reason, count in sorted(skipped.items()):
        print(f"skipped {count}: {reason}")
    left_out = build / "left_out.txt"
    if left_out.exists():
        print(left_out.read_text(encoding="utf-8"), end="")
    print(f"{target}: {len(reports)} programs, {passed} cases passed, {failed} failed, {sum(skipped.values())} skipped")
    return 1 if failed or broken or not reports else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
"""Adds up what test runs counted, as `N passed, N failed, N skipped`.

    count.py REPORT...   meson's testlog.json, pytest's --junitxml file, or a text whose last such line counts

A cmocka program counts as its cases, a fuzz replay and whatever else meson runs as one. Exits with 1 when anything failed,
and with 2 when nothing passed."""

import json
import re
import sys
import xml.etree.ElementTree

CMOCKA = re.compile(r"^\[  (PASSED|FAILED|SKIPPED) +\] (?:.*: )?(\d+) test\(s\)", re.M)
PLAIN = re.compile(r"^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.M)


def count_meson_test(test):
    output = (test.get("stdout") or "") + "\n" + (test.get("stderr") or "")
    cases = {"PASSED": 0, "FAILED": 0, "SKIPPED": 0}
    for word, number in CMOCKA.findall(output):
        cases[word] += int(number)
    passed = test["result"] in ("OK", "EXPECTEDFAIL")
    if not any(cases.values()):
        return (int(passed), int(not passed and test["result"] != "SKIP"), int(test["result"] == "SKIP"))
    if not passed and cases["FAILED"] == 0:     # it crashed, leaked or took too long around its cases
        cases["FAILED"] = 1
    return (cases["PASSED"], cases["FAILED"], cases["SKIPPED"])


def count_junit(path):
    total = failed = skipped = 0
    for suite in xml.etree.ElementTree.parse(path).getroot().iter("testsuite"):
        total += int(suite.get("tests"))
        failed += int(suite.get("failures")) + int(suite.get("errors"))
        skipped += int(suite.get("skipped"))
    return (total - failed - skipped, failed, skipped)


def count(path):
    if path.endswith(".xml"):
        return count_junit(path)
    with open(path, errors="replace") as file:
        if path.endswith(".json"):
            counts = [count_meson_test(json.loads(line)) for line in file if line.strip()]
            return tuple(map(sum, zip(*counts))) if counts else (0, 0, 0)
        found = PLAIN.findall(file.read())
        return tuple(int(number or 0) for number in found[-1]) if found else (0, 1, 0)


def main():
    passed, failed, skipped = map(sum, zip((0, 0, 0), *(count(path) for path in sys.argv[1:])))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 2 if passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())

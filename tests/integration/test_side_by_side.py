"""The same command lines with peel and with the system's curl, before the same server: what scripts and fingers know works
as they know it. The rows stand in side_by_side/rows, what may differ in side_by_side/differences.toml."""
import os
import re
import subprocess
import sys
import tomllib

import pytest

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "side_by_side")
sys.path.insert(0, HERE)

import runner  # noqa: E402
from stage import a_closed_port, open_stage, run_row  # noqa: E402
from table import read_all  # noqa: E402

ROWS = read_all()
ASPECTS = {"code", "out", "files", "requests", "says"}


def curl_version():
    said = subprocess.run([runner.CURL, "--version"], stdout=subprocess.PIPE, check=True).stdout
    return tuple(map(int, re.match(rb"curl (\d+)\.(\d+)\.(\d+)", said).groups()))


CURL_VERSION = curl_version()


def read_differences():
    with open(os.path.join(HERE, "differences.toml"), "rb") as file:
        return tomllib.load(file)["difference"]


def version_of(text):
    return tuple(map(int, text.split(".")))


def holds_for_this_curl(difference):
    return (version_of(difference.get("since", "0")) <= CURL_VERSION
            and ("before" not in difference or CURL_VERSION < version_of(difference["before"])))


DIFFERENCES = read_differences()


def listed_for(row):
    """What may differ, and must: aspects, and lines that only curl's requests have."""
    aspects, lines = set(), []
    for difference in DIFFERENCES:
        if holds_for_this_curl(difference) and row.id in difference["rows"]:
            aspects |= set(difference["rows"][row.id])
            lines += [difference["without"].encode()] if "without" in difference else []
    return aspects, lines


def without_line(requests, line):
    assert any(line in head for _, head, _ in requests), f"no longer different: {line}"
    return [(number, head.replace(line, b""), body) for number, head, body in requests]


@pytest.fixture(scope="module")
def closed_port():
    with a_closed_port() as port:
        yield port


@pytest.mark.parametrize("row", [row for row in ROWS if row.since <= CURL_VERSION], ids=lambda row: row.id.replace(" ", "_"))
def test_row(row, certs, tmp_path, closed_port):
    folder = str(tmp_path / "home")
    with open_stage(row, certs) as stage:
        ours = run_row(row, stage, runner.PEEL, folder, closed_port, certs)
        theirs = run_row(row, stage, runner.CURL, folder, closed_port, certs)
    listed, lines = listed_for(row)
    for line in lines:
        theirs.requests = without_line(theirs.requests, line)
    differing = ours.differences(theirs)
    unlisted = [f"{name}:\n  peel {getattr(ours, name)!r}\n  curl {getattr(theirs, name)!r}" for name in differing - listed]
    assert not unlisted, f"{' '.join(row.args)}\n" + "\n".join(unlisted)
    assert differing == listed, f"no longer different: {listed - differing}"


def test_each_row_has_a_name_of_its_own():
    ids = [row.id for row in ROWS]
    assert len(ids) >= 150 and len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)


def test_each_difference_has_a_reason_and_rows():
    ids = {row.id for row in ROWS}
    for difference in DIFFERENCES:
        assert len(difference["behaviour"]) > 10 and len(difference["reason"]) > 10, difference
        assert difference["rows"], difference
        for row, aspects in difference["rows"].items():
            assert row in ids, f"no such row: {row}"
            assert set(aspects) <= ASPECTS and (aspects or "without" in difference), difference

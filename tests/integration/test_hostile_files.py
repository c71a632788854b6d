"""Rules that hold for all rows of the catalogue: what is on disk afterwards, and how much is said with -s and -sS."""
import os

import pytest

import runner
import test_hostile
import test_hostile_http
from hostile import fetch_arguments, is_body, judge_stderr, make_liar
from wire import WHOLE

# One row of each name that fails, without those that take their time.
FAILING = {row.name: row
           for row in test_hostile.TCP + test_hostile.HANDSHAKE + test_hostile.RECORDS + test_hostile.CLOSING
           + test_hostile_http.NOT_HTTP + test_hostile_http.CUT_SHORT + test_hostile_http.LENGTHS
           + test_hostile_http.CHUNKS + test_hostile_http.FIELDS + test_hostile_http.FLOODS
           if row.exit not in (0, 28) and not (runner.IS_CURL and row.curl is not None)}


def fetch(row, certs, *args, cwd=None, how="-sS"):
    with make_liar(row, WHOLE, certs) as liar:
        return runner.run(*args, *fetch_arguments(row, liar.port, certs, how), cwd=cwd)


@pytest.mark.parametrize("row", FAILING.values(), ids=FAILING.keys())
def test_file_holds_what_came(row, certs, tmp_path):
    """No other file is left; and a file that was there before stays as it is until the first byte of a body."""
    (tmp_path / "file").write_bytes(b"old")
    result = fetch(row, certs, "-o", "file", cwd=tmp_path)
    assert result.code == row.exit, result
    assert result.out == b""
    assert os.listdir(tmp_path) == ["file"]
    content = (tmp_path / "file").read_bytes()
    assert is_body(content, row.out) if row.out else content == b"old"


@pytest.mark.parametrize("row", FAILING.values(), ids=FAILING.keys())
def test_silence(row, certs):
    silent = fetch(row, certs, how="-s")
    assert (silent.code, silent.err) == (row.exit, b""), silent
    shown = fetch(row, certs)
    assert shown.code == row.exit
    judge_stderr(shown, row.exit, row.words)

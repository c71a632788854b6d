"""-z: what is asked for, and what becomes of a server's answer that knows no conditions."""

import os

import pytest
import runner
from origin import Origin, reply

NEW = "Tue, 13 Jun 2010 12:10:00 GMT"
DATE = "dec 12 11:00:00 1999 GMT"
ASKED = b"Sun, 12 Dec 1999 11:00:00 GMT"


def answer(_):
    return reply(b"body\n", "200 OK", f"Last-Modified: {NEW}")


@pytest.mark.parametrize("argument, field, status, body", [
    (DATE, b"If-Modified-Since: " + ASKED, b"200", b"body\n"),
    ("-" + DATE, b"If-Unmodified-Since: " + ASKED, b"304", b""),
    ("1 jan 2020", b"If-Modified-Since: Wed, 01 Jan 2020 00:00:00 GMT", b"304", b""),
    ("-1 jan 2020", b"If-Unmodified-Since: Wed, 01 Jan 2020 00:00:00 GMT", b"200", b"body\n"),
])
def test_dates(argument, field, status, body):
    with Origin(answer) as origin:
        result = runner.run("-sS", "-z", argument, "-w", "%{response_code}", origin.url("/"))
        assert field in origin.requests[0].head.split(b"\r\n")
    assert (result.code, result.out) == (0, body + status)


def test_the_date_of_a_file(tmp_path):
    file = tmp_path / "kept"
    file.write_bytes(b"old\n")
    os.utime(file, (1600000000, 1600000000))
    with Origin(answer) as origin:
        result = runner.run("-sS", "-z", str(file), "-o", str(file), origin.url("/"))
        assert b"If-Modified-Since: Sun, 13 Sep 2020 12:26:40 GMT" in origin.requests[0].head.split(b"\r\n")
    assert result.code == 0
    assert file.read_bytes() == b"old\n"


def test_what_is_no_date_is_left_out():
    with Origin(answer) as origin:
        result = runner.run("-S", "-z", "some day", origin.url("/"))
        assert b"Modified-Since" not in origin.requests[0].head
    assert (result.code, result.out) == (0, b"body\n")
    assert "Illegal date format" in result.text

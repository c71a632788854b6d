"""--trace and its kin: curl's form, every byte, and no secret."""
import re
import socket

import pytest

import runner
from origin import Origin, reply


@pytest.fixture(scope="module")
def origin():
    with Origin(lambda request: reply(b"hello\nworld", "200 OK", "X-Field: value")) as server:
        yield server


def test_trace_ascii(origin):
    result = runner.run("-sS", "--trace-ascii", "-", "-o", "/dev/null", "-d", "a=b", origin.url("/p"))
    text = result.out.decode()
    head = origin.requests[-1].head
    assert f"=> Send header, {len(head)} bytes (0x{len(head):x})\n0000: POST /p HTTP/1.1\n0012: Host: " in text
    assert "=> Send data, 3 bytes (0x3)\n0000: a=b\n" in text
    assert "<= Recv header, 17 bytes (0x11)\n0000: HTTP/1.1 200 OK\n" in text
    assert "<= Recv header, 2 bytes (0x2)\n0000: \n" in text
    assert "<= Recv data, 11 bytes (0xb)\n0000: hello.world\n" in text
    assert re.search(r"^== Info: Connected to 127\.0\.0\.1 ", text, re.M)


def test_trace_is_hexadecimal(origin, tmp_path):
    assert runner.run("-sS", "--trace", "t", origin.url(), cwd=tmp_path).out == b"hello\nworld"
    text = (tmp_path / "t").read_text()
    assert "0000: 68 65 6c 6c 6f 0a 77 6f 72 6c 64                hello.world\n" in text
    assert "0000: 47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a GET / HTTP/1.1..\n" in text


@pytest.mark.parametrize("form", ["--trace", "--trace-ascii"])
def test_no_secret_in_a_trace(origin, form):
    result = runner.run("-sS", form, "%", "-u", "ada:lovelace", "-H", "Cookie: id=tell-nobody",
                        "-H", "Authorization: Bearer hush-hush", origin.url())
    row = r"[0-9a-f]{4}: " + (r".{48}" if form == "--trace" else "")
    text = re.sub(rf"^{row}|\n", "", result.text, flags=re.M)
    for secret in ("lovelace", "tell-nobody", "hush-hush", "YWRhOmxvdmVsYWNl"):
        assert secret not in text
    assert "Authorization: Bearer ****" in text and "Cookie: id=****" in text


@pytest.mark.parametrize("args", [["--trace-time", "--trace-ids"], ["--trace-config", "ids,time"],
                                  ["--trace-config", "all"]])
def test_times_and_numbers(origin, args):
    urls = [origin.url("/1"), origin.url("/2")]
    result = runner.run("-sS", "--trace-ascii", "-", "--out-null", "--out-null", *args, *urls)
    lines = [line for line in result.out.decode().splitlines() if not re.match(r"[0-9a-f]{4}: ", line)]
    assert all(re.match(r"\d\d:\d\d:\d\d\.\d{6} \[\d-[\dx]\] (== Info:|=>|<=) ", line) for line in lines)
    assert any("[0-0] => Send header" in line for line in lines)
    assert any("[1-0] => Send header" in line for line in lines)
    result = runner.run("-sSv", *args, "--out-null", urls[0])
    assert re.match(r"\d\d:\d\d:\d\d\.\d{6} \[0-[\dx]\] \* ", result.text)


@pytest.mark.parametrize("args, is_dump", [
    (["-v", "--trace-ascii", "%"], True), (["--trace-ascii", "%", "-v"], False), (["--trace", "%", "-v"], False),
])
def test_the_last_of_trace_and_verbose_counts(origin, args, is_dump):
    result = runner.run("--no-progress-meter", *args, "--out-null", origin.url())
    assert "overrides an earlier trace/verbose option" in result.text.replace("\nWarning:", "")
    assert ("=> Send header" in result.text) == is_dump
    assert ("> GET / HTTP/1.1\n" in result.text) != is_dump


def test_a_trace_that_cannot_be_written_stops_nothing(origin):
    result = runner.run("--no-progress-meter", "--trace", "/nonexistent/t", origin.url())
    assert (result.code, result.out) == (0, b"hello\nworld")
    assert "Warning" in result.text


def test_the_time_that_options_files_take_is_no_other_phases():
    """Nor has anything else begun where they are not there."""
    everyone = "/etc/ssl/certs/ca-certificates.crt"
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        result = runner.run("-sv", "--cacert", everyone, url)
    assert re.search(r"^\* 0 bytes in [\d.]+ ms: setup [\d.]+ \| dns [\d.]+ \| tcp [\d.]+ \(failed\)$", result.text, re.M)
    result = runner.run("-sv", "--cacert", "/nonexistent", url)
    assert re.search(r"^\* 0 bytes in [\d.]+ ms: setup [\d.]+ \(failed\)$", result.text, re.M)

"""The catalogue of hostile peers, part two: what is wrong with the HTTP of a response. In clear, three times each, and once
over TLS."""
import re
from dataclasses import replace

import pytest

import runner
from hostile import Row, cases, run_row
from wire import CUT, WHOLE

# A limit is crossed somewhere in many bytes: where they are cut beforehand changes little, and takes long.
LARGE = (WHOLE, CUT)


def lengths(*values):
    """H079 and H080: variants of one row."""
    return [Row(name, 8, script="H079", value=value, words=("content-length", shown), curl=curl)
            for name, value, shown, curl in values]


NOT_HTTP = [
    Row("H073", 1, value=r"no response at all\r\n\r\n", words=("begins",), words_whole=("no response at all",)),
    Row("H073", 1, value=r"SSH-2.0-OpenSSH_9.2p1 \x1b[31mred\r\n", words=("begins",), words_whole=("SSH-2.0-OpenSSH_9.2p1", r"\x1b[31m")),
    Row("H073", 1, value=r"<html><body>no head</body></html>\n", words=("begins",), words_whole=("<html>",)),
    Row("H074", 1, script="H073", value=r"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n", words=("HTTP/1.1 20 OK",)),
    Row("H074", 1, script="H073", value=r"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n", words=("HTTP/1.1 2000 OK",)),
    Row("H074", 1, script="H073", value=r"HTTP/1.1 -20 OK\r\nContent-Length: 0\r\n\r\n", words=("HTTP/1.1 -20 OK",)),
    Row("H074", 1, script="H073", value=r"HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n", words=("HTTP/1.1 OK",)),
    Row("H075", 1, script="H073", value=r"HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n", words=("version|HTTP/1.2",)),
    Row("H075", 1, script="H073", value=r"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n", words=("version|HTTP/9.9",)),
    Row("H075", 8, script="H073", value=r"HTTP/2 200 OK\r\ncontent-length: 0\r\n\r\n", words=("HTTP/2",), curl=0),
]

CUT_SHORT = [
    Row("H076", 8, words=("head",), curl=0),
    Row("H077", 18, out=b"hi", words=("2 of 5|2 out of 5|3 bytes",)),
    Row("H078-data", 18, out=b"hi", words=("chunk|outstanding",)),
    Row("H078-last", 18, out=b"hi", words=("chunk|outstanding",)),
]

LENGTHS = lengths(
    ("H079", "Content-Length: -2", "-2", 8),
    ("H079", "Content-Length:", "content-length", 8),
    ("H079", "Content-Length: +2", "+2", 0),
    ("H079", "Content-Length: 2x", "2x", 0),
    ("H079", r"Content-Length: 5\r\nContent-Length: 6", "6", 28),
    ("H080", "Content-Length: 9223372036854775808", "9223372036854775808", 28),
    ("H080", "Content-Length: 18446744073709551615", "18446744073709551615", 28),
    ("H080", "Content-Length: 18446744073709551616", "18446744073709551616", 28),
)

CHUNKS = [
    Row("H083", 56, value="0x2", out=b"hi", words=("chunk size", "x2"), curl=43),
    Row("H083", 56, value="-2", out=b"hi", words=("chunk size", "-2")),
    Row("H083", 56, value="", out=b"hi", words=("chunk size",)),
    Row("H083", 56, value="00000000000000002", out=b"hi", words=("chunk size",)),
    Row("H083", 56, value=r"\x1b[2J", out=b"hi", words=("chunk size", r"\x1b[2J")),
    Row("H084", 56, out=b"hi", words=("chunk",)),
]

FRAMING = [
    Row("H081", 0, out=b"hello", verbose=("content-length", "chunked")),
    Row("H091", 0, value="204 No Content", verbose=("excess|5 bytes",)),
    Row("H091", 0, value="304 Not Modified", verbose=("excess|5 bytes",)),
    Row("H091-head", 0, script="H091", value="200 OK", args=("-I",),
        out=b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", verbose=("excess|5 bytes",)),
    Row("H091-1xx", 0),
    Row("H093", 0, out=b"first", verbose=("excess|bytes",)),
]

FIELDS = [
    Row("H092", 8, value=r"X-Null: a\0b", words=("X-Null",)),
    Row("H092", 8, value="X-Blank : v", words=("X-Blank",), curl=0),
    Row("H092", 8, value=r"X\x1b[31m no colon here", words=(r"X\x1b[31m no colon here",)),
]

FLOODS = [
    # 16 KiB of extensions may come: three or four chunks.
    Row("H085", 56, out=re.compile(b"x{3,4}"), words=("chunk extension",), curl=0, cpu_s=0.5, deliveries=LARGE),
    Row("H086", 56, words=("header", "300 KiB|100 KiB|307200|102400"), curl=27, deliveries=LARGE),
    Row("H087", 56, words=("header", "300 KiB|307200"), deliveries=LARGE),
    Row("H088", 56, words=("header", "100 KiB|102400"), curl=27, deliveries=LARGE),
    Row("H089", 56, words=("5000",), curl=0, deliveries=LARGE),
    Row("H090", 56, words=("header", "300 KiB|307200"), deliveries=LARGE),
]


def run(row, delivery, certs):
    # This curl waits for ever for what these rows announce.
    if runner.IS_CURL and row.curl == 28:
        row = replace(row, args=("-m", "0.5"))
    run_row(row, delivery, certs)


@pytest.mark.parametrize("row, delivery", cases(NOT_HTTP))
def test_not_http(row, delivery, certs):
    run(row, delivery, certs)


@pytest.mark.parametrize("row, delivery", cases(CUT_SHORT))
def test_cut_short(row, delivery, certs):
    run(row, delivery, certs)


@pytest.mark.parametrize("row, delivery", cases(LENGTHS))
def test_lengths(row, delivery, certs):
    run(row, delivery, certs)


@pytest.mark.parametrize("row, delivery", cases(CHUNKS))
def test_chunks(row, delivery, certs):
    run(row, delivery, certs)


@pytest.mark.parametrize("row, delivery", cases(FRAMING))
def test_framing(row, delivery, certs):
    run(row, delivery, certs)


@pytest.mark.parametrize("row, delivery", cases(FIELDS))
def test_fields(row, delivery, certs):
    run(row, delivery, certs)


@pytest.mark.parametrize("row, delivery", cases(FLOODS))
def test_floods(row, delivery, certs):
    run(row, delivery, certs)


OVER_TLS = [replace(row, tls="server", deliveries=(WHOLE,))
            for row in NOT_HTTP + CUT_SHORT + LENGTHS + CHUNKS + FRAMING + FIELDS + FLOODS]


@pytest.mark.parametrize("row, delivery", cases(OVER_TLS))
def test_the_same_over_tls(row, delivery, certs):
    run(row, delivery, certs)

"""--tr-encoding: what is asked for, what is undone, and what stays refused."""
import gzip
import os
import zlib

import pytest

import runner
from hostile import judge_stderr
from liar import Liar
from origin import Origin

TEXT = b"".join(b"line %d of a text\n" % n for n in range(4000))


def chunked(data, size=1000, tail=b""):
    pieces = [data[i:i + size] for i in range(0, len(data), size)] + [b""]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces[:-1]) + b"0\r\n" + tail + b"\r\n"


def coded(codings, body, *fields):
    lines = [b"HTTP/1.1 200 OK", b"Transfer-Encoding: " + codings.encode(), *fields]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


UNPACKED = {
    "gzip": ("gzip, chunked", chunked(gzip.compress(TEXT))),
    "small chunks": ("x-gzip,chunked", chunked(gzip.compress(TEXT), 7)),
    "deflate": ("deflate, chunked", chunked(zlib.compress(TEXT))),
    "two": ("deflate, gzip, chunked", chunked(gzip.compress(zlib.compress(TEXT)))),
    "trailers": ("gzip, chunked", chunked(gzip.compress(TEXT), tail=b"Trailer: t\r\n")),
}


@pytest.mark.parametrize("row", UNPACKED.values(), ids=UNPACKED)
def test_a_coded_response_is_unpacked_and_the_connection_kept(row):
    codings, body = row
    with Origin(lambda request: coded(codings, body)) as origin:
        result = runner.run("-sS", "--tr-encoding", origin.url("/1"), origin.url("/2"))
        assert result.code == 0, result
        assert result.out == TEXT * 2
        assert [(request.field("TE"), request.field("Connection")) for request in origin.requests] == [("gzip", "TE")] * 2
        assert origin.n_connections == 1


def test_both_kinds_of_codings_are_undone():
    body = chunked(gzip.compress(zlib.compress(TEXT)))
    with Origin(lambda request: coded("gzip, chunked", body, b"Content-Encoding: deflate")) as origin:
        result = runner.run("-sS", "--tr-encoding", "--compressed", origin.url())
        assert (result.code, result.out) == (0, TEXT), result


def test_without_chunks_the_close_is_the_end():
    script = ["expect", 'send "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: gzip\\r\\n\\r\\n"',
              'send "' + "".join(f"\\x{byte:02x}" for byte in gzip.compress(b"hello", mtime=0)) + '"', "cut"]
    with Liar(script) as liar:
        result = runner.run("-sS", "--tr-encoding", f"http://127.0.0.1:{liar.port}/")
        liar.finish()
    assert (result.code, result.out) == (0, b"hello"), result


def test_raw_leaves_everything_as_it_came():
    body = chunked(gzip.compress(b"hello"))
    with Origin(lambda request: coded("gzip, chunked", body)) as origin:
        result = runner.run("-sS", "--tr-encoding", "--raw", origin.url())
        assert (result.code, result.out) == (0, body), result


REFUSED = {
    "nobody asked": ([], "gzip, chunked", chunked(gzip.compress(b"x")), ["gzip, chunked", "--tr-encoding"]),
    "asked otherwise": (["--compressed"], "gzip, chunked", chunked(gzip.compress(b"x")), ["gzip, chunked"]),
    "chunked is not last": (["--tr-encoding"], "chunked, gzip", chunked(gzip.compress(b"x")), ["chunked, gzip"]),
    "unknown": (["--tr-encoding"], "xgzip, chunked", chunked(b"x"), ["xgzip"]),
    "no gzip": (["--tr-encoding"], "gzip, chunked", chunked(b"no gzip"), ["gzip"]),
    "cut": (["--tr-encoding"], "gzip, chunked", chunked(gzip.compress(b"x")[:9]), ["incomplete"]),
    "six": (["--tr-encoding"], "gzip,gzip,gzip,gzip,gzip,gzip, chunked", chunked(b""), ["more than 5"]),
}


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_undone_is_61(row):
    options, codings, body, words = row
    with Origin(lambda request: coded(codings, body)) as origin:
        result = runner.run("-sS", *options, origin.url())
    assert (result.code, result.out) == (61, b""), result
    judge_stderr(result, 61, words)


def test_a_bomb_costs_no_memory_and_obeys_the_limit(tmp_path):
    bomb = gzip.compress(gzip.compress(b"\0" * (64 << 20)))
    with Origin(lambda request: coded("gzip, gzip, chunked", chunked(bomb))) as origin:
        whole = runner.run("-sS", "-o", os.devnull, "-w", "%{size_download}", "--tr-encoding", origin.url())
        cut = runner.run("-sS", "--tr-encoding", "--max-filesize", "100K", "-o", tmp_path / "out", origin.url())
    assert (whole.code, whole.out) == (0, b"%d" % (64 << 20)), whole
    assert cut.code == 63, cut
    assert (tmp_path / "out").stat().st_size <= 100 * 1024
    if not runner.is_sanitized():
        assert whole.rss_kib < 24 * 1024

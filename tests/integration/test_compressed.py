"""--compressed against servers whose compression is no such thing, ends too early, or never ends (H098-H100)."""
import gzip
import re
import zlib

import pytest

import runner
from hostile import judge_stderr
from origin import Origin, reply

RSS_MAX_KIB = 24 * 1024
MIB = 1 << 20


def fetch(answer, *args):
    with Origin(lambda _: answer) as origin:
        return runner.run("--no-progress-meter", "--compressed", *args, origin.url("/file"))


def coded(body, *codings):
    return reply(body, "200 OK", *(f"Content-Encoding: {coding}" for coding in codings))


TEXT = b"".join(b"line %d\n" % n for n in range(20000))
PACKED = gzip.compress(TEXT)


@pytest.mark.parametrize("answer, out, words", [
    (coded(b"this is not gzip", "gzip"), b"", ("gzip",)),
    (coded(b"this is not deflate", "deflate"), b"", ("deflate",)),
    (coded(b"text", "nope"), b"", ("nope",)),
    (coded(gzip.compress(b"text"), "gzip", "nope"), b"", ("nope",)),
    (coded(PACKED, ", ".join(["gzip"] * 10)), b"", ("coding",)),
    (coded(PACKED, *["gzip"] * 6), b"", ("coding",)),
    (coded(b"\x1b[2J", "\x1b[2J"), b"", ()),
], ids=["gzip", "deflate", "unknown", "unknown-second", "ten", "six-lines", "escape"])
def test_h098_no_such_coding(answer, out, words):
    result = fetch(answer)
    assert result.code == (8 if not words else 61), result
    judge_stderr(result, result.code, words)
    assert result.out == out


def test_h098_what_was_decoded_before_is_kept():
    """Zeros in the middle of the stream."""
    broken = PACKED[:len(PACKED) // 2] + bytes(2000)
    result = fetch(coded(broken, "gzip"))
    assert result.code == 61, result
    judge_stderr(result, 61, ("gzip",))
    assert len(result.out) > 10000 and TEXT.startswith(result.out[:len(result.out) // 2])


@pytest.mark.parametrize("missing", [6, 1, 8, 30])
def test_h099_the_end_is_missing(missing):
    """The length is right, the stream is not whole: what came is kept, and it is told."""
    result = fetch(coded(PACKED[:-missing], "gzip"))
    assert result.code == 61, result
    judge_stderr(result, 61, ("incomplete",))
    assert TEXT.startswith(result.out) and len(result.out) > len(TEXT) - 4000


def bomb(gib):
    """A gzip stream of so many GiB of zeros, without the work of making it: one flushed block again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    return head + block * (gib * 1024)


@pytest.mark.parametrize("codings", [["gzip"], ["gzip", "gzip", "gzip"]], ids=["once", "thrice"])
def test_h100_a_bomb_meets_the_limit(codings):
    packed = bomb(10)
    for _ in codings[1:]:
        packed = gzip.compress(packed)
    # Without a length, which would give it away.
    head = "".join(f"Content-Encoding: {coding}\r\n" for coding in codings)
    answer = f"HTTP/1.1 200 OK\r\nConnection: close\r\n{head}\r\n".encode() + packed
    result = fetch(answer, "--max-filesize", "1M")
    assert result.code == 63, result
    judge_stderr(result, 63, ("maximum file size",))
    assert 0 < len(result.out) <= MIB and not result.out.strip(b"\0")
    if not runner.is_sanitized() and not runner.IS_CURL:
        assert result.rss_kib < RSS_MAX_KIB


@pytest.mark.slow
def test_h100_a_bomb_takes_no_memory_without_a_limit():
    result = fetch(coded(bomb(1), "gzip"), "-o", "/dev/null", "-w", "%{size_download}")
    assert result.code == 61 and re.fullmatch(rb"\d+", result.out), result  # it has no end
    if not runner.is_sanitized() and not runner.IS_CURL:
        assert result.rss_kib < RSS_MAX_KIB

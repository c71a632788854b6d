"""Parts of a body: --continue-at, --range, entity tags; and bodies taken as they come: --raw, --http0.9."""
import pytest

import runner
from liar import Liar
from origin import Origin, redirect, reply

WHOLE = b"0123456789"


def ranged(request):
    """A server that can do ranges."""
    wanted = request.field("Range")
    if not wanted:
        return reply(WHOLE)
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    start, end = int(first), int(last or len(WHOLE) - 1)
    if start >= len(WHOLE):
        return reply(b"too far", "416 Range Not Satisfiable", f"Content-Range: bytes */{len(WHOLE)}")
    return reply(WHOLE[start:end + 1], "206 Partial Content", f"Content-Range: bytes {start}-{end}/{len(WHOLE)}")


def says(status, body, *fields):
    return lambda _: reply(body, status, *fields)


@pytest.mark.parametrize("have, answer, code, left", [
    (b"0123", ranged, 0, WHOLE),
    (b"", ranged, 0, WHOLE),
    (None, ranged, 0, WHOLE),
    (WHOLE, ranged, 0, WHOLE),
    (b"0123", says("206 Partial Content", b"3456789", "Content-Range: bytes 3-9/10"), 33, b"0123"),
    (b"0123", says("206 Partial Content", b"456789", "Content-Range: bytes 0-9/10"), 33, b"0123"),
    (b"0123", says("206 Partial Content", b"456789"), 33, b"0123"),
    (b"0123", says("200 OK", WHOLE), 33, b"0123"),
    (b"0123", says("200 OK", b"abcd"), 0, b"0123"),
    (b"0123", says("416 Range Not Satisfiable", b"no", "Content-Range: bytes */4"), 0, b"0123"),
    (b"0123", says("404 Not Found", b"no such page"), 33, b"0123"),
])
def test_a_download_goes_on_or_leaves_the_file_alone(have, answer, code, left, tmp_path):
    """H121."""
    file = tmp_path / "f"
    if have is not None:
        file.write_bytes(have)
    with Origin(answer) as origin:
        result = runner.run("-sS", "-C", "-", "-o", "f", origin.url(), cwd=tmp_path)
        assert origin.requests[0].field("Range") == (f"bytes={len(have)}-" if have else None)
    assert result.code == code, result
    assert file.read_bytes() == left


def test_with_fail_a_whole_file_is_no_failure(tmp_path):
    (tmp_path / "f").write_bytes(WHOLE)
    with Origin(ranged) as origin:
        assert runner.run("-sSf", "-C", "-", "-o", "f", origin.url(), cwd=tmp_path).code == 0


def test_an_offset_by_number_and_over_a_redirect():
    def answer(request):
        return redirect("/there") if request.target == "/here" else ranged(request)

    with Origin(answer) as origin:
        assert runner.run("-sSL", "-C", "4", origin.url("/here")).out == WHOLE[4:]
        assert [request.field("Range") for request in origin.requests] == ["bytes=4-"] * 2


def test_a_download_cut_at_every_byte_goes_on(tmp_path):
    file = tmp_path / "f"
    for cut in range(1, len(WHOLE)):
        file.unlink(missing_ok=True)
        script = ["expect", f'send "HTTP/1.1 200 OK\\r\\nContent-Length: 10\\r\\n\\r\\n{WHOLE[:cut].decode()}"', "cut"]
        with Liar(script) as liar:
            assert runner.run("-sS", "-o", "f", f"http://127.0.0.1:{liar.port}/", cwd=tmp_path).code == 18
        with Origin(ranged) as origin:
            assert runner.run("-sS", "-C", "-", "-o", "f", origin.url(), cwd=tmp_path).code == 0
        assert file.read_bytes() == WHOLE


@pytest.mark.parametrize("said, sent, warns", [
    ("2-4", "bytes=2-4", False), ("-3", "bytes=-3", False), ("3", "bytes=3-", True), ("1-2,4-", "bytes=1-2,4-", False),
    ("x", "bytes=x", True),
])
def test_range(said, sent, warns):
    with Origin(lambda _: reply(WHOLE)) as origin:
        result = runner.run("-r", said, origin.url(), "--no-progress-meter")
        assert origin.requests[0].field("Range") == sent
    assert (result.code, b"Warning" in result.err) == (0, warns)


@pytest.mark.parametrize("args", [["-r", "0-1"], ["--no-clobber"], ["--remove-on-error"], ["--atomic"], ["-d", "x"]])
def test_what_does_not_go_with_resuming(args):
    assert runner.run("-C", "-", *args, "-o", "f", "http://127.0.0.1:1/").code == 2


def test_entity_tags(tmp_path):
    def answer(request):
        if request.field("If-None-Match") == '"v1"':
            return b"HTTP/1.1 304 Not Modified\r\n\r\n"
        return reply(WHOLE, "200 OK", 'ETag: "v1"')

    args = ["-sS", "--etag-save", "tag", "--etag-compare", "tag", "-o", "f"]
    with Origin(answer) as origin:
        assert runner.run(*args, origin.url(), cwd=tmp_path).code == 0
        assert origin.requests[0].field("If-None-Match") == '""'
        assert (tmp_path / "tag").read_text() == '"v1"\n'
        (tmp_path / "f").write_text("kept")
        assert runner.run(*args, origin.url(), cwd=tmp_path).code == 0
        assert (tmp_path / "f").read_text() == "kept"
        assert (tmp_path / "tag").read_text() == '"v1"\n'
        assert runner.run(*args, origin.url(), origin.url(), cwd=tmp_path).code == 2


CHUNKED = r'send "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nT: v\r\n\r\n"'


@pytest.mark.parametrize("args, answer, code, out", [
    (["--raw"], CHUNKED, 0, b"5;x\r\nhello\r\n0\r\nT: v\r\n\r\n"),
    ([], CHUNKED, 0, b"hello"),
    (["--http0.9"], 'send "just text"', 0, b"just text"),
    (["--http0.9"], 'send "HTTPx"', 0, b"HTTPx"),
    ([], 'send "just text"', 1, b""),
    (["--ignore-content-length"], r'send "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello"', 0, b"hello"),
])
def test_bodies_as_they_come(args, answer, code, out):
    with Liar(["expect", answer, "cut"]) as liar:
        result = runner.run("-sS", *args, f"http://127.0.0.1:{liar.port}/")
    assert (result.code, result.out) == (code, out), result

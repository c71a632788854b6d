"""--retry of a download that broke off in the middle: it goes on where the server can (RFC 9110 section 13.1.5)."""
import hashlib
import os
import random
import socket
import threading
from functools import partial

import pytest

import runner
import servers
from liar import Liar
from origin import Last, Origin, Reset, redirect, reply
from peer import Peer

WHOLE = b"0123456789"
TAG = 'ETag: "v1"'
QUICK = ["-sS", "--retry", "30", "--retry-delay", "0.01", "--retry-all-errors"]


def part(first, body=WHOLE, *fields, said=None):
    said = said or f"bytes {first}-{len(body) - 1}/{len(body)}"
    return reply(body[first:], "206 Partial Content", f"Content-Range: {said}", *fields)


def cut(answer, n, how=Last):
    """Without the last n bytes."""
    return how(answer[:len(answer) - n])


def first_byte(request):
    return int((request.field("Range") or "bytes=0-").removeprefix("bytes=").removesuffix("-"))


class Script:
    """One answer after the other; the last is for all that follow."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def __call__(self, request):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(request) if callable(answer) else answer


def fetch(origin, cwd, *args, path="/", file="f"):
    return runner.run(*QUICK, "-o", file, *args, origin.url(path), cwd=cwd)


def ranges(origin):
    return [request.field("Range") for request in origin.requests]


def begun(n_missing, *fields, how=Last):
    return cut(reply(WHOLE, "200 OK", *fields), n_missing, how)


@pytest.mark.parametrize("at", range(1, len(WHOLE)))
def test_a_body_cut_at_every_byte_goes_on(at, tmp_path):
    with Origin(Script(begun(len(WHOLE) - at, TAG), part(at))) as origin:
        result = fetch(origin, tmp_path, "-w", "%{http_code} %{size_download} %{num_retries}")
        assert ranges(origin) == [None, f"bytes={at}-"]
        assert origin.requests[1].field("If-Range") == '"v1"'
    assert (result.code, result.out) == (0, b"206 %d 1" % (len(WHOLE) - at)), result
    assert (tmp_path / "f").read_bytes() == WHOLE


def test_a_byte_at_a_time(tmp_path):
    def answer(request):
        first = first_byte(request)
        whole = part(first, WHOLE, TAG) if first else reply(WHOLE, "200 OK", TAG)
        return cut(whole, len(WHOLE) - first - 1) if first < len(WHOLE) - 1 else whole

    with Origin(answer) as origin:
        assert fetch(origin, tmp_path).code == 0
        assert ranges(origin) == [None, *(f"bytes={n}-" for n in range(1, len(WHOLE)))]
    assert (tmp_path / "f").read_bytes() == WHOLE


@pytest.mark.parametrize("how", [Last, Reset])
def test_a_large_body_on_a_bad_line(how, tmp_path):
    """Where a reset cuts is the kernel's business: whatever came is not asked for again, and the file is whole."""
    body = random.Random(1).randbytes(3_000_000)
    chance = random.Random(2)

    def answer(request):
        first = first_byte(request)
        whole = part(first, body) if first else reply(body, "200 OK", TAG)
        left = len(body) - first
        return whole if left < 600_000 else cut(whole, left - chance.randrange(1, 600_000), how)

    with Origin(answer) as origin:
        result = fetch(origin, tmp_path, "--sha256", hashlib.sha256(body).hexdigest())
        assert result.code == 0, result
        offsets = [first_byte(request) for request in origin.requests]
    assert offsets == sorted(offsets) and len(offsets) > 4
    assert (tmp_path / "f").read_bytes() == body


OLD = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT"
NOW = "Date: Sun, 06 Nov 1994 08:50:37 GMT"


@pytest.mark.parametrize("fields, validator", [
    ([TAG], '"v1"'), ([OLD, NOW], "Sun, 06 Nov 1994 08:49:37 GMT"), ([TAG, "Accept-Ranges: bytes"], '"v1"'),
    (['ETag: W/"v1"'], None), ([], None), ([OLD], None), ([OLD, OLD.replace("Last-Modified", "Date")], None),
    ([TAG, "Accept-Ranges: none"], None), (['ETag: W/"v1"', OLD, NOW], None),
])
def test_only_what_is_surely_the_same_goes_on(fields, validator, tmp_path):
    with Origin(Script(begun(4, *fields), lambda request: part(6) if validator else reply(WHOLE))) as origin:
        assert fetch(origin, tmp_path).code == 0
        assert ranges(origin) == [None, "bytes=6-" if validator else None]
        assert origin.requests[1].field("If-Range") == validator
    assert (tmp_path / "f").read_bytes() == WHOLE


def test_a_changed_file_is_taken_whole(tmp_path):
    """If-Range does not hold any more: 200. The next break goes by the new validator."""
    new = b"a new and longer body"
    answers = Script(begun(4, TAG), cut(reply(new, "200 OK", 'ETag: "v2"'), 1), part(len(new) - 1, new))
    with Origin(answers) as origin:
        result = fetch(origin, tmp_path, "--sha256", hashlib.sha256(new).hexdigest())
        assert result.code == 0, result
        assert [request.field("If-Range") for request in origin.requests] == [None, '"v1"', '"v2"']
    assert (tmp_path / "f").read_bytes() == new


@pytest.mark.parametrize("args", [[], ["-f"], ["--atomic"]])
@pytest.mark.parametrize("answer", [
    part(5), part(0), part(6, WHOLE + b"x"), part(6, WHOLE, 'ETag: "v2"'), part(6, WHOLE, said="bytes 6-9"),
    part(6, WHOLE, said="bytes 7-9/10"), reply(WHOLE[6:], "206 Partial Content"),
    reply(b"a page", "416 Range Not Satisfiable", "Content-Range: bytes */10"),
    reply(b"", "416 Range Not Satisfiable"),
], ids=range(9))
def test_a_wrong_answer_means_from_the_beginning(answer, args, tmp_path):
    """At once, and not as another retry; and Range is not tried again."""
    answers = Script(begun(4, TAG), answer, begun(3, TAG), reply(WHOLE))
    with Origin(answers) as origin:
        result = fetch(origin, tmp_path, *args, "-w", "%{num_retries}")
        assert (result.code, result.out) == (0, b"2"), result
        assert ranges(origin) == [None, "bytes=6-", None, None]
    assert (tmp_path / "f").read_bytes() == WHOLE


@pytest.mark.parametrize("args", [
    ["--compressed"], ["-r", "0-9"], ["-H", "Range: bytes=0-9"], ["-H", 'If-None-Match: "x"'], ["-i"], ["--raw"],
    ["-z", "Thu, 01 Jan 1970 00:00:00 GMT"], ["-d", "x"], ["--etag-compare", "no-such-file"], ["-X", "SEARCH"],
])
def test_what_begins_anew_as_with_curl(args, tmp_path):
    with Origin(Script(begun(4, TAG), reply(WHOLE))) as origin:
        assert fetch(origin, tmp_path, *args).code == 0
        assert len(origin.requests) == 2
        assert not any(request.field("If-Range") for request in origin.requests)
    assert (tmp_path / "f").read_bytes().endswith(WHOLE)


def test_with_continue_at_it_is_the_users_own_range(tmp_path):
    (tmp_path / "f").write_bytes(WHOLE[:2])
    with Origin(Script(cut(part(2), 3), part(2))) as origin:
        assert fetch(origin, tmp_path, "-C", "-").code == 0
        assert ranges(origin) == ["bytes=2-", "bytes=2-"]
    assert (tmp_path / "f").read_bytes() == WHOLE


def test_stdout_cannot_go_on():
    with Origin(Script(begun(4, TAG), reply(WHOLE))) as origin:
        assert runner.run(*QUICK, origin.url()).out == WHOLE[:6] + WHOLE
        assert ranges(origin) == [None, None]


def test_atomic_shows_nothing_before_all_is_there(tmp_path):
    (tmp_path / "f").write_bytes(b"old")
    seen = []

    def rest(request):
        seen.append((tmp_path / "f").read_bytes())
        return part(6)

    with Origin(Script(begun(4, TAG), rest)) as origin:
        result = fetch(origin, tmp_path, "--atomic", "--sha256", hashlib.sha256(WHOLE).hexdigest())
        assert result.code == 0 and ranges(origin) == [None, "bytes=6-"], result
    assert seen == [b"old"] and (tmp_path / "f").read_bytes() == WHOLE
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_a_wrong_digest_of_two_parts_is_found(tmp_path):
    (tmp_path / "f").write_bytes(b"old")
    with Origin(Script(begun(4, TAG), part(6, b"012345wxyz"))) as origin:
        result = runner.run("-sS", "--retry", "1", "--retry-delay", "0.01", "--retry-all-errors", "--atomic", "--sha256",
                            hashlib.sha256(WHOLE).hexdigest(), "-o", "f", origin.url(), cwd=tmp_path)
    assert result.code not in (0, 18) and b"mismatch" in result.err
    assert (tmp_path / "f").read_bytes() == b"old"


def test_an_excuse_in_between(tmp_path):
    """With -f the page of a 503 is nobody's and the part stays; without it, the page is the file for a moment."""
    busy = reply(b"busy", "503 Busy")
    with Origin(Script(begun(4, TAG), busy, part(6))) as origin:
        assert fetch(origin, tmp_path, "-f").code == 0
        assert ranges(origin) == [None, "bytes=6-", "bytes=6-"]
    assert (tmp_path / "f").read_bytes() == WHOLE
    with Origin(Script(begun(4, TAG), busy, reply(WHOLE))) as origin:
        assert fetch(origin, tmp_path).code == 0
        assert ranges(origin) == [None, "bytes=6-", None]
    assert (tmp_path / "f").read_bytes() == WHOLE


def test_a_part_stays_when_all_tries_are_used_up(tmp_path):
    with Origin(Script(begun(4, TAG), reply(b"", "503 Busy"))) as origin:
        result = fetch(origin, tmp_path, "-f", "--retry", "2")
        assert result.code == 22 and ranges(origin) == [None, "bytes=6-", "bytes=6-"]
    assert (tmp_path / "f").read_bytes() == WHOLE[:6]


@pytest.mark.parametrize("limit", [["-m", "0.3"], ["-Y", "1000", "-y", "1"]])
def test_a_time_out_in_mid_body_goes_on_without_more_words(limit, tmp_path):
    """A passing failure as it is: --retry alone is enough."""
    first = f'send "HTTP/1.1 200 OK\\r\\nETag: \\"v1\\"\\r\\nContent-Length: 10\\r\\n\\r\\n012345"'
    rest = 'send "HTTP/1.1 206 OK\\r\\nContent-Range: bytes 6-9/10\\r\\nContent-Length: 4\\r\\n\\r\\n6789"'
    with Liar(["expect", first, "stall"], ["expect", rest]) as liar:
        result = runner.run("-sS", "--retry", "1", "--retry-delay", "0.01", *limit, "-o", "f", f"http://127.0.0.1:{liar.port}/",
                            cwd=tmp_path)
        assert result.code == 0, result
        assert b'Range: bytes=6-\r\nIf-Range: "v1"\r\n' in liar.connections[1].received
    assert (tmp_path / "f").read_bytes() == WHOLE


def test_only_the_url_that_it_came_from_is_asked_for_the_rest(tmp_path):
    bodies = Script(begun(4, TAG), part(6))
    with Origin(lambda request: redirect("/2") if request.target == "/" else bodies(request)) as origin:
        assert fetch(origin, tmp_path, "-L").code == 0
        assert ranges(origin) == [None, None, None, "bytes=6-"]
    assert (tmp_path / "f").read_bytes() == WHOLE
    ways, other = Script(redirect("/a"), redirect("/b")), Script(begun(4, TAG), reply(b"another"))
    with Origin(lambda request: ways(request) if request.target == "/" else other(request)) as origin:
        assert fetch(origin, tmp_path, "-L").code == 0
        assert ranges(origin) == [None] * 4
    assert (tmp_path / "f").read_bytes() == b"another"


def test_the_limit_of_size_holds_for_the_whole(tmp_path):
    for limit, code in (("10", 0), ("9", 63)):
        first = cut(b"HTTP/1.1 200 OK\r\n" + TAG.encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n0", 1)
        with Origin(Script(first, part(6))) as origin:
            result = fetch(origin, tmp_path, "--max-filesize", limit, "--retry", "1")
            assert result.code == code and ranges(origin) == [None, "bytes=6-"], result


def test_the_date_is_the_first_answers(tmp_path):
    """A 206 to If-Range may leave out what the 200 has said."""
    with Origin(Script(begun(4, TAG, OLD), part(6))) as origin:
        assert fetch(origin, tmp_path, "-R", "--etag-save", "tag").code == 0
    assert (tmp_path / "f").stat().st_mtime == 784111777
    assert (tmp_path / "tag").read_text() == '"v1"\n'


def test_it_is_told(tmp_path):
    with Origin(Script(begun(4, TAG), part(0), reply(WHOLE))) as origin:
        result = fetch(origin, tmp_path, "-v")
    assert '* Going on at byte 6 if the server still has "v1"\n' in result.text
    assert "* The server does not go on at byte 6: from the beginning\n" in result.text


class BadLine(Peer):
    """Between client and server: the n-th connection breaks after limits[n] bytes of the server's; the others do not."""

    def __init__(self, behind, limits):
        self.behind, self.limits = behind, list(limits)
        super().__init__()

    def _welcome(self, client, _):
        server = socket.create_connection(("127.0.0.1", self.behind))
        limit = self.limits.pop(0) if self.limits else None
        threading.Thread(target=self._carry, args=(client, server, None), daemon=True).start()
        return partial(self._carry, server, client, limit)

    @staticmethod
    def _carry(source, sink, limit):
        try:
            while data := source.recv(65536 if limit is None else min(65536, limit)):
                sink.sendall(data)
                if limit is not None:
                    limit -= len(data)
                if limit == 0:
                    break
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


@pytest.mark.parametrize("etag", ["on", "off"])
def test_nginx_over_a_bad_line(etag, workspace, certs, tmp_path):
    body = random.Random(3).randbytes(2_000_000)
    path = tmp_path / "served"
    path.write_bytes(body)
    with open(f"{workspace.root}/file", "wb") as file:
        file.write(body)
    os.utime(f"{workspace.root}/file", (784111777, 784111777))
    limits = [300_000, 200_000, 8_000, 900_000]
    with servers.nginx(workspace, certs["server"], extra=f"etag {etag};") as server, BadLine(server.port, limits) as line:
        result = runner.run(*QUICK, "--cacert", certs.ca, "-o", "f", "--sha256", hashlib.sha256(body).hexdigest(), "--atomic",
                            f"https://localhost:{line.port}/file", cwd=tmp_path)
        assert result.code == 0, result
    with open(f"{workspace.path}/access.log", encoding="ascii") as log:
        answers = [entry.split('"')[2].split()[0] for entry in log]
    assert answers == ["200", "206", "206", "206", "206"]
    assert (tmp_path / "f").read_bytes() == body

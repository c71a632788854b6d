"""--retry and what ends a transfer that is too slow."""
import os

import pytest

import runner
from liar import Liar
from origin import Origin, redirect, reply

BUSY = "503 Busy"


class Recovering:
    """Fails n times, then works."""

    def __init__(self, n, status=BUSY, *fields):
        self.left = n
        self.failure = reply(b"a long page of excuses\n", status, *fields)

    def __call__(self, request):
        self.left -= 1
        return self.failure if self.left >= 0 else reply(b"ok\n")


QUICK = ["--retry-delay", "0.01"]


def fetch(server, *args, **how):
    return runner.run("-S", "--no-progress-meter", *QUICK, *args, server.url("/"), **how)


def test_it_is_tried_until_it_works():
    with Origin(Recovering(2)) as server:
        result = fetch(server, "--retry", "5", "-f", "-w", "%{num_retries} %{http_code}\n")
        assert result.code == 0 and result.out == b"ok\n2 200\n", result
        assert len(server.requests) == 3
        lines = result.text.splitlines()
    assert lines[0] == "peel: (22) The requested URL returned error: 503"
    assert lines[1] == "Warning: Problem: HTTP error. Will retry in 0.010 seconds. 5 retries left."
    assert "4 retries left" in lines[3]


@pytest.mark.parametrize("fail, kept", [(["-f"], True), (["--fail-with-body"], False), ([], False)])
@pytest.mark.parametrize("old", [None, b"old\n"])
def test_a_file_has_the_heads_of_refused_answers_but_never_their_bodies(tmp_path, fail, kept, old):
    """As curl: what -f refuses has no body to be thrown away."""
    if old:
        (tmp_path / "f").write_bytes(old)
    with Origin(Recovering(2, "429 Slow", "Retry-After: 0")) as server:
        result = fetch(server, "--retry", "3", *fail, "-i", "-o", "f", cwd=tmp_path)
        assert result.code == 0 and len(server.requests) == 3, result
    refused = b"HTTP/1.1 429 Slow\r\nContent-Length: 23\r\nRetry-After: 0\r\n\r\n"
    assert (tmp_path / "f").read_bytes() == refused * (2 if kept else 0) + reply(b"ok\n")


def test_there_is_an_end():
    with Origin(Recovering(9)) as server:
        result = fetch(server, "--retry", "2", "-f")
        assert result.code == 22 and len(server.requests) == 3


def test_silence_says_nothing():
    with Origin(Recovering(1)) as server:
        result = fetch(server, "--retry", "2", "-s")
        assert "Warning" not in result.text and len(server.requests) == 2


@pytest.mark.parametrize("status, n", [("404 No", 1), ("501 No", 1), ("408 T", 2), ("429 Slow", 2), ("500 E", 2)])
def test_only_what_may_pass_is_tried_again(status, n):
    with Origin(Recovering(1, status)) as server:
        fetch(server, "--retry", "1")
        assert len(server.requests) == n


def test_any_error_on_demand():
    with Origin(Recovering(1, "404 No")) as server:
        result = fetch(server, "--retry", "1", "--retry-all-errors", "-f")
        assert result.code == 0 and result.out == b"ok\n"


def test_a_file_is_begun_anew(tmp_path):
    with Origin(Recovering(2)) as server:
        result = fetch(server, "--retry", "5", "-o", tmp_path / "f")
        assert result.code == 0
    assert (tmp_path / "f").read_bytes() == b"ok\n"


@pytest.mark.parametrize("page, args, n_heads", [
    (b"", [], 2), (b"", ["-f"], 2), (b"page", ["-f"], 2), (b"page", [], 1), (b"", ["--atomic"], 1),
])
def test_heads_without_a_body_stay_in_the_file(page, args, n_heads, tmp_path):
    failures = [reply(page, BUSY)]
    with Origin(lambda _: failures.pop() if failures else reply(b"ok\n")) as server:
        result = fetch(server, "--retry", "1", "-i", *args, "-o", tmp_path / "f")
        assert result.code == 0 and len(server.requests) == 2, result
    text = (tmp_path / "f").read_bytes()
    assert text.count(b"HTTP/1.1 ") == n_heads and text.endswith(b"\r\n\r\nok\n")
    assert page == b"" or page not in text[:-3]


def test_stdout_keeps_what_it_got():
    with Origin(Recovering(1)) as server:
        assert fetch(server, "--retry", "5").out == b"a long page of excuses\nok\n"


def test_an_upload_is_sent_whole_again(tmp_path):
    (tmp_path / "f").write_bytes(b"content")
    with Origin(Recovering(1)) as server:
        result = fetch(server, "--retry", "5", "-T", tmp_path / "f")
        assert result.code == 0 and [request.body for request in server.requests] == [b"content"] * 2


def test_redirects_begin_at_the_beginning():
    busy = Recovering(1)
    with Origin(lambda request: busy(request) if request.target == "/2" else redirect("/2")) as server:
        result = fetch(server, "-L", "--retry", "3")
        assert result.code == 0
        assert [request.target for request in server.requests] == ["/", "/2", "/", "/2"]


def test_a_server_that_asks_for_too_long_is_left_alone():
    with Origin(Recovering(1, BUSY, "Retry-After: 3600")) as server:
        result = fetch(server, "--retry", "3", "--retry-max-time", "60")
        assert result.code == 0 and result.out == b"a long page of excuses\n"
        assert "Retry-After" in result.text and len(server.requests) == 1


def closed_port():
    with Origin(lambda request: None) as server:
        return server.port


@pytest.mark.parametrize("args, n", [([], 0), (["--retry-connrefused"], 2), (["--retry-all-errors"], 2)])
def test_a_refused_connection(args, n):
    result = runner.run("-S", "--no-progress-meter", *QUICK, "--retry", "2", *args, f"http://127.0.0.1:{closed_port()}/")
    assert result.code == 7 and result.text.count("Will retry") == n


def test_a_time_out_is_each_attempts_own():
    with Liar(["expect", "stall"], ['expect', 'send "HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nok\\n"']) as liar:
        result = runner.run("-S", "--no-progress-meter", *QUICK, "--retry", "1", "-m", "0.2",
                            f"http://127.0.0.1:{liar.port}/")
    assert result.code == 0 and result.out == b"ok\n" and "Problem: timeout" in result.text


def test_what_has_no_other_start_is_not_repeated():
    busy = 'send "HTTP/1.1 503 B\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n"'
    with Liar(["expect", busy]) as liar:
        read_end, write_end = os.pipe()
        os.write(write_end, b"x")
        process = runner.start(["-sS", *QUICK, "--retry", "1", "-H", "Expect:", "-T", "-",
                                f"http://127.0.0.1:{liar.port}/"], stdin=read_end, stderr=-1)
        os.close(read_end)
        words = process.stderr.read()
        code, _ = runner.wait(process)
        os.close(write_end)
    assert code == 65 and b"rewind" in words


def test_too_slow_for_too_long():
    with Liar(["expect", 'send "HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nok"', "stall"]) as liar:
        result = runner.run("-sS", "-Y", "1000", "-y", "1", f"http://127.0.0.1:{liar.port}/")
    assert result.code == 28 and result.out == b"ok"
    assert "less than 1000 bytes a second for the last 1 seconds" in result.text

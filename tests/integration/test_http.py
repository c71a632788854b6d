"""HTTP end to end: connections kept and found dead, content codings, addresses, time-outs."""
import gzip
import socket
import zlib

import pytest

import runner
from hostile import judge_stderr
from liar import Liar, liar_tls, read_script
from origin import Origin, redirect, reply


@pytest.fixture(scope="module")
def origin():
    with Origin(lambda request: reply(request.target.encode())) as server:
        yield server


# -- connections

def test_one_connection_serves_the_urls_of_a_run(certs):
    for tls in (None, liar_tls(certs["server"])):
        with Origin(lambda request: reply(request.target.encode()), tls=tls) as origin:
            urls = [origin.url(f"/{n}") for n in range(100)]
            result = runner.run("-sS", "--cacert", certs.ca, *urls)
            assert result.code == 0, result
            assert result.out == b"".join(b"/%d" % n for n in range(100))
            assert origin.n_connections == 1


@pytest.mark.parametrize("field", ["Connection: close", None])
def test_a_connection_that_is_to_close_serves_once(field):
    fields = [field] if field else []
    version = "HTTP/1.1" if field else "HTTP/1.0"

    def answer(_):
        return reply(b"ok", "200 OK", *fields).replace(b"HTTP/1.1", version.encode())

    with Origin(answer) as origin:
        assert runner.run("-sS", origin.url("/1"), origin.url("/2")).out == b"okok"
        assert origin.n_connections == 2


@pytest.mark.parametrize("to, connections", [("::127.0.0.1:{}", 1), ("::127.0.0.2:", 2), ("other.test:::", 1)])
def test_connect_to_shares_a_connection_with_who_goes_to_the_same_place(to, connections):
    with Origin(lambda request: reply(b"ok"), host="") as origin:
        url = f"http://127.0.0.1:{origin.port}/"
        result = runner.run("-sS", url, "--next", "-sS", "--connect-to", to.format(origin.port), url, "--next", "-sS",
                            "-w", " %{num_connects}", url)
        assert (result.code, result.out) == (0, b"okokok 0"), result
        assert origin.n_connections == connections


def test_head_requests_share_a_connection_though_the_answer_tells_no_length():
    with Origin(lambda request: b"HTTP/1.1 200 OK\r\nDate: Tue, 09 Nov 2010 14:49:00 GMT\r\n\r\n") as origin:
        result = runner.run("-sS", "-d", "a=b&c=d", "-G", "-I", origin.url("/1"), origin.url("/2"))
        assert result.code == 0, result
        assert [request.line for request in origin.requests] == ["HEAD /1?a=b&c=d HTTP/1.1", "HEAD /2?a=b&c=d HTTP/1.1"]
        assert origin.n_connections == 1


def test_a_redirect_to_the_same_server_needs_no_new_connection_and_one_to_another_name_does():
    def answer(request):
        places = {"/near": "/end", "/far": f"http://other.test:{origin.port}/end"}
        return redirect(places[request.target]) if request.target in places else reply(b"ok")

    with Origin(answer) as origin:
        names = [word for name in ("one", "other") for word in ("--resolve", f"{name}.test:{origin.port}:127.0.0.1")]
        for path, connects in (("/near", b"1"), ("/far", b"2")):
            result = runner.run("-sSL", *names, "-w", " %{num_connects} %{num_redirects}",
                                f"http://one.test:{origin.port}{path}")
            assert (result.code, result.out) == (0, b"ok " + connects + b" 1"), result


@pytest.mark.parametrize("status, trailer", [
    ("302 Found", "Location: /next"),
    ("401 No", 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"'),
    ("200 OK", "Set-Cookie: a=b"),
    ("200 OK", "Strict-Transport-Security: max-age=1000"),
    ("200 OK", "Content-Encoding: gzip"),
])
def test_what_stands_in_a_trailer_changes_nothing(status, trailer, tmp_path, certs):
    """It comes too late to be believed, and an intermediary may have let it through unread."""
    answer = f"HTTP/1.1 {status}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n{trailer}\r\n\r\n".encode()
    with Origin(lambda request: answer, tls=liar_tls(certs["server"])) as origin:
        url = origin.url("/", host="localhost")
        result = runner.run("-sSL", "--cacert", certs.ca, "--digest", "-u", "a:b", "--compressed", "-c", tmp_path / "jar",
                            "--hsts", tmp_path / "hsts", url, url)
        assert (result.code, result.out) == (0, b"hihi"), result
        assert origin.n_connections == 1
        assert [(request.field("Authorization"), request.field("Cookie")) for request in origin.requests] == [(None, None)] * 2
    for name in ("jar", "hsts"):
        path = tmp_path / name
        kept = path.read_text().splitlines() if path.exists() else []
        assert [line for line in kept if line and not line.startswith("# ")] == []


def keeping_1_0(request):
    return reply(b"ok", "200 OK", "Connection: keep-alive").replace(b"HTTP/1.1", b"HTTP/1.0")


def test_a_server_that_spoke_1_0_is_spoken_to_in_1_0_on_that_connection():
    with Origin(keeping_1_0) as origin, Origin(lambda request: reply(b"ok")) as other:
        result = runner.run("-sS", origin.url("/1"), origin.url("/2"), other.url("/3"))
        assert (result.code, result.out) == (0, b"okokok"), result
        assert [request.line for request in origin.requests] == ["GET /1 HTTP/1.1", "GET /2 HTTP/1.0"]
        assert [request.line for request in other.requests] == ["GET /3 HTTP/1.1"]
        assert origin.n_connections == 1


def test_no_chunks_for_a_server_that_spoke_1_0():
    with Origin(keeping_1_0) as origin:
        result = runner.run("-sS", origin.url("/1"), "--next", "-sS", "-T", ".", origin.url("/2"), stdin=b"body")
        assert (result.code, result.out) == (25, b"ok"), result
        assert [request.target for request in origin.requests] == ["/1"]


@pytest.mark.parametrize("script, value, out", [
    ("one-answer", "", b"hello"),
    ("H081", "", b"hello"),
    ("H091", "204 No Content", b""),
    ("H093", "", b"first"),
])
def test_no_second_request_on_a_doubtful_connection(script, value, out):
    """Where the framing was in doubt, or the server is gone, a new connection is made."""
    if runner.IS_CURL and script in ("H081", "H091"):
        pytest.skip("curl keeps that connection")
    with Liar(read_script(script, value), read_script("good")) as liar:
        url = f"http://127.0.0.1:{liar.port}/"
        result = runner.run("-sS", url, url)
        connections = liar.finish()
    assert (result.code, result.out) == (0, out + b"hello"), result
    if not runner.IS_CURL:
        assert len(connections) == 2


def test_a_kept_connection_that_died_is_tried_once_more(certs):
    """The server takes the second request and closes without a byte: once anew, over TLS too."""
    for tls in (None, liar_tls(certs["server"])):
        with Liar(read_script("one-answer"), read_script("good"), tls=tls) as liar:
            url = f"http{'s' if tls else ''}://127.0.0.1:{liar.port}/"
            result = runner.run("-sS", "--cacert", certs.ca, url, url)
            connections = liar.finish()
        assert (result.code, result.out) == (0, b"hellohello"), result
        assert [bytes(c.received).count(b"GET / ") for c in connections] == [2, 1]


def test_a_fresh_connection_that_died_is_not_tried_again():
    with Liar(read_script("H013")) as liar:
        assert runner.run("-sS", f"http://127.0.0.1:{liar.port}/").code == 52
        assert len(liar.finish()) == 1


def test_one_new_try_is_all():
    with Liar(read_script("one-answer"), read_script("H013")) as liar:
        url = f"http://127.0.0.1:{liar.port}/"
        result = runner.run("-sS", url, url)
        assert (result.code, result.out) == (52, b"hello")
        assert len(liar.finish()) == 2


# -- content codings

def brotli(data):
    """One stored meta-block (RFC 7932 section 9.2) and the empty last one."""
    return ((len(data) - 1) << 4 | 1 << 20).to_bytes(3, "little") + data + b"\x03"


def zstd(data):
    """One frame with one raw block (RFC 8878 section 3.1.1)."""
    return b"\x28\xb5\x2f\xfd\x20" + bytes([len(data)]) + (len(data) << 3 | 1).to_bytes(3, "little") + data


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PLAIN = b"plain text " * 20


@pytest.mark.parametrize("coding, body", [
    ("gzip", gzip.compress(PLAIN)),
    ("x-gzip", gzip.compress(PLAIN)),
    ("deflate", zlib.compress(PLAIN)),
    ("deflate", raw_deflate(PLAIN)),
    ("br", brotli(PLAIN)),
    ("zstd", zstd(PLAIN)),
    ("identity", PLAIN),
    ("gzip, br", brotli(gzip.compress(PLAIN))),
], ids=["gzip", "x-gzip", "deflate", "raw-deflate", "br", "zstd", "identity", "stacked"])
def test_compressed(coding, body):
    with Origin(lambda _: reply(body, "200 OK", f"Content-Encoding: {coding}")) as origin:
        result = runner.run("-sS", "--compressed", origin.url("/"))
        assert (result.code, result.out) == (0, PLAIN), result
        assert runner.run("-sS", origin.url("/")).out == body  # nobody asked


@pytest.mark.parametrize("coding, body, out", [
    ("gzip", b"this is no gzip", b""),
    ("nope", PLAIN, b""),
    ("gzip, gzip, gzip, gzip, gzip, gzip", PLAIN, b""),  # six: one too many
    ("gzip", gzip.compress(PLAIN)[:-6], PLAIN),
], ids=["garbage", "unknown", "too-many", "cut"])
def test_h098_h099_bad_codings(coding, body, out):
    with Origin(lambda _: reply(body, "200 OK", f"Content-Encoding: {coding}")) as origin:
        result = runner.run("--no-progress-meter", "--compressed", origin.url("/"))
    if runner.IS_CURL and out:
        assert result.code == 0  # this curl does not notice
        return
    assert (result.code, result.out) == (61, out), result
    judge_stderr(result, 61, ("coding|gzip", coding.split(",")[0] if "," not in coding else "5"))


# -- addresses

def test_resolve(origin):
    result = runner.run("-sS", "--resolve", f"name.invalid:{origin.port}:127.0.0.1", origin.url("/x", host="name.invalid"))
    assert (result.code, result.out) == (0, b"/x"), result
    assert origin.requests[-1].field("Host") == f"name.invalid:{origin.port}"
    result = runner.run("-sS", "--resolve", f"*:{origin.port}:127.0.0.1", origin.url("/y", host="any.invalid"))
    assert (result.code, result.out) == (0, b"/y"), result


def test_connect_to(origin, certs):
    result = runner.run("-sS", "--connect-to", f"name.invalid:80:127.0.0.1:{origin.port}", "http://name.invalid/x")
    assert (result.code, result.out) == (0, b"/x"), result
    assert origin.requests[-1].field("Host") == "name.invalid"
    with Liar(read_script("certificate"), tls=liar_tls(certs["server"])) as liar:
        # The certificate is checked against the name in the URL, not against where we went.
        way = ["--connect-to", f"::127.0.0.1:{liar.port}"]
        assert runner.run("-sS", "--cacert", certs.ca, *way, "https://good.test/").out == b"hello"
        assert runner.run("-sS", "--cacert", certs.ca, *way, "https://bad.test/").code == 60
        assert liar.connections[0].sni == "good.test"


def test_ipv6_literal():
    with Origin(lambda _: reply(b"six"), host="::1") as origin:
        result = runner.run("-sS", "-w", " %{remote_ip}", origin.url("/"))
        assert (result.code, result.out) == (0, b"six ::1"), result
        assert origin.requests[0].field("Host") == f"[::1]:{origin.port}"


def test_the_other_family_when_one_refuses(origin):
    """[::1] refuses, 127.0.0.1 answers; and -6 then has nowhere to go."""
    name = ["--resolve", f"both.test:{origin.port}:[::1],127.0.0.1"]
    result = runner.run("-sS", *name, "-w", " %{remote_ip}", origin.url("/", host="both.test"))
    assert (result.code, result.out) == (0, b"/ 127.0.0.1"), result
    assert runner.run("-sS", "-4", *name, origin.url("/", host="both.test")).code == 0
    assert runner.run("-sS", "-6", *name, origin.url("/", host="both.test")).code == 7


def test_a_name_that_does_not_exist():
    result = runner.run("--no-progress-meter", "https://nonexistent.invalid/")
    assert result.code == 6
    judge_stderr(result, 6, ("nonexistent.invalid",))


# -- time

def test_time_is_over(certs):
    with Liar(read_script("stall-in-body")) as liar:
        result = runner.run("--no-progress-meter", "-m", "0.3", f"http://127.0.0.1:{liar.port}/")
    assert (result.code, result.out) == (28, b"hi"), result
    judge_stderr(result, 28, ("2 of 5|2 out of 5|2 bytes",))
    with Liar(read_script("H024"), tls=liar_tls(certs["server"])) as liar:
        assert runner.run("-sS", "-m", "0.3", f"https://127.0.0.1:{liar.port}/").code == 28


def test_time_for_connecting_does_not_count_for_the_body():
    with Liar(read_script("H018")) as liar:
        result = runner.run("-sS", "--connect-timeout", "1", f"http://127.0.0.1:{liar.port}/")
    assert (result.code, result.out) == (0, b"patiently.\n"), result


def test_accepting_nobody_is_no_answer():
    """The kernel takes the connection, the program behind the socket never does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert runner.run("-sS", "-m", "0.3", f"http://127.0.0.1:{port}/").code == 28
        assert runner.run("-sS", "--connect-timeout", "0.3", f"https://127.0.0.1:{port}/").code == 28


def test_limit_rate():
    body = bytes(range(256)) * 40
    with Origin(lambda _: reply(body)) as origin:
        result = runner.run("-sS", "--limit-rate", "20k", origin.url("/"))
    assert (result.code, result.out) == (0, body)

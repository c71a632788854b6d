"""--tls-earlydata: the request with the ClientHello. The servers say whether it came early, %{tls_earlydata} too."""
import json
import re

import pytest

import runner
import servers
from liar import Liar, liar_tls
from origin import Origin, reply

pytestmark = pytest.mark.skipif(runner.IS_CURL, reason="the curl of this system has no such option")

EARLY = """
    ssl_early_data on;
    location /says { return 200 "[$ssl_early_data$ssl_session_reused]"; }
    location /always { return 425 "never"; }
    location /who { return 200 "$http_cookie $http_authorization"; }
    location /moved { return 302 /always; }
"""
# nginx says 1 only as long as the handshake goes on; that it took the data, the client knows.
WAS_EARLY = re.compile(rb"\[1?r\] [1-9]")
LATE = 'location /says { return 200 "[$ssl_early_data$ssl_session_reused]"; }'


@pytest.fixture
def server(certs, workspace):
    with servers.nginx(workspace, certs["server"], tls="1.3", extra=EARLY) as nginx:
        yield nginx


class Asker:
    """Runs with one file of sessions, the first of which fills it."""

    def __init__(self, certs, tmp_path, server):
        self.path, self.server, self.identity = tmp_path / "sessions", server, certs["server"]
        self.common = ("--cacert", certs.ca, "--ssl-sessions", self.path, "--tls-earlydata")
        first = self("/says")
        assert (first.code, first.out) == (0, b"[.] 0"), first

    def __call__(self, path, *args):
        return runner.run("-sS", "-w", " %{tls_earlydata}", *self.common, *args, self.server.url(path))


@pytest.fixture
def ask(certs, tmp_path, server):
    return Asker(certs, tmp_path, server)


def early_bytes(result):
    return int(result.out.split()[-1])


def test_a_request_goes_early(ask):
    for _ in range(2):
        result = ask("/says", "-v")
        assert result.code == 0 and WAS_EARLY.match(result.out), result
        sent = re.findall(r"^> (.*)$", result.text, re.M)
        assert early_bytes(result) == len("\r\n".join(sent)) + 2
        assert f"* TLS early data: the request goes with the ClientHello, {early_bytes(result)} bytes\n" in result.text
        assert "* TLS early data: accepted by the server\n" in result.text


def test_only_who_asks_for_it(ask):
    assert ask("/says", "--no-tls-earlydata").out == b"[r] 0"
    assert early_bytes(ask("/says")) > 0


def test_the_sizes_are_the_usual_ones(ask):
    early = json.loads(ask("/says", "-o", "/dev/null", "-w", "%{json}").out)
    late = json.loads(ask("/says", "-o", "/dev/null", "--no-tls-earlydata", "-w", "%{json}").out)
    assert early["tls_earlydata"] == early["size_request"] == late["size_request"] and late["tls_earlydata"] == 0
    assert early["size_upload"] == late["size_upload"] == 0


@pytest.mark.parametrize("args", [("-d", "x"), ("-T", "/dev/null"), ("-X", "DELETE"), ("-X", "GET", "-d", "x"), ("-X", "get")],
                         ids=" ".join)
def test_what_may_not_go_early(args, ask):
    result = ask("/says", *args)
    assert early_bytes(result) == 0 and b"[1" not in result.out, result


def test_head_goes_early(ask):
    result = ask("/says", "-I")
    assert result.code == 0 and b"200 OK" in result.out and early_bytes(result) > 0, result


def test_cookies_and_logins_go_along(ask):
    """What stands in the request is the same, early or not."""
    assert re.fullmatch(rb"a=b Basic dTpw [1-9]\d*", ask("/who", "-b", "a=b", "-u", "u:p").out)


def test_a_request_that_is_too_long(ask):
    result = ask("/says", "-v", "-H", "X: " + "x" * 7000, "-H", "Y: " + "y" * 7000, "-H", "Z: " + "z" * 7000)
    assert early_bytes(result) == 0 and b"[1" not in result.out, result
    assert re.search(r"^\* TLS early data: not used, the session allows only \d+ bytes$", result.text, re.M), result


def test_without_a_session_that_allows_it(certs, tmp_path):
    with Origin(lambda _: reply(b"ok"), tls=liar_tls(certs["server"])) as origin:
        result = runner.run("-sSv", "--cacert", certs.ca, "--tls-earlydata", "-w", "%{tls_earlydata}", origin.url())
    assert (result.code, result.out) == (0, b"ok0"), result
    assert "* TLS early data: not used, there is no session that allows it\n" in result.text


def test_a_server_that_rejects_it(ask):
    """Another server under the same name: the session is nothing to it. The request comes once."""
    with servers.temporary_directory() as path:
        with servers.nginx(servers.Workspace(path), ask.identity, tls="1.3", extra=LATE) as other:
            result = ask("/says", "-v", "--connect-to", f"::127.0.0.1:{other.port}")
        with open(f"{path}/access.log", encoding="ascii") as file:
            assert len(file.readlines()) == 1
    assert result.code == 0 and result.out.startswith(b"[.] -") and early_bytes(result) < 0, result
    assert "* TLS early data: rejected by the server, the request is sent again\n" in result.text
    assert "* SSL session not resumed: the server declined it\n" in result.text


def test_the_report_says_what_became_of_it(ask, tmp_path):
    def report(*args):
        return ask("/says", "--tls-report", "text", "-o", tmp_path / "body", *args).out.decode()
    assert "\nearly data  sent, accepted\n" in report()
    with servers.temporary_directory() as path:
        with servers.nginx(servers.Workspace(path), ask.identity, tls="1.3", extra=LATE) as other:
            assert "\nearly data  sent, refused, and sent again\n" in report("--connect-to", f"::127.0.0.1:{other.port}")
    ask.path.unlink()
    assert "early data  sent" not in report()


def test_a_stranger_who_rejects_it_gets_nothing(certs, ask):
    """The handshake in full checks the certificate, and the request is not sent again to who has a wrong one."""
    with servers.temporary_directory() as path:
        with servers.nginx(servers.Workspace(path), certs["other-name"], tls="1.3", extra=LATE) as other:
            result = ask("/says", "--connect-to", f"::127.0.0.1:{other.port}")
            assert result.code == 60, result
            with open(f"{path}/access.log", encoding="ascii") as file:
                assert file.read() == ""


def test_a_server_that_went_back_to_tls_1_2(ask):
    """It cannot make sense of early data, and ends the handshake: once more without (RFC 8446 appendix D.3)."""
    with servers.temporary_directory() as path:
        with servers.nginx(servers.Workspace(path), ask.identity, tls="1.2", extra=LATE) as other:
            result = ask("/says", "-v", "--connect-to", f"::127.0.0.1:{other.port}")
        with open(f"{path}/access.log", encoding="ascii") as file:
            assert sum("GET /says" in line for line in file) == 1
    assert (result.code, result.out) == (0, b"[.] 0"), result
    assert "* TLS early data: the handshake failed with it, once more without\n" in result.text


def test_a_handshake_that_fails_anyway(ask, certs):
    """Once more, not for ever."""
    with Liar(["expect hello", "alert 2 40", "cut"], tls=liar_tls(certs["server"])) as liar:
        result = ask("/says", "--connect-to", f"::127.0.0.1:{liar.port}")
        connections = liar.finish()
    assert result.code == 35 and result.text.count("peel: (35)") == 1, result
    assert len(connections) == 2


def test_425_is_an_answer_at_the_second_time(ask):
    result = ask("/always", "-v")
    assert result.out.startswith(b"never") and result.text.count("> GET /always") == 2, result
    late = ask("/always", "-v", "--no-tls-earlydata")
    assert late.out == b"never 0" and late.text.count("> GET /always") == 1, late
    assert ask("/always", "-f").code == 22
    moved = ask("/moved", "-L")
    assert moved.code == 0 and moved.out.startswith(b"never"), moved


class Answering:
    """s_server, which shows what came early, and sends what we give it."""

    def __init__(self, peel, server, common):
        self.peel, self.server, self.common = peel, server, common

    def __call__(self, name, *answers, options=()):
        """One run, whose requests are answered one after the other."""
        process = self.peel.start(*self.common, *options, self.server.url("/" + name, host="127.0.0.1"))
        for n, answer in enumerate(answers, 1):
            asked = servers.wait_until(self.server.process, lambda n=n: self.server.log().count(f"GET /{name} ") == n, name)
            assert asked, self.server.log()
            self.server.process.stdin.write(answer)
            self.server.process.stdin.flush()
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err.decode()


@pytest.fixture
def answering(certs, workspace, tmp_path, peel):
    common = ("-sSv", "-w", " %{tls_earlydata} %{tls_resumed}", "--cacert", certs.ca, "--ssl-sessions", tmp_path / "sessions",
              "--tls-earlydata")
    with servers.s_server(workspace, certs["server"], "-early_data", mode=None, tls="1.3") as server:
        yield Answering(peel, server, common)


def test_openssl_takes_it(answering):
    out = [answering(f"number{n}", reply(b"ok"))[:2] for n in range(3)]
    assert out[0] == (0, b"ok 0 0")
    assert all(code == 0 and re.fullmatch(rb"ok [1-9]\d* 1", text) for code, text in out[1:]), out
    log = answering.server.log()
    assert "No early data received" in log and log.count("Early data received:") == 2
    assert all(log.count(f"GET /number{n} ") == 1 for n in range(3))


def test_too_early(answering):
    """A 425 is not seen; the request comes once more, on the same connection and not early."""
    assert answering("first", reply(b"ok"))[:2] == (0, b"ok 0 0")
    too_early = reply(b"too early", "425 Too Early")
    code, out, err = answering("strict", too_early, reply(b"in time"), options=("-f",))
    assert code == 0 and re.fullmatch(rb"in time [1-9]\d* 1", out), (out, err)
    assert err.count("> GET /strict") == 2 and err.count("* Connected to") == 1
    assert "* The request came too early for the server (425): once more, behind the handshake\n" in err
    assert answering.server.log().count("Early data received:") == 1


def test_too_early_and_closed(answering):
    """Once more on a new connection, and not early there."""
    assert answering("first", reply(b"ok"))[:2] == (0, b"ok 0 0")
    too_early = reply(b"", "425 Too Early", "Connection: close")
    code, out, err = answering("strict", too_early, reply(b"in time"))
    assert code == 0 and out.startswith(b"in time 0"), (out, err)
    assert err.count("* Connected to") == 2 and answering.server.log().count("Early data received:") == 1

"""Exit codes from real causes, and the same from the system's curl for the same arguments.

Where peel means to differ, the row says why, and then only peel is looked at.
"""
import socket
from dataclasses import dataclass

import pytest

import runner
from liar import Liar, liar_tls, read_script
from origin import Origin, redirect, reply


@dataclass
class Cause:
    code: int
    name: str
    args: tuple = ()
    script: str = ""  # served by the liar, or else by an honest server
    tls: str | None = None
    version: str | None = None
    client_ca: bool = False
    url: str = "URL"
    differs: str = ""  # why curl gives another code
    newer: int | None = None  # what curl gives in Debian 13


CAUSES = [
    Cause(0, "a good fetch", url="URL/ok"),
    Cause(0, "a good fetch over TLS", script="certificate", tls="server"),
    Cause(0, "404 without -f", url="URL/404"),
    Cause(1, "unknown scheme", url="nonsense://127.0.0.1/"),
    Cause(1, "not HTTP", script="H073"),
    Cause(1, "redirect to file:", ("-L",), url="URL/to-file"),
    Cause(2, "unknown option", ("--no-such-option",)),
    Cause(2, "an argument is missing", ("--max-time",), url=""),
    Cause(2, "not a number", ("--max-time", "soon")),
    Cause(2, "no URL", url=""),
    Cause(3, "port too high", url="http://127.0.0.1:65536/"),
    Cause(3, "blank in the host", url="http://a b/"),
    Cause(3, "NUL in the host", url="http://a%00b/"),
    Cause(3, "bracket left open", url="http://[::1/"),
    Cause(3, "redirect without a host", ("-L",), url="URL/to-nowhere"),
    Cause(4, "a SOCKS proxy", ("-x", "socks5://127.0.0.1:1"),
          differs="those are not built in yet; curl goes there and gives 97"),
    Cause(5, "no such proxy", ("-x", "http://nonexistent.invalid:1")),
    Cause(5, "no name of a proxy", ("-x", "http://u:p@/")),
    Cause(7, "a proxy that does not listen", ("-x", "http://127.0.0.1:1")),
    Cause(6, "no such name", url="https://nonexistent.invalid/"),
    Cause(7, "nobody listens", url="http://127.0.0.1:CLOSED/"),
    Cause(7, "nobody listens, TLS", url="https://127.0.0.1:CLOSED/"),
    Cause(7, "nobody listens, IPv6", url="http://[::1]:CLOSED/"),
    Cause(8, "Content-Length is no number", script="H079"),
    Cause(18, "body cut", script="H077"),
    Cause(18, "chunk cut", script="H078-data"),
    Cause(18, "body cut by close_notify", script="H041", tls="server"),
    Cause(22, "404 with -f", ("-f",), url="URL/404"),
    Cause(22, "500 with -f", ("--fail",), url="URL/500"),
    Cause(22, "503 with --fail-with-body", ("--fail-with-body",), url="URL/503"),
    Cause(23, "a full device", ("-o", "/dev/full"), url="URL/ok"),
    Cause(23, "a directory that does not exist", ("-o", "/nonexistent/file"), url="URL/ok"),
    Cause(26, "no such file to send", ("-d", "@/nonexistent"), url="URL/ok",
          differs="it only warns, and sends an empty body"),
    Cause(26, "no such file to upload", ("-T", "/nonexistent"), url="URL/ok"),
    Cause(28, "no end of the body", ("-m", "0.3"), script="stall-in-body"),
    Cause(28, "no ServerHello", ("--connect-timeout", "0.3"), script="H024", tls="server"),
    Cause(33, "no part of it", ("-C", "5"), url="URL/ok"),
    Cause(35, "plain HTTP on a TLS port", script="H021", tls="server"),
    Cause(35, "cut in the handshake", script="H023", tls="server"),
    Cause(35, "alert in the handshake", script="H026", tls="server"),
    Cause(35, "no version in common", ("--tlsv1.3",), script="H045", tls="server", version="1.2"),
    Cause(35, "client certificate wanted, TLS 1.2", script="H045", tls="server", version="1.2", client_ca=True),
    Cause(43, "a line end in a header", ("-H", "A: b\r\nC: d"), url="URL/ok", differs="it sends both lines"),
    Cause(45, "nobody's address", ("--interface", "192.0.2.1"), url="URL/ok"),
    Cause(47, "redirects without end", ("-L",), url="URL/again"),
    Cause(47, "more than --max-redirs", ("-L", "--max-redirs", "2"), url="URL/again"),
    Cause(47, "no redirect allowed", ("-L", "--max-redirs", "0"), url="URL/again"),
    Cause(49, "no address", ("--resolve", "nonsense"), url="URL/ok"),
    Cause(52, "cut before a response", script="H013"),
    Cause(52, "cut before a response, TLS", script="H044", tls="server", newer=56),
    Cause(56, "reset", script="H014"),
    Cause(56, "reset in the body", script="H015"),
    Cause(56, "chunk without end", script="H084"),
    Cause(56, "bad record", script="H035", tls="server"),
    Cause(56, "client certificate wanted, TLS 1.3", script="H046", tls="server", version="1.3", client_ca=True),
    Cause(56, "cut without close_notify, length not known", script="H043", tls="server",
          differs="Debian 12's curl ends with 0 in silence, newer ones with 56"),
    Cause(58, "no such client certificate", ("-E", "/nonexistent.pem"), script="certificate", tls="server"),
    Cause(58, "key of another certificate", ("-E", "CLIENT", "--key", "OTHERKEY"), script="certificate", tls="server"),
    Cause(59, "no such cipher", ("--ciphers", "NONSENSE"), script="certificate", tls="server"),
    Cause(60, "self-signed", script="certificate", tls="self-signed"),
    Cause(60, "expired", script="certificate", tls="expired"),
    Cause(60, "another name", script="certificate", tls="other-name"),
    Cause(60, "unknown authority", script="certificate", tls="stranger"),
    Cause(61, "no such coding", ("--compressed",), url="URL/coding"),
    Cause(63, "too large", ("--max-filesize", "1"), url="URL/ok"),
    Cause(67, "a user in the URL", ("--disallow-username-in-url",), url="http://ada@127.0.0.1:1/"),
    Cause(77, "no such --cacert", ("--cacert", "/nonexistent.pem"), script="certificate", tls="server"),
    Cause(82, "no such --crlfile", ("--crlfile", "/nonexistent.pem"), script="certificate", tls="server"),
    Cause(90, "another key", ("--pinnedpubkey", "sha256//" + 43 * "A" + "="), script="certificate", tls="server"),
    Cause(120, "another digest", ("--sha256", 64 * "0"), url="URL/ok", differs="it has no such option"),
    Cause(121, "ends soon", ("--tls-warn-days", "100000"), script="certificate", tls="server", differs="it has no such option"),
]


def answer(request):
    name = request.target.strip("/")
    if name.isdigit():
        return reply(b"error\n", f"{name} Bad")
    places = {"to-file": "file:///etc/hostname", "to-nowhere": "http://", "again": "/again"}
    if name in places:
        return redirect(places[name])
    if name == "coding":
        return reply(b"x", "200 OK", "Content-Encoding: nope")
    return reply(b"ok\n")


@pytest.fixture(scope="module")
def origin():
    with Origin(answer) as server:
        yield server


def code_of(cause, program, url, certs):
    names = {"CLIENT": certs["client"].cert, "OTHERKEY": certs["other-client"].key}
    trust = ["--cacert", certs.ca] if cause.tls and "--cacert" not in cause.args else []
    args = [*trust, *(names.get(arg, arg) for arg in cause.args), *([url] if url else [])]
    return runner.run("-sS", *args, program=program)


def run_cause(cause, program, origin, certs, closed_port):
    if cause.script:
        tls = liar_tls(certs[cause.tls], cause.version, certs.ca if cause.client_ca else None) if cause.tls else None
        value = "Content-Length: -2" if cause.script == "H079" else "nonsense"
        with Liar(read_script(cause.script, value), tls=tls) as liar:
            return code_of(cause, program, f"http{'s' if tls else ''}://127.0.0.1:{liar.port}/", certs)
    url = cause.url.replace("URL", origin.url("")).replace("CLOSED", str(closed_port))
    return code_of(cause, program, url, certs)


@pytest.fixture(scope="module")
def closed_port():
    """A port that nobody can get while the tests run, and nobody listens on."""
    with socket.socket(socket.AF_INET6) as bound:
        bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        bound.bind(("::", 0))
        yield bound.getsockname()[1]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: f"{cause.code}-{cause.name}".replace(" ", "_"))
def test_exit_code(cause, origin, certs, closed_port):
    result = run_cause(cause, runner.PEEL, origin, certs, closed_port)
    if not (runner.IS_CURL and cause.differs):
        assert result.code == cause.code, result
    if cause.differs:
        return
    theirs = run_cause(cause, runner.CURL, origin, certs, closed_port)
    assert theirs.code in (cause.code, cause.newer or cause.code), theirs

"""HTTP proxies: what goes to whom, and what an answer leads to. Both logs are looked at: the proxy's and the origin's."""
import hashlib
import re

import pytest

import runner
from forward import OPENED, Forward, challenge, open_or_hello
from liar import Liar, liar_tls
from origin import Origin, redirect, reply

QUIET = ("-sS",)


def hello(request):
    return reply(f"{request.method} {request.target}\n")


@pytest.fixture
def proxy():
    with Forward() as made:
        yield made


@pytest.fixture
def origin():
    with Origin(hello) as made:
        yield made


@pytest.fixture
def secure(certs):
    with Origin(hello, tls=liar_tls(certs["server"])) as made:
        yield made


def agent():
    return "curl/7.88.1" if runner.IS_CURL else "peel/0.1.0"


# -- Who gets what


def test_a_host_is_said_as_it_was_typed():
    with Forward() as proxy:
        runner.run("-sS", "-x", proxy.url(), "http://A.test/x")
        runner.run("-sS", "-p", "-x", proxy.url(), "http://LocalHost:1/x", "http://LocalHost/x")
        assert [request.target for request in proxy.requests] == ["http://A.test/x", "LocalHost:1", "LocalHost:80"]
        assert [request.field("Host") for request in proxy.requests] == ["A.test", "LocalHost:1", "LocalHost:80"]


def test_a_proxy_that_fetches(proxy):
    result = runner.run(*QUIET, "-x", proxy.url(), "-e", "ref", "-b", "a=b", "http://u:p@A.test:81/x?y#z")
    assert (result.code, result.out) == (0, b"from the proxy\n"), result
    assert proxy.heads == [b"GET http://A.test:81/x?y HTTP/1.1\r\nHost: A.test:81\r\nAuthorization: Basic dTpw\r\n"
                           b"User-Agent: " + agent().encode() + b"\r\nAccept: */*\r\nReferer: ref\r\n"
                           b"Proxy-Connection: Keep-Alive\r\nCookie: a=b\r\n\r\n"]


@pytest.mark.parametrize("arguments", [
    ["http://a.test/"],
    ["http://a.test?q"],
    ["http://[2001:db8::1]:81/x"],
    ["-p", "http://a.test/x"],
    ["-p", "http://[2001:db8::1]/x"],
    ["-U", "u:p", "http://a.test/"],
    ["-U", "u:p", "-p", "http://a.test/"],
    ["-U", "u:", "-u", "s:", "http://a.test/"],
    ["-d", "body", "-r", "1-2", "http://a.test/"],
    ["-H", "X-Both: 1", "--proxy-header", "X-Proxy: 2", "http://a.test/"],
    ["-H", "X-Origin: 1", "--proxy-header", "X-Proxy: 2", "-p", "http://a.test/"],
    ["-H", "Host: other", "--proxy-header", "Host: third", "http://a.test/"],
    ["--proxy-header", "Proxy-Connection:", "http://a.test/"],
    ["--proxy-header", "User-Agent: me", "-p", "http://a.test/"],
    ["--proxy-header", "Proxy-Authorization: own", "-U", "u:p", "http://a.test/"],
    ["--request-target", "*", "-X", "OPTIONS", "http://a.test/"],
    ["--connect-to", "a.test:80:b.test:8080", "http://a.test/x"],
    ["--connect-to", "::a.test:80", "http://a.test/x"],
    ["-0", "-p", "http://a.test/"],
], ids=" ".join)
def test_the_same_bytes_as_curl(arguments, proxy, origin):
    if runner.IS_CURL:
        pytest.skip("compares with curl")
    proxy.to_port = origin.port
    runner.curl(*QUIET, "-A", "ua", "-x", proxy.url(), *arguments)
    theirs = proxy.heads + origin.heads
    proxy.requests.clear()
    origin.requests.clear()
    result = runner.run(*QUIET, "-A", "ua", "-x", proxy.url(), *arguments)
    assert result.code == 0, result
    assert proxy.heads + origin.heads == theirs
    assert theirs


def test_a_tunnel_for_https(proxy, secure, certs):
    result = runner.run(*QUIET, "--cacert", certs.ca, "-x", proxy.url(user="pu:canary1@"), "-u", "ou:canary2",
                        "-H", "X-Canary: canary3", "-b", "canary4=1", "--proxy-header", "X-Proxy: canary5",
                        f"https://localhost:{secure.port}/x")
    assert (result.code, result.out) == (0, b"GET /x\n"), result
    assert proxy.requests[0].line == f"CONNECT localhost:{secure.port} HTTP/1.1"
    assert len(proxy.requests) == 1
    assert proxy.requests[0].field("Proxy-Authorization") == "Basic cHU6Y2FuYXJ5MQ=="
    assert proxy.requests[0].field("X-Proxy") == "canary5"
    for canary in (b"canary2", b"b3U6Y2FuYXJ5Mg", b"canary3", b"canary4"):
        assert canary not in proxy.everything()
        assert canary == b"canary2" or canary in secure.everything()
    for canary in (b"cHU6Y2FuYXJ5MQ", b"canary1", b"canary5", b"Proxy-"):
        assert canary not in secure.everything()


def test_a_tunnel_for_http(proxy, origin):
    result = runner.run(*QUIET, "-p", "-x", proxy.url(), "-U", "u:canary1", "-u", "u:canary2",
                        f"http://a.test:{origin.port}/x", f"http://a.test:{origin.port}/y")
    assert (result.code, result.out) == (0, b"GET /x\nGET /y\n"), result
    assert [request.line for request in proxy.requests] == [f"CONNECT a.test:{origin.port} HTTP/1.1"]
    assert [request.target for request in origin.requests] == ["/x", "/y"]
    assert origin.requests[0].field("Proxy-Authorization") is None
    assert origin.requests[0].field("Proxy-Connection") is None
    assert b"dTpjYW5hcnky" not in b"".join(proxy.heads)  # u:canary2


@pytest.mark.parametrize("option, version", [("-x", "1.1"), ("--proxy1.0", "1.0")])
def test_the_version_of_connect(option, version, proxy, origin):
    result = runner.run(*QUIET, "-p", option, f"127.0.0.1:{proxy.port}", f"http://a.test:{origin.port}/")
    assert result.code == 0, result
    assert proxy.requests[0].line.endswith("HTTP/" + version)
    assert origin.requests[0].line.endswith("HTTP/1.1")


def test_the_port_is_1080_unless_written():
    result = runner.run(*QUIET, "-x", "http://127.0.0.127", "http://a.test/")
    assert result.code == 7, result
    assert b"1080" in result.err


def test_headers_are_shown_unless_suppressed(proxy, origin, tmp_path):
    dump = tmp_path / "dump"
    both = OPENED + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"
    result = runner.run(*QUIET, "-i", "-D", dump, "-p", "-x", proxy.url(), origin.url("/"), "-w", "%{size_header}")
    assert (result.code, result.out) == (0, both + b"GET /\n" + str(len(both)).encode()), result
    assert dump.read_bytes() == both
    result = runner.run(*QUIET, "-i", "-D", dump, "--suppress-connect-headers", "-p", "-x", proxy.url(), origin.url("/"))
    assert result.out == both[len(OPENED):] + b"GET /\n"
    assert dump.read_bytes() == both[len(OPENED):]


@pytest.mark.parametrize("arguments, told", [
    ([], "200 000 1"),
    (["-p"], "200 200 1"),
    (["--noproxy", "127.0.0.1"], "200 000 0"),
])
def test_write_out(arguments, told, proxy, origin):
    if runner.IS_CURL:
        pytest.skip("proxy_used is newer")
    result = runner.run(*QUIET, *arguments, "-o", "/dev/null", "-x", proxy.url(), "-w",
                        "%{response_code} %{http_connect} %{proxy_used}", origin.url("/"))
    assert (result.code, result.out.decode()) == (0, told), result


def test_verbose_lines(proxy, origin):
    result = runner.run("-sv", "-p", origin.url("/"), env={"http_proxy": proxy.url(user="u:canary@")})
    assert result.code == 0, result
    text = result.text
    assert "* Uses proxy env variable http_proxy == 'http://" in text
    for line in (f"* Establish HTTP proxy tunnel to 127.0.0.1:{origin.port}",
                 f"> CONNECT 127.0.0.1:{origin.port} HTTP/1.1", "< HTTP/1.1 200 Connection established",
                 "* CONNECT tunnel established, response 200", "> GET / HTTP/1.1"):
        assert line in text, line
    if not runner.IS_CURL:
        assert "canary" not in text and "dTpjYW5hcnk" not in text
        assert "> Proxy-Authorization: Basic ****" in text


def test_a_trace_has_both_heads(proxy, origin, tmp_path):
    trace = tmp_path / "trace"
    assert runner.run(*QUIET, "--trace-ascii", trace, "-p", "-x", proxy.url(), origin.url("/")).code == 0
    text = trace.read_text()
    assert text.index("CONNECT 127.0.0.1") < text.index("Connection established") < text.index("GET / HTTP/1.1")


def test_dry_run_says_where(proxy):
    if runner.IS_CURL:
        pytest.skip("curl has no --dry-run")
    result = runner.run("--dry-run", "-x", proxy.url(), "http://a.test/", "https://b.test/")
    assert result.code == 0, result
    assert f"proxy 127.0.0.1 port {proxy.port}\n> GET http://a.test/ HTTP/1.1".encode() in result.out + result.err
    assert f"proxy 127.0.0.1 port {proxy.port}, and through it to b.test port 443".encode() in result.out + result.err
    assert not proxy.requests


# -- Logging in

def digest_is_right(request, uri):
    said = dict(re.findall(r'(\w+)="?([^",]*)"?', request.field("Proxy-Authorization") or ""))

    def h(*texts):
        return hashlib.md5(":".join(texts).encode()).hexdigest()
    return said.get("uri") == uri and said["response"] == h(h("u", "r", "p"), said["nonce"], h(request.method, uri))


def needs(scheme, uri_of=None, *fields):
    """A proxy that lets nobody through who does not log in."""
    def answer(request):
        said = request.field("Proxy-Authorization") or ""
        if scheme.startswith("Digest"):
            ok = said.startswith("Digest ") and digest_is_right(request, uri_of(request))
        else:
            ok = said == "Basic dTpw"
        return open_or_hello(request) if ok else challenge(scheme, b"who?", *fields)
    return answer


DIGEST = 'Digest realm="r", nonce="n"'


def path_of(request):
    return request.target if request.method == "CONNECT" else "/" + request.target.split("/", 3)[3]


@pytest.mark.parametrize("tunnel", [[], ["-p"]], ids=["fetching", "tunnel"])
@pytest.mark.parametrize("closes", [[], ["Connection: close"]], ids=["kept", "closed"])
@pytest.mark.parametrize("scheme, option, n_requests", [
    ('Basic realm="r"', [], 1),
    ('Basic realm="r"', ["--proxy-basic"], 1),
    ('Basic realm="r"', ["--proxy-anyauth"], 2),
    (DIGEST, ["--proxy-digest"], 2),
    (DIGEST, ["--proxy-anyauth"], 2),
], ids=["basic", "proxy-basic", "anyauth-basic", "digest", "anyauth-digest"])
def test_the_proxy_is_logged_in_to(scheme, option, n_requests, closes, tunnel, origin):
    with Forward(needs(scheme, path_of, *closes)) as proxy:
        result = runner.run(*QUIET, *option, *tunnel, "-U", "u:p", "-x", proxy.url(), "-d", "body", origin.url("/x"))
        assert (result.code, result.out) == (0, b"POST /x\n" if tunnel else b"from the proxy\n"), result
        assert len(proxy.requests) == n_requests
        assert proxy.requests[-1].body == (b"" if tunnel else b"body")
        assert proxy.n_connections == (n_requests if closes else 1)


@pytest.mark.parametrize("scheme, option", [('Basic realm="r"', "--proxy-basic"), (DIGEST, "--proxy-digest")])
def test_a_wrong_password_is_said_once(scheme, option, origin):
    with Forward(lambda request: challenge(scheme)) as proxy:
        result = runner.run(*QUIET, option, "-U", "u:wrong", "-x", proxy.url(), origin.url("/"))
        assert (result.code, result.out) == (0, b"who?"), result
        assert len(proxy.requests) == (1 if option == "--proxy-basic" else 2)
        proxy.requests.clear()
        result = runner.run(*QUIET, option, "-U", "u:wrong", "-p", "-x", proxy.url(), origin.url("/"))
        assert (result.code, result.out) == (56, b""), result
        assert len(proxy.requests) == (1 if option == "--proxy-basic" else 2)


def test_both_are_logged_in_to():
    """407, then 401, then the page."""
    def answer(request):
        if not (request.field("Proxy-Authorization") or "").startswith("Digest"):
            return challenge(DIGEST)
        if not (request.field("Authorization") or "").startswith("Digest"):
            return reply(b"", "401 U", 'WWW-Authenticate: Digest realm="o", nonce="m"')
        return reply(b"in\n")
    with Forward(answer) as proxy:
        result = runner.run(*QUIET, "--proxy-digest", "-U", "u:p", "--digest", "-u", "v:q", "-x", proxy.url(), "http://a.test/")
        assert (result.code, result.out) == (0, b"in\n"), result
        last = proxy.requests[-1]
        assert 'username="u"' in last.field("Proxy-Authorization") and 'username="v"' in last.field("Authorization")


@pytest.mark.parametrize("status, field", [(401, "WWW-Authenticate"), (407, "WWW-Authenticate"), (401, "Proxy-Authenticate")])
def test_the_origins_login_is_not_the_proxys(status, field):
    """What a 407 wants is not -u's, and what a 401 wants is not -U's."""
    with Forward(lambda request: reply(b"no\n", f"{status} W", f'{field}: Digest realm="r", nonce="n"')) as proxy:
        wanted = ["--digest", "-u", "o:canary"] if field == "Proxy-Authenticate" or status == 407 else ["--proxy-digest", "-U", "p:canary"]
        result = runner.run(*QUIET, *wanted, "-x", proxy.url(), "http://a.test/")
        assert (result.code, result.out) == (0, b"no\n"), result
        assert len(proxy.requests) == 1


def test_an_origin_behind_a_tunnel_cannot_ask_for_the_proxys_login(proxy):
    if runner.IS_CURL:
        pytest.skip("curl 7.88 asks twice")
    with Origin(lambda request: challenge(DIGEST)) as origin:
        result = runner.run(*QUIET, "-p", "--proxy-anyauth", "-U", "u:canary", "-x", proxy.url(), origin.url("/"))
        assert (result.code, result.out) == (0, b"who?"), result
        assert len(origin.requests) == 1
        assert b"canary" not in proxy.everything() + origin.everything()


def test_a_password_is_asked_for(proxy):
    result = runner.run(*QUIET, "-U", "u", "-x", proxy.url(), "http://a.test/", stdin=b"p\n")
    assert result.code == 0, result
    assert proxy.requests[0].field("Proxy-Authorization") == "Basic dTpw"


def test_the_urls_login_comes_before_the_options(proxy):
    runner.run(*QUIET, "-U", "x:y", "-x", proxy.url(user="u:p@"), "http://a.test/")
    assert proxy.requests[0].field("Proxy-Authorization") == "Basic dTpw"


# -- Hops, pools and what is remembered

def test_each_hop_chooses_its_proxy_and_login():
    """CVE-2026-6253: what the first proxy was told, the second is not."""
    if runner.IS_CURL:
        pytest.skip("curl 7.88 has that fault")
    with Forward(lambda request: redirect("https://b.test/next")) as first, \
         Forward(lambda request: reply(b"", "403 Forbidden")) as second:
        result = runner.run(*QUIET, "-L", "http://a.test/", env={"http_proxy": first.url(user="u:canary@"), "https_proxy": second.url()})
        assert result.code == (56), result
        assert first.requests[0].field("Proxy-Authorization")
        assert second.requests[0].line == "CONNECT b.test:443 HTTP/1.1"
        assert second.requests[0].field("Proxy-Authorization") is None


def test_a_hop_that_needs_no_proxy(proxy, origin):
    proxy.answer = lambda request: redirect(origin.url("/direct"))
    result = runner.run(*QUIET, "-L", "-U", "u:canary", "-x", proxy.url(), "--noproxy", "127.0.0.1", "http://a.test/")
    assert (result.code, result.out) == (0, b"GET /direct\n"), result
    assert b"Proxy" not in origin.everything()


def test_a_redirect_to_another_host_has_no_login(proxy):
    if runner.IS_CURL:
        pytest.skip("curl 7.88 sends the cookie")
    proxy.answer = lambda request: redirect("http://b.test/") if "a.test" in request.target else reply(b"ok\n")
    result = runner.run(*QUIET, "-L", "-u", "o:canary", "-U", "u:p", "-b", "c=canary", "-x", proxy.url(), "http://a.test/")
    assert (result.code, result.out) == (0, b"ok\n"), result
    first, second = proxy.requests
    assert first.field("Authorization") and first.field("Cookie") and first.field("Proxy-Authorization")
    assert second.field("Proxy-Authorization") and not second.field("Authorization") and not second.field("Cookie")
    assert proxy.n_connections == 1


@pytest.mark.parametrize("first, second, n_connections", [
    (["-x", "PROXY"], ["-x", "PROXY"], 1),
    (["-x", "PROXY", "-U", "u:p"], ["-x", "PROXY", "-U", "u:p"], 1),
    (["-x", "PROXY", "-U", "u:p"], ["-x", "PROXY", "-U", "u:q"], 2),
    (["-x", "PROXY", "-U", "u:p"], ["-x", "PROXY", "-U", "U:p"], 2),
    (["-x", "PROXY"], ["-x", "PROXY", "-p"], 2),
    (["-x", "PROXY", "-p"], ["-x", "PROXY", "-p"], 1),
    (["-x", "PROXY", "-p", "-U", "u:p"], ["-x", "PROXY", "-p", "-U", "u:q"], 2),
    (["-x", "PROXY", "-p", "--proxy-header", "A: b"], ["-x", "PROXY", "-p"], 2),
], ids=lambda args: " ".join(args) if isinstance(args, list) else str(args))
def test_a_connection_belongs_to_its_login(first, second, n_connections, proxy, origin):
    if runner.IS_CURL:
        pytest.skip("curl 7.88 parts less of this")
    first, second = ([arg.replace("PROXY", proxy.url()) for arg in args] for args in (first, second))
    result = runner.run(*QUIET, *first, origin.url("/"), "--next", *QUIET, *second, origin.url("/"))
    assert result.code == 0, result
    assert proxy.n_connections == n_connections


def test_one_connection_for_many_hosts(proxy):
    result = runner.run(*QUIET, "-x", proxy.url(), "http://a.test/", "http://b.test:81/", "http://[::2]/")
    assert result.code == 0, result
    assert proxy.n_connections == 1


def test_a_direct_connection_is_not_the_proxys(proxy, origin):
    """Neither way round, though host and port are the same."""
    result = runner.run(*QUIET, origin.url("/1"), "--next", *QUIET, "-x", origin.url(""), origin.url("/2"),
                        "--next", *QUIET, origin.url("/3"))
    assert result.code == 0, result
    assert [(request.connection, request.target) for request in origin.requests] == \
        [(0, "/1"), (1, origin.url("/2")), (0, "/3")]


WAYS = {"direct": [], "fetching": ["-x", "PROXY"], "tunnel": ["-p", "-x", "PROXY"]}


@pytest.fixture(params=list(WAYS))
def way(request, proxy, origin):
    """Arguments for one way to get to the origin, which is what the proxy's requests reach too."""
    def relay(asked):
        if asked.method == "CONNECT":
            return OPENED
        origin.requests.append(asked)
        return origin.answer(asked)
    proxy.answer = relay
    proxy.to_port = origin.port
    resolve = ["--resolve", f"a.test:{origin.port}:127.0.0.1", "--resolve", f"b.test:{origin.port}:127.0.0.1"]
    return [arg.replace("PROXY", proxy.url()) for arg in WAYS[request.param]] + resolve


@pytest.mark.parametrize("entries, wanted", [
    ("", [None, None]),
    ("machine a.test login u password p", ["Basic dTpw", None]),
    ("machine a.test login u password p machine b.test login v", ["Basic dTpw", "Basic djo="]),
    ("machine a.test login u password p machine b.test password q", ["Basic dTpw", "Basic OnE="]),
    ("machine a.test login u password p machine b.test login v password q", ["Basic dTpw", "Basic djpx"]),
    ("machine a.test login u password p default login d password e", ["Basic dTpw", "Basic ZDpl"]),
], ids=["none", "first", "login-only", "password-only", "both", "default"])
def test_netrc_through_a_proxy(entries, wanted, way, origin, tmp_path):
    """CVE-2024-11053, CVE-2025-0167, CVE-2026-6429: each host has its own, however it is reached."""
    if runner.IS_CURL:
        pytest.skip("curl 7.88 has these faults")
    netrc = tmp_path / "netrc"
    netrc.write_text(entries + "\n")
    netrc.chmod(0o600)
    origin.answer = lambda request: redirect(f"http://b.test:{origin.port}/2") if request.target.endswith("/1") else reply(b"ok\n")
    result = runner.run(*QUIET, "-L", "--netrc-file", netrc, *way, f"http://a.test:{origin.port}/1")
    assert (result.code, result.out) == (0, b"ok\n"), result
    assert [request.field("Authorization") for request in origin.requests] == wanted


def test_cookies_through_a_proxy(way, origin, tmp_path):
    origin.answer = lambda request: reply(b"ok\n", "200 OK", "Set-Cookie: k=v; Path=/")
    jar = tmp_path / "jar"
    result = runner.run(*QUIET, "-c", jar, *way, f"http://a.test:{origin.port}/1", f"http://a.test:{origin.port}/2", f"http://b.test:{origin.port}/3")
    assert result.code == 0, result
    assert [request.field("Cookie") for request in origin.requests] == [None, "k=v", None]
    assert "a.test\tFALSE\t/\tFALSE\t0\tk\tv" in jar.read_text()


def test_cookies_of_connect_are_nobodys(proxy, origin, tmp_path):
    proxy.answer = lambda request: b"HTTP/1.1 200 OK\r\nSet-Cookie: canary=1\r\n\r\n"
    jar = tmp_path / "jar"
    assert runner.run(*QUIET, "-p", "-c", jar, "-x", proxy.url(), origin.url("/"), origin.url("/")).code == 0
    assert b"canary" not in origin.everything() and "canary" not in jar.read_text()


# -- What must not come into a request, and how long it may take

@pytest.mark.parametrize("arguments, code", [
    (["-x", "PROXY", "http://a%0d%0ab.test/"], 3),
    (["-x", "PROXY", "-p", "http://a%0d%0ab/"], 3),
    (["-x", "PROXY", "-p", "http://a%20b/"], 3),
    (["-x", "http://p%0d%0aq:1", "http://a.test/"], 5),
    (["-x", "http://p\r\nq:1", "http://a.test/"], 5),
    (["-x", "http://u%0d%0aX:p@127.0.0.1:1", "http://a.test/"], 5),
    (["-x", "PROXY", "--proxy-header", "A: b\r\nC: d", "http://a.test/"], 43),
    (["-x", "PROXY", "-U", "u\r\nX: y:p", "http://a.test/"], 43),
    (["-x", "PROXY", "-A", "a\r\nX: y", "https://a.test/"], 43),
])
def test_no_line_end_comes_into_a_request(arguments, code, proxy):
    if runner.IS_CURL:
        pytest.skip("curl lets some through")
    result = runner.run(*QUIET, *[arg.replace("PROXY", proxy.url()) for arg in arguments])
    assert result.code == code, result
    assert proxy.n_connections == 0


def test_a_proxy_that_does_not_answer():
    with Liar("expect\nstall") as liar:
        result = runner.run(*QUIET, "--connect-timeout", "0.3", "-x", f"http://127.0.0.1:{liar.port}", "https://a.test/")
    assert result.code == 28, result
    assert runner.IS_CURL or b"CONNECT" in result.err


def test_a_proxy_whose_name_is_not_known():
    """H003"""
    result = runner.run(*QUIET, "-x", "http://no-such-proxy.invalid:3128", "http://a.test/")
    assert result.code == 5, result
    assert b"no-such-proxy.invalid" in result.err

"""A proxy that is itself spoken to over TLS: TLS in TLS for https:// URLs, and whose certificate is meant."""
import re

import pytest

import runner
from forward import Forward, challenge, open_or_hello
from liar import Liar, liar_tls
from origin import Origin, reply

QUIET = ("-sS",)
BAD_CERTIFICATE = (60, 35) if runner.IS_CURL else (60,)  # curl 7.88 loses the reason in TLS over TLS
REFUSED = 56


def hello(request):
    return reply(f"{request.method} {request.target} {len(request.body)}\n")


@pytest.fixture
def proxy(certs):
    with Forward(tls=liar_tls(certs["server"])) as made:
        yield made


@pytest.fixture(params=["http", "https"])
def origin(request, certs):
    with Origin(hello, tls=liar_tls(certs["server"]) if request.param == "https" else None) as made:
        yield made


def test_fetching(proxy, certs):
    result = runner.run(*QUIET, "--proxy-cacert", certs.ca, "-U", "u:p", "-x", proxy.url(host="localhost"), "http://a.test/x", "http://b.test/y")
    assert (result.code, result.out) == (0, b"from the proxy\nfrom the proxy\n"), result
    assert [request.target for request in proxy.requests] == ["http://a.test/x", "http://b.test/y"]
    assert proxy.requests[0].field("Proxy-Authorization") == "Basic dTpw"
    assert proxy.n_connections == 1


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_tunnels(version, origin, certs):
    with Forward(tls=liar_tls(certs["server"], version)) as proxy:
        url = origin.url("/x", host="localhost")
        result = runner.run(*QUIET, "-p", "--proxy-cacert", certs.ca, "--cacert", certs.ca, "-x", proxy.url(host="localhost"), url, url)
        assert (result.code, result.out) == (0, b"GET /x 0\n" * 2), result
        assert len(proxy.requests) == 1 and origin.n_connections == 1
        if origin.tls:
            assert b"GET" not in proxy.through[0]


@pytest.mark.parametrize("size", [1, 16384, 300_000, 5_000_000])
def test_much_both_ways(size, origin, proxy, certs):
    origin.answer = lambda request: reply(request.body)
    body = bytes(range(256)) * (size // 256 + 1)
    body = body[:size]
    result = runner.run(*QUIET, "-p", "--proxy-cacert", certs.ca, "--cacert", certs.ca, "-x", proxy.url(host="localhost"),
                        "-H", "Expect:", "--data-binary", "@-", origin.url("/x", host="localhost"), stdin=body)
    assert (result.code, result.out == body) == (0, True), (result.code, result.err, len(result.out))


@pytest.mark.parametrize("closes", [[], ["Connection: close"]], ids=["kept", "closed"])
def test_a_login(closes, origin, certs):
    def answer(request):
        said = request.field("Proxy-Authorization") or ""
        return open_or_hello(request) if said.startswith("Digest") else challenge('Digest realm="r", nonce="n"', b"who?", *closes)
    with Forward(answer, tls=liar_tls(certs["server"])) as proxy:
        result = runner.run(*QUIET, "-p", "--proxy-digest", "-U", "u:p", "--proxy-cacert", certs.ca, "--cacert", certs.ca,
                            "-x", proxy.url(host="localhost"), origin.url("/x", host="localhost"))
        assert (result.code, result.out) == (0, b"GET /x 0\n"), result
        assert proxy.n_connections == (2 if closes else 1)


@pytest.mark.parametrize("bad", ["self-signed", "expired", "other-name", "stranger"])
@pytest.mark.parametrize("whose", ["proxy", "origin"])
def test_h115_one_certificate_is_bad(whose, bad, certs):
    """Which of the two is said by host and port; what lets one pass lets the other not."""
    def identity(party):
        return liar_tls(certs[bad if whose == party else "server"])
    with Forward(tls=identity("proxy")) as proxy, Origin(hello, tls=identity("origin")) as origin:
        arguments = [*QUIET, "--proxy-cacert", certs.ca, "--cacert", certs.ca, "-x", proxy.url(host="localhost"), origin.url("/", host="localhost")]
        wrong = proxy if whose == "proxy" else origin
        for option in ([], ["--insecure"] if whose == "proxy" else ["--proxy-insecure"]):
            result = runner.run(*option, *arguments)
            assert result.code in BAD_CERTIFICATE and result.out == b"", result
            assert runner.IS_CURL or f"localhost:{wrong.port}" in result.text or f"localhost port {wrong.port}" in result.text
            assert not origin.requests and (whose == "origin" or not proxy.requests)
        told = "%{ssl_verify_result} %{proxy_ssl_verify_result}"
        result = runner.run("--proxy-insecure" if whose == "proxy" else "--insecure", "-w", told, *arguments)
        assert result.code == 0, result
        origins, proxys = re.fullmatch(rb"GET / 0\n(\d+) (\d+)", result.out).groups()
        assert runner.IS_CURL or bad == "other-name" or ((proxys if whose == "proxy" else origins) != b"0" and b"0" in (origins, proxys))


@pytest.mark.skipif(runner.IS_CURL, reason="curl says it in its own way")
@pytest.mark.parametrize("bad, head, fix", [
    ("self-signed", "certificate of proxy localhost:{0}: self-signed", "peel -x https://localhost:{0} --proxy-cacert FILE http://a.test/"),
    ("other-name", "certificate of proxy localhost:{0}: made for another name", "server: a certificate with DNS:localhost in its subjectAltName"),
    (None, "proxy localhost:{0} does not speak TLS", "peel -x http://localhost:{0} --proxy-cacert {1} http://a.test/"),
])
def test_what_is_wrong_is_said_of_the_proxy(bad, head, fix, certs):
    script = "handshake" if bad else 'send "HTTP/1.1 400 Bad\\r\\n\\r\\n"\nstall'
    with Liar(script, tls=liar_tls(certs[bad]) if bad else None) as liar:
        args = ["--proxy-cacert", certs.ca, "-x", f"https://localhost:{liar.port}", "http://a.test/"]
        result = runner.run(*args, env={"COLUMNS": "1000"})
        short = runner.run(*QUIET, *args)
    assert result.text.splitlines()[0] == f"peel: ({result.code}) " + head.format(liar.port), result
    assert fix.format(liar.port, certs.ca) in result.text and result.code == (60 if bad else 35)
    cause = {"self-signed": "self-signed", "other-name": "wrong-name", None: "not-tls"}[bad]
    assert re.match(rf"peel: \({result.code}\) {cause}: .*proxy localhost:{liar.port}", short.text), short


def test_a_file_that_is_not_there_is_the_proxys(proxy):
    result = runner.run(*QUIET, "--proxy-cacert", "no-such-file", "-x", proxy.url(host="localhost"), "http://a.test/")
    assert (result.code, result.out) == (77, b"") and (runner.IS_CURL or "--proxy-cacert" in result.text), result


def test_the_wanted_client_certificate_is_the_proxys(certs):
    with Forward(tls=liar_tls(certs["server"], "1.2", certs.ca)) as proxy:
        result = runner.run("--proxy-cacert", certs.ca, "-x", proxy.url(host="localhost"), "http://a.test/")
    assert result.code in (35, 56) and (runner.IS_CURL or "--proxy-cert FILE --proxy-key FILE" in result.text)


def test_each_has_a_trust_of_its_own(proxy, certs):
    """--cacert is not for the proxy, --proxy-cacert not for the origin."""
    with Origin(hello, tls=liar_tls(certs["server"])) as origin:
        for option in ("--cacert", "--proxy-cacert"):
            result = runner.run(*QUIET, option, certs.ca, "-x", proxy.url(host="localhost"), origin.url("/", host="localhost"))
            assert result.code in BAD_CERTIFICATE, result
            assert not origin.requests


def test_a_client_certificate_for_the_proxy(origin, certs):
    with Forward(tls=liar_tls(certs["server"], "1.2", certs.ca)) as proxy:
        arguments = [*QUIET, "-p", "--proxy-cacert", certs.ca, "--cacert", certs.ca, "-x", proxy.url(host="localhost"), origin.url("/", host="localhost")]
        assert runner.run("--cert", certs["client"].both, *arguments).code in (35, 56)
        result = runner.run("--proxy-cert", certs["client"].both, *arguments)
        assert (result.code, result.out) == (0, b"GET / 0\n"), result


def test_its_key_in_other_forms(certs):
    client = certs["client"]
    forms = {
        "with a pass phrase": ["--proxy-cert", client.cert, "--proxy-key", certs.client_key_encrypted, "--proxy-pass", certs.pass_phrase],
        "DER": ["--proxy-cert", certs.client_cert_der, "--proxy-cert-type", "DER", "--proxy-key", certs.client_key_der, "--proxy-key-type", "DER"],
    }
    for name, options in forms.items():
        with Forward(tls=liar_tls(certs["server"], "1.2", certs.ca)) as proxy:
            result = runner.run(*QUIET, *options, "--proxy-capath", certs.ca_directory, "-x", proxy.url(host="localhost"), "http://a.test/")
            assert (result.code, result.out) == (0, b"from the proxy\n"), (name, result)


class Picky(Forward):
    """Writes down the cipher of each request's connection."""
    def __init__(self, **how):
        self.ciphers = []
        super().__init__(**how)

    def _read(self, sock, stream, number):
        self.ciphers.append(sock.cipher()[0])
        return super()._read(sock, stream, number)


@pytest.mark.parametrize("version, option, cipher", [
    ("1.2", "--proxy-ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256"),
    ("1.2", "--proxy-ciphers", "ECDHE-ECDSA-CHACHA20-POLY1305"),
    ("1.3", "--proxy-tls13-ciphers", "TLS_AES_128_GCM_SHA256"),
    ("1.3", "--proxy-tls13-ciphers", "TLS_CHACHA20_POLY1305_SHA256"),
])
def test_its_ciphers(version, option, cipher, certs):
    with Picky(tls=liar_tls(certs["server"], version)) as proxy:
        result = runner.run(*QUIET, option, cipher, "--proxy-cacert", certs.ca, "-x", proxy.url(host="localhost"), "http://a.test/")
        assert (result.code, result.out) == (0, b"from the proxy\n"), result
    assert set(proxy.ciphers) == {cipher}


@pytest.mark.parametrize("status", [403, 407, 502])
def test_a_refusal(status, certs):
    with Forward(lambda request: reply(b"canary", f"{status} No"), tls=liar_tls(certs["server"])) as proxy:
        result = runner.run(*QUIET, "--proxy-cacert", certs.ca, "-x", proxy.url(host="localhost"), "https://a.test/")
        assert (result.code, result.out) == (REFUSED, b""), result
        assert str(status).encode() in result.err


@pytest.mark.parametrize("script, tls, code", [
    ("expect hello\ncut", "server", 35),
    ("expect hello\nreset", "server", 35),
    ('expect hello\nsend "HTTP/1.1 400 Bad\\r\\n\\r\\n"', None, 35),
    ("expect hello\nstall", "server", 28),
    ("expect\ncut", "server", 56),
    ("expect\nclose_notify\ncut", "server", 56),
    ('expect\nsend "HTTP/1.1 20"\nreset', "server", 56),
    ("expect\nstall", "server", 28),
], ids=["cut", "reset", "plain", "stall", "cut-answer", "closed-answer", "reset-answer", "stall-answer"])
def test_a_proxy_that_breaks_off(script, tls, code, certs):
    with Liar(script, tls=liar_tls(certs[tls]) if tls else None) as liar:
        result = runner.run(*QUIET, "--connect-timeout", "1", "--proxy-cacert", certs.ca, "-x", f"https://localhost:{liar.port}",
                            "--resolve", f"localhost:{liar.port}:127.0.0.1", "https://a.test/")
        assert (result.code, result.out) == (code, b""), result
        assert runner.IS_CURL or str(liar.port) in result.text


def test_a_body_that_the_proxy_cuts(certs):
    """Without close_notify nobody knows whether it was all."""
    answer = 'expect\nsend "HTTP/1.1 200 OK\\r\\n\\r\\nhi"\n'
    for ending, code in (("cut", 56), ("close_notify\ncut", 0)):
        with Liar(answer + ending, tls=liar_tls(certs["server"])) as liar:
            result = runner.run(*QUIET, "--proxy-cacert", certs.ca, "-x", f"https://localhost:{liar.port}",
                                "--resolve", f"localhost:{liar.port}:127.0.0.1", "http://a.test/")
            assert result.out == b"hi"
            assert result.code == (0 if runner.IS_CURL else code), result

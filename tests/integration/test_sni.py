"""--sni: another server name in the ClientHello, or none; and --tls-legacy-server. The server tells what it heard."""
import pytest

import runner
import servers
from liar import Liar, liar_tls, read_script
from origin import Origin, redirect, reply

pytestmark = pytest.mark.skipif(runner.IS_CURL, reason="curl has neither")

SAYS_NAME = 'location /name { return 200 "[$ssl_server_name]"; }'
UNFOLDED = {"COLUMNS": "1000"}


@pytest.mark.parametrize("args, host, heard", [
    ((), "localhost", b"[localhost]"),
    (("--sni", "other.test"), "localhost", b"[other.test]"),
    (("--sni", "OTHER.test."), "localhost", b"[other.test]"),
    (("--sni", "b\u00fccher.test"), "localhost", b"[xn--bcher-kva.test]"),
    (("--sni", "none"), "localhost", b"[]"),
    ((), "127.0.0.1", b"[]"),
    (("--sni", "other.test"), "127.0.0.1", b"[other.test]"),
    (("--sni", "other.test", "--sni", "none"), "localhost", b"[]"),
])
def test_the_name_that_is_sent(args, host, heard, certs, workspace):
    with servers.nginx(workspace, certs["server"], extra=SAYS_NAME) as server:
        result = runner.run("-sS", "--cacert", certs.ca, *args, server.url("/name", host=host))
    assert (result.code, result.out) == (0, heard), result


def test_the_certificate_is_verified_for_the_host_of_the_url(certs):
    """The name that was sent does not make a certificate good: neither the right one a wrong host, nor a wrong one."""
    for name, sni, code in [("server", "other.test", 0), ("other-name", "other.test", 60), ("other-name", "none", 60)]:
        with Liar(read_script("certificate"), tls=liar_tls(certs[name])) as liar:
            url = f"https://localhost:{liar.port}/"
            result = runner.run("-sS", "--cacert", certs.ca, "--sni", sni, url)
        assert result.code == code, result
        assert (code == 60) == ("wrong-name" in result.text), result


def test_verbose_tells_the_name(certs):
    with Origin(lambda _: reply(b"ok"), tls=liar_tls(certs["server"])) as origin:
        chosen = runner.run("-sSv", "--cacert", certs.ca, "--sni", "other.test", origin.url(host="localhost"))
        none = runner.run("-sSv", "--cacert", certs.ca, "--sni", "none", origin.url(host="localhost"))
        plain = runner.run("-sSv", "--cacert", certs.ca, origin.url(host="localhost"))
    assert "* SNI: peel sends other.test (--sni); the certificate is checked for localhost\n" in chosen.text
    assert "* SNI: peel sends no name (--sni); the certificate is checked for localhost\n" in none.text
    assert "* SNI" not in plain.text


def test_other_names_share_no_connection_and_no_session(certs):
    tls = liar_tls(certs["server"])
    tls.num_tickets = 2
    with Origin(lambda _: reply(b"ok", "200 OK", "Connection: close"), tls=tls) as origin:
        args = ("-sS", "-w", "%{tls_resumed}", "--cacert", certs.ca)
        one, other = (*args, "--sni", "a.test", origin.url()), (*args, "--sni", "b.test", origin.url())
        result = runner.run(*one, "--next", *other, "--next", *one, "--next", *other)
        assert (result.code, result.out) == (0, b"ok0ok0ok1ok1"), result
        result = runner.run("-sS", "--cacert", certs.ca, "--sni", "a.test", origin.url(), "--next", *other)
        assert (result.code, result.out) == (0, b"okok0"), result


def test_a_redirect_to_another_host_has_its_own_name(certs, workspace):
    with servers.nginx(workspace, certs["server"], extra=SAYS_NAME) as server:
        def answer(_):
            return redirect(server.url("/name"))
        with Origin(answer, tls=liar_tls(certs["server"])) as origin:
            args = ("-sSL", "--cacert", certs.ca)
            away = runner.run(*args, "--sni", "other.test", origin.url(host="127.0.0.1"))
            same = runner.run(*args, "--sni", "other.test", origin.url(host="localhost"))
            none = runner.run(*args, "--sni", "none", origin.url(host="127.0.0.1"))
    assert (away.out, same.out, none.out) == (b"[localhost]", b"[other.test]", b"[]"), (away, same, none)


@pytest.mark.parametrize("value, words", [
    ("127.0.0.1", "is an address"), ("[::1]", "is an address"), ("0x7f000001", "is an address"), ("", ""),
    ("a b", "space"), ("a/b", '"/"'), ("a\r\nb", "carriage return"), ("x" * 256, "255"),
])
def test_what_is_no_server_name(value, words):
    result = runner.run("-sS", "--sni", value, "https://nonexistent.invalid/")
    assert result.code == 2 and "--sni" in result.text and words in result.text, result


def test_a_server_that_does_not_know_the_name(certs):
    """The block proposes --sni, but not to who used it already."""
    def ask(*args):
        with Liar(read_script("H027"), tls=liar_tls(certs["server"])) as liar:
            return runner.run("--cacert", certs.ca, *args, f"https://localhost:{liar.port}/", env=UNFOLDED).text

    trust = f"--cacert {certs.ca}"
    assert f"peel --sni NAME {trust} https://localhost:" in ask()
    chosen, none = ask("--sni", "other.test"), ask("--sni", "none")
    assert "--sni NAME" not in chosen and "no host called other.test" in chosen and "behind --sni" in chosen
    assert "as --sni none has it" in none and f"with the name: peel {trust} https://localhost:" in none


def test_a_server_without_secure_renegotiation(certs, workspace):
    old = "NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION"
    with servers.gnutls_serv(workspace, certs["server"], "--priority", old) as server:
        args = ("-sS", "--cacert", certs.ca)
        refused = runner.run("--cacert", certs.ca, server.url(), env=UNFOLDED)
        let_in = runner.run(*args, "--tls-legacy-server", server.url())
        again = runner.run(*args, "--tls-legacy-server", "--no-tls-legacy-server", server.url())
        trusts_nobody = runner.run("-sS", "--cacert", certs.other_ca, "--tls-legacy-server", server.url())
    assert refused.code == 35 and "peel --explain legacy-renegotiation" in refused.text, refused
    assert f"peel --tls-legacy-server --cacert {certs.ca} {server.url()}" in refused.text, refused
    assert let_in.code == 0 and b"<HTML>" in let_in.out, let_in
    assert (again.code, trusts_nobody.code) == (35, 60)

"""--tls-probe: servers that dislike one thing in a ClientHello each, and whether the command that is proposed works."""
import os
import re
import shlex
import time

import pytest

import runner
import servers
from liar import Liar, liar_tls, read_script
from picky import Picky, Tunnel

FORWARD_SECRET = {0x1301, 0x1302, 0x1303, 0xc02b, 0xc02c, 0xc02f, 0xc030}
P256, P384, X25519, X25519MLKEM768 = 23, 24, 29, 0x11ec


def usual(hello, *but):
    """A hello as peel sends it, but for these parts: a server that likes only this is not pleased by another change."""
    parts = {"versions": sorted(hello.versions) == [0x0303, 0x0304], "alpn": "alpn" in hello.extensions,
             "name": hello.server_name == "localhost", "groups": {P384, X25519} <= set(hello.groups),
             "ciphers": bool(FORWARD_SECRET & set(hello.ciphers))}
    return all(is_so for part, is_so in parts.items() if part not in but)


# What the server likes, its answer to others, the one change that helps, and how the command line says it.
PICKY = {
    "no-tls-1.3": (lambda hello: hello.versions == [0x0303] and usual(hello, "versions"), "alert 70", "TLS 1.2 only",
                   "--tls-max 1.2"),
    "no-tls-1.2": (lambda hello: hello.versions == [0x0304] and usual(hello, "versions"), "alert 40", "TLS 1.3 only",
                   "--tlsv1.3"),
    "no-alpn": (lambda hello: "alpn" not in hello.extensions and usual(hello, "alpn"), "alert 120", "no ALPN",
                "--no-alpn"),
    "only-p256": (lambda hello: hello.groups == [P256] and usual(hello, "groups"), "alert 47", "P-256 only",
                  "--curves P-256"),
    "short": (lambda hello: hello.size < 256 and {0x0303, 0x0304} <= set(hello.versions), "silence", "short hello",
              "--no-alpn"),
    "no-name": (lambda hello: not hello.server_name and usual(hello, "name"), "alert 112", "no server name",
                "--sni none"),
    "no-name-reset": (lambda hello: not hello.server_name and usual(hello, "name"), "reset", "no server name",
                      "--sni none"),
    "no-name-closed": (lambda hello: not hello.server_name and usual(hello, "name"), "close", "no server name",
                       "--sni none"),
    "static-rsa": (lambda hello: not FORWARD_SECRET & set(hello.ciphers), "alert 40", "static RSA ciphers",
                   "--tls-max 1.2 --ciphers kRSA"),
}
HYBRID = ["no hybrid group"] if runner.openssl_version() >= (3, 5) else []
if HYBRID:
    PICKY["no-hybrid"] = (lambda hello: X25519MLKEM768 not in hello.groups and usual(hello), "silence", "no hybrid group",
                          "--curves X25519:P-256:X448:P-384:P-521")


def probe(certs, port, *args, host="localhost", **how):
    return runner.run("--tls-probe", "--cacert", certs.ca, *args, f"https://{host}:{port}/a?b=1&c", **how)


def rows(result):
    """What was tried, and what came of it."""
    found = re.findall(r"^  (\S.*?)  +(ACCEPTED|alert \d+|closed|reset|silence|certificate|failed|no connection) +[\d.]+ ms ",
                       result.out.decode(), re.M)
    return dict(found)


def accepted(result):
    return [change for change, outcome in rows(result).items() if outcome == "ACCEPTED"]


def command(result):
    line = re.search(r"^   go: peel (.*)$", result.out.decode(), re.M)
    return shlex.split(line[1])


def run_command(result):
    """Nothing is added to it: it says itself whom to trust, and how the server is reached."""
    return runner.run("-sS", *command(result))


@pytest.mark.parametrize("name", PICKY)
def test_picky(name, certs, workspace):
    likes, how, change, options = PICKY[name]
    with servers.s_server(workspace, certs["server-rsa"], mode="-www") as server, Picky(server.port, likes, how) as picky:
        limit = ("--connect-timeout", "0.5") if how == "silence" else ()
        result = probe(certs, picky.port, *limit)
        plain = runner.run("-sS", *limit, "--cacert", certs.ca, f"https://localhost:{picky.port}/")
        fixed = run_command(result)
        n_hellos = len(picky.hellos)
    tried = rows(result)
    assert result.code == plain.code and result.code in (28, 35), result
    assert accepted(result) == [change], result.out.decode()
    assert result.out.decode().count("\ncause: localhost:") == 1
    assert shlex.join(command(result)).startswith(options + " ") and command(result)[-1].endswith("/a?b=1&c")
    assert fixed.code == 0 and b"Ciphers" in fixed.out, fixed
    assert n_hellos == len(tried) + 2  # the two other runs; nothing stops early, each has a connection of its own
    assert result.err == b""


def test_order_and_number(certs, workspace):
    """All are tried, in the same order; the client certificate only where there is one."""
    expected = ["as peel sends it", "TLS 1.2 only", "TLS 1.3 only", "no ALPN", *HYBRID, "P-256 only", "short hello",
                "rare groups", "no server name", "rare ciphers", "static RSA ciphers", "old renegotiation", "TLS 1.0", "weak algorithms"]
    with Picky(1, lambda hello: False, "alert 40") as picky:
        result = probe(certs, picky.port)
        again = probe(certs, picky.port, "--cert", certs["client"].cert, "--key", certs["client"].key, "--curves", "P-384")
        address = probe(certs, picky.port, host="127.0.0.1")
    assert list(rows(result)) == expected and set(rows(result).values()) == {"alert 40"}
    assert "refused the handshake, and none of the changes helps" in result.out.decode()
    assert result.code == 35 and b"go: peel --explain handshake-refused\n" in result.out
    assert set(rows(again)) - set(expected) == {"without TLS options", "no client certificate"}
    assert set(expected) - set(rows(address)) == {"no server name"}


def test_the_hello_is_the_real_one_but_for_one_change(certs):
    with Picky(1, lambda hello: False) as picky:
        probe(certs, picky.port)
        runner.run("-s", "--cacert", certs.ca, f"https://localhost:{picky.port}/")
        hellos = picky.hellos
    more = len(HYBRID)
    real, plain, no_alpn, no_name = hellos[-1], hellos[0], hellos[3], hellos[7 + more]
    for hello, missing in ((plain, set()), (no_alpn, {"alpn"}), (no_name, {"server_name"})):
        assert set(real.extensions) - set(hello.extensions) == missing
        assert (hello.ciphers, hello.groups, hello.versions) == (real.ciphers, real.groups, real.versions)
    assert hellos[5 + more].size < 256 < real.size


def test_works_as_it_is(certs, workspace):
    with servers.s_server(workspace, certs["server-rsa"]) as server:
        result = probe(certs, server.port)
        again = run_command(result)
    assert result.code == 0 and list(rows(result).values()) == ["ACCEPTED"] and again.code == 0, again
    assert b"cause: none, the handshake works as it is\n" in result.out


def test_no_request_is_made(certs):
    with Liar(["handshake"], tls=liar_tls(certs["server"])) as liar:
        result = probe(certs, liar.port, "-d", "secret=1", "-L", "-o", "/nonexistent/file")
        connections = liar.finish()
    assert result.code == 0 and [bytes(c.received) for c in connections] == [b""]


RARE_CIPHERS = "--ciphers 'ALL:!kRSA' --tls13-ciphers TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256"
SERVERS = {
    "tls-1.0": (("-cipher", "DEFAULT@SECLEVEL=0"), "1", "TLS 1.0", "--tlsv1.0"),
    "tls-1.1": (("-cipher", "DEFAULT@SECLEVEL=0"), "1.1", "TLS 1.0", "--tlsv1.0"),
    "brainpool": (("-named_curve", "brainpoolP256r1", "-cipher", "ECDHE"), "1.2", "rare groups",
                  "--tls-max 1.2 --curves brainpoolP256r1:brainpoolP384r1:brainpoolP512r1:secp256k1:P-224"),
    "aria": (("-cipher", "ECDHE-ARIA128-GCM-SHA256"), "1.2", "rare ciphers", RARE_CIPHERS),
    "ccm": (("-ciphersuites", "TLS_AES_128_CCM_SHA256"), "1.3", "rare ciphers", RARE_CIPHERS),
    "sha1": (("-sigalgs", "RSA+SHA1", "-cipher", "ECDHE-RSA-AES128-SHA:@SECLEVEL=0"), "1.2", "weak algorithms",
             "--ciphers DEFAULT@SECLEVEL=0"),
}


@pytest.mark.parametrize("name", SERVERS)
def test_old_servers(name, certs, workspace):
    """Real ones; what is proposed works, and its risk is named where there is one."""
    options, tls, change, wanted = SERVERS[name]
    with servers.s_server(workspace, certs["server-rsa"], *options, mode="-www", tls=tls) as server:
        result = probe(certs, server.port)
        fixed = run_command(result)
    assert result.code == 35 and accepted(result) == [change], result.out.decode()
    assert shlex.join(command(result)).startswith(wanted + " ") and fixed.code == 0, fixed
    assert (b"\n risk: " in result.out) == (change not in ("rare groups", "rare ciphers"))


def test_a_server_without_secure_renegotiation(certs, workspace):
    old = "NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION"
    with servers.gnutls_serv(workspace, certs["server"], "--priority", old) as server:
        result = probe(certs, server.port)
        fixed = run_command(result)
    assert result.code == 35 and accepted(result) == ["old renegotiation"], result.out.decode()
    assert command(result)[0] == "--tls-legacy-server" and fixed.code == 0, fixed
    assert b"\n risk: who is on the way" in result.out


def names_tried(result):
    return re.findall(r"^  other server name  .* ms  (\S+)$", result.out.decode(), re.M)


@pytest.mark.parametrize("host, right, identity", [
    ("www.good.test", "good.test", "www-name"),        # with or without "www."
    ("x.good.test", "good.test", "x-name"),            # the registrable domain
])
def test_another_server_name(host, right, identity, certs, workspace):
    """A server that knows a host by another name of its owner; the certificate is checked for the URL's all the same."""
    def likes(hello):
        return hello.server_name == right and usual(hello, "name")

    def at(port):
        return ("--resolve", f"{host}:{port}:127.0.0.1")

    with servers.s_server(workspace, certs[identity], mode="-www") as server:
        with Picky(server.port, likes, "alert 112") as picky:
            result = probe(certs, picky.port, *at(picky.port), host=host)
            fixed = run_command(result)
    with servers.s_server(workspace, certs["other-name"], mode="-www") as server:
        with Picky(server.port, likes, "alert 112") as picky:
            refused = probe(certs, picky.port, *at(picky.port), host=host)
    assert result.code == 35 and accepted(result) == ["other server name"], result.out.decode()
    assert right in names_tried(result) and command(result)[:2] == ["--sni", right]
    assert f"refuses the server name, and goes on when it gets {right}\n" in result.out.decode()
    assert fixed.code == 0 and b"Ciphers" in fixed.out, fixed
    assert refused.code == 35 and accepted(refused) == [], refused.out.decode()
    assert b"but then its certificate is refused: made for another name\n" in refused.out


def test_no_name_of_strangers():
    """Nobody can say whose www.localhost is, or co.uk; each name is tried once."""
    heard = {}
    for host in "localhost", "shop.co.uk", "www.a.b.shop.example":
        with Picky(1, lambda hello: False, "alert 112") as picky:
            result = runner.run("--tls-probe", "--resolve", f"{host}:{picky.port}:127.0.0.1", f"https://{host}:{picky.port}/")
            heard[host] = sorted({hello.server_name for hello in picky.hellos if hello.server_name} - {host})
        assert sorted(names_tried(result)) == heard[host]
    assert heard == {"localhost": [], "shop.co.uk": ["www.shop.co.uk"],
                     "www.a.b.shop.example": ["a.b.shop.example", "shop.example"]}


def test_an_address_has_no_name(certs):
    """None is sent, none can be guessed: that is said where it may matter."""
    note = b" note: the URL has an address, so no server name was sent or tried; with one: --sni NAME\n"
    for how in "alert 112", "alert 40", "close", "reset":
        with Picky(1, lambda hello: False, how) as picky:
            result = probe(certs, picky.port, host="127.0.0.1")
            named = probe(certs, picky.port)
        assert note in result.out and note not in named.out and names_tried(result) == []


def test_several_urls(certs, workspace):
    """Each has a table under its own name."""
    with servers.s_server(workspace, certs["server-rsa"]) as server, Picky(1, lambda hello: False) as picky:
        urls = [server.url("/a"), f"https://user:secret@localhost:{picky.port}/{{b,c}}#d", server.url("/e")]
        result = runner.run("--tls-probe", "--cacert", certs.ca, *urls)
    blocks = result.out.decode().split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == [
        server.url("/a"), f"https://localhost:{picky.port}/b", f"https://localhost:{picky.port}/c", server.url("/e")]
    assert all(block.splitlines()[1].startswith("  as peel sends it ") for block in blocks)
    assert [block.count("\ncause: ") for block in blocks] == [1] * 4 and result.err == b""


def test_colours_only_on_a_terminal(certs):
    """Without them it is the same text."""
    with Picky(1, lambda hello: False, "alert 40") as picky:
        args = ("--tls-probe", "--cacert", certs.ca, f"https://localhost:{picky.port}/")
        shown = {name: runner.on_terminal(*args, *more, env=env)[1] for name, more, env in (
            ("coloured", (), {}), ("NO_COLOR", (), {"NO_COLOR": "1"}), ("dumb", (), {"TERM": "dumb"}),
            ("plain", ("--no-styled-output",), {}))}
        piped = runner.run(*args)

    def without_times(text):
        return re.sub(r" +[\d.]+ ms", "", text)

    assert "\x1b[2m" in shown["coloured"] and "\x1b[1mcause:\x1b[0m " in shown["coloured"]
    assert shown["coloured"].count("\x1b[") == 2 * shown["coloured"].count("\x1b[0m")
    expected = without_times(piped.out.decode())
    assert without_times(re.sub(r"\x1b\[[\d;]*m", "", shown.pop("coloured"))) == expected
    assert {without_times(text) for text in shown.values()} == {expected}


def test_options_that_do_harm(certs, workspace):
    """A server that is right but for what the user asks for."""
    with servers.s_server(workspace, certs["server-rsa"], mode="-www", tls="1.3") as server:
        result = probe(certs, server.port, "--tls-max", "1.2")
        fixed = run_command(result)
    assert result.code == 35 and rows(result)["without TLS options"] == "ACCEPTED"
    assert command(result)[:-1] == ["--cacert", certs.ca] and fixed.code == 0


@pytest.mark.parametrize("version, code", [("1.2", 35), ("1.3", 56)])
def test_client_certificate(certs, workspace, version, code):
    """TLS 1.3 says so only after the handshake."""
    with servers.s_server(workspace, certs["server-rsa"], "-Verify", "1", "-CAfile", certs.ca, mode="-www",
                          tls=version) as server:
        result = probe(certs, server.port)
        own = ("--cert", certs["client"].cert, "--key", certs["client"].key)
        given = probe(certs, server.port, *own)
        fixed = runner.run("-sS", "--cacert", certs.ca, *own, *command(result)[4:])
    assert result.code == code and len(rows(result)) == 1
    assert command(result)[:4] == ["--cert", "FILE", "--key", "FILE"]
    assert (given.code, fixed.code) == (0, 0) and b"Ciphers" in fixed.out, (given, fixed)


def test_the_wait_for_a_late_refusal_is_no_handshake(certs, workspace):
    """Half a second, where a certificate was asked for; none of it is in the time that is shown."""
    with servers.s_server(workspace, certs["server-rsa"], "-verify", "1", mode="-www", tls="1.3") as server:
        begun = time.monotonic()
        result = probe(certs, server.port)
        took_ms = (time.monotonic() - begun) * 1000
    shown_ms = float(re.search(r"ACCEPTED +([\d.]+) ms", result.out.decode())[1])
    assert result.code == 0 and took_ms - shown_ms > 490, (took_ms, result)


def test_client_certificate_that_does_harm(certs, workspace):
    """A server that stumbles over the certificate: of another authority than its own."""
    with servers.s_server(workspace, certs["server-rsa"], "-verify", "1", "-verify_return_error", "-CAfile", certs.ca,
                          mode="-www", tls="1.3") as server:
        result = probe(certs, server.port, "--cert", certs["stranger"].cert, "--key", certs["stranger"].key)
        fixed = run_command(result)
    assert result.code == 56 and rows(result)["no client certificate"] == "ACCEPTED", result
    assert command(result)[:-1] == ["--cacert", certs.ca] and fixed.code == 0


def test_certificate(certs, workspace):
    """A certificate is no matter of the hello."""
    with servers.s_server(workspace, certs["expired"]) as server:
        result = probe(certs, server.port)
        page = runner.run(*command(result))
    assert result.code == 60 and rows(result) == {"as peel sends it": "certificate"}
    assert b"the handshake is fine, the certificate is not: expired\n" in result.out and page.code == 0


def test_half_a_help(certs, workspace):
    """Without a name it answers, but as somebody else: that is told, and not proposed."""
    with servers.s_server(workspace, certs["other-name"]) as server:
        with Picky(server.port, lambda hello: "server_name" not in hello.extensions, "alert 112") as picky:
            result = probe(certs, picky.port)
    assert result.code == 35 and rows(result)["no server name"] == "certificate"
    assert b"but then its certificate is refused: made for another name\n" in result.out
    assert b"   go: peel --explain wrong-name\n" in result.out


def test_silence_is_bounded(certs):
    """-m is for all tries together."""
    with Picky(1, lambda hello: False, "silence") as picky:
        result = probe(certs, picky.port, "--connect-timeout", "0.2", "-m", "0.5")
    tried = rows(result)
    assert result.code == 28 and 1 <= len(tried) <= 4 and set(tried.values()) == {"silence"}
    assert b" note: the time was over before all had been tried\n" in result.out


def test_not_tls(certs):
    with Liar(read_script("H021")) as liar:
        result = probe(certs, liar.port)
    assert result.code == 35 and len(rows(result)) == 1 and b"does not speak TLS\n" in result.out


def test_no_connection(certs):
    result = runner.run("--tls-probe", f"https://localhost:{servers.free_port()}/")
    assert result.code == 7 and rows(result) == {"as peel sends it": "no connection"}
    assert re.search(rb"^peel: \(7\) ", result.err, re.M) and b"not a matter of TLS" in result.out


@pytest.mark.parametrize("url, code", [("http://localhost/", 2), ("https://", 3), ("ftp://localhost/", 1)])
def test_no_probe_of_that(url, code):
    result = runner.run("--tls-probe", url)
    assert (result.code, result.out) == (code, b"") and result.err.startswith(b"peel: (%d) " % code)


def test_full_disk():
    with open("/dev/full", "wb") as full, Picky(1, lambda hello: False) as picky:
        process = runner.subprocess.run([runner.PEEL, "--tls-probe", f"https://localhost:{picky.port}/"], stdout=full,
                                        stderr=runner.subprocess.PIPE, env=runner.clean_environment(), check=False)
    assert process.returncode == 35 and b"Failed writing to stdout" in process.stderr


def test_a_reader_that_has_seen_enough():
    """peel --tls-probe URL | head -1"""
    with Picky(1, lambda hello: False) as picky:
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            process = runner.subprocess.run([runner.PEEL, "--tls-probe", f"https://localhost:{picky.port}/"], stdout=pipe,
                                            stderr=runner.subprocess.PIPE, env=runner.clean_environment(), check=False)
    assert (process.returncode, process.stderr) == (35, b"")


def test_dry_run_connects_to_nobody(certs):
    with Picky(1, lambda hello: False) as picky:
        result = probe(certs, picky.port, "--dry-run")
        assert picky.hellos == []
    assert result.code == 0 and b"Would connect to" in result.out


def test_through_a_tunnel(certs, workspace):
    """Each try makes a tunnel of its own."""
    with servers.s_server(workspace, certs["server-rsa"], mode="-www") as server:
        with Picky(server.port, lambda hello: "alpn" not in hello.extensions) as picky, Tunnel(picky.port) as proxy:
            result = probe(certs, 443, "--proxy", f"http://127.0.0.1:{proxy.port}/")
            asked = list(proxy.asked)
            fixed = run_command(result)
    assert rows(result)["no ALPN"] == "ACCEPTED" and command(result)[0] == "--no-alpn", result
    assert asked == ["CONNECT localhost:443 HTTP/1.1"] * len(rows(result)) and fixed.code == 0, fixed


def test_told(certs):
    """-v shows each handshake under its name."""
    with Picky(1, lambda hello: False) as picky:
        result = probe(certs, picky.port, "-v")
    assert re.findall(r"^\* .*Probing: (.*)$", result.text, re.M) == list(rows(result))


def test_what_fixes_propose(certs):
    """The explanations of refused handshakes lead here, and the way leads on."""
    with Picky(1, lambda hello: False, "alert 40") as picky:
        failed = runner.run("--cacert", certs.ca, f"https://localhost:{picky.port}/")
        line = re.search(r"(peel --tls-probe .*)$", failed.text, re.M)
        result = runner.run(*shlex.split(line[1])[1:])
    assert len(rows(result)) == 13 + len(HYBRID)

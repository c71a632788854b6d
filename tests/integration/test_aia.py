"""--aia: a server leaves out an issuer, and the address that its certificate names delivers it, or anything else."""
import os
import re
import shlex
import ssl
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7

import certs as certificates
import runner
import servers
from liar import Liar, liar_tls, parse_script, read_script

GOOD = read_script("certificate")
UNFOLDED = {"COLUMNS": "1000"}
LOCAL = {"dns": certificates.LOCAL_DNS, "ips": certificates.LOCAL_IPS}


def literal(data):
    return '"' + "".join(f"\\x{byte:02x}" for byte in data) + '"'


def open_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def answer(body, status="200 OK"):
    """The script of a server that answers one request."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/pkix-cert\r\nContent-Length: {len(body)}\r\n\r\n"
    return ["expect", "send " + literal(head.encode() + body)]


class Bench:
    """A root, two intermediates below each other, and a leaf under the lower one; the server sends the leaf alone."""

    def __init__(self, directory):
        self.directory = str(directory)
        self.maker = certificates.Maker(self.directory)
        self.root = self.maker.authority("root", "root")
        self.middle = self.maker.authority("middle", "the middle", self.root)
        self.stranger = self.maker.authority("stranger", "a stranger")
        self.ca = os.path.join(self.directory, "root.cert.pem")

    def der(self, authority):
        return authority.cert.public_bytes(serialization.Encoding.DER)

    def leaf(self, url, issuer=None, **how):
        self.maker.leaf("leaf", issuer or self.middle, send_between=False, more=[certificates.aia_extension(url)], **LOCAL, **how)
        return certificates.Identity(self.directory, "leaf")

    def run(self, mode, script, *args, path="/ca.der", url=None, ca=None, issuer=None, **how):
        """(result, what the address was asked, the server's connections)"""
        scripts = script if script and isinstance(script[0], list) else [script]
        with Liar(*scripts) as address:
            leaf = self.leaf(url or f"http://127.0.0.1:{address.port}{path}", issuer)
            with Liar(GOOD, tls=liar_tls(leaf)) as server:
                result = runner.run("--no-progress-meter", "--aia", mode, "--cacert", ca or self.ca, *args,
                                    f"https://localhost:{server.port}/path", env=UNFOLDED, **how)
            connections = server.finish()
            return result, [bytes(c.received) for c in address.finish()], connections


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def test_proto_holds_for_it_too(bench):
    result, asked, _ = bench.run("use", answer(bench.der(bench.middle)), "--proto", "=https")
    assert result.code == 60 and asked == []
    assert "http" in result.text and "disabled" in result.text


def test_use(bench):
    result, asked, _ = bench.run("use", answer(bench.der(bench.middle)))
    assert (result.code, result.out, result.err) == (0, b"hello", b"")
    assert len(asked) == 1 and asked[0].startswith(b"GET /ca.der HTTP/1.1\r\nHost: 127.0.0.1:")


def test_off_by_default(bench):
    with Liar(answer(bench.der(bench.middle))) as address:
        leaf = bench.leaf(f"http://127.0.0.1:{address.port}/ca.der")
        with Liar(GOOD, tls=liar_tls(leaf)) as server:
            result = runner.run("-sS", "--cacert", bench.ca, f"https://localhost:{server.port}/")
        assert result.code == 60 and address.finish() == []


@pytest.mark.parametrize("form", ["pem", "pkcs7", "chunked"])
def test_forms(bench, form):
    if form == "pem":
        script = answer(certificates.pem(bench.middle.cert))
    elif form == "pkcs7":
        script = answer(pkcs7.serialize_certificates([bench.middle.cert, bench.root.cert], serialization.Encoding.DER))
    else:
        body = bench.der(bench.middle)
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + 100]), body[i:i + 100]) for i in range(0, len(body), 100))
        script = ["expect", "send " + literal(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n")]
    result, _, _ = bench.run("use", script)
    assert (result.code, result.out) == (0, b"hello"), result


def test_nothing_of_the_user_goes_there(bench, tmp_path):
    """No login, header, cookie, referrer or method of the user's; and -o, -w, -D are about the URL alone."""
    (tmp_path / "jar").write_text("# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsecret\tcookie\n")
    (tmp_path / "netrc").write_text("default login secret password netrc\n")
    result, asked, _ = bench.run(
        "use", answer(bench.der(bench.middle)), "-u", "secret:login", "-H", "X-Secret: header", "-b", tmp_path / "jar",
        "-e", "http://secret/", "-A", "secret agent", "-d", "secret=data", "--netrc-file", tmp_path / "netrc",
        "-D", tmp_path / "head", "-o", tmp_path / "body", "-w", "%{http_code} %{num_connects} %{url}", "-L", "--compressed")
    assert result.code == 0 and result.out.startswith(b"200 1 https://localhost")
    assert (tmp_path / "body").read_bytes() == b"hello"
    assert (tmp_path / "head").read_bytes().count(b"HTTP/1.1") == 1
    lines = asked[0].decode().split("\r\n")
    assert lines[0] == "GET /ca.der HTTP/1.1"
    assert sorted(line.split(":")[0] for line in lines[1:] if line) == ["Accept", "Host", "User-Agent"]
    assert "ecret" not in asked[0].decode()


def endless(bench):
    return ["expect", 'send "HTTP/1.1 200 OK\\r\\n\\r\\n"', "loop forever", 'send "x" * 16384', "end"]


# What the address does, and what is said of it.
IN_VAIN = {
    "garbage": (lambda bench: answer(b"<html>no</html>"), "what it delivers is no certificate"),
    "empty": (lambda bench: answer(b""), "what it delivers is no certificate"),
    "stranger": (lambda bench: answer(bench.der(bench.stranger)), "it delivers a certificate, but another than"),
    "root": (lambda bench: answer(bench.der(bench.root)), "it delivers a certificate, but another than"),
    "not-found": (lambda bench: answer(b"no", "404 Not Found"), "error: 404"),
    "redirect": (lambda bench: ["expect", 'send "HTTP/1.1 302 Found\\r\\nLocation: /other\\r\\nContent-Length: 0\\r\\n\\r\\n"'],
                 "it answered with status 302"),
    "no-http": (lambda bench: ["expect", 'send "SSH-2.0-OpenSSH_9.2\\r\\n"', "cut"], "nothing came of asking it: "),
    "closed": (lambda bench: ["expect", "cut"], "nothing came of asking it: "),
    "cut-short": (lambda bench: ["expect", 'send "HTTP/1.1 200 OK\\r\\nContent-Length: 900\\r\\n\\r\\nx"', "cut"],
                  "nothing came of asking it: "),
    "too-long": (lambda bench: answer(certificates.pem(bench.middle.cert) + b"\n" * 65536), "nothing came of asking it: "),
    "endless": (endless, "nothing came of asking it: "),
}


@pytest.mark.parametrize("mode", ["use", "report"])
@pytest.mark.parametrize("name", IN_VAIN)
def test_in_vain(bench, name, mode):
    make, finding = IN_VAIN[name]
    result, asked, connections = bench.run(mode, make(bench))
    assert (result.code, result.out) == (60, b"")
    assert re.search(r"^ +checked: .*" + finding, result.text, re.M), result
    assert "peel --explain missing-issuer" in result.text and "--aia use http" not in result.text
    assert len(asked) == 1
    assert all(not c.received for c in connections)  # no request was made


def test_time(bench):
    """Five seconds, and then the URL fails as it would have."""
    result, _, _ = bench.run("use", ["expect", "stall"])
    assert result.code == 60 and "timed out after 5" in result.text


def test_max_time_counts_on(bench):
    result, _, _ = bench.run("use", ["expect", "stall"], "-m", "0.5")
    assert result.code == 28, result


def test_connect_timeout_counts_on(bench):
    result, _, _ = bench.run("use", ["expect", "stall"], "--connect-timeout", "0.5")
    assert result.code == 28 and "silent" not in result.text


@pytest.mark.parametrize("url", ["https://127.0.0.1:1/ca.der", "ftp://127.0.0.1/ca.der", "file:///etc/passwd",
                                 "ldap://127.0.0.1/ca"])
def test_only_http(bench, url):
    result, asked, _ = bench.run("use", ["stall"], url=url)
    assert result.code == 60 and asked == []
    assert f"AIA: {url} (not asked: only http:// addresses are)\n" in result.text
    assert "checked:" not in result.text and "--aia" not in result.text


def test_proxy_rules_hold(bench):
    """Where a proxy is asked for, nobody is asked past it."""
    nobody = f"http://127.0.0.1:{servers.free_port()}/"
    with Liar(answer(bench.der(bench.middle))) as address:
        leaf = bench.leaf(f"http://127.0.0.1:{address.port}/ca.der")
        with Liar(GOOD, tls=liar_tls(leaf)) as server:
            result = runner.run("--aia", "use", "--cacert", bench.ca, f"https://localhost:{server.port}/",
                                env={"http_proxy": nobody})
        assert result.code == 60 and "nothing came of asking it: " in result.text and address.finish() == []


def test_through_a_proxy(bench):
    """The proxy for http:// fetches it, with nothing of the user's but the login toward that proxy."""
    with Liar(answer(bench.der(bench.middle))) as proxy:
        leaf = bench.leaf("http://ca.test/ca.der")
        with Liar(GOOD, tls=liar_tls(leaf)) as server:
            result = runner.run("-sS", "--aia", "use", "--cacert", bench.ca, "-u", "secret:login",
                                f"https://localhost:{server.port}/", env={"http_proxy": f"http://p:w@127.0.0.1:{proxy.port}/"})
        asked = bytes(proxy.finish()[0].received)
    assert (result.code, result.out) == (0, b"hello"), result
    assert asked.startswith(b"GET http://ca.test/ca.der HTTP/1.1\r\nHost: ca.test\r\nProxy-Authorization: Basic cDp3\r\n")
    assert b"\r\nAuthorization" not in asked


def test_login_in_the_address(bench):
    """It would be sent; and it is not peel's to send."""
    with Liar(answer(b"")) as address:
        leaf = bench.leaf(f"http://user:secret@127.0.0.1:{address.port}/ca.der")
        with Liar(GOOD, tls=liar_tls(leaf)) as server:
            result = runner.run("--aia", "use", "--cacert", bench.ca, f"https://localhost:{server.port}/")
        assert result.code == 60 and address.finish() == []


def test_never_an_anchor(bench):
    """A root that is not trusted here is not trusted because it was fetched."""
    result, _, _ = bench.run("use", answer(bench.der(bench.stranger)), issuer=bench.stranger)
    assert result.code == 60
    assert "it delivers a certificate that fits, but that leads to no authority that is trusted here" in result.text


def test_report(bench):
    """It fails as before, says that it would work, and how; and what it says works."""
    with Liar(answer(bench.der(bench.middle))) as address:
        leaf = bench.leaf(f"http://127.0.0.1:{address.port}/ca.der")
        with Liar(GOOD, tls=liar_tls(leaf)) as server:
            url = f"https://localhost:{server.port}/a?b=1&c"
            first = runner.run("--aia", "report", "--cacert", bench.ca, url, env=UNFOLDED)
            commands = [shlex.split(line)[1:] for line in re.findall(r"(peel --aia .*)$", first.text, re.M)]
            saved = runner.run("-sS", *commands[0], cwd=bench.directory)
            used = runner.run("-sS", *commands[1])
    assert first.code == 60 and "checked: it delivers a certificate that fits\n" in first.text
    assert f"AIA: http://127.0.0.1:{address.port}/ca.der (asked)" in first.text
    trust = ["--cacert", bench.ca]
    assert commands == [["--aia", "save", "-o", "fullchain.pem", *trust, url], ["--aia", "use", *trust, url]]
    assert (saved.code, saved.out) == (0, b"") and (used.code, used.out) == (0, b"hello")
    with open(os.path.join(bench.directory, "fullchain.pem"), "rb") as file:
        assert file.read() == open_bytes(leaf.cert) + certificates.pem(bench.middle.cert)


def test_a_server_with_the_saved_chain(bench):
    """What --aia save writes is what a server should send: with it, every client is content."""
    result, _, connections = bench.run("save", answer(bench.der(bench.middle)), "-o", "full.pem", cwd=bench.directory)
    assert (result.code, result.out, result.err) == (0, b"", b"")
    assert all(not c.received for c in connections)  # no HTTP request
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(bench.directory, "full.pem"), os.path.join(bench.directory, "leaf.key.pem"))
    identity = certificates.Identity(bench.directory, "leaf")
    identity.chain = os.path.join(bench.directory, "full.pem")
    with Liar(GOOD, tls=liar_tls(identity)) as server:
        plain = runner.run("-sS", "--cacert", bench.ca, f"https://localhost:{server.port}/")
    assert (plain.code, plain.out) == (0, b"hello")
    verified = subprocess.run(["openssl", "verify", "-CAfile", bench.ca, "-untrusted", "full.pem", "full.pem"],
                              cwd=bench.directory, stdout=subprocess.PIPE, check=False)
    assert verified.returncode == 0


def test_save_to_stdout_and_of_a_whole_chain(bench):
    """Without -o it goes to stdout; a server that sends all is saved without asking anybody."""
    bench.maker.leaf("whole", bench.middle, **LOCAL)
    whole = certificates.Identity(bench.directory, "whole")
    with Liar(GOOD, tls=liar_tls(whole)) as server:
        result = runner.run("--aia", "save", "--cacert", bench.ca, f"https://localhost:{server.port}/")
    with open(whole.chain, "rb") as file:
        chain = file.read()
    assert result.code == 0 and chain.startswith(result.out) and result.out.count(b"BEGIN CERTIFICATE") == 2


def test_save_leaves_an_old_file_when_it_fails(bench):
    path = os.path.join(bench.directory, "full.pem")
    with open(path, "w", encoding="ascii") as file:
        file.write("old")
    result, _, _ = bench.run("save", answer(b"garbage"), "-o", path)
    with open(path, encoding="ascii") as file:
        assert result.code == 60 and file.read() == "old"


def test_save_of_plain_http():
    result = runner.run("--aia", "save", "http://127.0.0.1:1/")
    assert result.code == 2 and "--aia save" in result.text


def test_three_hops(bench):
    """Each issuer names the next; three are asked for, and a fourth is not."""
    for n in (2, 3, 4):
        with Liar(["stall"]) as address:
            port = address.port
            above = bench.root
            ladder = []
            for i in range(n):
                key = certificates.ec.generate_private_key(certificates.ec.SECP256R1())
                cert = bench.maker.sign(certificates.subject_name(f"step {i}"), key, above, is_ca=True,
                                        more=[certificates.aia_extension(f"http://127.0.0.1:{port}/{i}")])
                above = certificates.Authority(key, cert)
                ladder.insert(0, cert)
            address.scripts = [parse_script(answer(cert.public_bytes(serialization.Encoding.DER))) for cert in ladder]
            leaf = bench.leaf(f"http://127.0.0.1:{port}/leaf", above)
            with Liar(GOOD, tls=liar_tls(leaf)) as server:
                result = runner.run("--aia", "use", "--cacert", bench.ca, f"https://localhost:{server.port}/")
            asked = address.finish()
        assert len(asked) == min(n, 3)
        assert result.code == (0 if n <= 3 else 60), result


@pytest.mark.parametrize("mode", ["report", "use"])
def test_the_next_address_cannot_be_asked(bench, mode):
    """The first was asked, and what is said of the second does not deny that."""
    middle = bench.maker.authority("between", "between", bench.middle, more=[certificates.aia_extension("ldap://ca.test/x")])
    result, asked, _ = bench.run(mode, answer(bench.der(middle)), issuer=middle)
    assert result.code == 60 and len(asked) == 1
    assert re.search(r"AIA: http://127\.0\.0\.1:\d+/ca\.der \(asked\)\n"
                     r" +checked: it delivers a certificate that fits, but the issuer of that one has no http:// address\n",
                     result.text)
    assert "not asked" not in result.text


def test_told(bench):
    """-v says whom it asks, and what came."""
    result, _, _ = bench.run("use", answer(bench.der(bench.middle)), "-v")
    assert re.search(r"^\* .*The issuer's certificate was not sent: asking http://127\.0\.0\.1:\d+/ca\.der$", result.text, re.M)
    assert re.search(r"^\* .*\d+ bytes came from there$", result.text, re.M)


def test_escaped(bench):
    """An address is what a stranger wrote."""
    result, _, _ = bench.run("use", answer(b""), url="http://127.0.0.1:1/%1b\x1b[31m")
    assert result.code == 60 and b"\x1b" not in result.err


def test_unix_socket_and_connect_to_are_for_the_url(bench):
    """--connect-to without a host leads every connection to one place; not this one."""
    with Liar(answer(bench.der(bench.middle))) as address:
        leaf = bench.leaf(f"http://127.0.0.1:{address.port}/ca.der")
        with Liar(GOOD, tls=liar_tls(leaf)) as server:
            result = runner.run("-sS", "--aia", "use", "--cacert", bench.ca, "--connect-to", f"::127.0.0.1:{server.port}",
                                "https://localhost/")
    assert (result.code, result.out) == (0, b"hello"), result


def test_several_urls(bench):
    """What was fetched belongs to one connection; a kept one needs nothing."""
    with Liar(answer(bench.der(bench.middle))) as address:
        leaf = bench.leaf(f"http://127.0.0.1:{address.port}/ca.der")
        script = ["handshake", "loop 2", "expect", 'send "HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello"', "end"]
        with Liar(script, tls=liar_tls(leaf)) as server:
            url = f"https://localhost:{server.port}/"
            result = runner.run("-sS", "--aia", "use", "--cacert", bench.ca, url, url)
        assert (result.code, result.out) == (0, b"hellohello") and len(address.finish()) == 1


def test_wrong_word():
    result = runner.run("--aia", "fetch", "https://localhost/")
    assert result.code == 2 and "report, use or save" in result.text

"""What the options of TLS do to a connection: each is seen to matter, and to keep connections apart."""
import base64
import hashlib
import json
import os
import re
import shutil

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp

import runner
import servers
from certs import DAY, NOW
from hostile import Row, run_row
from liar import Liar, liar_tls, read_script
from origin import Origin, reply
from status import revocation_list, staple
from wire import DELIVERIES


def spki(identity):
    with open(identity.cert, "rb") as file:
        key = x509.load_pem_x509_certificate(file.read()).public_key()
    return {form: key.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
            for form, encoding in (("pem", Encoding.PEM), ("der", Encoding.DER))}


def pin(identity):
    return "sha256//" + base64.b64encode(hashlib.sha256(spki(identity)["der"]).digest()).decode()


def good_server(certs, name="server", **how):
    return Liar(read_script("certificate"), tls=liar_tls(certs[name], **how))


def fetch(certs, *options, name="server", trust=True, **how):
    """One fetch from a server of our own: the result, and whether the server saw a byte of a request."""
    with good_server(certs, name, **how) as liar:
        options = ("--cacert", certs.ca, *options) if trust else options
        result = runner.run("-sS", *options, f"https://127.0.0.1:{liar.port}/")
        connections = liar.finish()
    return result, any(connection.received for connection in connections)


def file_of(server):
    """By its address: whoever listens on that port of ::1 is somebody else."""
    return server.url("/file", host="127.0.0.1")


# -- --pinnedpubkey

@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("insecure", [False, True])
def test_a_pin_that_matches(version, insecure, certs, tmp_path):
    server = certs["server"]
    files = []
    for form, content in spki(server).items():
        files.append(tmp_path / form)
        files[-1].write_bytes(content)
    for pins in (pin(server), f"{pin(certs['client'])};{pin(server)}", *files):
        options = ("--pinnedpubkey", pins) + (("-k",) if insecure else ())
        result, _ = fetch(certs, *options, trust=not insecure, version=version)
        assert (result.code, result.out) == (0, b"hello"), result


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("insecure", [False, True])
def test_h067_a_pin_that_does_not_match(version, insecure, certs, tmp_path):
    """No byte of a request leaves, -k or not; what the message shows can be pasted, and then it works."""
    wrong = tmp_path / "wrong.pem"
    wrong.write_bytes(spki(certs["client"])["pem"])
    for pins in (pin(certs["client"]), wrong):
        options = ("--pinnedpubkey", pins) + (("-k",) if insecure else ())
        result, is_asked = fetch(certs, *options, trust=not insecure, version=version)
        assert (result.code, result.out, is_asked) == (90, b"", False), result
        assert runner.IS_CURL or pin(certs["server"]) in result.text


@pytest.mark.skipif(runner.IS_CURL, reason="curl connects first")
@pytest.mark.parametrize("pins, words", [
    ("sha256//abc", "44 Base64 letters"),
    ("/nonexistent/key.pem", "No such file"),
])
def test_a_pin_that_cannot_match_is_told_before_anything_else(pins, words):
    result = runner.run("-sS", "--pinnedpubkey", pins, "https://nonexistent.invalid/")
    assert result.code == 90 and pins in result.text and words in result.text, result


# -- --crlfile

@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_h064_a_revoked_certificate(version, certs, tmp_path):
    clean = revocation_list(certs, tmp_path / "clean.pem", "client")
    result, _ = fetch(certs, "--crlfile", clean, version=version)
    assert (result.code, result.out) == (0, b"hello"), result
    revoked = revocation_list(certs, tmp_path / "revoked.pem", "client", "server")
    result, is_asked = fetch(certs, "--crlfile", revoked, version=version)
    assert (result.code, result.out, is_asked) == (60, b"", False), result
    assert runner.IS_CURL or "revoked" in result.text and f"{NOW - 7 * DAY:%Y}" in result.text


def test_an_issuer_without_a_list(certs, tmp_path):
    """The authority has one, the intermediate between it and the server has none."""
    result, is_asked = fetch(certs, "--crlfile", revocation_list(certs, tmp_path / "list.pem"),
                             name="server-through-intermediate")
    assert (result.code, is_asked) == (60, False), result
    assert runner.IS_CURL or "no list of O=peel tests" in result.text


@pytest.mark.skipif(runner.IS_CURL, reason="curl looks the name up first")
@pytest.mark.parametrize("what, words", [("missing", "No such file"), ("a certificate", "no list in it")])
def test_h065_a_file_without_lists(what, words, certs, tmp_path):
    path = tmp_path / "list.pem" if what == "missing" else certs.ca
    result = runner.run("-sS", "--crlfile", path, "https://nonexistent.invalid/")
    assert result.code == 82 and str(path) in result.text and words in result.text, result


# -- --cert-status

def fetch_stapled(certs, workspace, path, *options, version="1.3"):
    workspace.file("root/file", "hello")
    with servers.s_server(workspace, certs["server"], *(("-status_file", path) if path else ()), tls=version) as server:
        result = runner.run("-sS", *options, file_of(server))
        return result, "FILE:" in server.log()


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_good_staple(version, certs, workspace, tmp_path):
    path = staple(certs, tmp_path / "good.der")
    result, _ = fetch_stapled(certs, workspace, path, "--cacert", certs.ca, "--cert-status", version=version)
    assert (result.code, result.out) == (0, b"hello"), result


STAPLES = {
    "none": (None, "sent no OCSP response"),
    "revoked": ({"status": ocsp.OCSPCertStatus.REVOKED}, r"revoked by its issuer: .*\(keyCompromise\)"),
    "another's": ({"about": "client"}, "about another certificate"),
    "expired": ({"days": (-9, -2)}, "has expired: a new one was due"),
    "unknown": ({"status": ocsp.OCSPCertStatus.UNKNOWN}, "does not know the certificate"),
    "not by the issuer": ({"signer": "other-client"}, "not signed by the certificate's issuer"),
}


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("what", STAPLES)
def test_h066_a_bad_staple(what, version, certs, workspace, tmp_path):
    how, words = STAPLES[what]
    path = staple(certs, tmp_path / "staple.der", **how) if how else None
    result, is_asked = fetch_stapled(certs, workspace, path, "--cacert", certs.ca, "--cert-status", version=version)
    assert (result.code, result.out, is_asked) == (91, b"", False), result
    assert runner.IS_CURL or re.search(words, result.text), result
    # -k asks no less of it.
    result, is_asked = fetch_stapled(certs, workspace, path, "-k", "--cert-status", version=version)
    assert (result.code, is_asked) == (91, False), result
    # Only the option asks for it.
    result, _ = fetch_stapled(certs, workspace, path, "--cacert", certs.ca, version=version)
    assert (result.code, result.out) == (0, b"hello"), result


# -- sessions

@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("options, is_resumed", [((), True), (("--no-sessionid",), False), (("--sessionid",), True)])
def test_a_session_is_resumed_unless_told_not_to(options, is_resumed, version, certs, workspace):
    """s_server -WWW closes after each answer, so the second URL needs a connection of its own."""
    workspace.file("root/file", "hello")
    with servers.s_server(workspace, certs["server"], tls=version) as server:
        url = file_of(server)
        result = runner.run("-sS", "-v", "--cacert", certs.ca, *options, url, url)
    assert (result.code, result.out) == (0, b"hellohello"), result
    if not runner.IS_CURL:
        assert result.text.count("< Certificate ") == (1 if is_resumed else 2), result


# -- what is offered

@pytest.mark.parametrize("version, options, code", [
    ("1", (), 35),
    ("1", ("--tlsv1.1",), 35),
    ("1", ("--tlsv1.0",), 0),
    ("1", ("-1",), 0),
    ("1", ("--tls-max", "1.0"), 0),
    ("1.1", (), 35),
    ("1.1", ("--tlsv1.1",), 0),
    ("1.1", ("--tls-max", "1.1"), 0),
    ("1.1", ("--tls-max", "1.0"), 35),
    ("1.3", ("--tlsv1.0",), 0),
    ("1.3", ("--tlsv1.0", "--tls-max", "1.2"), 35),
])
@pytest.mark.parametrize("name", ["server", "server-rsa"])
def test_old_versions(name, version, options, code, certs, workspace):
    workspace.file("root/file", "hello")
    level = ("-cipher", "ALL:@SECLEVEL=0") if version < "1.2" else ()
    with servers.s_server(workspace, certs[name], *level, tls=version) as server:
        result = runner.run("-sS", "--cacert", certs.ca, *options, file_of(server))
    assert (result.code, result.out) == (code, b"" if code else b"hello"), result


@pytest.mark.parametrize("options, alpn", [((), "http/1.1"), (("--no-alpn",), None), (("--no-alpn", "--alpn"), "http/1.1")])
def test_alpn_can_be_left_out(options, alpn, certs):
    tls = liar_tls(certs["server"])
    tls.set_alpn_protocols(["http/1.1"])
    with Liar(read_script("certificate"), tls=tls) as liar:
        result = runner.run("-sS", "-v", "--cacert", certs.ca, *options, f"https://127.0.0.1:{liar.port}/")
        connection, = liar.finish()
    assert (result.code, result.out) == (0, b"hello"), result
    assert connection.tls.selected_alpn_protocol() == alpn


@pytest.mark.parametrize("list_, code", [("ECDSA+SHA256", 0), ("rsa_pss_rsae_sha256:ecdsa_secp256r1_sha256", 0),
                                         ("rsa_pss_rsae_sha256", 35), ("nonsense", 59)])
@pytest.mark.skipif(runner.IS_CURL, reason="Debian 12's curl has no --sigalgs")
def test_signature_algorithms(list_, code, certs):
    result, _ = fetch(certs, "--sigalgs", list_)
    assert result.code == code, result
    assert code != 59 or "--sigalgs 'nonsense'" in result.text


# -- --ca-native

@pytest.mark.skipif(runner.IS_CURL, reason="Debian 12's curl has no --ca-native")
def test_the_systems_store_beside_others(certs):
    """The system trusts nobody of ours: what matters is that it is asked, and that nothing else is given up for it."""
    result, _ = fetch(certs, "--ca-native")
    assert (result.code, result.out) == (0, b"hello"), result
    result, is_asked = fetch(certs, "--cacert", certs.other_ca, "--ca-native", "-v")
    assert (result.code, is_asked) == (60, False), result
    assert re.search(re.escape(certs.other_ca) + r" \(--cacert, 1 certificate\), /etc/ssl/certs \(system store, \d+ certificates\)", result.text)
    with good_server(certs) as liar:
        url = f"https://127.0.0.1:{liar.port}/"
        # Before the environment: a named file that would do is not looked at.
        assert runner.run("-sS", "--ca-native", url, env={"SSL_CERT_FILE": certs.ca}).code == 60
    with good_server(certs) as liar:
        url = f"https://127.0.0.1:{liar.port}/"
        assert runner.run("-sS", "--ca-native", "--no-ca-native", url, env={"SSL_CERT_FILE": certs.ca}).code == 0


@pytest.mark.skipif(runner.IS_CURL, reason="Debian 12's curl has no --ca-native")
@pytest.mark.parametrize("option", ["--ca-native", "--no-ca-native"])
def test_a_bad_file_is_told_all_the_same(option, tmp_path):
    path = tmp_path / "ca.pem"
    path.write_text("made up content\n")
    result = runner.run("-sS", "--cacert", path, option, "https://nonexistent.invalid/")
    assert result.code == 77 and str(path) in result.text, result


# -- what keeps connections apart

def copy_of(path, folder):
    return shutil.copy(path, folder / ("copy-of-" + os.path.basename(path)))


def pairs(certs, folder):
    """For each option: what two groups say, each of which works with this server by itself."""
    server, client, trust = certs["server"], certs["client"], ("--cacert", certs.ca)
    own = ("-E", client.cert, "--key", client.key)
    both = ("--tlsv1.2", "--tls-max", "1.3")
    hashed = folder / "hashed"
    shutil.copytree(certs.ca_directory, hashed)
    lists = revocation_list(certs, folder / "list.pem")
    return {
        "insecure": (trust, (*trust, "-k")),
        "cacert": (trust, ("--cacert", copy_of(certs.ca, folder))),
        "capath": (("--capath", certs.ca_directory), ("--capath", hashed)),
        "ca-native": (trust, (*trust, "--ca-native")),
        "crlfile": (trust, (*trust, "--crlfile", lists)),
        "pinnedpubkey": (trust, (*trust, "--pinnedpubkey", pin(server))),
        "pinnedpubkey, another": ((*trust, "--pinnedpubkey", pin(server)),
                                  (*trust, "--pinnedpubkey", pin(server) + ";" + pin(client))),
        "cert": (trust, (*trust, *own)),
        "cert, another": ((*trust, "-E", client.both), (*trust, "-E", certs["other-client"].both)),
        "key": ((*trust, *own), (*trust, "-E", client.cert, "--key", copy_of(client.key, folder))),
        "pass": ((*trust, *own), (*trust, *own, "--pass", "not needed")),
        "cert-type": ((*trust, *own), (*trust, *own, "--cert-type", "PEM")),
        "key-type": ((*trust, *own), (*trust, *own, "--key-type", "PEM")),
        "tlsv1.2": (trust, (*trust, "--tlsv1.2")),
        "tlsv1.3": (trust, (*trust, "--tlsv1.3")),
        "tlsv1.0": (trust, (*trust, "--tlsv1.0")),
        "tls-max": ((*trust, *both), (*trust, "--tlsv1.2", "--tls-max", "1.2")),
        "ciphers": (trust, (*trust, "--ciphers", "DEFAULT")),
        "tls13-ciphers": (trust, (*trust, "--tls13-ciphers", "TLS_AES_256_GCM_SHA384")),
        "curves": (trust, (*trust, "--curves", "X25519")),
        "sigalgs": (trust, (*trust, "--sigalgs", "ECDSA+SHA256")),
        "no-alpn": (trust, (*trust, "--no-alpn")),
        "no-sessionid": (trust, (*trust, "--no-sessionid")),
    }


@pytest.mark.skipif(runner.IS_CURL, reason="some are newer than Debian 12's curl, and some it does not keep apart")
def test_groups_that_differ_in_a_tls_option_share_nothing(certs, tmp_path):
    """Neither the connection nor the session: the second group's handshake shows the certificate again. The same twice
    shares the connection, or this would show nothing."""
    for name, (one, other) in pairs(certs, tmp_path).items():
        for first, second, n in ((one, other, 2), (other, one, 2), (one, one, 1)):
            with Origin(lambda _: reply(b"ok"), tls=liar_tls(certs["server"])) as origin:
                result = runner.run("-sS", "-v", *first, origin.url(), "--next", *second, origin.url())
                assert (result.code, result.out) == (0, b"okok"), (name, result)
                assert origin.n_connections == n, (name, result)
            assert result.text.count("< Certificate ") == n, (name, result)


@pytest.mark.skipif(runner.IS_CURL, reason="as above")
@pytest.mark.parametrize("first, second, n", [((), ("--cert-status",), 2), (("--cert-status",), (), 2)])
def test_a_session_without_a_status_is_none_with_it(first, second, n, certs, workspace, tmp_path):
    workspace.file("root/file", "hello")
    path = staple(certs, tmp_path / "good.der")
    with servers.s_server(workspace, certs["server"], "-status_file", path) as server:
        url, trust = file_of(server), ("--cacert", certs.ca)
        result = runner.run("-sS", "-v", *trust, *first, url, "--next", *trust, *second, url)
    assert (result.code, result.out) == (0, b"hellohello"), result
    assert result.text.count("< Certificate ") == n, result


# -- what -w tells of certificates

def test_certificates_in_write_out(certs):
    identity = certs["server-through-intermediate"]
    with Origin(lambda _: reply(b"ok"), tls=liar_tls(identity)) as origin:
        result = runner.run("-sS", "--cacert", certs.ca, "-o", "/dev/null", "-w", "%{num_certs}\n%{certs}%{ssl_verify_result}",
                            origin.url())
        again = runner.run("-sS", "--cacert", certs.ca, "-w", "%{num_certs},", origin.url(), origin.url())
        unknown = runner.run("-sSk", "--cacert", certs.other_ca, "-w", "%{num_certs},%{ssl_verify_result}", origin.url())
        as_json = runner.run("-sS", "--cacert", certs.ca, "-o", "/dev/null", "-w", "%{json}", origin.url())
    lines = result.out.decode().splitlines()
    assert (result.code, lines[0], lines[-1]) == (0, "2", "0"), result
    with open(identity.chain, encoding="ascii") as file:
        sent = file.read().splitlines()
    begins = [i for i, line in enumerate(lines) if line.startswith("-----BEGIN")]
    ends = [i for i, line in enumerate(lines) if line.startswith("-----END")]
    assert sum((lines[first:last + 1] for first, last in zip(begins, ends)), []) == sent
    assert {"Subject:CN = localhost", "Issuer:O = peel tests, CN = peel test intermediate", "Version:2",
            "Signature Algorithm:ecdsa-with-SHA256", "X509v3 Extended Key Usage:TLS Web Server Authentication",
            "X509v3 Basic Constraints:CA:TRUE"} <= set(lines)
    # A connection that is used again had its handshake before.
    assert again.out == b"ok2,ok0,"
    assert unknown.out == b"ok2,20"
    told = json.loads(as_json.out)
    assert told["num_certs"] == 2 and told["certs"].startswith("Subject:CN = localhost\n")


def test_certificates_in_write_out_are_curls(certs, curl):
    with Origin(lambda _: reply(b"ok"), tls=liar_tls(certs["server-through-intermediate"])) as origin:
        options = ("-sS", "--cacert", certs.ca, "-w", "%{num_certs} %{certs}", origin.url())
        result, oracle = runner.run(*options), curl(*options)
    if b"num_certs" in oracle.stderr:
        pytest.skip("this curl is too old")
    assert result.out == oracle.stdout


def test_bytes_of_a_certificate_in_write_out_are_escaped(certs):
    result, _ = fetch(certs, "-k", "-w", "%{certs}", name="escapes")
    assert result.code == 0
    assert runner.IS_CURL or not set(result.out.split(b"Subject:")[1]) & set(b"\x1b\r"), result


# -- the same by the rules of the catalogue: however the bytes come, one line on stderr, bounded

@pytest.mark.parametrize("delivery", DELIVERIES)
@pytest.mark.parametrize("name", ["H064", "H067", "H067-k"])
def test_what_is_refused_is_refused_however_it_comes(name, delivery, certs, tmp_path):
    wrong = ("--pinnedpubkey", pin(certs["client"]))
    revoked = ("--crlfile", str(revocation_list(certs, tmp_path / "list.pem", "server")))
    exit_code, args, words = {
        "H064": (60, revoked, ("revoked", f"{NOW - 7 * DAY:%Y}", "7 days ago")),
        "H067": (90, wrong, ("does not match", pin(certs["server"]))),
        "H067-k": (90, (*wrong, "-k"), ("does not match", pin(certs["server"]))),
    }[name]
    run_row(Row(name, exit_code, script="certificate", tls="server", args=args, words=words, no_request=True), delivery,
            certs)


# -- options of curl's that mean nothing here

WITHOUT_EFFECT = [
    ("--ssl-allow-beast",), ("--ssl-no-revoke",), ("--ssl-revoke-best-effort",), ("--ssl-auto-client-cert",), ("--no-npn",),
    ("--false-start",), ("--egd-file", "/nonexistent"), ("--random-file", "/nonexistent"),
]


@pytest.mark.parametrize("args", WITHOUT_EFFECT, ids=lambda args: args[0])
def test_options_without_effect_change_nothing(args, certs):
    result, _ = fetch(certs, *args)
    plain, _ = fetch(certs)
    assert (result.code, result.out, result.err) == (0, plain.out, plain.err), result

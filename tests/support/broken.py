"""Servers that are broken in one way each, as rows of a table: how each is made, which causes peel must find, and how the
commands that it proposes can be tried. And servers that are sound, though odd.

    with serve(row, certs) as server:
        result = runner.run(*arguments(row, certs, server.port))

Most are a Liar, which costs a thread; what it cannot play is a real server, or a Picky one before a real one: it answers as
a broken server does, until the ClientHello is changed in the way that is proposed.
"""
import contextlib
import os
import re
import shlex
import ssl
import warnings
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

import certs as certificates
import servers
from flight import ECDHE_ECDSA, ECDSA_SHA1, flight
from liar import Liar, liar_tls, read_script
from picky import Picky
from status import read_certificate, read_key, revocation_list, staple, staple_of_a_busy_responder, staple_of_no_kind
from wire import WHOLE

GOOD = read_script("certificate")
STAYS = read_script("good")  # sends no close_notify that the client might see or not
PLAIN_IN_TLS = ["handshake", "expect", 'send "HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\none,"',
                'raw "HTTP/1.1 502 Bad Gateway\\r\\n\\r\\n"', "stall"]
AES128_SHA = 0x002f
P192 = 19
# RFC 2409 section 6.2, 1024 bits.
DH_1024 = """-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
"""


@dataclass
class Row:
    """tls: the name of the server's certificate; None: no TLS. ids: of the causes, the worst first; none: all is well.
    script: what a Liar plays; a tuple: for the first client, and for those that come after it, with the proposed command.
    server: makes another one of (row, certs). args: for peel, or a function of certs that makes them.
    files, known: what FILE and NAME stand for in a proposed command. beyond: why no command can mend it."""
    name: str
    ids: tuple = ()
    code: int = 0
    tls: str | None = None
    script: object = GOOD
    host: str = "localhost"
    args: object = ()
    scheme: str = "https"
    version: str | None = None
    client_ca: bool = False
    client: tuple = ()
    server: object = None
    files: tuple = ()
    known: str = ""
    beyond: str = ""


# -- what a Liar's own TLS cannot be told by a script

def with_context(**how):
    """A Liar whose OpenSSL is set up as it is told: ciphers, versions, group, dh."""
    def make(row, certs):
        tls = liar_tls(certs[row.tls])
        tls.set_ciphers(how.get("ciphers", "DEFAULT") + ":@SECLEVEL=0")
        if "version" in how:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # old is what they shall be
                tls.minimum_version = tls.maximum_version = how["version"]
        if "group" in how:
            tls.set_ecdh_curve(how["group"])
        if "dh" in how:
            path = certs.path("dh.pem")
            with open(path, "w", encoding="ascii") as file:
                file.write(how["dh"])
            tls.load_dh_params(path)
        return Liar(row.script, tls=tls, delivery=WHOLE)
    return make


def real(*options, tls=None, extra=lambda certs: ()):
    """openssl s_server."""
    @contextlib.contextmanager
    def make(row, certs):
        with servers.temporary_directory() as path:
            more = (*options, *map(str, extra(certs)))
            with servers.s_server(servers.Workspace(path), certs[row.tls], *more, mode="-www", tls=tls) as server:
                yield server
    return make


@contextlib.contextmanager
def without_rfc5746(row, certs):
    with servers.temporary_directory() as path:
        workspace = servers.Workspace(path)
        with servers.gnutls_serv(workspace, certs[row.tls], "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION",
                                 tls="1.2") as server:
            yield server


def picky(likes, behind, how="alert 40", **wrong):
    """Before a server that behind makes. Who sends another ClientHello than it likes gets a flight with that wrong in it."""
    @contextlib.contextmanager
    def make(row, certs):
        answer = (lambda hello: flight(hello, certs["server"], **wrong)) if wrong else how
        with behind(row, certs) as server, Picky(server.port, likes, answer) as before:
            yield before
    return make


def sound(row, certs):
    return Liar(GOOD, tls=liar_tls(certs[row.tls]), delivery=WHOLE)


@contextlib.contextmanager
def at_an_address(row, certs):
    """The issuer's certificate can be fetched where the server's says."""
    issuer = read_certificate(certs["intermediate"].cert)
    der = issuer.public_bytes(Encoding.DER)
    body = "".join(f"\\x{byte:02x}" for byte in der)
    with Liar(["expect", f'send "HTTP/1.1 200 OK\\r\\nContent-Length: {len(der)}\\r\\n\\r\\n{body}"']) as address:
        maker = certificates.Maker(certs.directory)
        maker.leaf(row.tls, certificates.Authority(read_key(certs["intermediate"].key), issuer), send_between=False,
                   dns=certificates.LOCAL_DNS, ips=certificates.LOCAL_IPS,
                   more=[certificates.aia_extension(f"http://127.0.0.1:{address.port}/i.der")])
        with sound(row, certs) as server:
            yield server


def stapled(make):
    """s_server with the response that make(certs, path) writes."""
    return real(extra=lambda certs: ("-status_file", make(certs, certs.path("staple.der"))))


def clean_list(certs):
    return revocation_list(certs, certs.path("clean.crl.pem"), "client")


# -- why no command mends it

RENEW = "the server needs another certificate"
CLOCK = "the clock is the system's"
ELSEWHERE = "no TLS server is there, and nobody knows where one is"
DEAD = "it never answers better, whatever it is asked"

CERTIFICATES = [
    Row("self-signed", ("self-signed",), 60, "self-signed", files=("self-signed.cert",)),
    Row("intermediate-not-sent", ("missing-issuer",), 60, "intermediate-not-sent", files=("intermediate.cert",)),
    Row("intermediate-at-an-address", ("missing-issuer",), 60, "intermediate-at-an-address", files=("intermediate.cert",),
        server=at_an_address),
    Row("stranger", ("missing-issuer",), 60, "stranger", files=("other-ca.cert",)),
    Row("below-private-root", ("unknown-authority",), 60, "below-private-root", files=("private-root.cert",)),
    Row("inspected", ("inspection",), 60, "inspected", files=("inspection.cert",)),
    Row("expired", ("expired",), 60, "expired", beyond=RENEW),
    Row("below-expired-intermediate", ("expired",), 60, "below-expired-intermediate", beyond=RENEW),
    Row("expired-and-incomplete", ("missing-issuer", "expired"), 60, "expired-and-incomplete", beyond=RENEW,
        files=("intermediate.cert",)),
    Row("not-yet-valid", ("not-yet-valid",), 60, "not-yet-valid", beyond=CLOCK),
    Row("stamped-in-the-future", ("clock-wrong",), 60, "stamped-in-the-future", beyond=CLOCK),
    Row("other-name", ("wrong-name",), 60, "other-name"),
    Row("near-name", ("wrong-name",), 60, "near-name", host="good.test"),
    Row("www-name", ("wrong-name",), 60, "www-name", host="good.test"),
    Row("wildcard", ("wrong-name",), 60, "wildcard", host="x.y.a.test", beyond=RENEW),
    Row("address-as-name", ("wrong-name",), 60, "ip-as-dns", host="127.0.0.1", beyond=RENEW),
    Row("control-bytes", ("wrong-name",), 60, "escapes"),
    Row("common-name-only", ("no-names",), 60, "cn-only", beyond=RENEW),
    Row("client-certificate-as-server", ("wrong-purpose",), 60, "client-only", beyond=RENEW),
    Row("key-for-data", ("wrong-purpose",), 60, "key-for-data", beyond=RENEW),
    Row("server-as-authority", ("not-a-ca",), 60, "below-server", beyond=RENEW),
    Row("name-constraint", ("name-constraint",), 60, "outside-of-limits", beyond=RENEW),
    Row("chain-too-long", ("chain-too-long",), 60, "below-too-many", beyond=RENEW),
    Row("weak", ("weak-certificate",), 60, "weak"),
    Row("weak-authority", ("weak-certificate",), 60, "below-small-authority"),
    Row("weak-authority-curve", ("weak-certificate",), 60, "below-weak-curve"),
    Row("signed-with-sha1", ("weak-certificate",), 60, "signed-with-sha1"),
    Row("signed-with-md5", ("weak-certificate",), 60, "signed-with-md5"),
    Row("tampered-with", ("bad-certificate",), 60, "tampered-with", beyond=RENEW),
    Row("revoked", ("revoked",), 60, "server", beyond=RENEW,
        args=lambda certs: ("--crlfile", revocation_list(certs, certs.path("server.crl.pem"), "server"))),
    Row("no-revocation-list", ("bad-certificate",), 60, "server", files=(clean_list,),
        args=lambda certs: ("--crlfile", revocation_list(certs, certs.path("other.crl.pem"), issuer="other-ca"))),
    Row("old-revocation-list", ("bad-certificate",), 60, "server", files=(clean_list,),
        args=lambda certs: ("--crlfile", revocation_list(certs, certs.path("old.crl.pem"), days=(-30, -2)))),
    Row("other-pin", ("wrong-pin",), 90, "server", args=("--pinnedpubkey", "sha256//" + "A" * 43 + "=")),
]

STAPLES = [
    Row("staple-none", ("bad-staple",), 91, "server", args=("--cert-status",), files=(clean_list,)),
    Row("staple-stale", ("bad-staple",), 91, "server", args=("--cert-status",), files=(clean_list,),
        server=stapled(lambda certs, path: staple(certs, path, days=(-9, -2)))),
    Row("staple-try-later", ("bad-staple",), 91, "server", args=("--cert-status",), files=(clean_list,),
        server=stapled(staple_of_a_busy_responder)),
    Row("staple-of-no-kind", ("bad-staple",), 91, "server", args=("--cert-status",), files=(clean_list,),
        server=stapled(staple_of_no_kind)),
    Row("staple-revoked", ("revoked",), 91, "server", args=("--cert-status",), beyond=RENEW,
        server=stapled(lambda certs, path: staple(certs, path, status=ocsp.OCSPCertStatus.REVOKED))),
]

HANDSHAKES = [
    Row("plain-http", ("not-tls",), 35, script=(read_script("H021"), ["expect", 'send "HTTP/1.0 200 OK\\r\\n\\r\\nhello"', "cut"])),
    Row("ssh", ("not-tls",), 35, script=['send "SSH-2.0-OpenSSH_9.2p1 Debian-2\\r\\n"', "stall"], beyond=ELSEWHERE),
    Row("smtp", ("not-tls",), 35, script=['send "220 mail.test ESMTP ready\\r\\n"', "stall"], beyond=ELSEWHERE),
    Row("mysql", ("not-tls",), 35, script=['send "\\x4a\\x00\\x00\\x00\\x0a8.0.33\\x00"', "stall"], beyond=ELSEWHERE),
    Row("nul-bytes", ("not-tls",), 35, script=["expect hello", 'send "\\x00" * 100', "cut"], beyond=ELSEWHERE),
    Row("unknown-protocol", ("not-tls",), 35, script=["expect hello", 'send "WHO?\\r\\n"', "cut"], beyond=ELSEWHERE),
    Row("closed", ("closed-in-handshake",), 35, "server", read_script("H023"), beyond=DEAD),
    Row("reset", ("reset-in-handshake",), 35, "server", ["expect hello", "reset"], beyond=DEAD),
    Row("silent", ("silent-in-handshake",), 28, "server", read_script("H024"), args=("--connect-timeout", "0.3"), beyond=DEAD),
    Row("half-a-server-hello", ("silent-in-handshake",), 28, "server", read_script("H025"),
        args=("--connect-timeout", "0.3"), beyond=DEAD),
    Row("closed-in-server-hello", ("closed-in-handshake",), 35, "server", read_script("H025").replace("stall", "cut"), beyond=DEAD),
    Row("closed-in-a-header", ("closed-in-handshake",), 35, "server", ["expect hello", 'raw "\\x16\\x03\\x03"', "cut"], beyond=DEAD),
    Row("reset-in-server-hello", ("reset-in-handshake",), 35, "server", read_script("H025").replace("stall", "reset"), beyond=DEAD),
    Row("closed-with-close-notify", ("closed-in-handshake",), 35, "server", ["expect hello", "alert 1 0", "cut"], beyond=DEAD),
    Row("closed-with-a-warning", ("closed-in-handshake",), 35, "server", ["expect hello", "alert 1 90", "cut"], beyond=DEAD),
    Row("handshake-failure", ("handshake-refused",), 35, "server", read_script("H026"), beyond=DEAD),
    Row("own-ciphers", ("handshake-refused",), 35, "server-rsa", args=("--tls-max", "1.2", "--ciphers", "AES128-SHA"),
        server=with_context(ciphers="ECDHE", version=ssl.TLSVersion.TLSv1_2)),
    Row("rare-group", ("handshake-refused",), 35, "server-rsa",
        server=with_context(ciphers="ECDHE", version=ssl.TLSVersion.TLSv1_2, group="brainpoolP256r1")),
    Row("only-sha1", ("handshake-refused",), 35, "server-rsa",
        server=real("-sigalgs", "RSA+SHA1", "-cipher", "ECDHE-RSA-AES128-SHA:@SECLEVEL=0", tls="1.2")),
    Row("unrecognized-name", ("unknown-name",), 35, "server", host="good.test", known="known.test",
        server=picky(lambda hello: b"known.test" in hello.extensions.get("server_name", b""), sound, how="alert 112")),
    Row("tls-1.0", ("old-tls",), 35, "server", server=with_context(version=ssl.TLSVersion.TLSv1)),
    Row("newer-than-tls-max", ("version-range",), 35, "server", args=("--tls-max", "1.2"), server=real("-tls1_3")),
    Row("older-than-tlsv1.3", ("version-range",), 35, "server", args=("--tlsv1.3",), server=real(tls="1.2")),
    Row("tls-1.2-answered", ("version-range",), 35, "server", args=("--tlsv1.3",),
        server=picky(lambda hello: 0x0303 in hello.versions, sound, version=0x0303)),
    Row("groups-of-no-use", ("nothing-to-offer",), 35, "server", args=("--curves", "P-224")),
    Row("signatures-of-no-use", ("nothing-to-offer",), 35, "server", args=("--sigalgs", "RSA+SHA1", "--tls-max", "1.2")),
    Row("tls-1.1-answered", ("old-tls",), 35, "server",
        server=picky(lambda hello: 0x0302 in hello.versions, with_context(version=ssl.TLSVersion.TLSv1_1), version=0x0302)),
    Row("insufficient-security", ("alert",), 35, "server", ["expect hello", "alert 2 71", "cut"], beyond=DEAD),
    Row("unknown-alert", ("alert",), 35, "server", ["expect hello", "alert 2 255", "cut"], beyond=DEAD),
    Row("record-overflow", ("bad-record",), 35, "server", read_script("H034-handshake"), beyond=DEAD),
    Row("out-of-order", ("bad-handshake",), 35, script=["expect hello", 'raw "\\x16\\x03\\x03\\x00\\x04\\x0e\\x00\\x00\\x00"', "stall"],
        beyond=DEAD),
    Row("legacy-renegotiation", ("legacy-renegotiation",), 35, "server", server=without_rfc5746),
    Row("small-prime", ("weak-key-exchange",), 35, "server-rsa",
        server=with_context(ciphers="DHE-RSA-AES128-GCM-SHA256:AES128-GCM-SHA256", version=ssl.TLSVersion.TLSv1_2, dh=DH_1024)),
    Row("weak-curve", ("weak-key-exchange",), 35, "server-rsa",
        server=picky(lambda hello: ECDHE_ECDSA not in hello.ciphers,
                     with_context(version=ssl.TLSVersion.TLSv1_2, ciphers="AES128-GCM-SHA256"), group=P192)),
    Row("weak-signature", ("weak-signature",), 35, "server",
        server=picky(lambda hello: ECDSA_SHA1 in hello.signatures,
                     real("-sigalgs", "ECDSA+SHA1", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0", tls="1.2"),
                     signature=ECDSA_SHA1)),
    Row("only-http2", ("alpn-refused",), 35, "server", server=real("-alpn", "h2")),
    Row("alpn-demanded", ("alpn-refused",), 35, "server", args=("--no-alpn",),
        server=picky(lambda hello: "alpn" in hello.extensions, sound, how="alert 120")),
    Row("wrong-alpn", ("wrong-alpn",), 35, "server",
        server=picky(lambda hello: "alpn" not in hello.extensions, sound, alpn=b"spdy/3")),
    Row("wrong-cipher", ("wrong-cipher",), 35, "server-rsa", args=("--ciphers", "ECDHE+AESGCM"),
        server=picky(lambda hello: AES128_SHA in hello.ciphers,
                     with_context(version=ssl.TLSVersion.TLSv1_2, ciphers="AES128-SHA"), cipher=AES128_SHA)),
    Row("client-certificate-tls12", ("client-cert-wanted",), 35, "server", (read_script("H045"), GOOD), version="1.2",
        client_ca=True, files=("client.cert", "client.key")),
    Row("client-certificate-tls13", ("client-cert-wanted",), 56, "server", (read_script("H046"), GOOD), version="1.3",
        client_ca=True, files=("client.cert", "client.key")),
    Row("client-certificate-of-another-authority", ("client-cert-refused",), 56, "server", (read_script("H046"), GOOD),
        version="1.3", client_ca=True, client=("stranger",), files=("client.cert", "client.key")),
    Row("client-certificate-tls12-of-another-authority", ("client-cert-refused",), 35, "server", client=("stranger",),
        server=real("-Verify", "1", "-verify_return_error", tls="1.2", extra=lambda certs: ("-CAfile", certs.ca)),
        files=("client.cert", "client.key")),
    Row("tls-on-http", ("tls-on-http",), 1, "server", script=(['raw "\\x15\\x03\\x01\\x00\\x02\\x02\\x46"', "cut"], GOOD),
        scheme="http"),
]

ESTABLISHED = [
    Row("bad-mac", ("bad-record",), 56, "server", read_script("H035"), version="1.3", beyond=DEAD),
    Row("plain-in-tls12", ("plain-in-tls",), 56, "server", PLAIN_IN_TLS, version="1.2", beyond=DEAD),
    Row("plain-in-tls13", ("plain-in-tls",), 56, "server", PLAIN_IN_TLS, version="1.3", beyond=DEAD),
    Row("bytes-in-tls", ("plain-in-tls",), 56, "server", ["handshake", "expect", 'raw "\\x00\\x01" * 40', "stall"], version="1.3",
        beyond=DEAD),
    Row("record-of-other-version", ("bad-record",), 56, "server",
        ["handshake", "expect", 'raw "\\x17\\x03\\x01\\x00\\x02xx"', "stall"], version="1.2", beyond=DEAD),
    Row("record-in-clear", ("bad-record",), 56, "server",
        ["handshake", "expect", 'raw "\\x16\\x03\\x03\\x00\\x04\\x0e\\x00\\x00\\x00"', "stall"], version="1.3", beyond=DEAD),
    Row("bad-key-update", ("bad-record",), 56, "server",
        ["handshake", "expect", 'record 22 "\\x18\\x00\\x00\\x01\\x07"', "stall"], version="1.3", beyond=DEAD),
    Row("alert-in-body", ("alert",), 56, "server", read_script("H036"), version="1.3", beyond=DEAD),
    Row("no-close-notify", ("no-close-notify",), 56, "server", read_script("H043"), version="1.3", beyond=DEAD),
]

ALL = CERTIFICATES + STAPLES + HANDSHAKES + ESTABLISHED

# Nothing is wrong with these, though the last three are rare.
SOUND = [
    Row("good", tls="server", version="1.3", script=STAYS),
    Row("good-tls12", tls="server-rsa", version="1.2", script=STAYS),
    Row("odd-group", tls="server", script=STAYS, server=with_context(group="secp521r1")),
    Row("static-rsa", tls="server-rsa", script=STAYS,
        server=with_context(ciphers="AES128-SHA", version=ssl.TLSVersion.TLSv1_2)),
    Row("staple-good", tls="server", args=("--cert-status",), server=stapled(staple)),
]


def arguments(row, certs, port):
    args = row.args(certs) if callable(row.args) else row.args
    # Whoever listens on that port of ::1 is somebody else.
    args = ["--no-progress-meter", "-4", "--cacert", certs.ca, *args]
    if row.host not in ("localhost", "127.0.0.1"):
        args += ["--resolve", f"{row.host}:{port}:127.0.0.1"]
    for name in row.client:
        args += ["--cert", certs[name].cert, "--key", certs[name].key]
    return [*args, f"{row.scheme}://{row.host}:{port}/path?a=1&b=2"]


def serve(row, certs):
    if row.server:
        return row.server(row, certs)
    tls = liar_tls(certs[row.tls], row.version, certs.ca if row.client_ca else None) if row.tls else None
    scripts = row.script if isinstance(row.script, tuple) else (row.script,)
    return Liar(*scripts, tls=tls, delivery=WHOLE)


def without_the_moment(text, certs, port):
    """What changes from run to run is replaced by a word."""
    text = text.replace(certs.directory, "CERTS").replace(str(port), "PORT")
    text = re.sub(r"127\.0\.0\.1:\d+/i\.der", "ca.test/i.der", text)
    text = re.sub(r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} GMT", "TIME", text)
    text = re.sub(r"\d{4}-\d\d-\d\d( \d\d:\d\d UTC)?", "DATE", text)
    text = re.sub(r"\d+ (day|hour|minute|second)s?\b", "N days", text)
    text = re.sub(r"[\d.]+ (ms|milliseconds)", "N ms", text)
    text = re.sub(r"sha256//(?!A{43})[A-Za-z0-9+/]{43}=", "sha256//PIN", text)
    return re.sub(r"\d+ ciphers", "N ciphers", text)


def golden(name, text):
    """The text that a golden file of causes/ has. With PEEL_WRITE_GOLDEN=1 it is written there first."""
    folder = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "integration", "causes")
    path = os.path.join(folder, name)
    if os.environ.get("PEEL_WRITE_GOLDEN"):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    with open(path, encoding="utf-8") as file:
        return file.read()


def commands_of(text):
    """What a block proposes to run behind "fix", as argument lists without the program's name."""
    label, commands = "", []
    for line in text.splitlines():
        label = line[2:12].strip() or label if line.startswith("  ") else ""
        found = re.match(r"(?:.*: )?(peel .*)", line[12:])
        if label == "fix" and found:
            commands.append(shlex.split(found[1])[1:])
    return commands

"""Servers that are broken in one way each, and what is said of it: a cause with a stable id, the evidence, and what to do.

Each row has a golden text in causes/NAME.txt: all of stderr, with ports, days, dates and times taken out. With
PEEL_WRITE_GOLDEN=1 the texts are written instead of compared; read them before they are committed.
"""
import os
import re
import shlex
import subprocess
from dataclasses import dataclass, field

import pytest

import runner
import servers
from liar import Liar, liar_tls, read_script
from wire import WHOLE

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "causes")
GOOD = read_script("certificate")
UNFOLDED = {"COLUMNS": "1000"}  # where a line is folded depends on how long a port is


@dataclass
class Broken:
    """tls: the name of the server's certificate; None: a plain script. ids: of the causes, the worst first."""
    name: str
    ids: tuple
    code: int
    tls: str | None = None
    script: object = GOOD
    host: str = "localhost"
    args: tuple = ()
    scheme: str = "https"
    version: str | None = None
    client_ca: bool = False
    client: tuple = field(default=())


CERTIFICATES = [
    Broken("self-signed", ("self-signed",), 60, "self-signed"),
    Broken("intermediate-not-sent", ("missing-issuer",), 60, "intermediate-not-sent"),
    Broken("intermediate-at-an-address", ("missing-issuer",), 60, "intermediate-at-an-address"),
    Broken("stranger", ("missing-issuer",), 60, "stranger"),
    Broken("below-private-root", ("unknown-authority",), 60, "below-private-root"),
    Broken("inspected", ("inspection",), 60, "inspected"),
    Broken("expired", ("expired",), 60, "expired"),
    Broken("below-expired-intermediate", ("expired",), 60, "below-expired-intermediate"),
    Broken("expired-and-incomplete", ("missing-issuer", "expired"), 60, "expired-and-incomplete"),
    Broken("not-yet-valid", ("not-yet-valid",), 60, "not-yet-valid"),
    Broken("stamped-in-the-future", ("clock-wrong",), 60, "stamped-in-the-future"),
    Broken("other-name", ("wrong-name",), 60, "other-name"),
    Broken("near-name", ("wrong-name",), 60, "near-name", host="good.test"),
    Broken("www-name", ("wrong-name",), 60, "www-name", host="good.test"),
    Broken("wildcard", ("wrong-name",), 60, "wildcard", host="x.y.a.test"),
    Broken("address-as-name", ("wrong-name",), 60, "ip-as-dns", host="127.0.0.1"),
    Broken("control-bytes", ("wrong-name",), 60, "escapes"),
    Broken("common-name-only", ("no-names",), 60, "cn-only"),
    Broken("client-certificate-as-server", ("wrong-purpose",), 60, "client-only"),
    Broken("server-as-authority", ("not-a-ca",), 60, "below-server"),
    Broken("weak", ("weak-certificate",), 60, "weak"),
]

HANDSHAKES = [
    Broken("plain-http", ("not-tls",), 35, script=read_script("H021")),
    Broken("ssh", ("not-tls",), 35, script=['send "SSH-2.0-OpenSSH_9.2p1 Debian-2\\r\\n"', "stall"]),
    Broken("smtp", ("not-tls",), 35, script=['send "220 mail.test ESMTP ready\\r\\n"', "stall"]),
    Broken("mysql", ("not-tls",), 35, script=['send "\\x4a\\x00\\x00\\x00\\x0a8.0.33\\x00"', "stall"]),
    Broken("closed", ("closed-in-handshake",), 35, "server", read_script("H023")),
    Broken("reset", ("reset-in-handshake",), 35, "server", ["expect hello", "reset"]),
    Broken("silent", ("silent-in-handshake",), 28, "server", read_script("H024"), args=("--connect-timeout", "0.3")),
    Broken("half-a-server-hello", ("silent-in-handshake",), 28, "server", read_script("H025"),
           args=("--connect-timeout", "0.3")),
    Broken("handshake-failure", ("handshake-refused",), 35, "server", read_script("H026")),
    Broken("unrecognized-name", ("unknown-name",), 35, "server", read_script("H027"), host="good.test"),
    Broken("protocol-version", ("old-tls",), 35, "server", ["expect hello", "alert 2 70", "cut"]),
    Broken("insufficient-security", ("alert",), 35, "server", ["expect hello", "alert 2 71", "cut"]),
    Broken("record-overflow", ("bad-record",), 35, "server", read_script("H034-handshake")),
    Broken("client-certificate-tls12", ("client-cert-wanted",), 35, "server", read_script("H045"), version="1.2",
           client_ca=True),
    Broken("client-certificate-tls13", ("client-cert-wanted",), 56, "server", read_script("H046"), version="1.3",
           client_ca=True),
    Broken("client-certificate-of-another-authority", ("client-cert-refused",), 56, "server", read_script("H046"),
           version="1.3", client_ca=True, client=("stranger",)),
    Broken("tls-on-http", ("tls-on-http",), 1, script=['raw "\\x15\\x03\\x01\\x00\\x02\\x02\\x46"', "cut"], scheme="http"),
]

ESTABLISHED = [
    Broken("bad-mac", ("bad-record",), 56, "server", read_script("H035"), version="1.3"),
    Broken("alert-in-body", ("alert",), 56, "server", read_script("H036"), version="1.3"),
    Broken("no-close-notify", ("no-close-notify",), 56, "server", read_script("H043"), version="1.3"),
]

ALL = CERTIFICATES + HANDSHAKES + ESTABLISHED


def arguments(row, certs, port):
    args = ["--no-progress-meter", "--cacert", certs.ca, *row.args]
    if row.host not in ("localhost", "127.0.0.1"):
        args += ["--resolve", f"{row.host}:{port}:127.0.0.1"]
    for name in row.client:
        args += ["--cert", certs[name].cert, "--key", certs[name].key]
    return [*args, f"{row.scheme}://{row.host}:{port}/path?a=1&b=2"]


def serve(row, certs):
    tls = liar_tls(certs[row.tls], row.version, certs.ca if row.client_ca else None) if row.tls else None
    return Liar(row.script, tls=tls, delivery=WHOLE)


def without_the_moment(text, certs, port):
    """What changes from run to run is replaced by a word."""
    text = text.replace(certs.directory, "CERTS").replace(str(port), "PORT")
    text = re.sub(r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} GMT", "TIME", text)
    text = re.sub(r"\d{4}-\d\d-\d\d( \d\d:\d\d UTC)?", "DATE", text)
    text = re.sub(r"\d+ days?\b", "N days", text)
    text = re.sub(r"[\d.]+ (ms|milliseconds)", "N ms", text)
    return re.sub(r"\d+ ciphers", "N ciphers", text)


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_explained(row, certs):
    with serve(row, certs) as liar:
        result = runner.run(*arguments(row, certs, liar.port), env=UNFOLDED)
    assert result.code == row.code, result
    text = without_the_moment(result.text, certs, liar.port)
    path = os.path.join(FOLDER, row.name + ".txt")
    if os.environ.get("PEEL_WRITE_GOLDEN"):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    with open(path, encoding="utf-8") as file:
        assert text == file.read()
    assert re.findall(r"^  more      peel --explain (\S+)$", text, re.M) == list(row.ids)
    assert " -k" not in text and "--insecure" not in text


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_short(row, certs):
    """With -sS one line, the id of the worst cause in front; with -s nothing."""
    with serve(row, certs) as liar:
        result = runner.run("-sS", *arguments(row, certs, liar.port))
    assert re.fullmatch(rb"peel: \(%d\) %s: [^\n]+\n" % (row.code, row.ids[0].encode()), result.err), result
    with serve(row, certs) as liar:
        result = runner.run("-s", *arguments(row, certs, liar.port))
    assert (result.code, result.err) == (row.code, b"")


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_no_byte_of_the_peer_is_raw(row, certs):
    with serve(row, certs) as liar:
        result = runner.run(*arguments(row, certs, liar.port))
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80\xae", result.err)


def test_prose_is_folded(certs):
    row = next(row for row in ALL if row.name == "closed")
    for columns in (60, 80, 132):
        with serve(row, certs) as liar:
            result = runner.run(*arguments(row, certs, liar.port), env={"COLUMNS": str(columns)})
        prose = [line for line in result.text.splitlines() if "peel" not in line]
        assert columns - 20 < max(map(len, prose)) <= columns


def commands_of(text):
    """What a fix proposes to run, as argument lists."""
    lines = re.findall(r"^(?:  fix       |            )(?:[^\n]*: )?(peel .*)$", text, re.M)
    return [shlex.split(line)[1:] for line in lines]


@pytest.mark.parametrize("name, file", [
    ("self-signed", "self-signed"), ("intermediate-not-sent", "intermediate"), ("stranger", "other-ca"),
    ("below-private-root", "private-root"), ("inspected", "inspection"),
])
def test_fix_by_trusting(name, file, certs):
    row = next(row for row in ALL if row.name == name)
    with serve(row, certs) as liar:
        first = runner.run(*arguments(row, certs, liar.port))
        command = [certs[file].cert if word == "FILE" else word for word in commands_of(first.text)[0]]
        fixed = runner.run("-sS", *command)
    assert (first.code, fixed.code) == (60, 0), fixed


def test_fix_by_name(certs):
    row = next(row for row in ALL if row.name == "near-name")
    with serve(row, certs) as liar:
        first = runner.run(*arguments(row, certs, liar.port))
        fixed = runner.run("-sS", "--cacert", certs.ca, "--resolve", f"good.test:{liar.port}:127.0.0.1",
                           *commands_of(first.text)[0])
    assert (first.code, fixed.code) == (60, 0), fixed


def test_fix_weak_key(certs):
    row = next(row for row in ALL if row.name == "weak")
    with serve(row, certs) as liar:
        first = runner.run(*arguments(row, certs, liar.port))
        fixed = runner.run("-sS", "--cacert", certs.ca, *commands_of(first.text)[0])
    assert (first.code, fixed.code) == (60, 0), fixed


def test_fix_scheme(certs, workspace):
    """http for https, and the reverse."""
    row = next(row for row in ALL if row.name == "plain-http")
    with serve(row, certs) as liar:
        first = runner.run(*arguments(row, certs, liar.port))
        command = commands_of(first.text)[0]
        assert command == [f"http://localhost:{liar.port}/path?a=1&b=2"]
    with servers.nginx(workspace, certs["server"]) as server:
        first = runner.run("--no-progress-meter", f"http://localhost:{server.port}/")
        assert first.code == 0 and b"HTTPS port" in first.out  # nginx says it in HTTP, as a page


def test_fix_client_certificate(certs):
    row = next(row for row in ALL if row.name == "client-certificate-tls13")
    with Liar(GOOD, tls=liar_tls(certs["server"], "1.3", certs.ca)) as liar:
        first = runner.run(*arguments(row, certs, liar.port))
        files = iter((certs["client"].cert, certs["client"].key))
        command = [next(files) if word == "FILE" else word for word in commands_of(first.text)[0]]
        fixed = runner.run("-sS", "--cacert", certs.ca, *command)
    assert (first.code, fixed.code) == (56, 0), fixed


def test_server_of_old_tls(certs, workspace):
    """A real one, which answers with its old version or an alert."""
    with servers.s_server(workspace, certs["server"], "-cipher", "DEFAULT@SECLEVEL=0", tls="1.1") as server:
        result = runner.run("--no-progress-meter", "--cacert", certs.ca, server.url("/"))
        fixed = runner.run("-sS", "--cacert", certs.ca, *commands_of(result.text)[0])
    assert result.code == 35 and b"peel --explain old-tls" in result.err
    assert fixed.code == 0, fixed


def test_a_hostile_name_is_no_command(certs, tmp_path):
    """A name that a shell would run is shown, and not proposed."""
    import certs as certificates
    maker = certificates.Maker(str(tmp_path))
    root = maker.authority("root", "root")
    maker.leaf("odd", root, common_name="x", san=certificates.raw_names([b"$(touch owned).test"]))
    with Liar(GOOD, tls=liar_tls(certificates.Identity(str(tmp_path), "odd"))) as liar:
        result = runner.run("--no-progress-meter", "--cacert", tmp_path / "root.cert.pem", f"https://localhost:{liar.port}/")
    assert result.code == 60 and b"$(touch owned).test" in result.err
    assert not any("touch" in word for command in commands_of(result.text) for word in command)


def test_ignored_faults_are_no_block(certs):
    row = CERTIFICATES[0]
    with serve(row, certs) as liar:
        result = runner.run("-k", "--no-progress-meter", f"https://localhost:{liar.port}/")
    assert result.code == 0 and result.err == b""


def test_every_cause_has_a_page():
    listed = runner.run("--explain", "list")
    ids = re.findall(r"^  (\S+) ", listed.out.decode(), re.M)
    assert len(ids) > 30 and listed.code == 0
    for name in ids:
        page = runner.run("--explain", name)
        text = page.out.decode()
        assert page.code == 0 and text.startswith((f"{name}: ", f"{name}\n"))
        assert all(f"\n  {label}" in text for label in ("cause ", "look ", "fix ")), text
        assert max(map(len, text.splitlines())) < 80


@pytest.mark.parametrize("word, said", [
    ("40", "handshake_failure"), ("handshake_failure", "alert 40"), ("60", "exit code 60"), ("116", "certificate_required"),
])
def test_explain(word, said):
    page = runner.run("--explain", word)
    assert page.code == 0 and said in page.out.decode()


def test_explain_of_nothing():
    page = runner.run("--explain", "nonsense")
    assert page.code == 2 and b"nonsense" in page.err and b"list" in page.err


def test_every_exit_code_of_the_manual_is_explained():
    manual = subprocess.run([runner.PEEL, "--manual"], stdout=subprocess.PIPE, check=True,
                            env={"PATH": "/nonexistent"}).stdout.decode()
    section = manual[manual.index("\nEXIT STATUS"):manual.index("\nENVIRONMENT")]
    codes = re.findall(r"^ {7}(\d+)$", section, re.M)
    assert len(codes) > 20
    for code in codes:
        assert runner.run("--explain", code).out.startswith(b"exit code " + code.encode())

"""Servers that are broken in one way each, and what is said of it: a cause with a stable id, the evidence, and what to do.

Each row of tests/support/broken.py has a golden text in causes/NAME.txt: all of stderr, with ports, days, dates and times
taken out. With PEEL_WRITE_GOLDEN=1 the texts are written instead of compared; read them before they are committed. What is
proposed there is tried in test_fixes.py.
"""
import re
import subprocess

import pytest

import runner
from broken import ALL, CERTIFICATES, GOOD, SOUND, arguments, commands_of, golden, serve, without_the_moment
from liar import Liar, liar_tls

UNFOLDED = {"COLUMNS": "1000"}  # where a line is folded depends on how long a port is


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_explained(row, certs):
    with serve(row, certs) as liar:
        result = runner.run(*arguments(row, certs, liar.port), env=UNFOLDED)
    assert result.code == row.code, result
    text = without_the_moment(result.text, certs, liar.port)
    assert text == golden(row.name + ".txt", text)
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


def test_short_of_an_inspection(certs):
    """It is not the server that has to send that issuer."""
    row = next(row for row in ALL if row.name == "inspected")
    with serve(row, certs) as liar:
        result = runner.run("-sS", *arguments(row, certs, liar.port))
    assert b"an inspection box or program on the way" in result.err and b"should send" not in result.err, result


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


@pytest.mark.parametrize("row", SOUND, ids=lambda row: row.name)
def test_nothing_is_said_of_the_sound(row, certs):
    with serve(row, certs) as server:
        result = runner.run(*arguments(row, certs, server.port))
    assert (result.code, result.err) == (0, b"") and result.out


def causes():
    listed = runner.run("--explain", "list")
    ids = re.findall(r"^  (\S+) ", listed.out.decode(), re.M)
    assert len(ids) > 30 and listed.code == 0
    return ids


def test_every_cause_has_a_row():
    assert set(causes()) == {name for row in ALL for name in row.ids}


def test_every_cause_has_a_page():
    for name in causes():
        page = runner.run("--explain", name)
        text = page.out.decode()
        assert page.code == 0 and text.startswith((f"{name}: ", f"{name}\n"))
        assert all(f"\n  {label}" in text for label in ("cause ", "look ", "fix ")), text
        assert max(map(len, text.splitlines())) < 80


@pytest.mark.parametrize("word, said", [
    ("40", "handshake_failure"), ("handshake_failure", "alert 40"), ("60", "exit code 60"), ("116", "certificate_required"),
    ("ALPN", "--no-alpn"), ("Missing-Issuer", "missing-issuer: "),
])
def test_explain(word, said):
    page = runner.run("--explain", word)
    assert page.code == 0 and said in page.out.decode()


@pytest.mark.parametrize("alert", ["42", "43", "44", "45", "46", "48"])
def test_an_alert_about_a_certificate_may_be_ours(alert):
    """peel sends them too, when it refuses the server's."""
    said = " ".join(runner.run("--explain", alert).out.decode().split())
    assert "the client's when the server sends this, and the server's when peel does" in said


def test_explain_of_nothing():
    page = runner.run("--explain", "nonsense")
    assert page.code == 2 and b"nonsense" in page.err and b"list" in page.err


def test_explain_of_a_near_word():
    page = runner.run("--explain", "missing")
    assert page.code == 2 and b"no page on 'missing'; did you mean missing-issuer, missing_extension? 'peel" in page.err


def test_every_exit_code_of_the_manual_is_explained():
    manual = subprocess.run([runner.PEEL, "--manual"], stdout=subprocess.PIPE, check=True,
                            env={"PATH": "/nonexistent"}).stdout.decode()
    section = manual[manual.index("\nEXIT STATUS"):manual.index("\nENVIRONMENT")]
    codes = re.findall(r"^ {7}(\d+)$", section, re.M)
    assert len(codes) > 20
    for code in codes:
        assert runner.run("--explain", code).out.startswith(b"exit code " + code.encode())

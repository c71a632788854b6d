"""What a server staples of its certificate's revocation is told by -v, --tls-report and -w, and let pass."""
import re

import pytest
from cryptography.x509 import ocsp

import runner
import servers
from certs import DAY, NOW
from test_tls_options import staple
from test_tls_report import page, read

pytestmark = pytest.mark.skipif(runner.IS_CURL, reason="curl does not tell")

BY = "O=peel tests; CN=peel test authority"
FROM, UNTIL = (NOW - DAY).strftime("%Y-%m-%d"), (NOW + 7 * DAY).strftime("%Y-%m-%d")
REVOKED = (NOW - 7 * DAY).strftime("%Y-%m-%d")
LATER = (NOW + 2 * DAY).strftime("%Y-%m-%d")

# how the response is made (a bytes object: in its place); the word for programs; the words for people; the verdict
STAPLES = {
    "none": (None, "none", "no staple", "ALL GOOD"),
    "good": ({}, "good", f"staple good, from {FROM}, next due {UNTIL}", "ALL GOOD"),
    "revoked": ({"status": ocsp.OCSPCertStatus.REVOKED}, "revoked",
                f"REVOKED since {REVOKED} (keyCompromise), says the staple, from {FROM}, next due {UNTIL}", "REVOKED"),
    "unknown": ({"status": ocsp.OCSPCertStatus.UNKNOWN}, "unknown",
                f"staple unknown (the responder does not know the certificate), from {FROM}, next due {UNTIL}", "ALL GOOD"),
    "stale": ({"days": (-9, -2)}, "stale", "staple stale, from {}, a new one was due {}".format(
        *((NOW + days * DAY).strftime("%Y-%m-%d") for days in (-9, -2))), "ALL GOOD"),
    "early": ({"days": (2, 7)}, "not-yet-valid", f"staple not yet valid, from {LATER}, next due {UNTIL}", "ALL GOOD"),
    "another's": ({"about": "client"}, "other-certificate", "staple about another certificate", "ALL GOOD"),
    "a stranger's": ({"signer": "other-client"}, "wrong-signer", "staple not signed by the issuer (", "ALL GOOD"),
    "no answer": (b"\x30\x03\x0a\x01\x03", "no-answer", "staple without an answer (trylater)", "ALL GOOD"),
}


def fetch(certs, workspace, path, how, *options, version="1.3", identity="server"):
    if isinstance(how, dict):
        staple(certs, path, **{"about": identity, **how})
    elif how:
        path.write_bytes(how)
    stapled = ("-status_verbose", "-status_file", path) if how is not None else ()
    with servers.s_server(workspace, certs[identity], *stapled, mode="-www", tls=version) as server:
        return runner.run("-s", *options, server.url("/")), server.log()


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("what", STAPLES)
def test_a_staple_is_told_by_verbose(what, version, certs, workspace, tmp_path):
    how, word, words, _ = STAPLES[what]
    format = "%{stderr}[%{tls_staple} %{http_code}]"
    result, _ = fetch(certs, workspace, tmp_path / "staple", how, "-v", "--out-null", "--cacert", certs.ca, "-w", format,
                      version=version)
    lines = result.text.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("*  revocation: "))
    assert result.code == 0 and lines[at - 1].startswith("*  trust: ")
    assert lines[at].startswith("*  revocation: " + words) and lines[at].endswith("; CT: none")
    assert f"[{word} 200]" in result.text


@pytest.mark.parametrize("what", STAPLES)
def test_a_staple_is_told_by_reports(what, certs, workspace, tmp_path):
    how, word, words, verdict = STAPLES[what]
    make = lambda form: fetch(certs, workspace, tmp_path / "staple", how, "--cacert", certs.ca, "--tls-report", form)[0]
    result = make("json")
    [report] = read(result.out)
    told = report["tls"]["revocation"]
    assert result.code == 0 and report["result"]["ok"] and report["tls"]["staple"] is (how is not None)
    assert told["status"] == word
    assert told["checked"] is (what in ("good", "revoked", "unknown", "stale", "early"))
    assert (told["this_update"] or "")[:10] == (words.split("from ")[1][:10] if told["checked"] else
                                                FROM if what == "a stranger's" else "")
    assert (told["revoked_at"] or "")[:10] == (REVOKED if what == "revoked" else "")
    assert told["reason"] == ("keyCompromise" if what == "revoked" else None)
    assert told["responder"] == (BY if isinstance(how, dict) and "signer" not in how else told["responder"])
    text = " ".join(make("text").out.decode().split())
    assert f" UTC {verdict} connection" in text and f" staple {word} [*]" in text
    assert (f" revocation {words}" in text) is (how is not None)
    assert ("let pass, as nobody said --cert-status" in text) is (what == "revoked")
    found = page(make("html")).text
    assert words in found and ("It was let pass" in found) is (what == "revoked")


def test_an_issuer_that_is_not_trusted_proves_nothing(certs, workspace, tmp_path):
    how = STAPLES["revoked"][0]
    result, _ = fetch(certs, workspace, tmp_path / "staple", how, "-k", "--cacert", certs.other_ca, "--tls-report", "json")
    [report] = read(result.out)
    assert result.code == 0
    assert (report["tls"]["revocation"]["status"], report["tls"]["revocation"]["checked"]) == ("unchecked", False)


def test_transparency_is_told(certs, workspace, tmp_path):
    result, _ = fetch(certs, workspace, tmp_path / "staple", {}, "-v", "--cacert", certs.ca, identity="stamped")
    assert f"next due {UNTIL}; CT: 2 timestamps, first {(NOW - 40 * DAY).strftime('%Y-%m-%d')}\n" in result.text


def test_a_refused_certificate_has_no_line(certs, workspace, tmp_path):
    """Nobody comes to look at its staple."""
    result, _ = fetch(certs, workspace, tmp_path / "staple", {}, "-v", "--cacert", certs.other_ca)
    assert result.code == 60 and "revocation:" not in result.text
    result, _ = fetch(certs, workspace, tmp_path / "staple", {}, "--tls-report", "json", "--cacert", certs.other_ca)
    assert read(result.out)[0]["tls"]["revocation"] is None


def test_a_staple_of_the_future_proves_the_clock_wrong(certs, workspace, tmp_path):
    """A certificate that is not yet valid, and its issuer's word on it that is younger still."""
    how = {"days": (13, 20)}
    result, _ = fetch(certs, workspace, tmp_path / "staple", how, "--no-silent", "-v", "--cacert", certs.ca,
                      identity="not-yet-valid")
    signed = (NOW + 13 * DAY).strftime("%Y-%m-%d")
    assert result.code == 60 and "not yet valid, your clock looks wrong" in result.text
    assert f"its issuer signed the stapled OCSP response on {signed}" in result.text
    result, _ = fetch(certs, workspace, tmp_path / "staple", {"days": (-1, 20)}, "--no-silent", "-v", "--cacert", certs.ca,
                      identity="not-yet-valid")
    assert result.code == 60 and "clock looks wrong" not in result.text


def test_a_refused_staple_is_told_too(certs, workspace, tmp_path):
    how, _, words, _ = STAPLES["revoked"]
    result, _ = fetch(certs, workspace, tmp_path / "staple", how, "-v", "--cert-status", "--cacert", certs.ca)
    assert result.code == 91 and "*  revocation: " + words in result.text


def test_a_resumed_session_has_none(certs, workspace, tmp_path):
    path = staple(certs, tmp_path / "staple")
    with servers.s_server(workspace, certs["server"], "-status_file", path, mode="-www") as server:
        url = server.url("/")
        result = runner.run("-s", "--cacert", certs.ca, "--tls-report", "json", url, url)
        written = runner.run("-s", "--out-null", "--out-null", "--cacert", certs.ca, "-w", "[%{tls_staple}]", url, url)
    assert [report["tls"]["resumed"] for report in read(result.out)] == [False, True]
    assert [report["tls"]["revocation"] is None for report in read(result.out)] == [False, True]
    assert written.out == b"[good][]"


def test_a_revoked_verdict_is_red(certs, workspace, tmp_path):
    """Though the exit code is 0."""
    staple(certs, tmp_path / "staple", about="server", status=ocsp.OCSPCertStatus.REVOKED)
    with servers.s_server(workspace, certs["server"], "-status_file", tmp_path / "staple", mode="-www") as server:
        code, text = runner.on_terminal("-s", "--tls-report", "text", "--cacert", certs.ca, server.url("/"))
    assert code == 0 and "\x1b[1;31mREVOKED\x1b[0m\n" in text


@pytest.mark.parametrize("what", STAPLES)
def test_a_plain_run_minds_no_staple(what, certs, workspace, tmp_path):
    result, _ = fetch(certs, workspace, tmp_path / "staple", STAPLES[what][0], "-S", "--cacert", certs.ca)
    assert result.code == 0 and b"</HTML>" in result.out and result.err == b""


@pytest.mark.parametrize("options", [
    (), ("-k",), ("--tls-warn-days", "1"), ("--waterfall",), ("-w", "%{json}"), ("-v",), ("--trace-ascii", "%"),
    ("--tls-report", "text"), ("-w", "%{tls_ja4}"), ("-w", "%{tls_json}"), ("--cert-status",),
], ids=str)
def test_whoever_looks_the_hello_is_the_same(options, certs, workspace, tmp_path):
    """It asks for a staple (status_request, RFC 6066 section 8): what -v shows is what a run without it does."""
    result, log = fetch(certs, workspace, tmp_path / "staple", {}, "--cacert", certs.ca, *options)
    assert result.code == 0
    assert "cert_status: callback called" in log

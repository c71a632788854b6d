"""The catalogue of hostile peers, part three: certificates. Where one is refused, no byte of a request may leave."""
import pytest

import runner
from hostile import Row, cases, judge_stderr, run_row
from liar import Liar, liar_tls, read_script
from wire import WHOLE


def refused(name, tls, words, host="localhost", **how):
    return Row(name, 60, script="certificate", tls=tls, words=words, host=host, no_request=True, **how)


def no_advice_to_look_away(_, result):
    """-k may be named, but the remedy comes first."""
    if not runner.IS_CURL:
        text = result.text
        assert "--cacert" in text and (" -k" not in text or text.index("--cacert") < text.index(" -k"))


def no_sni(connections, _):
    assert connections[0].sni is None


DATES = [
    refused("H050", "self-signed", ("self-signed|self signed", "localhost", "--cacert"), checks=(no_advice_to_look_away,)),
    refused("H051", "intermediate-not-sent", ("peel test intermediate",)),
    refused("H052", "expired", ("expired", "12 days")),
    refused("H052-intermediate", "below-expired-intermediate", ("expired", "peel expired intermediate")),
    refused("H053", "not-yet-valid", ("not yet valid", "clock")),
]

NAMES = [
    refused("H054", "other-name", ("localhost", "other.test", "www.other.test")),
    refused("H055", "cn-only", ("subjectAltName",), curl=0),
    refused("H056", "nul-in-name", ("good.test",), host="good.test"),
    refused("H057", "wildcard-alone", ("*",), host="test", value="alone"),
    refused("H057", "wildcard-alone", ("*",), host="x.test", value="alone two labels"),
    refused("H057", "wildcard-top", ("*.test",), host="x.y.test", value="two labels"),
    refused("H057", "wildcard-partial", ("f*.a.test",), host="foo.a.test", value="partial"),
    refused("H057", "wildcard-middle", ("a.*.test",), host="a.b.test", value="middle"),
    refused("H057", "wildcard", ("*.a.test",), host="x.y.a.test", value="one label stands for two"),
    refused("H057", "wildcard", ("*.a.test",), host="a.test", value="no label"),
    refused("H058", "ip-as-dns", ("127.0.0.1",), host="127.0.0.1", checks=(no_sni,)),
    Row("H057-good", 0, script="certificate", tls="wildcard", host="x.a.test", out=b"hello"),
    Row("H059", 0, script="certificate", tls="server", host="127.0.0.1", out=b"hello", checks=(no_sni,)),
    Row("H059-v6", 0, script="certificate", tls="server", host="::1", out=b"hello", checks=(no_sni,)),
]


@pytest.mark.parametrize("row, delivery", cases(DATES))
def test_chain(row, delivery, certs):
    run_row(row, delivery, certs)


@pytest.mark.parametrize("row, delivery", cases(NAMES))
def test_names(row, delivery, certs):
    run_row(row, delivery, certs)


def test_sni_is_sent_for_a_name(certs):
    """Without it, "no SNI for an address" would show nothing."""
    row = Row("sni", 0, script="certificate", tls="server", host="good.test", out=b"hello",
              checks=(lambda connections, _: connections[0].sni == "good.test" or pytest.fail("no SNI"),))
    run_row(row, WHOLE, certs)


def good_server(certs, **how):
    return Liar(read_script("certificate"), tls=liar_tls(certs["server"], **how))


@pytest.mark.parametrize("what, words", [
    ("missing", ("No such file",)),
    ("empty", ("no certificate",)),
    ("directory", ("directory|no certificate",)),
    ("garbage", ("no certificate",)),
])
def test_h071_cacert(what, words, certs, tmp_path):
    path = tmp_path / "ca.pem"
    if what == "empty":
        path.touch()
    if what == "garbage":
        path.write_text("this is not a certificate\n")
    if what == "directory":
        path.mkdir()
    # A name that no resolver knows: the file is looked at before it is asked.
    result = runner.run("--no-progress-meter", "--cacert", path, "https://nonexistent.invalid/")
    if runner.IS_CURL:
        assert result.code in (6, 77)
        return
    assert result.code == 77
    judge_stderr(result, 77, (str(path), *words))


def cert_problems(certs, tmp_path):
    client, other = certs["client"], certs["other-client"]
    return {
        "missing": (["-E", tmp_path / "none.pem", "--key", client.key], (str(tmp_path / "none.pem"), "No such file")),
        "key of another": (["-E", client.cert, "--key", other.key], (other.key, "match|belong|another")),
        "wrong pass phrase": (["-E", client.cert, "--key", certs.client_key_encrypted, "--pass", "wrong"],
                              (certs.client_key_encrypted, "pass phrase|passphrase")),
        "no pass phrase": (["-E", client.cert, "--key", certs.client_key_encrypted],
                           (certs.client_key_encrypted, "pass phrase|passphrase")),
    }


@pytest.mark.parametrize("what", ["missing", "key of another", "wrong pass phrase", "no pass phrase"])
def test_h072_cert(what, certs, tmp_path):
    if runner.IS_CURL and what == "no pass phrase":
        pytest.skip("curl asks for it on the terminal")
    args, words = cert_problems(certs, tmp_path)[what]
    with good_server(certs) as liar:
        result = runner.run("--no-progress-meter", "--cacert", certs.ca, *args, f"https://127.0.0.1:{liar.port}/")
        connections = liar.finish()
    assert result.code == 58, result
    judge_stderr(result, 58, words)
    assert not any(connection.received for connection in connections)


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_client_certificate_is_shown(version, certs):
    """The good case beside H045, H046 and H072."""
    client = certs["client"]
    with good_server(certs, version=version, client_ca=certs.ca) as liar:
        result = runner.run("--no-progress-meter", "--cacert", certs.ca, "-E", client.cert, "--key", client.key,
                            f"https://127.0.0.1:{liar.port}/")
    assert (result.code, result.out) == (0, b"hello"), result


def test_k_goes_on_and_v_says_what_was_skipped(certs):
    with Liar(read_script("certificate"), tls=liar_tls(certs["expired"])) as liar:
        result = runner.run("-k", "-v", f"https://127.0.0.1:{liar.port}/")
    assert (result.code, result.out) == (0, b"hello"), result
    assert runner.IS_CURL or "expired" in result.text


def test_bytes_of_a_certificate_do_not_reach_the_terminal(certs):
    """H068's certificate: ESC, CR LF and U+202E in its subject."""
    for args in ((), ("-v",), ("-v", "-k")):
        with Liar(read_script("certificate"), tls=liar_tls(certs["escapes"])) as liar:
            result = runner.run("--no-progress-meter", "--cacert", certs.ca, *args, f"https://127.0.0.1:{liar.port}/")
        assert result.code == (0 if "-k" in args else 60)
        if not runner.IS_CURL:
            assert b"\x1b" not in result.err and "\u202e" not in result.text
            assert not any(line.startswith("Set-Cookie") for line in result.text.splitlines())


def test_trust_from_the_environment(certs):
    for name, value in (("SSL_CERT_FILE", certs.ca), ("CURL_CA_BUNDLE", certs.ca), ("SSL_CERT_DIR", certs.ca_directory)):
        with good_server(certs) as liar:
            result = runner.run("--no-progress-meter", f"https://127.0.0.1:{liar.port}/", env={name: value})
        assert (result.code, result.out) == (0, b"hello"), (name, result)
    with good_server(certs) as liar:
        url = f"https://127.0.0.1:{liar.port}/"
        assert runner.run("--no-progress-meter", "--capath", certs.ca_directory, url).code == 0
    with good_server(certs) as liar:
        url = f"https://127.0.0.1:{liar.port}/"
        # An option counts for more than the environment.
        assert runner.run("-sS", "--cacert", certs.other_ca, url, env={"SSL_CERT_FILE": certs.ca}).code == 60

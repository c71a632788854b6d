"""What the options of TLS do to a connection: each is seen to matter, and to keep connections apart."""
import base64
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import runner
from liar import Liar, liar_tls, read_script
from origin import Origin, reply


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
        result = runner.run("--no-progress-meter", *options, f"https://127.0.0.1:{liar.port}/")
        connections = liar.finish()
    return result, any(connection.received for connection in connections)


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

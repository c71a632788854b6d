"""With every view and report switched on at once, no secret of the user's is where he did not ask for it."""
import base64
import binascii
import os

import pytest

import har
import runner
from liar import liar_tls
from origin import Origin, redirect, reply

PASSWORD, COOKIE, BEARER = "canary-password", "canary-cookie", "canary-bearer"


def forms(secret):
    """As it may stand in a file: plain, in base64 (of -u), in the rows of a hexadecimal dump."""
    plain = secret.encode()
    return [plain, base64.b64encode(b"ada:" + plain), binascii.hexlify(plain)]


def flatten(content):
    """Without what lies between the bytes of a dump in rows: offsets, blanks, line ends, the text beside them."""
    rows = [line.split(b": ", 1)[-1][:48] for line in content.splitlines()]
    return [content, b"".join(rows).replace(b" ", b""), b"".join(line.split(b": ", 1)[-1] for line in content.splitlines())]


TRACES = [["-vvvv"], ["--trace", "trace"], ["--trace-ascii", "trace", "--trace-time", "--trace-ids"]]


@pytest.mark.parametrize("trace, report", zip(TRACES, ("html", "json", "text")), ids=("verbose", "hex", "ascii"))
@pytest.mark.parametrize("is_refused", [False, True])
def test_only_what_is_asked_to_hold_secrets_does(tmp_path, certs, trace, report, is_refused):
    def answer(request):
        return redirect("/end") if request.target == "/" else reply(b"body")

    with Origin(answer, tls=liar_tls(certs["server"], client_ca=certs.ca)) as origin:
        url = f"https://localhost:{origin.port}/"
        args = ["-L", "--cacert", certs.other_ca if is_refused else certs.ca, "-E", certs["client"].cert,
                "--key", certs.client_key_encrypted, "--pass", certs.pass_phrase, "-b", f"name={COOKIE}", *trace,
                "--stderr", "stderr", "--har", "har", "--keylog", "keylog", "--pcapng", "pcapng", "-w", "%{json}", "-o", "body",
                "-D", "heads", "-c", "jar", "--tls-report", report, "--tls-out", "report", "--waterfall", "--tls-warn-days", "1",
                "--ssl-sessions", "sessions"]
        logins = [["-u", f"ada:{PASSWORD}"], ["--oauth2-bearer", BEARER], ["-H", f"Authorization: Basic {PASSWORD}"]]
        for n, login in enumerate(logins):
            folder = tmp_path / str(n)
            folder.mkdir()
            result = runner.run(*args, *login, url, cwd=folder)
            assert result.code == (60 if is_refused else 0), (result, (folder / "stderr").read_text())
            files = {name: (folder / name).read_bytes() for name in os.listdir(folder)}
            assert {"har", "keylog", "pcapng", "report", "stderr"} <= set(files)
            assert os.stat(folder / "pcapng").st_mode & 0o77 == 0
            assert har.entries(folder / "har")
            for name in ("keylog", "pcapng"):
                del files[name]
            files["stdout"] = result.out
            for name, content in files.items():
                for secret in (PASSWORD, COOKIE, BEARER, certs.pass_phrase):
                    for form in forms(secret):
                        for text in flatten(content):
                            assert form not in text, (name, form)
        assert is_refused or all(COOKIE in request.field("Cookie") for request in origin.requests)

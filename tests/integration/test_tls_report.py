"""--tls-report, --tls-out, --tls-warn-days: each request told in text, in JSON by its published schema, and as a page."""
import copy
import html.parser
import json
import os
import re
import stat

import jsonschema
import pytest

import runner
import servers
from broken import ALL, GOOD, SOUND, arguments, golden, serve, without_the_moment
from certs import MARKUP
from forward import Forward
from liar import Liar, liar_tls
from origin import Origin, redirect, reply

UNFOLDED = {"COLUMNS": "1000"}
# For the same fault one OpenSSL sends this and another that.
OUR_ALERT = re.compile(r"handshake_failure \(40\)|illegal_parameter \(47\)")
OUR_ALERT_TO_PLAIN = re.compile(r"unexpected_message \(10\)|protocol_version \(70\)")

with open(os.path.join(runner.ROOT, "src", "insight", "tls-report.schema.json"), encoding="utf-8") as file:
    SCHEMA = json.load(file)


def row_named(name):
    return next(row for row in ALL if row.name == name)


def report_on(name, certs, form, *more, env=UNFOLDED):
    row = row_named(name)
    with serve(row, certs) as liar:
        return runner.run("-s", "--tls-report", form, *more, *arguments(row, certs, liar.port), env=env)


def read(data):
    """Each line is an object after the schema, and ASCII control bytes are nowhere in it."""
    reports = []
    for line in data.decode("utf-8").splitlines():
        reports.append(json.loads(line))
        jsonschema.validate(reports[-1], SCHEMA)
        texts = json.dumps({**reports[-1], "chain": [{**c, "pem": ""} for c in reports[-1]["chain"]]}, ensure_ascii=False)
        assert not re.search("\\\\u00[01][0-9a-f]|\\\\[bfnrt]|\u202e", texts)
    return reports


def answer(request):
    if request.target == "/from":
        return redirect("/to")
    return reply(b"BODY", "200 OK", "Strict-Transport-Security: max-age=31536000", "Alt-Svc: h3=\":443\"")


@pytest.fixture(scope="module")
def origin(certs):
    with Origin(answer, tls=liar_tls(certs["server"], "1.3")) as server:
        yield server


def without_the_run(report, certs, port):
    """What differs from run to run, or with another OpenSSL, is replaced by a word."""
    report = copy.deepcopy(report)
    report["at"] = "DATE"
    our_alert = OUR_ALERT_TO_PLAIN if report["result"]["cause"] == "plain-in-tls" else OUR_ALERT
    # Newer ones send a second key share, compressed certificates, and the compatibility message earlier.
    report["messages"] = [message for message in report["messages"] if message["type"] != "ChangeCipherSpec"]
    for message in report["messages"]:
        message["t"] = message["size"] = "N"
        message.pop("inside", None)  # test_insides looks at these
        message["says"] = re.sub(r"(?i)x25519(MLKEM768)?( \+\d)?", "GROUP", message["says"])
        message["type"] = message["type"].removeprefix("Compressed")
        if (message["type"], message["dir"]) == ("Alert", "out"):
            message["says"] = our_alert.sub("REFUSED", message["says"])
        if message["type"] == "Certificate":
            message["says"] = "CERTIFICATES"
    for certificate in report["chain"]:
        certificate.update(not_before="DATE", not_after="DATE", days_left="N", pin="PIN", pem="PEM")
    for phase, length in report["time"].items():
        report["time"][phase] = "N" if length is not None else None
    if report["tls"]:
        report["tls"]["ja4"] = "JA4"
        report["tls"]["group"] = report["tls"]["group"] and "GROUP"
        for moment in ("this_update", "next_update", "revoked_at"):
            if (report["tls"]["revocation"] or {}).get(moment):
                report["tls"]["revocation"][moment] = "DATE"
        alert = report["tls"]["alert"]
        if alert and alert["dir"] == "out" and our_alert.search(f"{alert['name']} ({alert['number']})"):
            alert.update(number="REFUSED", name="REFUSED")
    return without_the_moment(json.dumps(report, indent=1, ensure_ascii=False) + "\n", certs, port)


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_json_of_the_broken(row, certs):
    """One object, after the schema and the golden file; the exit code is that of the failure."""
    with serve(row, certs) as liar:
        result = runner.run("-s", "--tls-report", "json", *arguments(row, certs, liar.port), env=UNFOLDED)
    assert (result.code, result.err) == (row.code, b""), result
    [report] = read(result.out)
    assert report["result"]["code"] == row.code and not report["result"]["ok"]
    assert report["result"]["cause"] == row.ids[0]
    assert [cause["id"] for cause in report["result"]["causes"]] == list(row.ids)
    text = without_the_run(report, certs, liar.port)
    assert text == golden(row.name + ".json", text)


@pytest.mark.parametrize("row", SOUND, ids=lambda row: row.name)
def test_json_of_the_sound(row, certs):
    with serve(row, certs) as server:
        result = runner.run("-s", "--out-null", "--tls-report", "json", "--tls-out", "-", *arguments(row, certs, server.port))
    assert (result.code, result.err) == (0, b""), result
    [report] = read(result.out)
    text = without_the_run(report, certs, server.port)
    assert text == golden(row.name + ".json", text)


@pytest.mark.parametrize("form", ["text", "json", "html"])
@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_no_byte_of_the_peer_is_raw(row, form, certs):
    with serve(row, certs) as liar:
        result = runner.run("-s", "--tls-report", form, *arguments(row, certs, liar.port))
    assert result.code == row.code and result.out
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80\xae", result.out)


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_cause_in_write_out(row, certs):
    with serve(row, certs) as liar:
        result = runner.run("-s", "--out-null", "-w", "[%{tls_cause}]", *arguments(row, certs, liar.port))
    assert (result.code, result.out) == (row.code, f"[{row.ids[0]}]".encode())


def test_json_of_the_good(certs, origin):
    result = runner.run("-s", "--cacert", certs.ca, "--tls-report", "json", f"https://localhost:{origin.port}/a?b=c")
    assert (result.code, result.err) == (0, b"")
    [report] = read(result.out)
    assert report["result"] == {"ok": True, "code": 0, "cause": None, "error": None, "causes": []}
    assert (report["host"], report["port"], report["ip"]) == ("localhost", origin.port, "127.0.0.1")
    tls = report["tls"]
    assert (tls["version"], tls["established"], tls["alert"], tls["sni"]) == ("TLSv1.3", True, None, "localhost")
    assert tls["client_cert"] == {"asked": False, "sent": False, "subject": None, "accepted_issuers": []}
    names = [(message["dir"], message["type"]) for message in report["messages"]]
    assert names[:2] == [("out", "ClientHello"), ("in", "ServerHello")] and ("out", "Finished") in names
    assert report["trust"]["store"] == certs.ca + " (--cacert)" and report["trust"]["name"] == "localhost"
    assert report["trust"]["anchor"].endswith("CN=peel test authority")
    leaf = report["chain"][0]
    with open(certs["server"].cert, encoding="ascii") as pem:
        assert leaf["pem"] == pem.read()
    assert "localhost" in leaf["san"] and "127.0.0.1" in leaf["san"]
    assert report["http"] == {"status": 200, "version": "HTTP/1.1", "hsts": "max-age=31536000",
                              "alt_svc": "h3=\":443\""}
    time = report["time"]
    assert abs(sum(time[phase] for phase in ("dns", "tcp", "tls", "wait", "body")) - time["total"]) < 0.01
    pinned = runner.run("-sS", "--cacert", certs.ca, "--pinnedpubkey", leaf["pin"], "-w", "[%{tls_cause}]", origin.url("/"))
    assert (pinned.code, pinned.out) == (0, b"BODY[]")


def counted(number, unit):
    return f"{number} {unit}" + ("" if number == 1 else "s")


def shown_number(field):
    """As message_view.c says it."""
    number, unit = field["number"], field.get("unit")
    if unit != "seconds":
        return counted(number, unit[:-1]) if unit else str(number)
    for length, name in (86400, "day"), (3600, "hour"), (60, "minute"):
        if number and number % length == 0:
            return f"{number} s ({counted(number // length, name)})"
    return f"{number} s"


def shown_field(field):
    """Label and values, as -vvv has them on a line that is never too short."""
    name, values = field["name"], field.get("values", [])
    label = f"{name} {field['index']}" if "index" in field else f"{name} ({len(values)})" if len(values) > 5 else name
    for_nothing = {"accepted issuers": "any", "record": "the one before holds it too"}.get(name, "none")
    if "number" in field:
        return label, shown_number(field)
    if "hex" in field:
        return label, field["hex"] or "empty"
    if "unreadable" in field:
        return label, "cannot be read"
    return label, ", ".join(value["text"] + (f" ({counted(value['size'], 'byte')})" if "size" in value else "")
                            for value in values) or for_nothing


def shown_inside(fields, depth=0):
    for field in fields:
        label, text = shown_field(field)
        yield f"{'*' + ' ' * (6 + 2 * depth) + label:24} {text}"
        yield from shown_inside(field.get("fields", []), depth + 1)


@pytest.mark.parametrize("version, options, own", [
    ("1.3", (), None),
    ("1.3", ("-verify", "1"), None),
    ("1.3", ("-verify", "1"), "client"),
    ("1.2", ("-verify", "1"), "client"),
    ("1.2", (), None),
])
def test_insides(version, options, own, certs, workspace):
    """What -vvv prints of each message, and nothing else, stands in the JSON of the same run."""
    client = ("--cert", certs[own].cert, "--key", certs[own].key) if own else ()
    with servers.s_server(workspace, certs["server-through-intermediate"], *options, "-CAfile", certs.ca, mode="-www",
                          tls=version) as server:
        result = runner.run("-sS", "-vvv", "--tls-report", "json", "--cacert", certs.ca, *client, server.url(),
                            env={"COLUMNS": "10000"})
    [report] = read(result.out)
    printed = [line for line in result.text.splitlines() if line.startswith("*      ")]
    told = [line for message in report["messages"] for line in shown_inside(message.get("inside", {}).get("fields", []))]
    assert told == printed and len(told) > 40
    insides = {message["type"]: message["inside"]["fields"] for message in report["messages"] if "inside" in message}
    groups = next(field for field in insides["ClientHello"] if field["name"] == "groups")
    assert {"text": "x25519", "code": 29} in groups["values"]
    assert ("CertificateRequest" in insides) == bool(options)
    assert "hex" in next(field for field in insides["ClientHello"] if field["name"] == "random")


def test_each_request_is_a_line(certs, origin):
    """A redirect, and what goes over a kept connection."""
    result = runner.run("-sL", "--cacert", certs.ca, "--tls-report", "json", origin.url("/from"), origin.url("/last"))
    reports = read(result.out)
    assert [report["http"]["status"] for report in reports] == [302, 200, 200]
    assert [report["reused"] for report in reports] == [False, True, True]
    assert {report["chain"][0]["pin"] for report in reports} == {reports[0]["chain"][0]["pin"]}
    assert [report["time"]["tls"] is None for report in reports] == [False, True, True]


def test_a_resumed_session(certs, workspace):
    """No certificate is sent then, and yet they are known."""
    args = ["-s", "--cacert", certs.ca, "--tls-report", "json", "--tls-warn-days", "20000"]
    with servers.s_server(workspace, certs["server"], mode="-www") as server:
        reports = read(runner.run(*args, server.url("/"), server.url("/")).out)
    assert [report["tls"]["resumed"] for report in reports] == [False, True]
    assert [report["reused"] for report in reports] == [False, False]
    assert reports[0]["chain"][0] == reports[1]["chain"][0]
    assert [report["trust"]["from_session"] for report in reports] == [False, True]
    assert [report["trust"]["sent"] > 0 for report in reports] == [True, False]
    assert reports[1]["warn"] == reports[0]["warn"] and reports[0]["warn"]["ending"]
    assert reports[0]["tls"]["tickets"]["count"] > 0


def test_a_session_out_of_a_file(certs, workspace, tmp_path):
    """It remembers the server's own certificate: the report has it, and says where it has it from."""
    with servers.s_server(workspace, certs["server"], mode="-www") as server:
        args = ["-s", "--cacert", certs.ca, "--ssl-sessions", tmp_path / "sessions", server.url("/")]
        [first] = read(runner.run("--tls-report", "json", *args).out)
        [report] = read(runner.run("--tls-report", "json", *args).out)
        text = runner.run("--tls-report", "text", *args).out.decode()
        html = page(runner.run("--tls-report", "html", *args)).text
    assert report["tls"]["resumed"] and report["trust"]["from_session"] and report["chain"] == first["chain"][:1]
    assert (report["trust"]["name"], report["trust"]["anchor"]) == (first["trust"]["name"], None)
    remark = "from the session that was resumed: not sent and not checked again"
    assert re.search(r"\nchain       \[0\] localhost .* days left\n            " + remark + r"\n"
                     r"trust       [^\n]*\(--cacert, 1\s+certificate\)\n", text)
    assert "does not hold" not in text and " ALL GOOD" in text.splitlines()[0]
    assert f"pin         {first['chain'][0]['pin']}\n" in text and "localhost matches localhost" in text
    assert remark in html and "not in the trust store" not in html


def test_what_is_trusted_is_counted(certs, tmp_path):
    """With the place of the anchor; a folder that is not there or has no hashed names is told first."""
    both = tmp_path / "two"
    certificates = [open(path, "rb").read() for path in (certs.ca, certs.other_ca)]
    both.write_bytes(b"".join(certificates))
    def told(name, *args):
        with serve(row_named(name), certs) as liar:
            return runner.run("--no-progress-meter", *args, f"https://localhost:{liar.port}/", env=UNFOLDED)
    missing = told("intermediate-not-sent", "--cacert", both)
    assert f"trust store: {both} (--cacert, 2 certificates)\n" in missing.text
    [report] = read(told("intermediate-not-sent", "--tls-report", "json", "--cacert", both).out)
    assert report["trust"]["certificates"] == 2 and report["trust"]["places"] == f"{both} (--cacert, 2 certificates)"
    with Origin(answer, tls=liar_tls(certs["server"])) as good:
        text = runner.run("-s", "--tls-report", "text", "--cacert", both, good.url("/")).out.decode()
        hashed = runner.run("-s", "--tls-report", "text", "--capath", certs.ca_directory, good.url("/")).out.decode()
        verbose = runner.run("-v", "--cacert", both, good.url("/")).text
    assert "(--cacert, 2 certificates)" in " ".join(text.split())
    assert re.search(r"trust +\S+/[0-9a-f]{8}\.0 \(--capath\), out of \S+ \(--capath, 1 certificate\), ", " ".join(hashed.split()))
    assert f"*  trust: peel test authority, {both} (--cacert)\n" in verbose
    nowhere, empty, unhashed = tmp_path / "nowhere", tmp_path / "empty", tmp_path / "unhashed"
    empty.mkdir()
    unhashed.mkdir()
    (unhashed / "ca.pem").write_bytes(certificates[0])
    for folder, words in ((nowhere, "does not exist."), (empty, "has no certificate in it."),
                          (unhashed, f"has no certificate under the name of its hash; openssl rehash {unhashed} makes those names.")):
        result = told("intermediate-not-sent", "--capath", folder)
        assert result.code == 60 and f"\n  cause     {folder} (--capath) {words}\n" in result.text, result.text
        assert "  fix       first of all, here: a trust store with certificates in it\n" in result.text
    assert f"[trust: {nowhere} (--capath, does not exist)" in told("intermediate-not-sent", "-sS", "--capath", nowhere).text
    assert f"{empty} (--capath, 0 certificates)" in told("intermediate-not-sent", "-sS", "--capath", empty).text
    assert f"no anchor found in {nowhere} (--capath, does not exist)" in told("stranger", "-v", "-k", "--capath", nowhere).text


def test_what_is_not_tls(origin):
    """Plain HTTP, nobody there, no such name: reports too."""
    with Origin(answer) as plain:
        [report] = read(runner.run("-s", "--tls-report", "json", plain.url("/")).out)
    assert report["result"]["ok"] and report["tls"] is None and report["trust"] is None and report["chain"] == []
    result = runner.run("-s", "--tls-report", "json", f"https://127.0.0.1:{plain.port}/", "https://nowhere.invalid/")
    reports = read(result.out)
    assert [report["result"]["code"] for report in reports] == [7, 6] and result.code == 6
    assert [report["http"] for report in reports] == [None, None]
    assert reports[0]["result"]["error"] and reports[0]["result"]["causes"] == []
    for url, words in (f"https://127.0.0.1:{plain.port}/", "none came about"), (f"http://127.0.0.1:{plain.port}/", "without TLS"):
        text = runner.run("-s", "--tls-report", "text", url).out.decode()
        assert f"\nconnection  {words}\nerror       Failed to connect" in text
        assert words in page(runner.run("-s", "--tls-report", "html", url)).text


def test_through_a_proxy(certs, origin):
    """Its address is not the host's: on a connection that is kept too."""
    with Forward() as proxy:
        def reported(form, host="127.0.0.1"):
            return runner.run("-s", "-x", f"http://{host}:{proxy.port}", "--cacert", certs.ca, "--tls-report", form,
                              *[origin.url("/")] * 2)

        reports = read(reported("json").out)
        assert [(report["host"], report["ip"], report["proxy"]) for report in reports] == \
            [("127.0.0.1", "127.0.0.1", f"127.0.0.1:{proxy.port}")] * 2
        assert [report["reused"] for report in reports] == [False, True]
        head = rf"^127\.0\.0\.1:{origin.port}   through proxy "
        assert len(re.findall(rf"{head}127\.0\.0\.1:{proxy.port}   \d", reported("text").out.decode(), re.M)) == 2
        by_name = reported("text", "localhost").out.decode()
        assert len(re.findall(rf"{head}localhost:{proxy.port} \(127\.0\.0\.1\)   \d", by_name, re.M)) == 2
        assert f"through proxy 127.0.0.1:{proxy.port} " in page(reported("html")).text


def test_insecure_says_what_it_let_pass(certs):
    result = report_on("expired-and-incomplete", certs, "json", "-k")
    [report] = read(result.out)
    assert result.code == 0 and report["result"]["ok"] and report["result"]["cause"] is None
    assert [(c["id"], c["ignored"]) for c in report["result"]["causes"]] == [("missing-issuer", True), ("expired", True)]
    assert report["trust"]["checked"] is False and report["chain"][0]["faults"] == ["missing-issuer", "expired"]
    assert b"NOT CHECKED" in report_on("expired-and-incomplete", certs, "text", "-k").out


def test_client_certificate(certs):
    for client, sent in ((), False), (("stranger",), True):
        row = row_named("client-certificate-of-another-authority" if client else "client-certificate-tls13")
        with serve(row, certs) as liar:
            result = runner.run("-s", "--tls-report", "json", *arguments(row, certs, liar.port))
        [report] = read(result.out)
        assert report["tls"]["client_cert"] == {"asked": True, "sent": sent, "accepted_issuers": [],
                                                "subject": "CN=localhost" if sent else None}
        assert report["tls"]["alert"]["dir"] == "in"


@pytest.fixture
def mutual(certs, workspace):
    """What is set up most often: nginx refuses in HTTP who shows no certificate."""
    with open(os.path.join(workspace.root, "page"), "w", encoding="ascii") as page:
        page.write("BODY")
    with servers.nginx(workspace, certs["server"], extra=f"ssl_client_certificate {certs.ca}; ssl_verify_client on;") as server:
        yield server


def test_an_answer_for_want_of_a_client_certificate(certs, mutual):
    """TLS is good, and yet it is not ALL GOOD: the report says what is likely the matter, and its fix works."""
    args = ["-s", "--cacert", certs.ca, f"https://localhost:{mutual.port}/page"]
    text = runner.run("--tls-report", "text", *args).out.decode()
    assert text.splitlines()[0].endswith(" CERT WANTED")
    assert "\nclient cert asked for, none sent; accepted issuers: peel test authority\n" in text
    assert "the server asked for a client certificate, none was sent, and it answers 400" in " ".join(text.split())
    [report] = read(runner.run("--tls-report", "json", *args).out)
    assert report["result"]["ok"] and report["http"]["status"] == 400
    assert [cause["id"] for cause in report["result"]["causes"]] == ["client-cert-wanted"]
    assert report["tls"]["client_cert"] == {"asked": True, "sent": False, "subject": None,
                                            "accepted_issuers": ["O=peel tests; CN=peel test authority"]}
    assert b"CERT WANTED" in runner.run("--tls-report", "html", *args).out
    own = ("--cert", certs["client"].cert, "--key", certs["client"].key)
    assert report["result"]["causes"][0]["fix"] == [f"peel --cert FILE --key FILE --cacert {certs.ca} {args[-1]}"]
    text = runner.run("--tls-report", "text", *own, *args).out.decode()
    assert text.splitlines()[0].endswith(" ALL GOOD") and "http        200" in text
    assert "\nclient cert asked for, sent CN=a client; accepted issuers: peel test authority\n" in text
    [report] = read(runner.run("--tls-report", "json", *own, *args).out)
    assert report["tls"]["client_cert"]["subject"] == "CN=a client" and report["result"]["causes"] == []
    missing = runner.run("--tls-report", "text", *own, *args[:-1], args[-1] + "-is-not-there").out.decode()
    assert "http        404" in missing and " ALL GOOD" in missing


def test_the_note_of_a_lacking_client_certificate(certs, mutual):
    """On stderr with -f and with -v, where somebody looks for the reason; not with -s, nor for a plain fetch."""
    url = f"https://localhost:{mutual.port}/page"
    def shown(*args):
        return runner.run("--no-progress-meter", "--cacert", certs.ca, *args, url, env=UNFOLDED)
    words = " client certificate was asked for and none sent: likely why it answers 400 (--cert FILE --key FILE)\n"
    refused = shown("-f")
    assert refused.code == 22
    assert refused.text == f"Note: a{words}peel: (22) The requested URL returned error: 400\n"
    assert shown("-v").text.count(f"* A{words}") == 1
    assert shown("-v", "-f").text.count("client certificate was asked for and none sent: likely") == 1
    assert shown("-sS", "-f").text == "peel: (22) The requested URL returned error: 400\n"
    assert shown().err == b""
    assert "likely why" not in shown("-f", "--cert", certs["client"].cert, "--key", certs["client"].key).text


@pytest.mark.parametrize("certificate, words", [
    ("client-ended", r"it ended on [^\n]* GMT, 12 days ago\."),
    ("client-early", r"it is not valid before [^\n]* GMT, in \d+ days\."),
    ("server", r"it is made for serverAuth, and not for clientAuth \(extended key usage\)\."),
    ("foreign-client", r"it was issued by \"an authority nobody trusts\", which is not the one that is accepted\."),
    ("foreign-client-chain", r"it was issued by \"an intermediate nobody trusts\", which is not the one that is accepted\."),
])
def test_what_is_wrong_with_ours_is_found_here(certs, workspace, certificate, words):
    """The server says little; what can be told without it is told."""
    with servers.s_server(workspace, certs["server-rsa"], "-Verify", "1", "-verify_return_error", "-CAfile", certs.ca, mode="-www",
                          tls="1.2") as server:
        result = runner.run("--no-progress-meter", "--cacert", certs.ca, "--cert", certs[certificate].chain, "--key",
                            certs[certificate].key, f"https://localhost:{server.port}/", env=UNFOLDED)
    assert result.code == 35 and "client-cert-refused" in result.text, result
    assert re.search(r"\n            What is seen from here: " + words + r"\n", result.text), result.text


def test_what_is_right_with_ours_is_not_blamed(certs, workspace):
    """An intermediate behind it is enough; what the server does not accept is then for the server to say."""
    with servers.s_server(workspace, certs["server-rsa"], "-Verify", "1", "-verify_return_error", "-crl_check", "-CAfile",
                          certs.ca, mode="-www", tls="1.2") as server:
        result = runner.run("--no-progress-meter", "--cacert", certs.ca, "--cert", certs["deep-client"].chain, "--key",
                            certs["deep-client"].key, f"https://localhost:{server.port}/", env=UNFOLDED)
    assert result.code == 35 and "client-cert-refused" in result.text, result
    assert "seen from here" not in result.text


def test_text(certs, origin):
    result = runner.run("-s", "--cacert", certs.ca, "--tls-report", "text", "--tls-warn-days", "3", origin.url("/"))
    lines = result.out.decode().splitlines()
    assert result.code == 0 and result.err == b""
    assert lines[0].startswith(f"127.0.0.1:{origin.port}   127.0.0.1   ") and lines[0].endswith(" ALL GOOD")
    labels = [line.split()[0] for line in lines[1:] if line[0] != " "]
    assert [label for label in labels if label != "resumption"] == \
        ["connection", "JA4", "client", "chain", "trust", "name", "pin", "http", "time", "warn"]
    assert [line.split()[-1] for line in lines if "|" in line] == ["ms"] * 5
    assert lines[-1].startswith("warn        certificate localhost ends in") and lines[-1].endswith("(limit 3: OK)")
    soon = runner.run("-s", "--cacert", certs.ca, "--tls-report", "text", "--tls-warn-days", "90000", origin.url("/"))
    assert soon.out.decode().splitlines()[0].endswith(" ENDS SOON") and soon.code == 121
    failed = report_on("closed", certs, "text", env=None).out.decode().splitlines()
    assert "FAILED (35) closed-in-handshake" in failed[:2][-1] + failed[0]
    assert "more        peel --explain closed-in-handshake" in failed
    assert max(len(line) for line in failed if " peel -" not in line) <= 80


def test_text_in_colours_on_a_terminal(certs, origin):
    """The verdict, what failed, and times; each has its word too, and without colours it is the same text."""
    def shown(*args, **env):
        code, text = runner.on_terminal("-s", "--tls-report", "text", "--cacert", certs.ca, *args, env=env)
        bare = re.sub(r"\x1b\[[\d;]*m", "", text)
        assert "\x1b" not in bare and text.count("\x1b[") == 2 * text.count("\x1b[0m")
        return code, text, re.sub(r"[|][# x]+[|] +[\d.]+ ms|DATE|\d\d:\d\d UTC", "", bare)

    good = shown("--tls-warn-days", "3", origin.url("/"))
    assert good[0] == 0 and "\x1b[32mALL GOOD\x1b[0m\n" in good[1] and "\x1b[31m" not in good[1] and "\x1b[33m" not in good[1]
    assert len(re.findall(r"[|] \x1b\[2m +[\d.]+ ms\x1b\[0m\n", good[1])) == 5
    soon = shown("--tls-warn-days", "90000", origin.url("/"))
    assert "\x1b[33mENDS SOON\x1b[0m\n" in soon[1] and re.search(r"\nwarn +\x1b\[33mcertificate .*\x1b\[0m\n", soon[1])
    row = row_named("expired-and-incomplete")
    with serve(row, certs) as liar:
        bad = shown(f"https://localhost:{liar.port}/")
    with serve(row, certs) as liar:
        ignored = shown("-k", f"https://localhost:{liar.port}/")
    assert "\x1b[1;31mFAILED (60) missing-issuer\x1b[0m\n" in bad[1]
    assert "  \x1b[1;31mFAIL missing-issuer, expired\x1b[0m\n" in bad[1]
    assert re.search(r" ms \x1b\[2m", bad[1]) is None and "\x1b[1;31mfailed\x1b[0m\n" in bad[1]
    assert "\x1b[1mevidence\x1b[0m    " in bad[1] and "\x1b[33mNOT CHECKED\x1b[0m\n" in ignored[1]
    for env, more in ({"NO_COLOR": "1"}, ()), ({"TERM": "dumb"}, ()), ({}, ("--no-styled-output",)):
        plain = shown("--tls-warn-days", "3", *more, origin.url("/"), **env)
        assert "\x1b" not in plain[1] and plain[2] == good[2]


@pytest.mark.parametrize("name, words", [
    ("closed", "closed-in-handshake"), ("expired", "expired"), ("alert-in-body", "2 of 5 bytes received")])
def test_a_failure_is_told_once_on_a_terminal(name, words, certs, tmp_path):
    """Where the report and the errors come to the same eyes. A report that goes elsewhere silences nothing."""
    def shown(*args):
        with serve(row_named(name), certs) as liar:
            return runner.on_terminal(*arguments(row_named(name), certs, liar.port), *args)[1]

    report, blocks = shown("--tls-report", "text"), shown("--tls-report", "text", "--tls-out", tmp_path / "report")
    assert len(re.findall("^cause ", re.sub(r"\x1b\[[\d;]*m", "", report), re.M)) == 1 and words in report
    assert "peel: (" not in report and "peel: (" in blocks and "  cause " in re.sub(r"\x1b\[[\d;]*m", "", blocks)
    assert "peel: (" in shown("--tls-report", "json")


def test_what_has_no_report_is_told_on_a_terminal():
    code, text = runner.on_terminal("--tls-report", "text", "https://[")
    assert code == 3 and "peel: (3) " in re.sub(r"\x1b\[[\d;]*m", "", text)


def test_the_body_gives_way(certs, origin, tmp_path):
    """A report on stdout takes the body's place; -o and --tls-out give it one."""
    args = ["-s", "--cacert", certs.ca, origin.url("/")]
    assert b"BODY" not in runner.run("--tls-report", "json", *args).out
    assert b"BODY" not in runner.run("--tls-report", "json", "-i", *args).out
    both = runner.run("--tls-report", "json", "-o", "-", *args).out
    assert b"BODY" in both and b'{"peel":1' in both
    result = runner.run("--tls-report", "json", "-o", tmp_path / "body", *args)
    assert read(result.out) and (tmp_path / "body").read_bytes() == b"BODY"
    (tmp_path / "report").write_text("old" * 9999)
    result = runner.run("--tls-report", "json", "--tls-out", tmp_path / "report", *args)
    assert result.out == b"BODY" and read((tmp_path / "report").read_bytes())
    result = runner.run("--tls-out", tmp_path / "text", *args)
    assert result.out == b"BODY" and b"ALL GOOD" in (tmp_path / "text").read_bytes()
    assert stat.S_IMODE((tmp_path / "text").stat().st_mode) & 0o600 == 0o600
    assert read(runner.run("--tls-report", "json", "--tls-out", "-", *args).out)
    assert runner.run("--tls-report", "json", "-w", "%{http_code}", *args).out.endswith(b"}\n200")


def test_a_report_that_cannot_be_written(certs, origin):
    args = ["--no-progress-meter", "--cacert", certs.ca, origin.url("/")]
    result = runner.run("--tls-out", "/nonexistent/report", *args)
    assert result.code == 23 and "/nonexistent/report" in result.text
    with open("/dev/full", "wb") as full:
        assert runner.run("--tls-report", "text", *args, stdout=full).code == 23


@pytest.mark.parametrize("value", ["", "yaml", "JSON"])
def test_a_wrong_form(value):
    result = runner.run("--tls-report", value, "https://localhost/")
    assert result.code == 2 and "text, json, html" in result.text


def seen_of(certs, name, *args):
    with Origin(answer, tls=liar_tls(certs[name])) as server:
        return runner.run("--no-progress-meter", "--cacert", certs.ca, *args, server.url("/"), env=UNFOLDED)


def test_what_ended_today_is_not_valid_today(certs):
    """Below a day it is told in hours and minutes, everywhere, and the number of days is negative once it has ended."""
    ago = rb"\d+ (minutes|hours?)"
    ended = seen_of(certs, "just-ended")
    assert ended.code == 60
    assert re.search(rb"ended on [^\n]* GMT, " + ago + rb" ago\.", ended.err)
    assert re.search(rb"\[0\] .*, ended [-0-9]{10} \(" + ago + rb" ago\)  FAIL\n", ended.err)
    assert re.search(rb"has expired: [^\n]* GMT, " + ago + rb" ago", seen_of(certs, "just-ended", "-sS").err)
    assert re.search(rb"expire date: .* GMT \(ended " + ago + rb" ago\)\n", seen_of(certs, "just-ended", "-k", "-v").err)
    text = seen_of(certs, "just-ended", "-s", "--tls-report", "text", "--tls-warn-days", 0).out
    assert re.search(rb"\[0\] .* ended " + ago + rb" ago\s.*FAIL expired\n", text)
    assert re.search(rb"warn        certificate localhost ended " + ago + rb" ago \(limit 0\)\n", text)
    page = seen_of(certs, "just-ended", "-s", "--tls-report", "html").out
    assert re.search(rb", ended " + ago + rb" ago</p>", page)
    [report] = read(seen_of(certs, "just-ended", "-s", "--tls-report", "json", "--tls-warn-days", 0).out)
    assert report["chain"][0]["days_left"] == report["warn"]["days_left"] == -1 and report["warn"]["ending"]
    assert seen_of(certs, "just-ended", "-k", "-o", os.devnull, "-w", "%{tls_days_left}").out == b"-1"


def test_the_last_day_is_told_in_hours(certs):
    left = rb"\d+ (hours?|minutes?)"
    text = seen_of(certs, "last-day", "-s", "--tls-report", "text", "--tls-warn-days", 5).out
    assert re.search(rb"\[0\] .* " + left + rb" left\b", text)
    assert re.search(rb"warn        certificate localhost ends in " + left + rb" \(limit 5\)\n", text)
    assert re.search(rb"expire date: .* GMT \(" + left + rb" left\)\n", seen_of(certs, "last-day", "-v").err)
    assert seen_of(certs, "last-day", "-o", os.devnull, "-w", "%{tls_days_left}").out == b"0"


def test_what_starts_today_says_when(certs):
    within = rb"in \d+ (hours?|minutes?)"
    early = seen_of(certs, "starts-today").err
    assert re.search(rb"is not valid before [^\n]* GMT, " + within + rb"\.", early)
    assert re.search(rb"\[0\] .*, from [-0-9]{10} \(" + within + rb"\)  FAIL\n", early)
    text = seen_of(certs, "starts-today", "-s", "--tls-report", "text").out
    assert re.search(rb"\[0\] .* starts " + within + rb"\s.*FAIL not-yet-valid\n", text)


def test_warn_days(certs, origin):
    """Only fewer days than that count; all else must have gone well for the exit code to be its own."""
    days = read(runner.run("-s", "--cacert", certs.ca, "--tls-report", "json", origin.url("/")).out)[0]["chain"][0]["days_left"]
    args = ["--no-progress-meter", "--cacert", certs.ca, origin.url("/")]
    result = runner.run("--tls-warn-days", days, *args)
    assert (result.code, result.out, result.err) == (0, b"BODY", b"")
    result = runner.run("--tls-warn-days", days + 2, *args, env=UNFOLDED)
    assert (result.code, result.out) == (121, b"BODY")
    words = rf"Warning: 127.0.0.1:{origin.port}: certificate localhost ends in {days} days \(limit {days + 2}\)\n"
    assert re.fullmatch(words, result.text)
    silent = runner.run("-s", "--tls-warn-days", days + 2, *args)
    assert (silent.code, silent.err) == (121, b"")
    short = runner.run("-sS", "--tls-warn-days", days + 2, *args)
    words = f"peel: (121) 127.0.0.1:{origin.port}: certificate localhost ends in {days} days (limit {days + 2})\n"
    assert (short.code, short.text) == (121, words)
    assert report_on("expired", certs, "text", "-S", "--tls-warn-days", 14).text.count("\n") == 1
    two = runner.run("--tls-warn-days", days + 2, *args, origin.url("/again"), env=UNFOLDED)
    assert two.code == 121 and two.text.count("Warning:") == 1
    failed = report_on("expired", certs, "json", "--tls-warn-days", 14)
    assert failed.code == 60
    warn = read(failed.out)[0]["warn"]
    assert warn["ending"] and warn["days_left"] < 0 and warn["limit"] == 14
    for wrong in ("", "-1", "1.5", "x", "9999999999999999999999"):
        assert runner.run("--tls-warn-days", wrong, *args).code == 2


def test_waterfall(certs, origin):
    """A row for each request, redirects too, on stderr when all is done; the body stays where it is."""
    closed = f"https://127.0.0.1:{servers.free_port()}/"
    result = runner.run("-sL", "--cacert", certs.ca, "--waterfall", origin.url("/from"), closed, origin.url("/2"))
    *rows, axis, legend = result.text.splitlines()
    assert (result.code, result.out) == (0, b"BODYBODY")
    bars = [re.fullmatch(r"127\.0\.0\.1:\d+/(\w*) +(\w[ \w]*)\|([-.=~#x ]+)\| +[\d.]+ ms", row).groups() for row in rows]
    assert [bar[:2] for bar in bars] == [("from", "302"), ("to", "200"), ("", "FAIL 7"), ("2", "200")]
    assert len({len(row) for row in rows}) == 1 and max(map(len, result.text.splitlines())) <= 80
    assert "=" not in bars[1][2] + bars[3][2] and "x" in bars[2][2]
    assert axis.strip().startswith("0 ") and legend == ". dns   - tcp   = tls   ~ wait   # body   x failed"


class Page(html.parser.HTMLParser):
    """What is open is closed, in order; nothing is loaded and nothing runs. text: what a reader sees."""
    VOID = {"meta", "wbr"}

    def __init__(self, source):
        super().__init__()
        self.open, self.text, self.kinds, self.policy = [], "", [], None
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        assert tag in {"html", "head", "meta", "title", "style", "body", "main", "article", "header", "section", "div",
                       "h1", "h2", "h3", "p", "span", "b", "i", "dl", "dt", "dd", "pre", "code", "details", "summary", "wbr"}, tag
        assert set(names) <= {"lang", "charset", "http-equiv", "content", "name", "class", "style", "open"}, names
        assert len(names) == len(set(names))
        values = dict(attributes)
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        assert re.fullmatch(r"(height:\d+px|(left:[\d.]+%;)?width:[\d.]+%)?", values.get("style", ""))
        self.kinds += values.get("class", "").split()
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.text += data
        else:
            assert not re.search(r"url\(|@import|expression|</", data)


def page(result):
    source = result.out.decode("utf-8")
    assert source.startswith("<!DOCTYPE html>\n") and source.count("<!") == 1
    assert "<script" not in source and not re.search(r"<[^>]*\b(src|href)\s*=|url\(", source)
    found = Page(source)
    assert found.policy == "default-src 'none'; style-src 'unsafe-inline'"
    return found


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_pages_of_the_broken(row, certs):
    with serve(row, certs) as liar:
        result = runner.run("-s", "--tls-report", "html", *arguments(row, certs, liar.port))
    found = page(result)
    assert result.code == row.code and f"FAILED ({row.code})" in found.text
    assert all(f"peel --explain {name}" in found.text for name in row.ids) and "bad" in found.kinds
    assert ("fault" in found.kinds) == (row.code == 60)


def test_page_of_the_good(certs, origin):
    found = page(runner.run("-s", "--cacert", certs.ca, "--tls-report", "html", origin.url("/"), origin.url("/2")))
    assert found.text.count("ALL GOOD") == 2 and found.kinds.count("report") == 2
    assert "signature_algorithms" in found.text or "signatures" in found.text
    assert "BEGIN CERTIFICATE" in found.text and "bad" not in found.kinds and "fault" not in found.kinds


def test_the_peers_markup_is_text(certs):
    """In a certificate, in a response's head and in a URL."""
    for server in "escapes", "markup":
        with Liar(GOOD, tls=liar_tls(certs[server])) as liar:
            result = runner.run("-s", "--cacert", certs.ca, "--tls-report", "html",
                                f"https://localhost:{liar.port}/?<script>x</script>")
        found = page(result)
        assert result.code == 60 and "/?<script>x</script>" in found.text
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", found.text)
        if server == "markup":
            assert MARKUP.replace("\u202e", "\\xe2\\x80\\xae") in found.text
            assert "<b>x</b>.test" in found.text and "\"'><script>y</script>" in found.text
    hostile = reply(b"", "200 OK", "Alt-Svc: <script>a</script>\u202e", "Strict-Transport-Security: <b>\"'")
    with Origin(lambda _: hostile, tls=liar_tls(certs["server"], "1.3")) as server:
        found = page(runner.run("-s", "--cacert", certs.ca, "--tls-report", "html", server.url("/")))
    assert "<script>a</script>\\xe2\\x80\\xae" in found.text and "<b>\"'" in found.text

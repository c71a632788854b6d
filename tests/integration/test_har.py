"""--har: HAR 1.2 by its rules, with the truth in it."""
import copy
import gzip
import json
import os
import threading

import jsonschema
import pytest

import har
import runner
import servers
from liar import Liar, liar_tls
from origin import Origin, redirect, reply
from peer import GUARD_S


def fetch(tmp_path, *args, code=0):
    result = runner.run("-sS", "--har", tmp_path / "o.har", *args)
    assert result.code == code, result
    return har.entries(tmp_path / "o.har")


def fields(message):
    return {field["name"].lower(): field["value"] for field in message["headers"]}


def statuses(entries):
    return [entry["response"]["status"] for entry in entries]


def answer(request):
    if request.target.startswith("/from"):
        return redirect("/to")
    if request.target == "/gzip":
        return reply(gzip.compress(b"hello" * 1000), "200 OK", "Content-Encoding: gzip", "Content-Type: text/plain")
    return reply(b"hello", "200 OK", "Content-Type: text/plain", "Set-Cookie: id=SECRET; Path=/; HttpOnly")


@pytest.fixture(scope="module")
def origin():
    with Origin(answer) as server:
        yield server


def test_a_redirect_on_a_kept_connection(tmp_path, origin):
    entries = fetch(tmp_path, "-L", origin.url("/from?a=b%20c&d"), origin.url("/last"))
    urls = [origin.url("/from?a=b%20c&d"), origin.url("/to"), origin.url("/last")]
    assert [entry["request"]["url"] for entry in entries] == urls
    assert statuses(entries) == [302, 200, 200]
    assert entries[0]["response"]["redirectURL"] == "/to"
    assert entries[0]["request"]["queryString"] == [{"name": "a", "value": "b c"}, {"name": "d", "value": ""}]
    assert {entry["connection"] for entry in entries} == {"0"}
    assert {entry["serverIPAddress"] for entry in entries} == {"127.0.0.1"}
    assert [entry["timings"]["connect"] >= 0 for entry in entries] == [True, False, False]
    head = origin.requests[-1].head
    assert entries[2]["request"]["headersSize"] == len(head)
    assert entries[2]["response"]["bodySize"] == entries[2]["response"]["content"]["size"] == 5
    assert "_securityDetails" not in entries[0]


def test_compressed_bodies(tmp_path, origin):
    packed = len(gzip.compress(b"hello" * 1000))
    entries = fetch(tmp_path, "--compressed", "-o", "/dev/null", origin.url("/gzip"))
    assert entries[0]["response"]["bodySize"] == packed
    assert entries[0]["response"]["content"] == {"size": 5000, "compression": 5000 - packed, "mimeType": "text/plain"}
    entries = fetch(tmp_path, "-o", "/dev/null", origin.url("/gzip"))
    assert entries[0]["response"]["content"] == {"size": packed, "mimeType": "text/plain"}


def test_secrets(tmp_path, origin):
    """Masked, and with --with-secrets not."""
    user = {"user": "ada:PASSWORD@"}
    args = ["-b", "session=COOKIE", "-d", "field=FORM", "-e", "http://u:REFERER@h/", origin.url("/", **user)]
    text = (tmp_path / "o.har", "-H", "X-Mine: shown")
    entries = fetch(tmp_path, *text[1:], *args)
    written = text[0].read_text()
    for secret in ("PASSWORD", "YWRhOlBBU1NXT1JE", "COOKIE", "FORM", "REFERER", "SECRET"):
        assert secret not in written, secret
    assert fields(entries[0]["request"])["authorization"] == "Basic ****"
    assert fields(entries[0]["request"])["x-mine"] == "shown"
    assert entries[0]["request"]["bodySize"] == 10 and "--with-secrets" in entries[0]["request"]["postData"]["comment"]
    entries = fetch(tmp_path, "--with-secrets", *args)
    assert fields(entries[0]["request"])["authorization"] == "Basic YWRhOlBBU1NXT1JE"
    assert entries[0]["request"]["cookies"] == [{"name": "session", "value": "COOKIE"}]
    assert entries[0]["request"]["postData"] == {"mimeType": "application/x-www-form-urlencoded", "text": "field=FORM"}
    assert entries[0]["response"]["cookies"] == [{"name": "id", "value": "SECRET", "path": "/", "httpOnly": True}]
    assert "PASSWORD" not in entries[0]["request"]["url"]


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_what_tls_came_to(tmp_path, certs, tls):
    with Origin(lambda _: reply(b"hello"), tls=liar_tls(certs["server"], tls)) as origin:
        url = f"https://localhost:{origin.port}/"
        entries = fetch(tmp_path, "--cacert", certs.ca, url, url)
        assert len(entries) == 2 and entries[0]["_securityDetails"] == entries[1]["_securityDetails"]
        details = entries[0]["_securityDetails"]
        assert details["protocol"] == "TLSv" + tls and details["cipher"] and details["keyExchangeGroup"]
        assert details["subjectName"] and details["issuer"]
        assert details["validFrom"] < entries[0]["startedDateTime"] < details["validTo"]
        assert entries[0]["timings"]["ssl"] > 0 and entries[1]["timings"]["ssl"] == -1
        # Refused: what is known is the certificate.
        failed, = fetch(tmp_path, "--cacert", certs.other_ca, url, code=60)
        assert failed["_securityDetails"]["subjectName"] == details["subjectName"]
        assert "protocol" not in failed["_securityDetails"]
        assert failed["response"]["status"] == 0 and "certificate" in failed["response"]["_error"]


def test_failures_are_entries(tmp_path, origin):
    entries = fetch(tmp_path, "--connect-timeout", "5", origin.url("/"), "http://localhost:1/", "gopher://localhost/",
                    "http://nowhere.invalid/", code=6)
    assert statuses(entries) == [200, 0, 0, 0]
    assert "refused" in entries[1]["response"]["_error"].lower()
    assert "gopher" in entries[2]["response"]["_error"]
    assert "connection" not in entries[1] and entries[3]["timings"]["connect"] == -1


@pytest.mark.parametrize("script, code, status", [
    ("expect\ncut", 52, 0),
    ("expect\nreset", 56, 0),
    ('expect\nsend "HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nhalf"\ncut', 18, 200),
    ('expect\nsend "HTTP/1.1 100 Continue\\r\\n\\r\\nHTTP/1.1 204 No Content\\r\\n\\r\\n"', 0, 204),
    ('expect\nsend "HTTP/1.1 200 \\xe9\\xff\\r\\nX: \\xf0\\x9f\\r\\nContent-Length: 0\\r\\n\\r\\n"', 0, 200),
])
def test_odd_answers(tmp_path, script, code, status):
    with Liar(script) as liar:
        entry, = fetch(tmp_path, f"http://127.0.0.1:{liar.port}/", code=code)
    assert entry["response"]["status"] == status
    assert ("_error" in entry["response"]) == (code != 0)


def test_early_data(tmp_path, certs, workspace):
    """With the ClientHello, and once more after a 425: each time an entry of its own."""
    extra = "ssl_early_data on; location /always { return 425 never; }"
    with servers.nginx(workspace, certs["server"], tls="1.3", extra=extra) as server:
        early = ("--cacert", certs.ca, "--ssl-sessions", tmp_path / "sessions", "--tls-earlydata", server.url("/always"))
        assert statuses(fetch(tmp_path, *early)) == [425]
        entries = fetch(tmp_path, *early)
    assert statuses(entries) == [425, 425]
    assert [entry["_securityDetails"]["resumed"] for entry in entries] == [True, True]
    assert [entry["connection"] for entry in entries] == ["0", "0"]


def test_uploads_and_what_was_not_changed(tmp_path):
    def answer(request):
        return reply(b"", "304 Not Modified") if request.field("If-None-Match") else reply(b"ok")

    body = tmp_path / "body"
    body.write_bytes(bytes(range(256)))
    with Origin(answer) as origin:
        for secrets in ((), ("--with-secrets",)):
            for args in (("-T", body), ("--data-binary", f"@{body}"), ("-F", f"file=@{body}"), ("-d", "a=b"), ("-I",)):
                entry, = fetch(tmp_path, *secrets, *args, origin.url("/"))
                sent = origin.requests[-1]
                assert entry["request"]["method"] == sent.method and entry["request"]["bodySize"] == len(sent.body)
            entry, = fetch(tmp_path, *secrets, "-H", 'If-None-Match: "a"', origin.url("/"))
            assert statuses([entry]) == [304] and entry["response"]["bodySize"] == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_where_from(tmp_path, certs, host):
    with Origin(lambda _: reply(b"ok"), tls=liar_tls(certs["server"]), host=host) as origin:
        entry, = fetch(tmp_path, "--cacert", certs.ca, origin.url("/#part"))
    assert entry["serverIPAddress"] == host and entry["request"]["url"] == origin.url("/")


def test_the_schema_finds_what_is_wrong(tmp_path, origin):
    """Each change to a good file makes it a bad one."""
    fetch(tmp_path, "-b", "a=b", "-d", "x", origin.url("/?a=b"))
    good = json.loads((tmp_path / "o.har").read_text())
    assert good["log"]["creator"]["name"] == "peel"
    places = [(), ("creator",), ("entries", 0), ("entries", 0, "request"), ("entries", 0, "response"),
              ("entries", 0, "response", "content"), ("entries", 0, "request", "postData"),
              ("entries", 0, "request", "headers", 0), ("entries", 0, "request", "cookies", 0),
              ("entries", 0, "request", "queryString", 0), ("entries", 0, "response", "cookies", 0)]
    optional = {"postData", "serverIPAddress", "connection", "comment", "path", "httpOnly"}
    for place in places:
        thing = good["log"]
        for step in place:
            thing = thing[step]
        for name in [*thing, "foreign"]:
            bad = copy.deepcopy(good["log"])
            inner = bad
            for step in place:
                inner = inner[step]
            inner[name] = None
            with pytest.raises(jsonschema.ValidationError):
                har.VALIDATOR.validate({"log": bad})
            del inner[name]
            assert har.VALIDATOR.is_valid({"log": bad}) == (name in optional | {"foreign"}), (place, name)


def test_tries_are_entries(tmp_path):
    answers = iter([reply(b"", "503 Busy"), reply(b"hello")])
    with Origin(lambda request: next(answers)) as origin:
        entries = fetch(tmp_path, "--retry", "1", "--retry-delay", "1", origin.url("/"))
    assert statuses(entries) == [503, 200]


def test_the_file(tmp_path, origin):
    """Private when new, replaced in its place, kept when nothing can be written into it."""
    path = tmp_path / "o.har"
    umask = os.umask(0)
    try:
        fetch(tmp_path, origin.url("/1"), origin.url("/2"))
    finally:
        os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o600
    inode = path.stat().st_ino
    assert len(fetch(tmp_path, origin.url("/3"))) == 1 and path.stat().st_ino == inode
    assert fetch(tmp_path, "http://%zz/", code=3) == []
    assert len(fetch(tmp_path, origin.url("/4"))) == 1
    before = path.read_bytes()
    assert runner.run("-sS", "--har", path, "--pcapng", path, origin.url("/")).code == 23
    assert path.read_bytes() == before
    path.chmod(0o644)
    result = runner.run("--no-progress-meter", "--har", "o.har", origin.url("/"), cwd=tmp_path)
    assert result.code == 0 and "its mode is 0644" in result.text
    (tmp_path / "link").symlink_to(path)
    n = len(origin.requests)
    for wrong in ("link", ".", "no/such", "/dev/null"):
        result = runner.run("-sS", "--har", wrong, origin.url("/"), cwd=tmp_path)
        assert result.code == 23 and f"Failed to open the file '{wrong}'" in result.text
    assert len(origin.requests) == n


def test_it_is_whole_after_each_entry(tmp_path, peel):
    """A run that is killed in its second fetch leaves the first."""
    path = tmp_path / "o.har"
    second, killed = threading.Event(), threading.Event()

    def slow(request):
        if request.target == "/2":
            second.set()
            killed.wait(GUARD_S)
        return reply(b"ok")

    with Origin(slow) as origin:
        process = peel.start("-sS", "--har", path, origin.url("/1"), origin.url("/2"))
        assert second.wait(GUARD_S)
        process.kill()
        process.communicate(timeout=GUARD_S)
        killed.set()
    assert statuses(har.entries(path)) == [200]

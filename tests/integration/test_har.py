"""--har: HAR 1.2 by its rules, with the truth in it."""
import datetime
import gzip
import ipaddress
import json
import os
import re
import threading

import pytest

import runner
from liar import Liar, liar_tls
from origin import Origin, redirect, reply
from peer import GUARD_S

NUMBER = (int, float)


def expect_object(thing, required, optional=()):
    """Exactly these members, of these types; names of one's own begin with an underscore."""
    allowed = {**required, **dict(optional)}
    for name, kind in required.items():
        assert isinstance(thing.get(name), kind), (name, thing)
    for name, value in thing.items():
        if not name.startswith("_"):
            assert name in allowed, (name, thing)
            assert isinstance(value, allowed[name]), (name, thing)


def expect_time(text):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")


def check_message(message):
    for cookie in message["cookies"]:
        expect_object(cookie, {"name": str, "value": str},
                      {"path": str, "domain": str, "expires": str, "httpOnly": bool, "secure": bool, "sameSite": str})
        expect_time(cookie.get("expires", "2000-01-01T00:00:00.000Z"))
    for pair in message["headers"] + message.get("queryString", []):
        expect_object(pair, {"name": str, "value": str})
    assert message["headersSize"] >= -1 and message["bodySize"] >= -1


def check_entry(entry):
    expect_object(entry, {"startedDateTime": str, "time": NUMBER, "request": dict, "response": dict, "cache": dict,
                          "timings": dict}, {"serverIPAddress": str, "connection": str})
    expect_time(entry["startedDateTime"])
    request, response, timings = entry["request"], entry["response"], entry["timings"]
    sizes = {"headersSize": int, "bodySize": int}
    expect_object(request, {"method": str, "url": str, "httpVersion": str, "cookies": list, "headers": list,
                            "queryString": list, **sizes}, {"postData": dict})
    expect_object(response, {"status": int, "statusText": str, "httpVersion": str, "cookies": list, "headers": list,
                             "content": dict, "redirectURL": str, **sizes})
    check_message(request)
    check_message(response)
    expect_object(request.get("postData", {"mimeType": ""}), {"mimeType": str}, {"text": str, "comment": str})
    expect_object(response["content"], {"size": int, "mimeType": str}, {"compression": int})
    names = ("blocked", "dns", "connect", "ssl", "send", "wait", "receive")
    expect_object(timings, {name: NUMBER for name in names})
    assert all(timings[name] >= (-1 if name in names[:4] else 0) for name in names)
    parts = sum(timings[name] for name in names if name != "ssl" and timings[name] > 0)
    assert abs(entry["time"] - parts) < 0.01 and timings["ssl"] <= max(timings["connect"], 0)
    if "serverIPAddress" in entry:
        ipaddress.ip_address(entry["serverIPAddress"])


def read(path):
    """The entries, after a look at all of the file."""
    archive = json.loads(path.read_bytes().decode("utf-8"))
    assert set(archive) == {"log"}
    expect_object(archive["log"], {"version": str, "creator": dict, "entries": list})
    assert archive["log"]["version"] == "1.2" and archive["log"]["creator"]["name"] == "peel"
    for entry in archive["log"]["entries"]:
        check_entry(entry)
    times = [entry["startedDateTime"] for entry in archive["log"]["entries"]]
    assert times == sorted(times)
    return archive["log"]["entries"]


def fetch(tmp_path, *args, code=0):
    result = runner.run("-sS", "--har", tmp_path / "o.har", *args)
    assert result.code == code, result
    return read(tmp_path / "o.har")


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
    assert statuses(read(path)) == [200]

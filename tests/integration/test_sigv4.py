"""--aws-sigv4, against a server that works out the signature of what it received with a second implementation."""
import hashlib
import hmac
import re
import urllib.parse

import pytest

import runner
from origin import Origin, redirect, reply

pytestmark = pytest.mark.skipif(runner.IS_CURL, reason="Debian 12's curl signs by older rules")

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
FORM = re.compile(r"(\w+)4-HMAC-SHA256 Credential=([^/]+)/((\d{8})/[^/]+/([^/]+)/\w+4_request), "
                  r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})")


def quote(text, safe=""):
    return urllib.parse.quote(text, safe="-._~" + safe)


def canonical_query(query):
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
    return "&".join(sorted(f"{quote(name)}={quote(value)}" for name, value in pairs))


def fields(request):
    """Lower-case name to its values, joined."""
    found = {}
    for line in request.head.decode().split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.lower(), []).append(" ".join(value.split()))
    return {name: ",".join(values) for name, values in found.items()}


def signature(request, prefix="amz", secret=SECRET):
    """What it should be, by what the request itself says; and the match of the field."""
    have = fields(request)
    match = FORM.fullmatch(have["authorization"])
    vendor, _, scope, day, service, names, _ = match.groups()
    path, _, query = request.target.partition("?")
    path = quote(urllib.parse.unquote(path), "/") if service == "s3" else quote(path, "/")
    payload = have.get(f"x-{prefix}-content-sha256", hashlib.sha256(request.body).hexdigest())
    lines = [request.method, path, canonical_query(query), *(f"{name}:{have[name]}" for name in names.split(";")), "", names,
             payload]
    stamp = have[f"x-{prefix}-date"]
    assert stamp.startswith(day)
    text = "\n".join([f"{vendor}4-HMAC-SHA256", stamp, scope, hashlib.sha256("\n".join(lines).encode()).hexdigest()])
    key = f"{vendor}4{secret}".encode()
    for step in scope.split("/"):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), match


def judge(request, prefix="amz"):
    wanted, match = signature(request, prefix)
    assert match[7] == wanted and match[2] == KEY
    return match


def fetch(origin, *args, scope="aws:amz:us-east-1:service", path="/", **how):
    return runner.run("-sS", "--aws-sigv4", scope, "-u", f"{KEY}:{SECRET}", *args, origin.url(path), **how)


@pytest.fixture
def origin():
    with Origin(lambda _: reply(b"ok")) as server:
        yield server


@pytest.mark.parametrize("scope", ["aws:amz:us-east-1:service", "aws:amz:auto:s3"])
@pytest.mark.parametrize("args, path", [
    ([], "/"), ([], "/a%20b/c"), ([], "/a=b/c:d"), ([], "/?z=1&a=b%20c&x"), ([], "/?a=b+c&a=%2B&b=/:?"),
    (["-X", "DELETE"], "/x"), (["-I"], "/x"), (["-d", "Param=1"], "/"), (["-G", "-d", "b=1 2", "-d", "a=x"], "/p"),
    (["--json", "{}"], "/"), (["-F", "a=b"], "/"),
    (["-H", "X-B:  two   words ", "-H", "x-a: 1", "-H", "X-B: again", "-H", "Host: other.test"], "/"),
    (["-H", "Content-Type: text/x", "-d", "@/dev/null"], "/"), (["--url-query", "n=a/b c"], "/"),
])
def test_what_is_sent_is_what_is_signed(scope, args, path, origin):
    result = fetch(origin, *args, scope=scope, path=path)
    assert result.code == 0, result
    names = judge(origin.requests[0])[6].split(";")
    assert names == sorted(names) and "host" in names
    said = {line.split(":")[0].lower() for option, line in zip(args, args[1:]) if option == "-H"}
    assert said <= set(names)


@pytest.mark.parametrize("scope, prefix, service", [
    ("xxx:yyy:r:s", "yyy", "s"), ("xxx", "xxx", "127"), ("aws:amz:r:s3", "amz", "s3"),
])
def test_providers(scope, prefix, service, origin):
    assert fetch(origin, scope=scope).code == 0
    match = judge(origin.requests[0], prefix)
    assert match[1] == scope.split(":", maxsplit=1)[0].upper() and match[5] == service
    digest = origin.requests[0].field(f"x-{prefix}-content-sha256")
    assert digest == (hashlib.sha256(b"").hexdigest() if service == "s3" else None)


def test_files(origin, tmp_path):
    """Read twice; for S3 a stream is not signed, unless the user says its digest."""
    (tmp_path / "f").write_bytes(b"content" * 30000)
    digest = hashlib.sha256(b"content" * 30000).hexdigest()
    said = ["-H", f"x-amz-content-sha256: {digest}"]
    s3 = "aws:amz:r:s3"
    assert fetch(origin, "-T", "f", cwd=tmp_path).code == 0
    assert fetch(origin, "-T", "f", cwd=tmp_path, scope=s3).code == 0
    assert fetch(origin, "-T", "f", *said, cwd=tmp_path, scope=s3).code == 0
    for request in origin.requests:
        judge(request)
    assert [request.field("x-amz-content-sha256") for request in origin.requests] == [None, "UNSIGNED-PAYLOAD", digest]
    assert [len(request.body) for request in origin.requests] == [210000] * 3
    result = fetch(origin, "-T", "-", stdin=b"x")
    assert result.code == 25 and "x-amz-content-sha256" in result.text and len(origin.requests) == 3


def test_a_date_of_the_users_own(origin):
    assert fetch(origin, "-H", "X-Amz-Date: 20150830T123600Z").code == 0
    request = origin.requests[0]
    assert judge(request)[4] == "20150830" and request.head.lower().count(b"x-amz-date:") == 1
    result = fetch(origin, "-H", "X-Amz-Date: yesterday")
    assert result.code == 43 and "X-Amz-Date" in result.text


def test_without_credentials_or_with_an_own_field_nothing_is_signed(origin):
    assert runner.run("-sS", "--aws-sigv4", "aws:amz:r:s", origin.url()).code == 0
    assert fetch(origin, "-H", "Authorization: mine").code == 0
    assert [request.field("Authorization") for request in origin.requests] == [None, "mine"]
    assert not any(request.field("X-Amz-Date") for request in origin.requests)


def test_a_signature_stays_with_its_origin():
    with Origin(lambda _: reply(b"there")) as other, Origin(lambda request: redirect(other.url("/x"))) as origin:
        assert fetch(origin, "-L").code == 0
        assert origin.requests[0].field("Authorization") and other.requests[0].field("Authorization") is None
        assert KEY.encode() not in other.everything()


def test_another_hop_there_is_signed_anew():
    with Origin(lambda request: redirect("/2?b=1") if request.target == "/" else reply(b"ok")) as origin:
        assert fetch(origin, "-L").code == 0
        assert [judge(request)[2] for request in origin.requests] == [KEY] * 2


def test_no_secret_is_shown(origin):
    result = fetch(origin, "-v")
    assert SECRET not in result.text and "Authorization: AWS4-HMAC-SHA256 ****" in result.text
    assert origin.everything().count(SECRET.encode()) == 0


@pytest.mark.parametrize("scope, code", [("", 43), (":amz", 43), ("aws::r:s", 43), ("aws:amz::s", 43), ("aws:amz:r:", 43),
                                         ("a" * 65, 43)])
def test_nonsense_is_refused(scope, code, origin):
    result = fetch(origin, scope=scope)
    assert result.code == code and "--aws-sigv4" in result.text and not origin.requests


def test_a_name_without_service_and_region(origin):
    result = runner.run("-sS", "--aws-sigv4", "aws:amz", "-u", "k:s", origin.url(host="localhost"))
    assert result.code == 3 and "service" in result.text and not origin.requests

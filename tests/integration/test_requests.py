"""The bytes of requests, compared with those of the system's curl for the same arguments; the user agent aside."""
import re

import pytest

import runner
from origin import Origin, redirect, reply

AGENT = re.compile(rb"User-Agent: (?:curl|peel)/[0-9][^\r]*\r\n")


@pytest.fixture(scope="module")
def origin():
    with Origin(lambda request: reply(b"ok\n")) as server:
        yield server


def requests_of(origin, program, args, **how):
    origin.requests.clear()
    result = runner.run("-sS", *args, program=program, **how)
    assert result.code == 0, result
    return [AGENT.sub(b"User-Agent: X\r\n", request.head) + request.body for request in origin.requests]


# %s is the server's address without a path.
SAME_AS_CURL = [
    ["%s/"],
    ["%s"],
    ["%s/a/b?c=d&e#fragment"],
    ["%s/a/./b/../c"],
    ["--path-as-is", "%s/a/./b/../c"],
    ["%s?query"],
    ["-I", "%s/"],
    ["-X", "DELETE", "%s/thing"],
    ["-X", "PUT", "-d", "body", "%s/thing"],
    ["-d", "a=b", "%s/"],
    ["-d", "a=b", "-d", "c=d", "%s/"],
    ["-d", "", "%s/"],
    ["--data-raw", "@not-a-file", "%s/"],
    ["--data-binary", "a\nb\n", "%s/"],
    ["-d", "@-", "%s/"],
    ["--data-binary", "@-", "%s/"],
    ["--data-urlencode", "name=a b&c/ü", "%s/"],
    ["--data-urlencode", "=a b&c", "%s/"],
    ["--data-urlencode", "a b&c", "%s/"],
    ["--data-urlencode", "name@-", "%s/"],
    ["-G", "-d", "a=b", "-d", "c=d", "%s/path"],
    ["-G", "-d", "a=b", "%s/path?x=y"],
    ["-G", "--data-urlencode", "q=a b", "%s/path"],
    ["-I", "-G", "-d", "a=b", "%s/path"],
    ["--json", '{"a": 1}', "%s/"],
    ["--json", '{"a":', "--json", "1}", "%s/"],
    ["--json", "{}", "-H", "Content-Type: text/x", "%s/"],
    ["-u", "user:password", "%s/"],
    ["-u", "user:", "%s/"],
    ["-u", "user:pass:word with spaces", "%s/"],
    ["-A", "agent/1", "%s/"],
    ["-A", "", "%s/"],
    ["-e", "http://referer.test/", "%s/"],
    ["-H", "X-One: 1", "-H", "X-Two:2", "%s/"],
    ["-H", "X-Empty;", "%s/"],
    ["-H", "Accept:", "%s/"],
    ["-H", "Host: other.test", "%s/"],
    ["-H", "User-Agent: mine", "%s/"],
    ["-H", "User-Agent:", "%s/"],
    ["-H", "Accept: text/plain", "%s/"],
    ["-H", "Authorization: Bearer token", "%s/"],
    ["-H", "Content-Type: text/plain", "-d", "body", "%s/"],
    ["-H", "Content-Length: 4", "-d", "body", "%s/"],
    ["-H", "Host:", "%s/"],
    ["-H", "X-Without-Value:", "%s/"],
    ["-0", "%s/"],
    ["-0", "-d", "body", "%s/"],
    ["--http1.1", "%s/"],
    ["-X", "POST", "%s/"],
    ["--url", "%s/one", "%s/two"],
    ["%s/1", "%s/2", "%s/3"],
    ["-H", "Connection: close", "%s/1"],
]


@pytest.mark.parametrize("args", SAME_AS_CURL, ids=lambda args: re.sub(r"[^A-Za-z0-9=@:;.-]+", "_", " ".join(args))[:60])
def test_same_bytes_as_curl(args, origin):
    base = origin.url("")
    args = [arg.replace("%s", base) for arg in args]
    how = {"stdin": b"from\r\nstandard input\n"}
    ours = requests_of(origin, runner.PEEL, args, **how)
    theirs = requests_of(origin, runner.CURL, ["-q", *args], **how)
    assert ours == theirs


def test_files_in_arguments(origin, tmp_path):
    path = tmp_path / "data"
    path.write_bytes(b"one\r\ntwo\n")
    headers = tmp_path / "headers"
    headers.write_text("X-A: 1\nX-B: 2\n")
    for args in (["-d", f"@{path}"], ["--data-binary", f"@{path}"], ["--data-urlencode", f"x@{path}"], ["--json", f"@{path}"],
                 ["-H", f"@{headers}"]):
        args = [*args, origin.url("/")]
        assert requests_of(origin, runner.PEEL, args) == requests_of(origin, runner.CURL, ["-q", *args])


def test_user_in_the_url(origin):
    args = [origin.url("/", user="us%65r:p%40ss@")]
    assert requests_of(origin, runner.PEEL, args) == requests_of(origin, runner.CURL, ["-q", *args])


def test_compressed_offers_what_can_be_undone(origin):
    requests_of(origin, runner.PEEL, ["--compressed", origin.url("/")])
    offered = {word.strip() for word in origin.requests[0].field("Accept-Encoding").split(",")}
    assert offered == {"deflate", "gzip", "br", "zstd"}


METHODS = [
    # status, arguments -> what the second request is, and whether it still has the body
    ("301 Moved", [], "GET", False),
    ("301 Moved", ["-d", "body"], "GET", False),
    ("301 Moved", ["-I"], "HEAD", False),
    ("301 Moved", ["-X", "DELETE"], "DELETE", False),
    ("302 Found", [], "GET", False),
    ("302 Found", ["-d", "body"], "GET", False),
    ("302 Found", ["-X", "PUT", "-d", "body"], "PUT", False),
    ("303 See Other", [], "GET", False),
    ("303 See Other", ["-d", "body"], "GET", False),
    ("303 See Other", ["-I"], "HEAD", False),
    ("307 Temporary", [], "GET", False),
    ("307 Temporary", ["-d", "body"], "POST", True),
    ("307 Temporary", ["-X", "PUT", "-d", "body"], "PUT", True),
    ("308 Permanent", [], "GET", False),
    ("308 Permanent", ["-d", "body"], "POST", True),
    ("308 Permanent", ["-X", "DELETE"], "DELETE", False),
]


@pytest.mark.parametrize("status, args, method, has_body", METHODS, ids=lambda value: str(value).replace(" ", "_"))
def test_methods_of_redirects(status, args, method, has_body):
    def answer(request):
        if request.target == "/end":
            return reply(b"" if request.method == "HEAD" else b"end")
        return redirect("/end", status) if request.method != "HEAD" else reply(b"", status, "Location: /end")

    with Origin(answer) as origin:
        ours = requests_of(origin, runner.PEEL, ["-L", *args, origin.url("/start")])
        second = origin.requests[1]
        assert (second.method, second.body) == (method, b"body" if has_body else second.body)
        theirs = requests_of(origin, runner.CURL, ["-q", "-L", *args, origin.url("/start")])
        assert ours == theirs

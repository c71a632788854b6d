"""Many URLs in one run: groups, patterns, lists, pace."""
import subprocess

import pytest

import runner
from liar import liar_tls
from origin import Origin, reply
from poll_peer import poll_server


@pytest.fixture
def origin():
    def answer(request):
        status = "404 Not Found" if "missing" in request.target else "200 OK"
        return reply(request.target.encode() + b"\n", status)

    with Origin(answer) as server:
        yield server


# -- groups

def test_a_group_starts_with_the_defaults_again(origin):
    result = runner.run("-sS", "-d", "a=b", "-A", "one", "-H", "X-Own: 1", origin.url("/1"),
                        "--next", "-X", "PUT", origin.url("/2"), "-:", origin.url("/3"))
    assert (result.code, result.out) == (0, b"/1\n/2\n/3\n"), result
    assert [request.method for request in origin.requests] == ["POST", "PUT", "GET"]
    assert [request.field("X-Own") for request in origin.requests] == ["1", None, None]
    assert origin.requests[0].field("User-Agent") == "one"
    assert origin.requests[1].field("User-Agent") != "one"
    assert origin.n_connections == 1


def test_groups_that_trust_differently_share_no_connection(certs):
    """The second group trusts nobody who signed this certificate: the first one's connection is not for it."""
    with Origin(lambda _: reply(b"ok"), tls=liar_tls(certs["server"])) as origin:
        result = runner.run("-sS", "--cacert", certs.ca, origin.url(), "--next", origin.url())
        assert (result.code, result.out) == (60, b"ok"), result
        result = runner.run("-sS", "--cacert", certs.ca, origin.url(), "--next", "--cacert", certs.ca, origin.url())
        assert (result.code, result.out) == (0, b"okok"), result
        assert len(origin.requests) == 3


@pytest.mark.parametrize("options, code, n", [
    ((), 0, 3),
    (("--fail-early",), 22, 2),
])
def test_the_last_url_decides_unless_the_first_fault_ends_it(origin, options, code, n):
    result = runner.run("-sS", *options, "-f", origin.url("/1"), origin.url("/missing"), "--next", origin.url("/3"))
    assert result.code == code, result
    assert len(origin.requests) == n


# -- patterns

def test_a_pattern_asks_for_each_url_over_one_connection(origin):
    result = runner.run("-sS", origin.url("/{a,b}[08-10:2]"))
    assert (result.code, result.out) == (0, b"/a08\n/a10\n/b08\n/b10\n"), result
    assert origin.n_connections == 1


def test_urls_of_a_pattern_share_the_number_of_what_was_given(origin):
    result = runner.run("-sS", "-w", "%{urlnum}", origin.url("/[1-2]"), origin.url("/x"), "--next", "-w", "%{urlnum}",
                        origin.url("/y"))
    assert (result.code, result.out) == (0, b"/1\n0/2\n0/x\n1/y\n2"), result


def test_patterns_are_off_with_globoff(origin):
    result = runner.run("-sS", "-g", origin.url("/{a,b}[1]"))
    assert (result.code, result.out) == (0, b"/{a,b}[1]\n"), result


def test_names_are_made_from_the_pattern(origin, tmp_path):
    result = runner.run("-sS", origin.url("/{one,two}/[1-2]"), "-o", "#1-#2.#3", cwd=tmp_path)
    assert result.code == 0, result
    names = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert names == {f"{a}-{b}.#3": f"/{a}/{b}\n".encode() for a in ("one", "two") for b in (1, 2)}


def test_remote_names_come_from_each_url(origin, tmp_path):
    assert runner.run("-sS", "-O", origin.url("/x[1-3]"), cwd=tmp_path).code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x1", "x2", "x3"]


@pytest.mark.parametrize("text", ["../a", "..", "/tmp/a", "a/b"])
def test_a_pattern_cannot_leave_the_folder(origin, tmp_path, text):
    if runner.IS_CURL:
        pytest.skip("curl lets it")
    inner = tmp_path / "inner"
    inner.mkdir()
    result = runner.run("-sS", origin.url("/{%s,b}" % text), "-o", "#1", cwd=inner)
    assert result.code == 23, result
    assert list(tmp_path.rglob("*")) == [inner]
    assert not origin.requests


@pytest.mark.parametrize("pattern, column", [
    ("[1-", 0), ("{a", 0), ("[5-1]", 5), ("[1-99999999999999999999]", 1), ("[0-18446744073709551615]", 1),
    ("[1-2:0]", 7), ("}", 0), ("]", 0), ("{a,{b}}", 3), ("a{}", 2),
])
def test_a_wrong_pattern_shows_its_place_and_nothing_is_fetched(origin, pattern, column):
    """H127."""
    url = origin.url("/")
    result = runner.run("-sS", origin.url("/first"), url + pattern)
    assert result.code == 3, result
    if runner.IS_CURL:
        return
    lines = result.text.splitlines()
    assert lines[0].startswith("peel: (3) ") and lines[0].endswith(f"in position {len(url) + column + 1}:")
    assert lines[1:] == [url + pattern, " " * (len(url) + column) + "^"]
    assert not origin.requests


# -- lists

@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n  \n# no URL\n"])
def test_a_list_of_urls_comes_from_stdin_or_a_file(origin, tmp_path, end):
    text = end.join(origin.url(path) for path in ("/1", "/{2}", "/3#part")).encode()
    path = tmp_path / "list"
    path.write_bytes(text)
    for args, stdin in ((("@-",), text), ((f"@{path}",), b"")):
        result = runner.run("-sS", "-o", "-", "--url", *args, origin.url("/last"), stdin=stdin)
        assert (result.code, result.out) == (0, b"/1\n/{2}\n/3\n/last\n"), result


def test_each_url_of_a_list_has_its_own_file(origin, tmp_path):
    text = "\n".join(origin.url(path) for path in ("/x/1", "/y/2")).encode()
    assert runner.run("-sS", "--url", "@-", cwd=tmp_path, stdin=text).code == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"1": b"/x/1\n", "2": b"/y/2\n"}


def test_outputs_are_for_one_url_of_a_list_each(origin, tmp_path):
    text = "\n".join(origin.url(path) for path in ("/1", "/2", "/3")).encode()
    if runner.IS_CURL:
        pytest.skip("this curl knows no lists")
    result = runner.run("-sS", "--url", "@-", "-o", "first", "-o", "second", "-o", "fourth", origin.url("/4"), "-O",
                        cwd=tmp_path, stdin=text)
    assert (result.code, result.out) == (0, b""), result
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "first": b"/1\n", "second": b"/2\n", "fourth": b"/3\n", "4": b"/4\n"}
    result = runner.run("-sS", "-o", "x", "-o-", "--url", "@-", cwd=tmp_path, stdin=text)
    assert (result.code, result.out, (tmp_path / "x").read_bytes()) == (0, b"/2\n/3\n", b"/1\n"), result
    result = runner.run("-sS", "--out-null", "--url", "@-", origin.url("/4"), cwd=tmp_path, stdin=text)
    assert (result.code, result.out) == (0, b"/4\n"), result


@pytest.mark.parametrize("name, stdin, code", [
    ("@/nonexistent", b"", 26), ("@/dev/zero", b"", 26), ("@-", b"a" * (10 * 1024 * 1024 + 1), 26),
    ("@-", b"http://a\0b/", 3), ("@-", b"", 0),
], ids=["missing", "device", "long line", "NUL", "empty"])
def test_a_list_that_cannot_be_read(name, stdin, code):
    result = runner.run("-sS", "--url", name, stdin=stdin)
    assert (result.code, result.out) == (code, b""), result


def test_a_list_is_read_as_it_comes(origin):
    """The first URL is fetched before the second is written."""
    process = runner.start(["-sSN", "-o", "-", "--url", "@-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for path in ("/1", "/2"):
        process.stdin.write(origin.url(path).encode() + b"\n")
        process.stdin.flush()
        assert process.stdout.readline() == path.encode() + b"\n"
    process.stdin.close()
    process.stdout.close()
    assert runner.wait(process)[0] == 0


def globbed(url, n):
    return {"args": [f"{url}#[1-{n}]"]}


def listed(url, n):
    return {"args": ["-o", "-", "--url", "@-"], "stdin": b"".join(b"%s#%d\n" % (url.encode(), i) for i in range(n))}


@pytest.mark.parametrize("urls", [globbed, listed])
def test_many_urls_cost_the_memory_of_few(certs, urls):
    if runner.IS_CURL:
        pytest.skip("memory is not to be compared")
    with poll_server(certs["server"]) as port:
        how = [urls(f"https://127.0.0.1:{port}/bytes/0", n) for n in (10, 20000)]
        few, many = (runner.run("-sS", "--cacert", certs.ca, *one.pop("args"), guard_s=120, **one) for one in how)
    assert (few.code, many.code) == (0, 0), (few, many)
    if not runner.is_sanitized():    # a sanitizer keeps what was freed
        assert many.rss_kib < few.rss_kib + 512


# -- pace

def test_rate_fetches_all():
    """How long the pauses are is the unit tests' matter; here, that each one ends."""
    with Origin(lambda _: reply(b"ok")) as origin:
        result = runner.run("-sS", "--rate", "10/s", origin.url("/[1-3]"))
    assert (result.code, result.out) == (0, b"ok" * 3)

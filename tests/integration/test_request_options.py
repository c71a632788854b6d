"""Small options of a request: its target, its query, its range, and its method after a redirect."""
import pytest

import runner
from origin import Origin, redirect, reply


def test_request_target_and_url_query():
    with Origin(lambda _: reply(b"ok")) as origin:
        runner.run("-sS", "-X", "OPTIONS", "--request-target", "*", origin.url("/p"))
        assert origin.requests[-1].line == "OPTIONS * HTTP/1.1"
        if runner.IS_CURL:
            return
        runner.run("-sS", "--url-query", "a=b c", "--url-query", "+d=%20", "--url-query", "=e&", origin.url("/p?x"))
        assert origin.requests[-1].target == "/p?x&a=b+c&d=%20&e%26"
        assert runner.run("-sS", "--request-target", "/ x\r\ny", origin.url("/")).code == 43


@pytest.mark.parametrize("range_, sent", [("0-9", "bytes=0-9"), ("5", "bytes=5-"), ("-3", "bytes=-3"), ("0-1,4-", "bytes=0-1,4-")])
def test_range(range_, sent):
    with Origin(lambda _: reply(b"ok")) as origin:
        runner.run("-sS", "-r", range_, origin.url("/"))
        assert origin.requests[0].field("Range") == sent


@pytest.mark.parametrize("status, option", [(301, "--post301"), (302, "--post302"), (303, "--post303")])
def test_post_stays(status, option):
    with Origin(lambda r: redirect("/2", f"{status} x") if r.target == "/1" else reply(b"ok")) as origin:
        runner.run("-sSL", option, "-d", "x", origin.url("/1"))
        assert (origin.requests[1].method, origin.requests[1].body) == ("POST", b"x")
        runner.run("-sSL", "-d", "x", origin.url("/1"))
        assert (origin.requests[3].method, origin.requests[3].body) == ("GET", b"")


def test_follow_forgets_the_method_where_the_status_says_so():
    if runner.IS_CURL:
        pytest.skip("newer than this curl")
    with Origin(lambda r: redirect("/2", "303 x") if r.target == "/1" else reply(b"ok")) as origin:
        runner.run("-sS", "--follow", "-X", "PUT", origin.url("/1"))
        runner.run("-sS", "-L", "-X", "PUT", origin.url("/1"))
        assert [r.method for r in origin.requests] == ["PUT", "GET", "PUT", "PUT"]


def test_follow_and_a_method_with_a_body():
    if runner.IS_CURL:
        pytest.skip("newer than this curl")
    for status, method in (("302 x", "GET"), ("307 x", "IGLOO")):
        with Origin(lambda r: redirect("/2", status) if r.target == "/1" else reply(b"ok")) as origin:
            assert b"overrides" in runner.run("--no-progress-meter", "-L", "--follow", "-X", "IGLOO", "-d", "x", origin.url("/1")).err
            assert [r.method for r in origin.requests] == ["IGLOO", method]


@pytest.mark.parametrize("host", ["x.onion", "a.X.ONION", "x.onion."])
def test_onion_names_are_not_looked_up(host):
    result = runner.run("-sS", f"http://{host}/")
    assert result.code == 6 and (runner.IS_CURL or "RFC 7686" in result.text)

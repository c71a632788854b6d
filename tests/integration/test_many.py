"""Many URLs in one run: groups, patterns, lists, pace."""
import pytest

import runner
from liar import liar_tls
from origin import Origin, reply


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

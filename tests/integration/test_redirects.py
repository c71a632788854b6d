"""Redirects: how far they are followed, and what never travels with them (H097, H094-H096)."""
import pytest

import runner
from hostile import judge_stderr
from liar import liar_tls
from origin import Origin, redirect, reply

CANARIES = {
    "-u": ("canary-user:canary-password", b"Y2FuYXJ5"),  # how base64 of "canary" begins
    "Authorization": ("Authorization: Bearer canary-token", b"canary-token"),
    "Cookie": ("Cookie: session=canary-cookie", b"canary-cookie"),
}
SECRETS = [secret for _, secret in CANARIES.values()] + [b"canary"]


def with_credentials():
    return ["-u", CANARIES["-u"][0], "-H", CANARIES["Cookie"][0]], ["-H", CANARIES["Authorization"][0]]


class Chain:
    """Origins that send each other's visitors on: places is a list of (origin name, path); the last one answers."""

    def __init__(self, certs):
        tls = liar_tls(certs["server"])
        self.origins = {
            "A": Origin(self.answer_of("A")),
            "port": Origin(self.answer_of("port")),
            "tls": Origin(self.answer_of("tls"), tls=tls),
            "v6": Origin(self.answer_of("v6"), host="::1"),
        }
        self.places = []

    def url(self, name, path):
        if name == "name":  # A again, under another host name
            return self.origins["A"].url(path, host="localhost")
        return self.origins[name].url(path)

    def answer_of(self, name):
        def answer(request):
            n = int(request.target.strip("/"))
            if n + 1 == len(self.places):
                return reply(b"end\n")
            return redirect(self.url(self.places[n + 1], f"/{n + 1}"))
        return answer

    def run(self, places, *args):
        self.places = places
        for origin in self.origins.values():
            origin.requests.clear()
        return runner.run("-sS", "-L", *args, self.url(places[0], "/0"))

    def visits(self, n):
        """All that was sent as the request for the n-th place."""
        return b"".join(request.head for origin in self.origins.values() for request in origin.requests
                        if request.target == f"/{n}")


@pytest.fixture(scope="module")
def chain(certs):
    made = Chain(certs)
    yield made
    for origin in made.origins.values():
        origin.close()


@pytest.mark.parametrize("args", with_credentials(), ids=["user-and-cookie", "authorization"])
@pytest.mark.parametrize("places", [
    ["A", "port"],
    ["A", "tls"],
    ["A", "name"],
    ["A", "v6"],
    ["tls", "A"],
    ["A", "port", "port"],
    ["A", "A", "port"],
], ids="-".join)
def test_h097_credentials_stay(places, args, chain, certs):
    # http://localhost may be IPv6 first; the server listens on IPv4 only, so the way to it is given.
    port = chain.origins["A"].port
    result = chain.run(places, "--cacert", certs.ca, "--resolve", f"localhost:{port}:127.0.0.1", *args)
    assert (result.code, result.out) == (0, b"end\n"), result
    for n, place in enumerate(places):
        sent = chain.visits(n)
        assert sent
        if place == places[0]:
            assert any(secret in sent for secret in SECRETS)
        else:
            assert not any(secret in sent for secret in SECRETS), sent


@pytest.mark.parametrize("args", with_credentials(), ids=["user-and-cookie", "authorization"])
def test_h097_and_do_not_come_back(args, chain, certs):
    """A -> B -> A: once dropped, dropped for good. (curl sends them again.)"""
    result = chain.run(["A", "port", "A"], "--cacert", certs.ca, *args)
    assert (result.code, result.out) == (0, b"end\n"), result
    assert any(secret in chain.visits(0) for secret in SECRETS)
    assert not any(secret in chain.visits(1) for secret in SECRETS)
    if not runner.IS_CURL:
        assert not any(secret in chain.visits(2) for secret in SECRETS)


@pytest.mark.parametrize("args", [[], ["-u", "canary:canary"]], ids=["alone", "beside -u"])
def test_user_in_a_redirect_counts_for_that_hop(args):
    """Such a URL may name a user of its own; never does the first origin's go along."""
    def answer(request):
        if request.target == "/":
            return redirect(f"http://other:word@127.0.0.1:{second.port}/end")
        return reply(b"end")

    with Origin(answer) as second, Origin(answer) as first:
        assert runner.run("-sS", "-L", *args, first.url("/")).code == 0
        # Debian 12's curl sends nothing at all there.
        assert second.requests[0].field("Authorization") in ("Basic b3RoZXI6d29yZA==", None)


def test_without_l_the_redirect_is_the_result():
    with Origin(lambda _: redirect("/elsewhere")) as origin:
        result = runner.run("-sS", "-w", "%{http_code} %{redirect_url}", origin.url("/a/b"))
        assert (result.code, result.out) == (0, b"moved\n302 " + origin.url("/elsewhere").encode())
        assert len(origin.requests) == 1


@pytest.mark.parametrize("limit, n_requests", [("0", 1), ("3", 4), (None, 51)])
def test_h094_too_many(limit, n_requests):
    with Origin(lambda _: redirect("/again")) as origin:
        args = ["--max-redirs", limit] if limit else []
        result = runner.run("--no-progress-meter", "-L", *args, origin.url("/"))
        assert result.code == 47
        judge_stderr(result, 47, (limit or "50", "redirect"))
        assert len(origin.requests) == n_requests
        assert origin.n_connections == 1


def test_no_limit():
    def answer(request):
        n = int(request.target.strip("/") or 0)
        return reply(b"end") if n == 70 else redirect(f"/{n + 1}")

    with Origin(answer) as origin:
        result = runner.run("-sS", "-L", "--max-redirs", "-1", "-w", " %{num_redirects}", origin.url("/"))
        assert (result.code, result.out) == (0, b"end 70")


@pytest.mark.parametrize("location, code, word", [
    ("file:///etc/passwd", 1, "file"),
    ("gopher://127.0.0.1/", 1, "gopher"),
    ("dict://127.0.0.1/", 1, "dict"),
    ("http://", 3, "http://"),
    ("http://[::1", 3, "[::1"),
    ("http://a b/", 3, "a b"),
    ("//", 3, "//"),
])
def test_h095_h096_bad_places(location, code, word):
    with Origin(lambda _: redirect(location)) as origin:
        result = runner.run("--no-progress-meter", "-L", origin.url("/"))
    assert result.code == code, result
    judge_stderr(result, code, (word,))


@pytest.mark.parametrize("base, location, target", [
    ("/a/b", "c", "/a/c"),
    ("/a/b", "../c", "/c"),
    ("/a/b", "/c?d", "/c?d"),
    ("/a/b?q", "?r", "/a/b?r"),
    ("/a/b", "c d", "/a/c%20d"),
    ("/a/b", "./", "/a/"),
])
def test_relative_places(base, location, target):
    with Origin(lambda request: redirect(location) if request.target == base else reply(b"end")) as origin:
        assert runner.run("-sS", "-L", origin.url(base)).out == b"end"
        assert origin.requests[1].target == target


def test_i_shows_every_head():
    with Origin(lambda request: redirect("/end") if request.target == "/" else reply(b"end")) as origin:
        result = runner.run("-sS", "-L", "-i", origin.url("/"))
    heads = result.out.split(b"\r\n\r\n")
    assert heads[0].startswith(b"HTTP/1.1 302 Found\r\n") and heads[1].startswith(b"HTTP/1.1 200 OK\r\n")
    assert heads[2] == b"end"


@pytest.mark.parametrize("referer", [";auto", "http://first.test/;auto"])
def test_referer_by_itself(referer):
    """Without user, password and fragment."""
    with Origin(lambda request: redirect("/end") if request.target.startswith("/start") else reply(b"end")) as origin:
        url = origin.url("/start?q=1#fragment", user="canary:canary@")
        assert runner.run("-sS", "-L", "-e", referer, url).code == 0
        assert origin.requests[1].field("Referer") == origin.url("/start?q=1")

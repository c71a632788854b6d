"""Through Debian's own proxies, squid and tinyproxy, to an origin in clear and one with TLS; with the logs of both."""
import pytest

import runner
import servers
from liar import liar_tls
from origin import Origin, redirect, reply


def hello(request):
    if request.target == "/away":
        return redirect("/here")
    return reply(f"{request.method} {request.target} {len(request.body)}\n")


WITH_LOGIN = ["squid-basic", "squid-digest", "tinyproxy-basic"]


@pytest.fixture(scope="module", params=["squid", "tinyproxy", *WITH_LOGIN])
def proxy(request):
    kind, _, login = request.param.partition("-")
    with servers.temporary_directory() as path:
        start = getattr(servers, kind)(servers.Workspace(path), login=login or None)
        with start as server:
            server.login = login
            yield server


@pytest.fixture(scope="module", params=["http", "https"])
def origin(request, certs):
    with Origin(hello, tls=liar_tls(certs["server"]) if request.param == "https" else None) as made:
        made.extra = ["--cacert", certs.ca] if made.tls else []
        yield made


def arguments(proxy, origin):
    login = ["-U", "ada:love", "--proxy-" + proxy.login] if proxy.login else []
    return ["-sS", *login, *origin.extra, "-x", f"http://127.0.0.1:{proxy.port}"]


@pytest.mark.parametrize("tunnel", [[], ["-p"]], ids=["", "tunnel"])
def test_pages(tunnel, proxy, origin):
    before = len(origin.requests)
    urls = [origin.url(path, host="localhost") for path in ("/1", "/away", "/2")]
    result = runner.run(*arguments(proxy, origin), *tunnel, "-L", "-u", "o:canary", *urls)
    assert (result.code, result.out) == (0, b"GET /1 0\nGET /here 0\nGET /2 0\n"), result
    for request in origin.requests[before:]:
        assert request.field("Authorization") == "Basic bzpjYW5hcnk="
        assert request.field("Proxy-Authorization") is None


def test_an_upload(proxy, origin):
    result = runner.run(*arguments(proxy, origin), "--data-binary", "@-", origin.url("/up", host="localhost"), stdin=b"x" * 300000)
    assert (result.code, result.out) == (0, b"POST /up 300000\n"), result


def test_a_connection_is_kept_through_the_tunnel(proxy, origin):
    before = origin.n_connections
    result = runner.run(*arguments(proxy, origin), "-p", "-w", "%{num_connects} %{http_connect}\n", "-o", "/dev/null", "-o", "/dev/null",
                        origin.url("/1"), origin.url("/2"))
    assert result.code == 0, result
    assert result.out.decode().splitlines() == ["1 200", "0 000"]
    assert origin.n_connections == before + 1


@pytest.mark.parametrize("proxy", WITH_LOGIN, indirect=True)
def test_nobody_gets_through_without_a_login(proxy, origin):
    before = len(origin.requests)
    for login in ([], ["-U", "ada:wrong", "--proxy-anyauth"], ["-u", "ada:love"]):
        result = runner.run("-sS", *login, *origin.extra, "-p", "-x", f"http://127.0.0.1:{proxy.port}", origin.url("/"))
        assert result.code == (56), result
        assert b"407" in result.err or (proxy.login == "basic" and b"401" in result.err)
    assert len(origin.requests) == before


def test_an_origin_that_is_not_there(proxy):
    login = ["-U", "ada:love", "--proxy-anyauth"] if proxy.login else []
    port = servers.free_port()
    result = runner.run("-sS", *login, "-x", f"http://127.0.0.1:{proxy.port}", f"https://127.0.0.1:{port}/")
    assert result.code == (56), result
    assert b"response 50" in result.err

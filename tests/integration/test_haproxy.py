"""--haproxy-protocol: one line for the load balancer's server, before anything else on a connection."""
import re

import runner
from forward import Forward
from liar import liar_tls
from origin import Origin, redirect, reply
from test_sockets import UnixServer


class Announced(Origin):
    """Takes the line off the raw connection, before any TLS."""

    def __init__(self, *args, **how):
        self.lines = []
        super().__init__(*args, **how)

    def _serve(self, sock, number):
        line = b""
        while not line.endswith(b"\n") and (byte := sock.recv(1)):
            line += byte
        self.lines.append(line.decode())
        super()._serve(sock, number)


def ok(_):
    return reply(b"ok")


def test_the_line_comes_once_a_connection_and_names_both_ends():
    with Announced(ok) as origin:
        result = runner.run("-sS", "--haproxy-protocol", "-w", " %{local_port} ", origin.url("/1"), origin.url("/2"))
        assert result.code == 0, result
        port = result.out.split()[1].decode()
        assert origin.lines == [f"PROXY TCP4 127.0.0.1 127.0.0.1 {port} {origin.port}\r\n"]
        assert [request.line for request in origin.requests] == ["GET /1 HTTP/1.1", "GET /2 HTTP/1.1"]


def test_ipv6():
    with Announced(ok, host="::1") as origin:
        assert runner.run("-sS", "--haproxy-protocol", origin.url()).code == 0
        assert re.fullmatch(rf"PROXY TCP6 ::1 ::1 \d+ {origin.port}\r\n", origin.lines[0])


def test_it_comes_before_tls(certs):
    with Announced(ok, tls=liar_tls(certs["server"])) as origin:
        result = runner.run("-sS", "--cacert", certs.ca, "--haproxy-protocol", origin.url())
        assert (result.code, result.out) == (0, b"ok"), result
        assert re.fullmatch(rf"PROXY TCP4 127.0.0.1 127.0.0.1 \d+ {origin.port}\r\n", origin.lines[0])


def test_it_comes_behind_a_tunnel(certs):
    """The origin's first bytes, which no proxy sees; the addresses are those of the socket."""
    for over in (None, liar_tls(certs["server"])):
        with Forward(tls=over) as proxy, Announced(ok, tls=liar_tls(certs["server"])) as origin:
            result = runner.run("-sS", "--cacert", certs.ca, "--proxy-cacert", certs.ca, "--haproxy-protocol", "-x",
                                proxy.url(host="localhost"), origin.url(host="localhost"))
            assert (result.code, result.out) == (0, b"ok"), result
            assert re.fullmatch(rf"PROXY TCP([46]) (127\.0\.0\.1|::1) \2 \d+ {proxy.port}\r\n", origin.lines[0])
            assert proxy.requests[0].line.startswith("CONNECT ") and proxy.through[0].startswith(b"PROXY TCP")


def test_a_redirect_elsewhere_is_announced_too():
    with Announced(ok) as second, Announced(lambda request: redirect(second.url())) as first:
        result = runner.run("-sSL", "--haproxy-clientip", "192.0.2.7", first.url())
        assert (result.code, result.out) == (0, b"ok"), result
        for origin in (first, second):
            assert re.fullmatch(rf"PROXY TCP4 192.0.2.7 192.0.2.7 \d+ {origin.port}\r\n", origin.lines[0])


def test_who_is_announced_as_somebody_else_has_another_connection():
    with Announced(ok) as origin:
        urls = ["-sS", "--haproxy-clientip", "192.0.2.7", origin.url(), "--next", "-sS", "--haproxy-clientip",
                "2001:db8::7", origin.url(), "--next", "-sS", "--haproxy-clientip", "192.0.2.7", origin.url()]
        assert runner.run(*urls).out == b"okokok"
        assert [line.split()[:3] for line in origin.lines] == [["PROXY", "TCP4", "192.0.2.7"],
                                                               ["PROXY", "TCP6", "2001:db8::7"]]


def test_of_a_unix_socket_there_is_nothing_to_say(tmp_path):
    path = str(tmp_path / "s")
    with UnixServer(path) as server:
        result = runner.run("-sS", "--haproxy-protocol", "--unix-socket", path, "http://localhost/")
    assert (result.code, result.out) == (0, b"ok\n"), result
    assert server.heard[0].startswith(b"PROXY UNKNOWN\r\nGET / HTTP/1.1\r\n")


def test_what_is_no_address_is_told_before_any_socket():
    with Origin(ok) as origin:
        result = runner.run("--haproxy-clientip", "192.0.2.7\r\nGET / HTTP/1.1", origin.url())
        assert result.code == 2 and "--haproxy-clientip" in result.text
        assert origin.n_connections == 0

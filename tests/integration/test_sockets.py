"""Where a connection comes from and what kind of socket it is."""
import os
import shutil
import socket
import threading

import pytest

import runner
from origin import Origin, reply


class UnixServer:
    """Answers every connection with "ok" and keeps what it heard."""

    def __init__(self, address):
        self.heard = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(address)
        self.listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client, client.makefile("rb") as stream:
                head = b"".join(iter(stream.readline, b"\r\n"))
                self.heard.append(head)
                client.sendall(reply(b"ok\n", "200 OK", "Connection: close"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def test_a_unix_socket_stands_for_every_host(tmp_path):
    path = str(tmp_path / "s")
    with UnixServer(path) as server:
        result = runner.run("-sS", "-4", "--unix-socket", path, "http://one.invalid/1", "http://two.invalid:81/2")
    assert (result.code, result.out) == (0, b"ok\nok\n"), result
    assert [b"Host: one.invalid\r\n" in server.heard[0], b"Host: two.invalid:81\r\n" in server.heard[1]] == [True, True]


def test_an_abstract_one_too():
    name = f"peel-test-{os.getpid()}"
    with UnixServer("\0" + name):
        result = runner.run("-sS", "--abstract-unix-socket", name, "http://one.invalid/")
    assert (result.code, result.out) == (0, b"ok\n"), result


@pytest.mark.parametrize("path, code", [("/nonexistent/socket", 7), ("/" + "x" * 200, 6)])
def test_one_that_is_not_there(path, code):
    result = runner.run("-sS", "--unix-socket", path, "http://localhost/")
    assert result.code == code and "localhost" in result.text


@pytest.fixture(scope="module")
def origin():
    with Origin(lambda request: reply(b"")) as server:
        yield server


@pytest.mark.parametrize("name, code, seen", [
    ("127.0.0.9", 0, "127.0.0.9"), ("host!127.0.0.9", 0, "127.0.0.9"), ("lo", 0, "127.0.0.1"), ("if!lo", 0, "127.0.0.1"),
    ("no-such-thing", 45, ""), ("if!127.0.0.9", 45, ""), ("host!lo", 45, ""), ("192.0.2.1", 45, "")])
def test_where_we_come_from(origin, name, code, seen):
    result = runner.run("-sS", "--interface", name, "-w", "%{local_ip}", origin.url("/"))
    assert (result.code, result.out.decode()) == (code, seen), result


def test_which_port_we_come_from(origin):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        first = taken.getsockname()[1]
        last = min(first + 50, 65535)
        result = runner.run("-sS", "--local-port", f"{first}-{last}", "--interface", "127.0.0.1", "-w", "%{local_port}",
                            origin.url("/"))
        assert result.code == 0 and first < int(result.out) <= last
        result = runner.run("-sS", "--local-port", str(first), "--interface", "127.0.0.1", origin.url("/"))
        assert result.code == 45 and "in use" in result.text


@pytest.mark.skipif(not shutil.which("strace"), reason="no strace")
@pytest.mark.parametrize("args, call", [
    ([], "SO_KEEPALIVE, [1]"), ([], "TCP_NODELAY, [1]"), (["--tcp-nodelay"], "TCP_NODELAY, [1]"),
    (["--no-tcp-nodelay"], "TCP_NODELAY, [0]"), (["--keepalive-time", "7"], "TCP_KEEPIDLE, [7]"),
    (["--keepalive-cnt", "3"], "TCP_KEEPCNT, [3]"), (["--ip-tos", "AF21"], "IP_TOS, [72]"),
    (["--tcp-fastopen"], "TCP_FASTOPEN_CONNECT, [1]"), (["--mptcp"], "IPPROTO_MPTCP"), (["--no-keepalive"], "")])
def test_options_reach_the_socket(origin, tmp_path, args, call):
    """--no-keepalive: that no probes are asked for."""
    trace = tmp_path / "trace"
    # Whoever looks for leaks traces too, and two cannot.
    result = runner.run("-e", "trace=socket,setsockopt", "-o", trace, runner.PEEL, "-sS", *args, origin.url("/"),
                        program=shutil.which("strace"), env={"ASAN_OPTIONS": "detect_leaks=0:exitcode=99"})
    if not trace.exists() or b"ptrace" in result.err:
        pytest.skip("no tracing here")
    assert result.code == 0 and call in trace.read_text()
    assert ("SO_KEEPALIVE, [1]" in trace.read_text()) == (args != ["--no-keepalive"])


@pytest.mark.parametrize("args", [["--local-port", "0"], ["--local-port", "9-8"], ["--local-port", "1-70000"],
                                  ["--ip-tos", "256"], ["--ip-tos", "nonsense"]])
def test_nonsense_is_refused(origin, args):
    assert runner.run("-sS", *args, origin.url("/")).code == 2


def deaf_listener(port):
    """A listener at 127.0.0.2 with a queue so full that it answers no SYN; and who fills it."""
    listener = socket.socket()
    listener.bind(("127.0.0.2", port))
    listener.listen(0)
    callers = []
    for _ in range(4):
        caller = socket.socket()
        caller.setblocking(False)
        caller.connect_ex(listener.getsockname())
        callers.append(caller)
    return [listener, *callers]


def test_the_next_address_is_tried_when_the_user_says():
    """The first one hears nothing. A delay longer than the connect may take means that nobody else is asked."""
    with Origin(lambda request: reply(b"ok")) as origin:
        held = deaf_listener(origin.port)
        try:
            fetch = ["-sS", "--connect-timeout", "1.5", "--resolve", f"two.test:{origin.port}:127.0.0.2,127.0.0.1",
                     f"http://two.test:{origin.port}/"]
            soon = runner.run("--happy-eyeballs-timeout-ms", "1", *fetch)
            usual = runner.run(*fetch)
            late = runner.run("--happy-eyeballs-timeout-ms", "60000", *fetch)
        finally:
            for one in held:
                one.close()
    assert (soon.code, soon.out) == (usual.code, usual.out) == (0, b"ok"), (soon, usual)
    assert late.code == 28, late

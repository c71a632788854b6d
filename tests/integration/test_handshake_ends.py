"""Handshakes that end before their time: who ended it and how is told as it was, and so is what had come and gone by then."""
import contextlib
import json
import os
import re
import signal
import socket
import struct

import pytest

import runner
from liar import Liar, liar_tls, read_script
from peer import GUARD_S

pytestmark = pytest.mark.skipif(runner.IS_CURL, reason="looks at views of ours")

OPENED = b"HTTP/1.1 200 OK\r\n\r\n"
REFUSED = b"\x15\x03\x03\x00\x02\x02\x28"  # alert 40


@contextlib.contextmanager
def stopped(pid):
    os.kill(pid, signal.SIGSTOP)
    while True:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            if file.read().rpartition(")")[2].split()[0] == "T":
                break
        os.sched_yield()
    yield
    os.kill(pid, signal.SIGCONT)


def is_connected(client, server):
    """Whether the client's end of a connection still stands."""
    ends = [f":{client[1]:04X}", f":{server[1]:04X}"]
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any([word[-5:] for word in line.split()[1:3]] == ends for line in table)


def reset_before_hello(tmp_path, *args, answer):
    """A proxy answers CONNECT, and the reset is there before the ClientHello is made: the send of that hears of it."""
    with socket.create_server(("127.0.0.1", 0)) as listener, open(tmp_path / "err", "wb") as err:
        listener.settimeout(GUARD_S)
        process = runner.start(["--no-progress-meter", "-x", f"http://127.0.0.1:{listener.getsockname()[1]}", *args,
                                "https://origin.test/"], stdout=err, stderr=err, env={"COLUMNS": "1000"})
        sock, client = listener.accept()
        server = sock.getsockname()
        with sock:
            sock.settimeout(GUARD_S)
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += sock.recv(65536)
            with stopped(runner.pid_of(process)):
                sock.sendall(answer)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                sock.close()
                while is_connected(client, server):
                    os.sched_yield()
        code, _ = runner.wait(process)
    return code, (tmp_path / "err").read_text(encoding="utf-8")


def messages(text):
    return re.findall(r"^\* TLS .*? ([<>] \w+)", text, re.M)


def test_a_reset_that_the_send_hears_of(tmp_path):
    """The next recv says "end", as if a FIN had come."""
    code, text = reset_before_hello(tmp_path, "-v", answer=OPENED)
    assert code == 35 and "peel: (35) origin.test:443 reset the connection in the handshake\n" in text, text
    assert "  evidence  reset (RST) before our ClientHello had left\n" in text
    assert "FIN" not in text
    assert re.search(r"^\* Sending failed: Connection reset by peer; \d{3,} bytes did not leave$", text, re.M), text
    assert messages(text) == ["> ClientHello"], text


def test_a_reset_is_told_short(tmp_path):
    code, text = reset_before_hello(tmp_path, "-sS", answer=OPENED)
    assert (code, text) == (35, "peel: (35) reset-in-handshake: Sending failed in the TLS handshake: "
                                "Connection reset by peer, to origin.test port 443\n")


def test_what_came_before_the_reset_counts(tmp_path):
    """An alert says more than the reset behind it."""
    code, text = reset_before_hello(tmp_path, "-v", answer=OPENED + REFUSED)
    assert code == 35 and "refused the handshake: alert 40 handshake_failure\n" in text, text
    assert "RST" not in text and messages(text) == ["> ClientHello", "< Alert"], text


def test_what_does_not_leave_is_not_shown_as_sent(tmp_path):
    """A ServerHelloDone that nobody awaits is answered by an alert, which has nowhere to go."""
    code, text = reset_before_hello(tmp_path, "-v", answer=OPENED + b"\x16\x03\x03\x00\x04\x0e\x00\x00\x00")
    assert code == 35 and "broke the rules of the handshake\n" in text, text
    assert messages(text) == ["> ClientHello"], text


@pytest.mark.parametrize("end, cause, code", [
    ("cut", "closed-in-handshake", 35), ("reset", "reset-in-handshake", 35), ("stall", "silent-in-handshake", 28)])
def test_a_proxy_on_the_way_is_named(end, cause, code):
    with Liar(["expect", 'send "HTTP/1.1 200 OK\\r\\n\\r\\n"', end]) as proxy:
        args = ["--no-progress-meter", "-x", f"http://127.0.0.1:{proxy.port}", "--connect-timeout", "0.3"]
        result = runner.run(*args, "https://origin.test/?a", env={"COLUMNS": "1000"})
        report = runner.run(*args, "-s", "--tls-report", "json", "https://origin.test/?a").out
    assert result.code == code and f"--explain {cause}\n" in result.text, result
    words = f"on the way: the proxy 127.0.0.1:{proxy.port}, which may be the one that did it"
    assert f"            {words}\n" in result.text
    assert "\n            whether it is that proxy: peel --noproxy '*' 'https://origin.test/?a'\n" in result.text
    assert words in json.loads(report)["result"]["causes"][0]["evidence"]


def test_without_the_proxy(certs):
    """As the block proposes it."""
    with Liar(read_script("certificate"), tls=liar_tls(certs["server"])) as origin:
        result = runner.run("-sS", "-4", "--cacert", certs.ca, "-x", "http://127.0.0.1:1", "--noproxy", "*",
                            f"https://localhost:{origin.port}/")
    assert result.code == 0, result

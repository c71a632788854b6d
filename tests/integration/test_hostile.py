"""The catalogue of hostile peers, part one: TCP and TLS. Each row is a script in tests/support/scripts, played three
times: as it is, one byte at a time, and with each write cut at a place chosen by a seed."""
import shutil
import socket
import subprocess
import zlib

import pytest

import runner
from hostile import Row, cases, judge_stderr, run_row
from liar import Liar
from wire import WHOLE

ONCE = (WHOLE,)  # where the place of a cut changes nothing, or the script has a pace of its own


def read_the_alert(connections, result):
    """The client must not stop at a write that failed."""
    assert runner.IS_CURL or "alert" in result.text.lower()


def sent_sni(connections, _):
    """Also shows that the test sees SNI when there is one: an IP address must send none."""
    assert b"good.test" in connections[0].wire.raw


TCP = [
    Row("H013", 52, words=("empty reply",)),
    Row("H014", 56, words=("reset",)),
    Row("H015", 56, out=b"hi", words=("reset", "2 of 5|2 out of 5")),
    Row("H018", 0, out=b"patiently.\n", cpu_s=0.05, deliveries=ONCE),
]

HANDSHAKE = [
    Row("H021", 35, tls="server", words=("answered in plain HTTP", "http://")),
    Row("H023", 35, tls="server", words=("closed", "handshake|ServerHello")),
    Row("H024", 28, tls="server", args=("--connect-timeout", "1"), words=("TLS handshake",), deliveries=ONCE,
        cpu_s=0.02),
    Row("H025", 28, tls="server", args=("--connect-timeout", "1"), words=("TLS handshake",), cpu_s=0.02),
    Row("H026", 35, tls="server", words=("handshake_failure|handshake failure",)),
    Row("H027", 35, tls="server", host="good.test", words=("unrecognized_name|unrecognized name", "good.test"),
        checks=(sent_sni,)),
    Row("H028", 0, tls="server", version="1.2", out=b"hello"),
    Row("H028", 0, tls="server", version="1.3", out=b"hello"),
    Row("H034-handshake", 35, tls="server", words=("record overflow|packet length too long|record length|too long|"
                                                   "record_overflow",)),
    Row("H045", 35, tls="server", version="1.2", client_ca=True, words=("client certificate",)),
    Row("H046", 56, tls="server", version="1.3", client_ca=True,
        words=("certificate_required|certificate required", "--cert"),
        checks=(read_the_alert,)),
    Row("H048-tls12", 0, tls="server", version="1.2", out=b"hello"),
    Row("H048-tls13", 0, tls="server", version="1.3", out=b"hello"),
    Row("H049", 0, tls="server", version="1.2", out=b"hello"),
    Row("H049", 0, tls="server", version="1.3", out=b"hello"),
]

RECORDS = [
    Row("H034-body", 56, tls="server", version="1.3", out=b"hi",
        words=("record overflow|packet length too long|record length|too long|record_overflow",)),
    Row("H035", 56, tls="server", version="1.3", out=b"one,two,", words=("bad record MAC|bad_record_mac",)),
    Row("H035", 56, tls="server", version="1.2", out=b"one,two,", words=("bad record MAC|bad_record_mac",)),
    Row("H036", 56, tls="server", version="1.3", out=b"hi", words=("alert", "internal_error|internal error")),
    Row("H037", 56, tls="server", version="1.3", out=b"hi", words=("empty records|too many empty",), cpu_s=1.0),
]

CLOSING = [
    row
    for version in ("1.2", "1.3")
    for row in (
        Row("H041", 18, tls="server", version=version, out=b"hi", words=("2 of 5|2 out of 5|3 bytes",)),
        Row("H042", 0, tls="server", version=version, out=b"hello", verbose=("without close_notify",)),
        Row("H043", 56, tls="server", version=version, out=b"hello", words=("without close_notify",), curl=0),
        Row("H044", 52, tls="server", version=version, words=("empty reply",)),
    )
]


@pytest.mark.parametrize("row, delivery", cases(TCP))
def test_tcp(row, delivery, certs):
    run_row(row, delivery, certs)


@pytest.mark.parametrize("row, delivery", cases(HANDSHAKE))
def test_handshake(row, delivery, certs):
    run_row(row, delivery, certs)


@pytest.mark.parametrize("row, delivery", cases(RECORDS))
def test_records(row, delivery, certs):
    run_row(row, delivery, certs)


@pytest.mark.parametrize("row, delivery", cases(CLOSING))
def test_closing(row, delivery, certs):
    run_row(row, delivery, certs)


def test_h011_nobody_listens():
    with socket.socket() as bound:  # bound and not listening: nobody else gets the port meanwhile
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        result = runner.run("--no-progress-meter", f"https://127.0.0.1:{port}/")
    assert result.code == 7
    judge_stderr(result, 7, ("127.0.0.1", str(port), "refused"))


def may_make_networks():
    if not shutil.which("unshare") or not shutil.which("ip"):
        return False
    done = subprocess.run(["unshare", "-n", "ip", "link", "set", "lo", "up"], capture_output=True, check=False)
    return done.returncode == 0


# A neighbour that is known for ever and does not exist: the SYN leaves and nothing comes back.
SILENT_NEIGHBOUR = """
ip link add left type veth peer name right &&
ip addr add 192.0.2.1/24 dev left && ip link set left up && ip link set right up &&
ip neigh add 192.0.2.99 lladdr 02:00:00:00:00:99 dev left nud permanent && exec "$@"
"""


def test_h012_syn_is_dropped():
    if not may_make_networks():
        pytest.skip("no right to make a network namespace here")
    fetch = [runner.PEEL, "--no-progress-meter", "--connect-timeout", "1", "https://192.0.2.99/"]
    result = runner.run("-n", "sh", "-c", SILENT_NEIGHBOUR, "sh", *fetch, program="unshare")
    assert result.code == 28
    judge_stderr(result, 28, ("connect",))


def literal(data):
    return '"' + "".join(f"\\x{byte:02x}" for byte in data) + '"'


@pytest.mark.skipif(runner.IS_CURL, reason="curl looks at no clock before the peer is silent")
def test_who_is_never_silent_stops_no_clock():
    """A million zeros in gzip's clothes, over and over, each time in a thousand bytes: they take longer to understand than
    to send, so that the socket has always something to read."""
    packer = zlib.compressobj(wbits=31)
    start = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    zeros = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    with Liar(["expect", f"send {literal(head + start)}", "loop forever", f"send {literal(zeros)} * 100", "end"]) as liar:
        result = runner.run("-sS", "--compressed", "-m", "0.5", "-o", "/dev/null", f"http://127.0.0.1:{liar.port}/")
    assert result.code == 28 and "timed out" in result.text, result

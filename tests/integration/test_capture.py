"""--pcapng: what Wireshark makes of it."""
import os
import signal
import socket
import threading

import pytest

import runner
import servers
from captures import Capture
from forward import Forward
from liar import Liar, liar_tls
from origin import Origin, reply

PATIENCE_S = 20


def hello_origin(**how):
    return Origin(lambda request: reply(b"hello"), **how)


def fetch(tmp_path, *args, code=0):
    result = runner.run("-sS", "--pcapng", tmp_path / "o.pcapng", *args)
    assert result.code == code, result
    capture = Capture(tmp_path / "o.pcapng")
    assert capture.faults() == []
    said = capture.information()
    assert said["File encapsulation"] == "rawip" and said["Strict time order"] == "True", said
    assert int(said["Number of packets"]) == len(capture.fields("frame", "frame.number"))
    return capture


def n_secrets(capture):
    return int(capture.information()["Number of decryption secrets in file"])


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_requests_are_decrypted_in_full_and_resumed_handshakes(tmp_path, certs, workspace, tls, host):
    workspace.file("root/a", "hello")
    with servers.nginx(workspace, certs["server"], tls=tls, extra="keepalive_timeout 0;", ipv6=True) as server:
        capture = fetch(tmp_path, "--cacert", certs.ca, server.url("/a?1", host), server.url("/a?2", host))
    assert capture.fields("http.request", "tcp.stream", "http.request.uri") == [["0", "/a?1"], ["1", "/a?2"]]
    assert capture.values("http.response", "http.file_data")
    # The second handshake has no certificate.
    assert capture.values("tls.handshake.type == 11", "tcp.stream") == ["0"]
    assert capture.values("tcp.flags.syn == 1 && tcp.dstport == %d" % server.port, "tcp.seq") == ["0", "0"]
    assert set(capture.values("tls", "ipv6.dst" if ":" in host else "ip.dst")) == {host.strip("[]")}
    assert n_secrets(capture) == 2
    assert "invented by peel" in capture.values("tcp.flags.syn == 1 && tcp.ack == 0", "frame.comment")[0]
    assert capture.mode() == 0o600


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_what_is_sent_has_its_own_time(tmp_path, certs, workspace, tls):
    """Between a connect and its answer, and between a flight and ours, time goes by; each stamp is that of the call."""
    workspace.file("root/a", "hello")
    with servers.nginx(workspace, certs["server"], tls=tls) as server:
        capture = fetch(tmp_path, "--cacert", certs.ca, server.url("/a"))
    packets = capture.fields("tcp.stream == 0", "frame.time_epoch", "tcp.srcport", "tcp.len")
    times = [float(time) for time, _, _ in packets]
    told = [(float(time), port == str(server.port)) for time, port, size in packets if size != "0"]
    assert times == sorted(times)
    assert times[0] < times[1] == times[2] < told[0][0]  # SYN, its answer, and a ClientHello that had to be made
    first = next(i for i, (_, is_servers) in enumerate(told) if is_servers)     # a large ClientHello is several packets
    answer = next(i for i, (_, is_servers) in enumerate(told) if i > first and not is_servers)
    assert told[answer - 1][0] < told[answer][0], told


EARLY_DATA = 'location /a { return 200 "hello"; } ssl_early_data %s;'


@pytest.fixture(scope="module")
def early_server(certs):
    """Its sessions allow early data."""
    with servers.temporary_directory() as path:
        with servers.nginx(servers.Workspace(path), certs["server"], tls="1.3", extra=EARLY_DATA % "on", ipv6=True) as server:
            yield server


class Early:
    """A session in a file, and the run that sends its request with the ClientHello."""

    def __init__(self, tmp_path, certs, server, host):
        self.tmp_path, self.server, self.host = tmp_path, server, host
        self.common = ("-sS", "--cacert", certs.ca, "--ssl-sessions", tmp_path / "sessions", "--tls-earlydata",
                       "--keylog", tmp_path / "keys")
        assert runner.run(*self.common[:-2], server.url("/a", host)).code == 0

    def fetch(self, *paths, other=None, code=0):
        """other: the server that is asked under the name of the first."""
        elsewhere = ("--connect-to", f"::{self.host}:{other.port}") if other else ()
        urls = [self.server.url(path, self.host) for path in paths]
        return fetch(self.tmp_path, *self.common, *elsewhere, *urls, code=code)


@pytest.fixture(params=["127.0.0.1", "[::1]"])
def early(request, tmp_path, certs, early_server):
    return Early(tmp_path, certs, early_server, request.param)


SENT_EARLY = "http.request && tls.handshake.type == 1"  # in the packet of the ClientHello


def test_early_data_is_decrypted(early, tmp_path):
    capture = early.fetch("/a?early", "/a?later")
    assert capture.values(SENT_EARLY, "http.request.uri") == ["/a?early"]
    assert capture.values("http.request", "http.request.uri") == ["/a?early", "/a?later"]
    assert capture.values("http.response", "http.response.code") == ["200", "200"]
    assert capture.values("tls.handshake.type == 11", "frame.number") == []
    # The key log alone opens it as well, and without either nobody sees anything.
    bare = capture.without_secrets(keylog=tmp_path / "keys")
    assert bare.values(SENT_EARLY, "http.request.uri") == ["/a?early"]
    assert bare.values("http.request", "http.request.uri") == ["/a?early", "/a?later"]
    assert capture.without_secrets().values("http", "frame.number") == []


def test_early_data_that_was_rejected_is_decrypted_both_times(early, certs, workspace):
    with servers.nginx(workspace, certs["server"], tls="1.3", extra=EARLY_DATA % "off", ipv6=True) as other:
        capture = early.fetch("/a", other=other)
    assert capture.values(SENT_EARLY, "http.request.uri") == ["/a"]
    assert capture.values("http.request", "http.request.uri") == ["/a", "/a"]
    assert capture.values("http.response", "http.response.code") == ["200"]
    assert capture.values("tls.handshake.type == 11", "tcp.srcport") == [str(other.port)]


def test_early_data_to_a_stranger_is_decrypted(early, certs, workspace):
    """He rejects it, and his certificate is refused: what had gone with the ClientHello is there, and no more of it."""
    with servers.nginx(workspace, certs["other-name"], tls="1.3", extra=EARLY_DATA % "off", ipv6=True) as other:
        capture = early.fetch("/a", other=other, code=60)
    assert capture.values(SENT_EARLY, "http.request.uri") == capture.values("http.request", "http.request.uri") == ["/a"]
    assert capture.values("tls.handshake.type == 11", "tcp.srcport") == [str(other.port)]
    assert capture.values("tls.alert_message.desc == 42", "tcp.dstport") == [str(other.port)]
    assert capture.values("http.response", "frame.number") == []


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_a_handshake_in_small_pieces_is_decrypted(tmp_path, certs, tls):
    """A read of ours may bring a piece of a message: the keys must be in the file before any of them."""
    script = 'handshake split\nexpect\nsend "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok"'
    with Liar(script, tls=liar_tls(certs["server"], tls)) as liar:
        capture = fetch(tmp_path, "--cacert", certs.ca, f"https://localhost:{liar.port}/small")
    assert capture.values("http.request", "http.request.uri") == ["/small"]
    assert capture.values("http.response", "http.response.code") == ["200"]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_plain_http_on_a_kept_connection(tmp_path, host):
    with hello_origin(host=host) as origin:
        capture = fetch(tmp_path, "-w", "%{local_port} ", origin.url("/1"), origin.url("/2"))
    assert capture.fields("http.request", "tcp.stream", "http.request.uri") == [["0", "/1"], ["0", "/2"]]
    family = "ipv6" if ":" in host else "ip"
    assert capture.fields("http.request", f"{family}.src", f"{family}.dst", "tcp.dstport") == [[host, host, str(origin.port)]] * 2
    assert capture.values("http.response", "http.file_data")
    # Our own end, and no other.
    assert capture.values("tcp.flags.fin == 1", "tcp.dstport") == [str(origin.port)]


@pytest.mark.parametrize("tls", [None, "1.2", "1.3"])
def test_a_tunnel_has_the_bytes_of_the_socket(tmp_path, certs, tls):
    """One stream, to the proxy: with TLS of its own the key log has lines for both, and the origin's are within."""
    with Forward(tls=liar_tls(certs["server"], tls) if tls else None) as proxy, hello_origin(tls=liar_tls(certs["server"])) as origin:
        capture = fetch(tmp_path, "--cacert", certs.ca, "--proxy-cacert", certs.ca, "--keylog", tmp_path / "keys",
                        "-x", proxy.url(host="localhost"), origin.url("/x", host="localhost"))
    assert set(capture.values("tcp.flags.syn == 1 && tcp.ack == 0", "tcp.dstport")) == {str(proxy.port)}
    assert set(capture.values("tcp", "tcp.stream")) == {"0"}
    assert capture.values("http.request.method == CONNECT", "http.request.uri") == [f"localhost:{origin.port}"]
    randoms = {line.split()[1] for line in (tmp_path / "keys").read_text().splitlines()}
    assert len(randoms) == (2 if tls else 1)
    if not tls:
        assert capture.values("http.request.method == GET", "http.request.uri") == ["/x"]


def test_a_proxy_that_is_asked_over_tls(tmp_path, certs):
    with Forward(tls=liar_tls(certs["server"])) as proxy:
        capture = fetch(tmp_path, "--proxy-cacert", certs.ca, "-x", proxy.url(host="localhost"), "http://a.test/x")
    assert capture.values("http.request", "http.request.uri") == ["http://a.test/x"]
    assert capture.values("http.response", "http.response.code") == ["200"]


def test_a_large_body_is_in_segments(tmp_path):
    body = os.urandom(100_000)
    with Origin(lambda request: reply(body)) as origin:
        capture = fetch(tmp_path, "-o", "/dev/null", origin.url("/"))
    sizes = [int(value) for value in capture.values("tcp.len > 0 && tcp.srcport == %d" % origin.port, "tcp.len")]
    assert max(sizes) == 1400 and sum(sizes) == len(body) + len(reply(body)) - len(body)


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_a_refused_certificate(tmp_path, certs, tls):
    with Liar("handshake fail", tls=liar_tls(certs["server"], tls)) as liar:
        capture = fetch(tmp_path, "--cacert", certs.other_ca, f"https://localhost:{liar.port}/", code=60)
    assert capture.values("tls.handshake.type == 11", "tcp.srcport") == [str(liar.port)]
    assert capture.fields("tls.alert_message.desc == 48", "tcp.dstport") == [[str(liar.port)]]
    assert capture.values("http", "frame.number") == []


@pytest.mark.parametrize("script, flag, code", [('expect\nreset', "reset", 56), ('expect\ncut', "fin", 52)])
def test_the_peers_end_is_as_it_happened(tmp_path, script, flag, code):
    with Liar(script) as liar:
        capture = fetch(tmp_path, f"http://localhost:{liar.port}/", code=code)
    ends = capture.fields("tcp.flags.fin == 1 || tcp.flags.reset == 1", "tcp.srcport", f"tcp.flags.{flag}")
    assert ends[0][0] == str(liar.port) and ends[0][1] in ("1", "True")
    assert len(ends) == (1 if flag == "reset" else 2)


def test_a_body_that_is_not_read_to_its_end(tmp_path):
    """Whether that is FIN or RST depends on what lies unread in the socket; it is one of them, and ours."""
    script = 'expect\nsend "HTTP/1.1 200 OK\\r\\n\\r\\n"\nsend "x" * 3000000'
    with Liar(script) as liar:
        capture = fetch(tmp_path, "--max-filesize", "1000", "-o", "/dev/null", f"http://localhost:{liar.port}/", code=63)
    assert capture.values("tcp.flags.fin == 1 || tcp.flags.reset == 1", "tcp.dstport") == [str(liar.port)]


def test_a_unix_socket(tmp_path):
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()

        def serve():
            peer, _ = listener.accept()
            with peer:
                peer.recv(65536)
                peer.sendall(reply(b"hello"))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        capture = fetch(tmp_path, "--unix-socket", path, "http://any.test/here")
        thread.join(PATIENCE_S)
    assert capture.values("http.request", "http.request.uri") == ["/here"]
    assert "A Unix socket" in capture.values("tcp.flags.syn == 1 && tcp.ack == 0", "frame.comment")[0]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_run_leaves_a_readable_file(tmp_path, certs, peel, how):
    """In the middle of a handshake, with an answer that never comes."""
    path = tmp_path / "o.pcapng"
    with Liar("expect hello\nstall", tls=liar_tls(certs["server"])) as liar:
        process = peel.start("-sS", "--pcapng", path, f"https://localhost:{liar.port}/")
        assert servers.wait_until(process, lambda: path.exists() and b"localhost" in path.read_bytes(), "the capture")
        process.send_signal(how)
        process.communicate(timeout=PATIENCE_S)
    assert Capture(path).values("tls.handshake.type == 1", "tls.handshake.extensions_server_name") == ["localhost"]


def test_what_exists_stays_and_ends_the_run(tmp_path):
    with hello_origin() as origin:
        for name in ("file", "link", "dangling"):
            path = tmp_path / name
            if name == "file":
                path.write_text("precious")
            else:
                path.symlink_to(tmp_path / ("file" if name == "link" else "nowhere"))
            result = runner.run("-sS", "--pcapng", path, origin.url("/"))
            assert (result.code, result.out) == (23, b""), result
            assert f"peel: (23) Failed to create the file '{path}': File exists\n" in result.text
        assert (tmp_path / "file").read_text() == "precious"
        assert not (tmp_path / "nowhere").exists()
        assert runner.run("-sS", "--pcapng", "/nonexistent/o", origin.url("/")).code == 23
        assert origin.requests == []
        result = runner.run("-sS", "--pcapng", "-", origin.url("/"))
        assert result.code == 2 and "file of its own" in result.text


def test_it_says_once_that_it_holds_secrets(tmp_path):
    with hello_origin() as origin:
        urls = [origin.url("/"), origin.url("/")]
        result = runner.run("--no-progress-meter", "--pcapng", "o", *urls, cwd=tmp_path)
        assert result.text == "Warning: 'o' will hold all that is sent and received, and the keys to it\n"
        assert runner.run("-s", "--pcapng", "p", *urls, cwd=tmp_path).err == b""


def test_nothing_is_written_in_a_dry_run(tmp_path):
    result = runner.run("--dry-run", "--pcapng", "o", "--keylog", "k", "http://localhost:1/", cwd=tmp_path)
    assert result.code == 0 and os.listdir(tmp_path) == []


def test_a_dry_run_of_some_urls_takes_no_evidence_of_the_others(tmp_path):
    with hello_origin() as origin:
        result = runner.run("-sS", "--dry-run", origin.url("/dry"), "--next", "-o", "page", "--pcapng", "o", "--keylog", "k",
                            origin.url("/wet"), cwd=tmp_path)
        assert result.code == 0 and sorted(os.listdir(tmp_path)) == ["k", "o", "page"]
        assert b"> GET /dry HTTP/1.1\n" in result.out and b"/wet" not in result.out
        assert [request.target for request in origin.requests] == ["/wet"]


def test_a_full_disk_is_told(tmp_path):
    """The fetch goes on; that the capture is not whole is its own exit code."""
    with Origin(lambda request: reply(bytes(300_000))) as origin:
        limited = """trap '' XFSZ; ulimit -f 100; exec "$0" "$@\""""
        result = runner.run("-c", limited, runner.PEEL, "-sS", "--pcapng", "o", "-w", "%{size_download}", "-o",
                            "/dev/null", origin.url("/"), program="/bin/bash", cwd=tmp_path)
    assert result.out == b"300000"
    assert result.code == 23 and "Failed to write the file 'o': File too large" in result.text


@pytest.mark.slow
def test_memory_stays_flat(tmp_path):
    if runner.is_sanitized():
        return
    size = 200_000_000

    def rss(*args):
        with Origin(lambda request: reply(bytes(size))) as origin:
            result = runner.run("-sS", "-o", "/dev/null", *args, origin.url("/"))
            assert result.code == 0, result
            return result.rss_kib

    assert rss("--pcapng", tmp_path / "o") < rss() + 8 * 1024
    assert (tmp_path / "o").stat().st_size > size
    (tmp_path / "o").unlink()

"""--ssl-sessions: TLS sessions that outlive a run. Whether one was resumed, both the server and %{tls_resumed} tell."""
import os
import stat

import pytest

import runner
import servers
from liar import liar_tls
from origin import Origin, reply

pytestmark = pytest.mark.skipif(runner.IS_CURL, reason="the curl of this system has no such option")

SAYS = 'location /says { return 200 "$ssl_session_reused"; }'


@pytest.fixture(params=["1.2", "1.3"])
def server(request, certs, workspace):
    with servers.nginx(workspace, certs["server"], tls=request.param, extra=SAYS) as nginx:
        yield nginx


def with_tickets(identity):
    context = liar_tls(identity)
    context.num_tickets = 2
    return context


def ask(certs, server, *args, trust=None, path="/says", host=None):
    trust = ("--cacert", certs.ca) if trust is None else trust
    return runner.run("--no-progress-meter", "-w", "%{tls_resumed}", *trust, *args, server.url(path, host=host),
                      env={"COLUMNS": "1000"})


def is_resumed(result):
    """nginx says r or ., and both sides are of one mind."""
    assert result.code == 0 and result.out in (b"r1", b".0"), result
    return result.out == b"r1"


def lines_of(path):
    return path.read_text().splitlines()[1:]


def test_a_session_goes_on_in_the_next_run(server, certs, tmp_path):
    path = tmp_path / "sessions"
    kept = ("--ssl-sessions", path)
    assert not is_resumed(ask(certs, server, *kept))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert lines_of(path)
    for _ in range(3):
        result = ask(certs, server, *kept, "-v")
        assert is_resumed(result), result
        assert "* SSL session resumed: the certificate was checked in an earlier handshake\n" in result.text
    assert os.listdir(tmp_path) == ["sessions"]


def test_without_the_option_nothing_is_kept(server, certs, tmp_path):
    path = tmp_path / "sessions"
    ask(certs, server, "--ssl-sessions", path)
    before = path.read_bytes()
    assert not is_resumed(ask(certs, server))
    assert path.read_bytes() == before


def test_a_ticket_of_tls_1_3_is_used_once(certs, workspace, tmp_path):
    """Even if the server sends but one, and however the run ends that used it."""
    path = tmp_path / "sessions"
    workspace.file("root/file", "hello")
    with servers.s_server(workspace, certs["server"], "-num_tickets", "1", tls="1.3") as server:
        args = ("-sS", "-w", "%{tls_resumed}", "--cacert", certs.ca, "--ssl-sessions", path,
                server.url("/file", host="127.0.0.1"))
        used = set()
        for n in range(3):
            result = runner.run(*args)
            assert (result.code, result.out) == (0, b"hello" + (b"1" if n else b"0")), result
            lines = lines_of(path)
            assert len(lines) == 1 and lines[0] not in used
            used.add(lines[0])


@pytest.mark.parametrize("args", [
    ("-k",), ("--no-sessionid",), ("--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256"), ("--sni", "other.test"), ("--no-alpn",),
    ("--http1.0",), ("--ca-native",),
], ids=lambda args: args[0])
def test_a_session_stands_under_all_that_was_said(args, server, certs, tmp_path):
    """One of without is none with, and the reverse; both ways the same resumes, but where none may be kept."""
    never = args[0] in ("-k", "--no-sessionid")
    for first, second in ((args, ()), ((), args)):
        path = tmp_path / f"sessions{len(first)}"
        assert not is_resumed(ask(certs, server, *first, "--ssl-sessions", path))
        assert not is_resumed(ask(certs, server, *second, "--ssl-sessions", path))
        assert is_resumed(ask(certs, server, "--ssl-sessions", path))
        assert is_resumed(ask(certs, server, *args, "--ssl-sessions", path)) == (not never)


def test_another_host_port_or_certificate(server, certs, tmp_path):
    path = tmp_path / "sessions"
    assert not is_resumed(ask(certs, server, "--ssl-sessions", path))
    assert not is_resumed(ask(certs, server, "--ssl-sessions", path, host="127.0.0.1"))
    client = certs["client"]
    mine = ("--cert", client.cert, "--key", client.key)
    assert not is_resumed(ask(certs, server, "--ssl-sessions", path, *mine))
    assert is_resumed(ask(certs, server, "--ssl-sessions", path, *mine))
    with Origin(lambda _: reply(b"ok"), tls=liar_tls(certs["server"])) as other:
        result = runner.run("-sSv", "--cacert", certs.ca, "--ssl-sessions", path, other.url(host="localhost"))
        assert result.code == 0 and "not resumed: none is kept for this server" in result.text, result


def test_trust_that_was_changed(server, certs, tmp_path):
    """The same name of a file, with another authority in it: who was trusted before is so no more."""
    path, trust = tmp_path / "sessions", tmp_path / "trust.pem"
    with open(certs.ca, encoding="ascii") as file:
        trust.write_text(file.read())
    args = ("--cacert", trust)
    assert not is_resumed(ask(certs, server, "--ssl-sessions", path, trust=args))
    assert is_resumed(ask(certs, server, "--ssl-sessions", path, trust=args))
    with open(certs.other_ca, encoding="ascii") as file:
        trust.write_text(file.read())
    assert ask(certs, server, "--ssl-sessions", path, trust=args).code == 60


def test_an_unverified_handshake_leaves_nothing(server, certs, tmp_path):
    path = tmp_path / "sessions"
    for _ in range(2):
        assert not is_resumed(ask(certs, server, "-k", "--ssl-sessions", path, trust=()))
        assert lines_of(path) == []
    assert not is_resumed(ask(certs, server, "--ssl-sessions", path))


def test_sessions_of_other_servers_stay(certs, tmp_path):
    path = tmp_path / "sessions"
    with Origin(lambda _: reply(b"ok"), tls=with_tickets(certs["server"])) as one:
        with Origin(lambda _: reply(b"ok"), tls=with_tickets(certs["server"])) as other:
            out = [runner.run("-sS", "-w", "%{tls_resumed}", "--cacert", certs.ca, "--ssl-sessions", path, origin.url()).out
                   for origin in (one, other, one, other)]
    assert out == [b"ok0", b"ok0", b"ok1", b"ok1"]


def test_the_server_declines(certs, tmp_path):
    path = tmp_path / "sessions"
    args = ("-sSv", "-w", "%{tls_resumed}", "--cacert", certs.ca, "--ssl-sessions", path)
    with Origin(lambda _: reply(b"ok"), tls=with_tickets(certs["server"])) as origin:
        port = origin.port
        assert runner.run(*args, origin.url(host="localhost")).code == 0
    # Another server with other ticket keys, reached under the name of the first.
    with Origin(lambda _: reply(b"ok"), tls=with_tickets(certs["server"])) as origin:
        result = runner.run(*args, "--connect-to", f"::127.0.0.1:{origin.port}", f"https://localhost:{port}/")
    assert (result.code, result.out) == (0, b"ok0"), result
    assert "* SSL session not resumed: the server declined it\n" in result.text


# -- files that are not what they should be

def make(path, server, certs):
    assert not is_resumed(ask(certs, server, "--ssl-sessions", path))
    return path.read_bytes()


@pytest.mark.parametrize("name, change, n_bad", [
    ("cut in a line", lambda text: text[:-100], 1),
    ("a letter changed", lambda text: text.replace(b"\nMI", b"\nNI"), None),
    ("a peer without a digest", lambda text: text.replace(text.split()[-3], b"x"), None),
    ("a line of nonsense", lambda text: text + b"nonsense\n", 1),
    ("bytes that are no text", lambda text: text + bytes(range(256)) + b"\n", 2),
    ("a line without end", lambda text: text + b"A" * 200000, 0),
])
def test_a_damaged_file(name, change, n_bad, server, certs, tmp_path):
    path = tmp_path / "sessions"
    path.write_bytes(change(make(path, server, certs)))
    result = ask(certs, server, "--ssl-sessions", path)
    assert result.code == 0, result
    assert (b"ignored: no TLS session that was kept here" in result.err) == (n_bad != 0), result
    again = ask(certs, server, "--ssl-sessions", path)
    assert is_resumed(again) and again.err == b"", again


@pytest.mark.parametrize("content", [b"important\n", b"\x00" * 100, b"# peel: TLS sessions, version 2.\nx y\n", b"\n"])
def test_a_file_of_something_else_is_left_alone(content, server, certs, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(content)
    path.chmod(0o600)
    result = ask(certs, server, "--ssl-sessions", path)
    assert not is_resumed(result) and b"it is no file of TLS sessions" in result.err
    assert path.read_bytes() == content


def test_a_file_that_others_may_read_is_not_trusted(server, certs, tmp_path):
    path = tmp_path / "sessions"
    make(path, server, certs)
    for mode in (0o644, 0o620, 0o602):
        path.chmod(mode)
        result = ask(certs, server, "--ssl-sessions", path)
        assert not is_resumed(result) and b"others may read or write it" in result.err, result
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert is_resumed(ask(certs, server, "--ssl-sessions", path))


def test_an_empty_file_is_as_good_as_none(server, certs, tmp_path):
    path = tmp_path / "sessions"
    path.touch(0o644)
    result = ask(certs, server, "--ssl-sessions", path)
    assert not is_resumed(result) and result.err == b""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert is_resumed(ask(certs, server, "--ssl-sessions", path))


@pytest.mark.parametrize("kind", ["symlink", "dangling", "fifo", "directory", "device", "no folder"])
def test_what_is_no_file_of_ones_own(kind, server, certs, tmp_path):
    path, target = tmp_path / "sessions", tmp_path / "target"
    if kind in ("symlink", "dangling"):
        path.symlink_to(target)
    if kind == "symlink":
        target.write_text("kept")
    if kind == "fifo":
        os.mkfifo(path)
    if kind == "directory":
        path.mkdir()
    if kind == "device":
        path = "/dev/null"
    if kind == "no folder":
        path = tmp_path / "none" / "sessions"
    result = ask(certs, server, "--ssl-sessions", path)
    assert not is_resumed(result) and result.err.count(b"Warning") == 1, result
    assert not target.exists() if kind != "symlink" else target.read_text() == "kept"
    assert len(os.listdir(tmp_path)) == {"symlink": 2, "device": 0, "no folder": 0}.get(kind, 1)


def test_a_file_of_another_user(server, certs, tmp_path):
    """Root gives one away; whoever is not root takes one of root's."""
    path = tmp_path / "sessions" if os.geteuid() == 0 else "/etc/passwd"
    if os.geteuid() == 0:
        make(path, server, certs)
        os.chown(path, 65534, 65534)
    with open(path, "rb") as file:
        before = file.read()
    result = ask(certs, server, "--ssl-sessions", path)
    assert not is_resumed(result) and b"it belongs to another user" in result.err, result
    with open(path, "rb") as file:
        assert file.read() == before


def test_the_number_is_bounded(server, certs, tmp_path):
    path = tmp_path / "sessions"
    make(path, server, certs)
    line = lines_of(path)[0]
    header = path.read_text().splitlines()[0]
    path.write_text("\n".join([header, *(line.replace("localhost", f"h{n}.test") for n in range(500)), line, ""]))
    assert is_resumed(ask(certs, server, "--ssl-sessions", path))
    assert 1 < len(lines_of(path)) <= 64

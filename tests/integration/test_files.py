"""Bodies into files: names, checks, what stays after a fault, and -w and -D beside them."""
import gzip
import hashlib
import os
import re
import signal
import socket
import stat
import threading

import pytest

import runner
from liar import Liar
from origin import Origin, redirect, reply

BODY = b"12345\n"


def named(disposition):
    return lambda _: reply(BODY, "200 OK", f"Content-Disposition: {disposition}")


def tree(path):
    return sorted(os.path.relpath(os.path.join(d, name), path) for d, _, names in os.walk(path) for name in names)


@pytest.mark.parametrize("disposition, name", [
    ('attachment; filename="../../evil"', "evil"),
    ("attachment; filename=/etc/x", "x"),
    ('attachment; filename="..\\x"', "x"),
    ("attachment; filename=x%00y", "x%00y"),
    ("attachment; filename*=UTF-8''..%2fx", "x"),
    ("attachment; filename*=UTF-8''%1b%5b", "_["),
    ("attachment; filename=" + "n" * 300, "n" * 255),
    ("attachment; filename=one; filename=two", "one"),
    ("attachment; filename=.profile", "_profile"),
    ("attachment; filename=..", "url"),
    ("inline", "url"),
])
def test_a_server_names_a_file_in_the_folder_only(disposition, name, tmp_path):
    """H119."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    with Origin(named(disposition)) as origin:
        assert runner.run("-sS", "-OJ", origin.url("/url?q"), cwd=inner).code == 0
    assert tree(tmp_path) == [f"a/b/{name}"]
    assert (inner / name).read_bytes() == BODY


@pytest.mark.parametrize("args", [[], ["-i"], ["--atomic"]])
@pytest.mark.parametrize("kind", ["file", "symlink", "dangling", "fifo", "directory"])
def test_a_name_from_the_server_replaces_nothing(kind, args, tmp_path):
    """CVE-2010-3842, with -i CVE-2020-8177. H120."""
    victim = tmp_path / "victim"
    victim.write_text("old")
    name = tmp_path / "name"
    {"file": lambda: name.write_text("old"), "symlink": lambda: name.symlink_to(victim),
     "dangling": lambda: name.symlink_to(tmp_path / "nothing"), "fifo": lambda: os.mkfifo(name),
     "directory": name.mkdir}[kind]()
    before = tree(tmp_path)
    with Origin(named("attachment; filename=name")) as origin:
        result = runner.run("-sS", "-OJ", *args, origin.url("/"), cwd=tmp_path)
    assert result.code == 23, result
    assert "name" in result.text
    assert tree(tmp_path) == before
    assert victim.read_text() == "old"
    if kind == "file":
        assert name.read_text() == "old"


@pytest.mark.parametrize("atomic", [False, True])
def test_a_name_from_the_user_is_followed_as_the_shell_does_it(atomic, tmp_path):
    """Nothing but a regular file is ever replaced by another one."""
    args = ["--atomic"] if atomic else []
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "null").symlink_to("/dev/null")
    (tmp_path / "dangling").symlink_to("made")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "directory").mkdir()
    with Origin(lambda _: reply(BODY)) as origin:
        def run(name):
            return runner.run("-sS", *args, "-o", name, origin.url(), cwd=tmp_path).code
        assert [run("link"), run("null")] == [0, 0]
        assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_bytes() == BODY
        assert (tmp_path / "null").is_symlink() and stat.S_ISCHR(os.stat("/dev/null").st_mode)
        reader = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
        assert run("fifo") == 0 and os.read(reader, 100) == BODY
        os.close(reader)
        assert stat.S_ISFIFO((tmp_path / "fifo").lstat().st_mode)
        assert run("directory") == 23 and (tmp_path / "directory").is_dir()
        assert run("dangling") == 0 and (tmp_path / "made").read_bytes() == BODY


def test_clobber_and_no_clobber_decide_about_such_a_name(tmp_path):
    (tmp_path / "name").write_text("old")
    with Origin(named("attachment; filename=name")) as origin:
        assert runner.run("-sS", "-OJ", "--no-clobber", origin.url("/"), cwd=tmp_path).code == 0
        assert (tmp_path / "name").read_text() == "old"
        assert (tmp_path / "name.1").read_bytes() == BODY
        assert runner.run("-sS", "-OJ", "--clobber", origin.url("/"), cwd=tmp_path).code == 0
        assert (tmp_path / "name").read_bytes() == BODY


def test_without_J_the_first_url_names_the_file(tmp_path):
    """What CVE-2010-2252 and CVE-2016-4971 were for GNU wget."""
    def answer(request):
        return redirect("/second") if request.target == "/first" else named("filename=third")(request)

    with Origin(answer) as origin:
        assert runner.run("-sSL", "-O", origin.url("/first"), cwd=tmp_path).code == 0
        assert tree(tmp_path) == ["first"]
        assert runner.run("-sSL", "-OJ", origin.url("/first"), cwd=tmp_path).code == 0
        assert tree(tmp_path) == ["first", "third"]


def test_heads_wait_until_the_name_is_known(tmp_path):
    with Origin(named("attachment; filename=name")) as origin:
        assert runner.run("-sSi", "-OJ", origin.url("/x"), cwd=tmp_path).code == 0
    assert tree(tmp_path) == ["name"]
    assert (tmp_path / "name").read_bytes().startswith(b"HTTP/1.1 200 OK\r\n")


def test_folders_modes_and_existing_files(tmp_path):
    with Origin(lambda _: reply(BODY)) as origin:
        def run(*args):
            return runner.run("-sS", *args, cwd=tmp_path)
        assert run("--output-dir", "a/b", "-o", "c", origin.url()).code == 23
        assert run("--create-dirs", "--create-file-mode", "0600", "--output-dir", "a/b", "-o", "c",
                   origin.url()).code == 0
        assert stat.S_IMODE((tmp_path / "a/b/c").stat().st_mode) == 0o600
        assert run("--no-clobber", "-o", "a/b/c", origin.url()).code == 0
        assert tree(tmp_path) == ["a/b/c", "a/b/c.1"]
        asked = len(origin.requests)
        assert run("--skip-existing", "-o", "a/b/c", origin.url()).code == 0
        assert len(origin.requests) == asked
        assert run("--out-null", origin.url(), "-w", "%{size_download}").out == b"6"
        assert run("--remote-name-all", "--output-dir", "a", origin.url("/1"), origin.url("/2")).code == 0
        assert {"a/1", "a/2"} <= set(tree(tmp_path))


CUT = ["expect", r'send "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"', "cut"]


@pytest.mark.parametrize("args, left", [
    (["-o", "f"], {"f": "hello"}),
    (["-o", "f", "--remove-on-error"], {}),
    (["-o", "f", "--remove-on-error", "--no-clobber"], {"f": "old"}),
    (["-o", "f", "--no-clobber"], {"f": "old", "f.1": "hello"}),
    (["-o", "f", "--atomic"], {"f": "old"}),
])
def test_what_is_left_after_a_fault(args, left, tmp_path):
    (tmp_path / "f").write_text("old")
    with Liar(CUT) as liar:
        result = runner.run("-sS", *args, f"http://127.0.0.1:{liar.port}/", cwd=tmp_path)
    assert result.code == 18
    assert "5 of 10" in result.text
    assert {name: (tmp_path / name).read_text() for name in tree(tmp_path)} == left


def test_remove_on_error_touches_nothing_that_it_did_not_write(tmp_path):
    """CVE-2022-27778."""
    (tmp_path / "f").write_text("old")
    with Origin(lambda _: reply(b"no", "404 Not Found")) as origin:
        assert runner.run("-sSf", "--remove-on-error", "-o", "f", origin.url(), cwd=tmp_path).code == 22
    assert (tmp_path / "f").read_text() == "old"


@pytest.mark.parametrize("flags, is_good, code, left", [
    ([], True, 0, BODY), ([], False, 120, BODY), (["--atomic"], True, 0, BODY), (["--atomic"], False, 120, b"old"),
    (["--remove-on-error"], False, 120, None), (["-C", "3"], True, 0, BODY),
])
def test_sha256(flags, is_good, code, left, tmp_path):
    digest = hashlib.sha256(BODY if is_good else b"another").hexdigest()
    file = tmp_path / "f"
    file.write_bytes(BODY[:3] if "-C" in flags else b"old")

    def answer(request):
        if request.field("Range"):
            return reply(BODY[3:], "206 Partial Content", "Content-Range: bytes 3-5/6")
        return reply(BODY)

    with Origin(answer) as origin:
        result = runner.run("-sS", "-o", "f", *flags, "--sha256", digest.upper(), origin.url(), cwd=tmp_path)
    assert result.code == code, result
    assert (file.read_bytes() if file.exists() else None) == left
    assert tree(tmp_path) == (["f"] if left is not None else [])


def test_max_filesize_counts_what_is_promised_and_what_comes(tmp_path):
    with Origin(lambda _: reply(b"x" * 100)) as origin:
        result = runner.run("-sS", "--max-filesize", "99", origin.url())
        assert (result.code, result.out) == (63, b"")
        assert runner.run("-sS", "--max-filesize", "100", origin.url()).code == 0
    open_ended = ["expect", r'send "HTTP/1.1 200 OK\r\n\r\n"', 'send "x" * 100', "cut"]
    with Liar(open_ended) as liar:
        result = runner.run("-sS", "--max-filesize", "99", f"http://127.0.0.1:{liar.port}/")
        assert (result.code, result.out) == (63, b"x" * 99)
    bomb = gzip.compress(b"x" * 1000)
    with Origin(lambda _: reply(bomb, "200 OK", "Content-Encoding: gzip")) as origin:
        result = runner.run("-sS", "--compressed", "--max-filesize", "99", origin.url())
        assert (result.code, result.out) == (63, b""), result
        assert runner.run("-sS", "--compressed", "--max-filesize", "1000", origin.url()).code == 0


def test_remote_time_and_xattr(tmp_path):
    with Origin(lambda _: reply(BODY, "200 OK", "Last-Modified: Tue, 13 Jun 2000 12:10:00 GMT",
                                "Content-Type: text/x")) as origin:
        result = runner.run("-sS", "-R", "--xattr", "-o", "f", origin.url("/p", user="ada:secret@"), cwd=tmp_path)
    assert result.code == 0
    assert (tmp_path / "f").stat().st_mtime == 960898200
    try:
        noted = os.getxattr(tmp_path / "f", "user.xdg.origin.url").decode()
    except OSError:
        pytest.skip("no extended attributes here")
    assert "secret" not in noted and noted.endswith("/p")


def test_dump_header_gathers_the_heads_of_a_run(tmp_path):
    with Origin(lambda r: reply(b"body", "200 OK", "X: " + r.target)) as origin:
        (tmp_path / "heads").write_text("old")
        assert runner.run("-sS", "-D", "heads", origin.url("/1"), origin.url("/2"), cwd=tmp_path).out == b"bodybody"
        assert re.findall(r"X: (\S+)", (tmp_path / "heads").read_text()) == ["/1", "/2"]
        result = runner.run("-sS", "-D", "-", origin.url("/1"))
        assert result.out.endswith(b"\r\n\r\nbody") and result.out.startswith(b"HTTP/1.1 200")


def test_writeout_of_heads_files_and_parts(tmp_path):
    with Origin(lambda r: redirect("/2") if r.target == "/1" else reply(b"", "200 OK", "X: a", "X: b")) as origin:
        result = runner.run("-sSL", origin.url("/1"), "-w", "%header{x} %header{x:all:, } %header{location:all:;} "
                            "%{url.path} %{urle.path} %{url.port}%output{w}file%output{>>w}more%{stdout}!", cwd=tmp_path)
        assert result.out.decode() == f"a a, b /2 /1 /2 {origin.port}!"
        assert (tmp_path / "w").read_text() == "filemore"
        result = runner.run("-sS", origin.url("/2"), "-w", "%{header_json}")
        assert b'"x":["a","b"]' in result.out
        assert re.fullmatch(rb"\d{4}-\d\d \d{6}", runner.run("-sS", origin.url("/2"), "-w", "%time{%Y-%m %f}").out)


def test_dry_run_sends_nothing_and_masks():
    with Origin(lambda _: reply(b"")) as origin:
        result = runner.run("-sS", "--dry-run", "-u", "ada:secret", "-d", "x=1", origin.url("/p"))
        assert origin.n_connections == 0
    assert result.code == 0
    assert b"> POST /p HTTP/1.1\n" in result.out and b"secret" not in result.out
    assert b"Authorization: Basic ****" in result.out and str(origin.port).encode() in result.out


@pytest.mark.parametrize("number", range(9))
def test_a_killed_run_leaves_the_old_file_or_the_new_one(number, tmp_path):
    """Killed when so many pieces of the body have been sent, never all of them."""
    file = tmp_path / "f"
    file.write_bytes(b"old")
    new = b"n" * 90000
    sent = threading.Event()
    go_on = threading.Event()
    port_socket = socket.create_server(("127.0.0.1", 0))

    def serve():
        sock, _ = port_socket.accept()
        sock.recv(65536)
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(new) + new[:number * 10000])
        sent.set()
        go_on.wait(20)
        sock.close()

    threading.Thread(target=serve, daemon=True).start()
    process = runner.start(["-sS", "--atomic", "-o", "f", f"http://127.0.0.1:{port_socket.getsockname()[1]}/"],
                           cwd=tmp_path)
    sent.wait(20)
    os.kill(runner.pid_of(process), signal.SIGKILL)
    runner.wait(process)
    go_on.set()
    port_socket.close()
    assert file.read_bytes() == b"old"
    assert tree(tmp_path) == ["f"]

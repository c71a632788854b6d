"""The catalogue, part four: faults on our own side of the wire. Output that cannot be written (H116-H118, H123), and
command lines that must be refused before a socket is opened (H124-H126)."""
import os
import shutil
import subprocess

import pytest

import runner
from hostile import judge_misuse, judge_stderr
from liar import Liar, liar_tls, read_script


@pytest.fixture
def endless(certs):
    with Liar(read_script("endless"), tls=liar_tls(certs["server"])) as liar:
        yield liar


def arguments(liar, certs):
    return ["--no-progress-meter", "--cacert", certs.ca, f"https://127.0.0.1:{liar.port}/"]


def test_h116_dev_full(endless, certs):
    for args, name in ((("-o", "/dev/full"), "/dev/full"), ((), "stdout|standard output")):
        with open("/dev/full", "wb") as full:
            result = runner.run(*args, *arguments(endless, certs), stdout=full)
        assert result.code == 23, result
        judge_stderr(result, 23, (name, "No space left"))


def may_mount():
    if not shutil.which("unshare"):
        return False
    done = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    return done.returncode == 0


def test_h116_small_disk(endless, certs, tmp_path):
    if not may_mount():
        pytest.skip("no right to mount a tmpfs here")
    disk = tmp_path / "disk"
    disk.mkdir()
    path = disk / "file"
    script = f'mount -t tmpfs -o size=64k none "{disk}" && "$@"; code=$?; ls "{disk}"; exit $code'
    fetch = [runner.PEEL, "-o", path, *arguments(endless, certs)]
    result = runner.run("-m", "sh", "-c", script, "sh", *fetch, program="unshare")
    assert result.code == 23, result
    judge_stderr(result, 23, (str(path), "No space left"))
    assert result.out == b"file\n"  # what came is there, and no other file


@pytest.mark.skipif(runner.IS_CURL, reason="a signal ends curl")
def test_h116_a_file_may_not_grow(endless, certs, tmp_path):
    """RLIMIT_FSIZE, by itself the death of who writes too much."""
    limited = ["-c", 'ulimit -f 8; exec "$@"', "sh", runner.PEEL]
    result = runner.run(*limited, "-o", tmp_path / "f", *arguments(endless, certs), program="/bin/sh")
    assert result.code == 23, result
    judge_stderr(result, 23, (str(tmp_path / "f"), "File too large"))
    assert (tmp_path / "f").stat().st_size in (8 * 512, 8 * 1024)  # in units of the shell's


@pytest.mark.parametrize("silent", [False, True])
def test_h117_the_reader_goes(silent, endless, certs):
    head = subprocess.Popen(["head", "-c", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    result = runner.run(*(["-s"] if silent else []), *arguments(endless, certs), stdout=head.stdin)
    head.stdin.close()
    assert head.stdout.read() == b"a"
    head.wait()
    head.stdout.close()
    assert result.code == 23, result
    if silent:
        assert result.err == b""
    else:
        judge_stderr(result, 23, ("broken pipe",))


@pytest.mark.parametrize("what, words", [
    ("directory", ("Is a directory",)),
    ("missing/file", ("No such file",)),
    ("locked/file", ("Permission denied",)),
])
def test_h118_output_cannot_be_made(what, words, endless, certs, tmp_path):
    (tmp_path / "directory").mkdir()
    (tmp_path / "locked").mkdir(mode=0o555)
    if what.startswith("locked") and os.access(tmp_path / "locked", os.W_OK):
        what, words = "/proc/nothing", ("No such file|Permission denied",)  # root may write everywhere else
    path = tmp_path / what
    result = runner.run("-o", path, *arguments(endless, certs))
    assert result.code == 23, result
    judge_stderr(result, 23, (str(path), *words))


def test_h118_an_old_file_survives(certs, tmp_path):
    """No body came: the file stays."""
    path = tmp_path / "old"
    path.write_text("old\n")
    with Liar(read_script("H044"), tls=liar_tls(certs["server"])) as liar:
        assert runner.run("-o", path, *arguments(liar, certs)).code == 52
    assert path.read_text() == "old\n"
    assert os.listdir(tmp_path) == ["old"]


def test_h123_stdout_is_closed(certs):
    """No socket may get the number 1: the body would go to the peer."""
    with Liar(read_script("good"), tls=liar_tls(certs["server"])) as liar:
        result = runner.run("-c", '"$@" >&-', "sh", runner.PEEL, *arguments(liar, certs), program="/bin/sh")
        connections = liar.finish()
    assert result.code == 23, result
    judge_stderr(result, 23, ("stdout|standard output",))
    assert b"hello" not in connections[0].received if connections else True


@pytest.fixture(scope="module")
def listener():
    with Liar(read_script("good")) as liar:
        yield liar


def refuse(listener, code, words, *args, curl=None):
    """No client may have come."""
    result = runner.run(*args)
    assert result.code == (curl if runner.IS_CURL and curl is not None else code), result
    if not runner.IS_CURL and code == 3:
        result.err = result.err.partition(b"\n")[0] + b"\n"  # a pattern's place is shown below
        judge_stderr(result, code, words)
    elif not runner.IS_CURL:
        judge_misuse(result, words)
    assert result.out == b"" or runner.IS_CURL
    assert len(listener.connections) == 0 or runner.IS_CURL


@pytest.mark.parametrize("args, words", [
    (("--no-such-option",), ("--no-such-option",)),
    (("--insecur3",), ("--insecur3", "--insecure")),
    (("-o",), ("-o",)),
    (("--connect-timeout", "soon"), ("--connect-timeout",)),
    (("--max-redirs", "x"), ("--max-redirs",)),
    (("-s",), ("URL",)),
    ((), ()),
])
def test_h124_command_line(args, words, listener):
    url = [f"http://127.0.0.1:{listener.port}/"] if args not in ((), ("-o",), ("-s",)) else []
    refuse(listener, 2, words, *args, *url)


LONG = {"-H": "--header", "-A": "--user-agent", "-e": "--referer", "-X": "--request", "-u": "--user"}


@pytest.mark.parametrize("option, value, curl", [
    ("-H", "a: b\r\nc: d", 0),
    ("-H", "a: b\nc: d", 0),
    ("-A", "agent\r\nc: d", 0),
    ("-e", "http://a/\r\nc: d", 0),
    ("-X", "GET / HTTP/1.1\r\nc: d\r\n\r\nGET", 0),
    ("-u", "user\r\nc: d:password", 0),
    ("-b", "a=b\r\nc: d", 0),
    ("-r", "0-1\r\nc: d", 0),
    ("-F", "a=b;type=text/x\r\nc: d", 0),
    ("-F", "a=b;headers=\"X: y\r\nc: d\"", 0),
    ("--oauth2-bearer", "token\r\nc: d", 0),
    ("--request-target", "/ HTTP/1.1\r\nc: d\r\n\r\nGET /", 0),
])
def test_h125_line_ends(option, value, curl, listener):
    # In Authorization the user is in base64, where a line end does no harm; it is still no user's name.
    if runner.IS_CURL:
        return
    refuse(listener, 43, (f"{option}|{LONG.get(option, option)}",), option, value, f"http://127.0.0.1:{listener.port}/", curl=curl)


@pytest.mark.parametrize("url, words", [
    ("http://a%0d%0ab/", ("host",)),
    ("http://a%00b/", ("host",)),
    ("http://127.0.0.1:99999/", ("port", "99999")),
    ("http://127.0.0.1:port/", ("port",)),
    ("http://a b/", ("host|space|blank",)),
    ("http://[::1/", ("host|bracket|]",)),
])
def test_h126_urls(url, words, listener):
    refuse(listener, 3, words, url)

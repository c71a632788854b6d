"""The command line end to end: forms of options, what -V and -h say, secrets in the argument vector, proxies."""
import os
import signal
import subprocess

import pytest

import runner
from hostile import judge_stderr
from liar import Liar, liar_tls, read_script
from origin import Origin, reply


@pytest.fixture(scope="module")
def origin():
    with Origin(lambda request: reply(request.target.encode())) as server:
        yield server


# -- forms

@pytest.mark.parametrize("args", [
    ["-sSo", "file", "URL"],
    ["-sS", "-ofile", "URL"],
    ["-sS", "--output", "file", "URL"],
    ["URL", "-sS", "-o", "file"],
    ["-sS", "-o", "file", "--url", "URL"],
    ["-q", "-sS", "-o", "file", "URL"],
    ["-sSLo", "file", "URL"],
])
def test_forms_of_options(args, origin, tmp_path):
    result = runner.run(*[origin.url("/x") if arg == "URL" else arg for arg in args], cwd=tmp_path)
    assert (result.code, result.out, result.err) == (0, b"", b""), result
    assert (tmp_path / "file").read_bytes() == b"/x"


def test_equals_and_no(origin, tmp_path):
    if runner.IS_CURL:
        pytest.skip("this curl knows no --option=value")
    result = runner.run("-sS", "--output=file", origin.url("/x"), cwd=tmp_path)
    assert (result.code, (tmp_path / "file").read_bytes()) == (0, b"/x")
    result = runner.run("--silent", "--no-silent", "-f", "--no-fail", "--no-progress-meter", origin.url("/y"))
    assert (result.code, result.out) == (0, b"/y")


def test_a_value_may_begin_with_a_dash(origin):
    assert runner.run("-sS", "-A", "-x-", origin.url("/")).code == 0
    assert origin.requests[-1].field("User-Agent") == "-x-"


@pytest.mark.parametrize("arg", ["-V", "--version"])
def test_version(arg):
    result = runner.run(arg)
    first = result.out.splitlines()[0]
    assert result.code == 0 and b"OpenSSL" in result.out and result.err == b""
    assert runner.IS_CURL or first.startswith(b"peel 0.")


@pytest.mark.parametrize("args, word", [
    (["-h"], b"--output"),
    (["--help"], b"--output"),
    (["-h", "all"], b"--connect-timeout"),
    (["-h", "tls"], b"--cacert"),
])
def test_help(args, word):
    result = runner.run(*args)
    assert result.code == 0 and word in result.out and result.err == b""


@pytest.mark.parametrize("args", [["--version"], ["--help", "all"], ["--manual"]])
def test_a_reader_that_has_seen_enough_is_no_failure(args):
    """peel --version | head -n 1, in a script that looks at every exit code of a pipe."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb") as closed:
        result = runner.run(*args, stdout=closed)
    assert (result.code, result.err) == (0, b""), result


@pytest.mark.parametrize("args", [["--version"], ["--help", "all"]])
def test_text_for_a_full_device(args):
    with open("/dev/full", "wb") as full:
        result = runner.run(*args, stdout=full)
    assert runner.IS_CURL or (result.code == 23 and b"stdout" in result.err), result


@pytest.mark.parametrize("args", [["-M"], ["--manual"]])
def test_manual(args):
    result = runner.run(*args)
    assert result.code == 0 and result.err == b""
    text = result.out.decode()
    assert runner.IS_CURL or text.startswith("NAME\n") and "\nEXIT STATUS\n" in text and "--connect-timeout <seconds>" in text


def test_help_of_an_unknown_category():
    result = runner.run("-h", "no-such-category")
    assert result.code in (0, 2) and b"tls" in result.out + result.err


@pytest.mark.parametrize("word, first", [
    ("nope", "There is no category or option 'nope'"),
    ("--outptu", "There is no category or option '--outptu'; did you mean --output?"),
    ("--ftp-port", "--ftp-port: "),
    ("-P", "-P: "),
    ("category", "The categories:"),
    ("", "There is no category or option ''"),
])
def test_help_of_what_there_is_not(word, first):
    if runner.IS_CURL:
        pytest.skip("words of peel")
    result = runner.run("--help", word)
    lines = result.out.decode().splitlines()
    assert result.code == 0 and lines[0].startswith(first) and "The categories:" in lines[:2]


def test_nearest_name(origin):
    result = runner.run("--conect-timeout", "1", origin.url("/"))
    assert result.code == 2
    assert runner.IS_CURL or "--connect-timeout" in result.text


# -- a wrong command line

HINT = "peel: try 'peel --help' or 'peel --manual' for more information\n"
METHODS = "You can only select one HTTP request method! You asked for both PUT "


@pytest.mark.parametrize("args, code, text", [
    ([], 2, HINT),
    (["-s"], 2, "peel: (2) no URL specified\n" + HINT),
    (["-s", "--foo", "u"], 2, "peel: option --foo: is unknown\n" + HINT),
    (["-m", "x", "u"], 2, "peel: option -m: expected a proper numerical parameter\n" + HINT),
    (["-m", "22222242222222222", "u"], 2, "peel: option -m: expected a proper numerical parameter\n" + HINT),
    (["u", "-m"], 2, "peel: option -m: requires parameter\n" + HINT),
    (["-K", "missing", "u"], 26, "peel: cannot read config from 'missing'\n"
                                 "peel: option -K: error encountered when reading a file\n" + HINT),
    (["--next", "u"], 2, "peel: missing URL before --next\npeel: option --next: is badly used here\n" + HINT),
    (["u", "--url", "@missing"], 26, "peel: option --url: cannot read 'missing': No such file or directory\n" + HINT),
    (["u", "--no-clobber", "-C", "1"], 2, "peel: --continue-at is mutually exclusive with --no-clobber\n"
                                          "peel: option -C: is badly used here\n" + HINT),
    (["u", "v", "--etag-save", "f"], 2, "peel: The etag options only work on a single URL\n"
                                        "peel: option --etag-save: is badly used here\n" + HINT),
    (["-T", "f", "-d", "a", "u"], 2, f"Warning: {METHODS}\nWarning: (-T, --upload-file) and POST (-d, --data).\n"),
    (["-sT", "f", "-d", "a", "u"], 2, f"peel: {METHODS}(-T, --upload-file) and POST (-d, --data).\n" + HINT),
    (["http://h/{a"], 3, "peel: (3) unmatched brace in position 10:\nhttp://h/{a\n         ^\n"),
    (["-s", "http://h/{a"], 3, ""),
])
def test_a_wrong_command_line_is_told_without_its_code(tmp_path, args, code, text):
    """As curl: what a URL asks for has its exit code in front, and -s hides it; the command line has not."""
    result = runner.run(*args, cwd=tmp_path)
    assert result.code == code
    assert runner.IS_CURL or result.text == text


# -- schemes

@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_no_scheme_means_http_for_loopback(host, origin):
    url = f"{host}:{origin.port}/x"
    result = runner.run("-sS", "--resolve", f"localhost:{origin.port}:127.0.0.1", url)
    assert (result.code, result.out) == (0, b"/x"), result


def test_no_scheme_means_https_elsewhere(certs):
    if runner.IS_CURL:
        pytest.skip("curl guesses http")
    with Liar(read_script("certificate"), tls=liar_tls(certs["server"])) as liar:
        result = runner.run("-sS", "--cacert", certs.ca, "--resolve", f"good.test:{liar.port}:127.0.0.1",
                            f"good.test:{liar.port}/")
    assert (result.code, result.out) == (0, b"hello"), result


def test_protocols(origin):
    assert runner.run("-sS", "--proto", "=https", origin.url("/")).code == 1
    assert runner.run("-sS", "--proto", "-http", origin.url("/")).code == 1
    assert runner.run("-sS", "--proto", "=http", origin.url("/")).code == 0
    assert runner.run("-sS", "--proto-default", "http", f"127.0.0.1:{origin.port}/").code == 0
    assert runner.run("-sS", "no-such-scheme://127.0.0.1/").code == 1


# -- secrets

@pytest.mark.parametrize("args", [
    ["-u", "user:canary"],
    ["-uuser:canary"],
    ["--user", "user:canary"],
    ["--pass", "canary"],
    ["-E", "CERT:canary"],
    ["-H", "Authorization: Bearer canary"],
], ids=lambda args: args[0])
def test_passwords_vanish_from_the_argument_vector(args, certs):
    """Looked at while the transfer stalls: the server has the request, so the options have been read."""
    if runner.IS_CURL and args[0] in ("-H", "-uuser:canary"):
        pytest.skip("curl leaves it there")
    args = [arg.replace("CERT", certs["client"].both) for arg in args]
    with Liar(read_script("stall-in-body")) as liar:
        process = runner.start(["-sS", "-N", *args, f"http://127.0.0.1:{liar.port}/"], stdout=subprocess.PIPE)
        assert process.stdout.read(2) == b"hi"
        pid = runner.pid_of(process)
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            cmdline = file.read()
        os.kill(pid, signal.SIGTERM)
        runner.wait(process)
        process.stdout.close()
    assert b"canary" not in cmdline
    assert b"127.0.0.1" in cmdline  # it was the right process


# -- proxies: which one applies; what goes through them is in test_proxy.py

PROXY = "http://127.0.0.1:1"


@pytest.mark.parametrize("args, env", [
    (["-x", PROXY], {}),
    (["--proxy", PROXY], {}),
    ([], {"http_proxy": PROXY}),
    ([], {"ALL_PROXY": PROXY}),
    ([], {"all_proxy": PROXY}),
    (["-x", PROXY], {"no_proxy": "other.test"}),
])
def test_a_proxy_that_applies(args, env, origin):
    before = origin.n_connections
    result = runner.run("--no-progress-meter", *args, origin.url("/"), env=env)
    assert result.code == 7, result
    judge_stderr(result, 7, ("proxy 127.0.0.1 port 1",))
    assert origin.n_connections == before


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "socks4://127.0.0.1:1", "socks5h://u:canary@127.0.0.1:1"])
def test_a_kind_of_proxy_that_is_not_spoken(proxy, origin):
    if runner.IS_CURL:
        return
    before = origin.n_connections
    result = runner.run("--no-progress-meter", "-x", proxy, origin.url("/"))
    assert result.code == 4, result
    judge_stderr(result, 4, (proxy.split(":")[0], "nothing was sent"))
    assert b"canary" not in result.err
    assert origin.n_connections == before


@pytest.mark.parametrize("args, env", [
    (["-x", ""], {"http_proxy": PROXY}),
    ([], {"https_proxy": PROXY}),
    ([], {"HTTP_PROXY": PROXY}),  # a CGI program's visitor could set this one
    ([], {"http_proxy": PROXY, "no_proxy": "127.0.0.1"}),
    ([], {"http_proxy": PROXY, "NO_PROXY": "*"}),
    ([], {"http_proxy": ""}),
])
def test_a_proxy_that_does_not_apply(args, env, origin):
    result = runner.run("--no-progress-meter", *args, origin.url("/x"), env=env)
    assert (result.code, result.out) == (0, b"/x"), result

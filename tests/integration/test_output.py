"""Where the body goes, and what is said beside it: -o, -O, -i, -I, -f, -w, --stderr, -s, -v, colours."""
import json
import os
import re
import signal
import subprocess

import pytest

import runner
from hostile import judge_stderr
from liar import Liar, liar_tls, read_script
from origin import Origin, reply


def answer(request):
    status = request.target.strip("/")
    if status == "headers":
        return reply(b"body", "200 Fine\x1b[31mred", "X-One: 1")
    if re.fullmatch("[45][0-9][0-9]", status):
        return reply(f"body of {status}\n", f"{status} Bad")
    if request.method == "HEAD":
        return reply(b"", "200 OK", "X-Head: yes")
    return reply(request.target.encode())


@pytest.fixture(scope="module")
def origin():
    with Origin(answer) as server:
        yield server


# -- files

def test_o(origin, tmp_path):
    result = runner.run("-sS", "-o", tmp_path / "one", origin.url("/1"), "-o", "two", origin.url("/2"), origin.url("/3"),
                        cwd=tmp_path)
    assert (result.code, result.out) == (0, b"/3"), result
    assert (tmp_path / "one").read_bytes() == b"/1" and (tmp_path / "two").read_bytes() == b"/2"
    assert sorted(os.listdir(tmp_path)) == ["one", "two"]


def test_o_dash_is_stdout(origin):
    assert runner.run("-sS", "-o", "-", origin.url("/1")).out == b"/1"


def test_o_shortens_a_longer_file(origin, tmp_path):
    (tmp_path / "old").write_bytes(b"x" * 1000)
    assert runner.run("-sS", "-o", "old", origin.url("/1"), cwd=tmp_path).code == 0
    assert (tmp_path / "old").read_bytes() == b"/1"


def test_an_empty_body_makes_an_empty_file(certs, tmp_path):
    with Origin(lambda _: reply(b"")) as origin:
        assert runner.run("-sS", "-o", "empty", origin.url("/"), cwd=tmp_path).code == 0
    assert (tmp_path / "empty").read_bytes() == b""


@pytest.mark.parametrize("path, name", [("/a/file.txt", "file.txt"), ("/file?query", "file"), ("/a%20b", "a%20b")])
def test_remote_name(path, name, origin, tmp_path):
    assert runner.run("-sS", "-O", origin.url(path), cwd=tmp_path).code == 0
    assert os.listdir(tmp_path) == [name]


def test_a_url_without_a_name_makes_curl_response(origin, tmp_path):
    """As newer versions of curl do it."""
    assert runner.run("-sS", "-O", origin.url("/"), cwd=tmp_path).code == 0
    assert os.listdir(tmp_path) == ["curl_response"]


def test_what_came_before_a_fault_is_kept(tmp_path):
    with Liar(read_script("H015")) as liar:
        assert runner.run("-sS", "-o", "part", f"http://127.0.0.1:{liar.port}/", cwd=tmp_path).code == 56
    assert (tmp_path / "part").read_bytes() == b"hi"
    assert os.listdir(tmp_path) == ["part"]


# -- heads and failures

def test_i_and_head(origin):
    head = b"HTTP/1.1 200 Fine\x1b[31mred\r\nContent-Length: 4\r\nX-One: 1\r\n\r\n"
    assert runner.run("-sS", "-i", origin.url("/headers")).out == head + b"body"
    assert runner.run("-sSI", origin.url("/")).out == b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Head: yes\r\n\r\n"


@pytest.mark.parametrize("args, status, code, out", [
    ([], "404", 0, b"body of 404\n"),
    (["-f"], "404", 22, b""),
    (["-f"], "500", 22, b""),
    (["-f"], "399", 0, b"/399"),
    (["--fail-with-body"], "404", 22, b"body of 404\n"),
    (["--fail-with-body"], "503", 22, b"body of 503\n"),
    (["-fsS"], "404", 22, b""),
])
def test_failing(args, status, code, out, origin):
    result = runner.run("--no-progress-meter", *args, origin.url(f"/{status}"))
    assert (result.code, result.out) == (code, out), result
    judge_stderr(result, code, (status,))


def test_silence(origin):
    assert runner.run("-sf", origin.url("/404")).err == b""
    assert b"404" in runner.run("-sSf", origin.url("/404")).err
    assert runner.run("-s", origin.url("/")).err == b""


def test_several_urls_the_last_one_counts(origin):
    good, bad = origin.url("/x"), origin.url("/404")
    assert runner.run("-sf", good, bad).code == 22
    result = runner.run("-sf", bad, good)
    assert (result.code, result.out) == (0, b"/x")


def test_stderr_goes_to_a_file(origin, tmp_path):
    result = runner.run("--no-progress-meter", "-f", "--stderr", tmp_path / "log", origin.url("/404"))
    assert (result.code, result.err) == (22, b"")
    assert b"(22)" in (tmp_path / "log").read_bytes()
    result = runner.run("--no-progress-meter", "-f", "--stderr", "-", origin.url("/404"))
    assert result.err == b"" and b"(22)" in result.out


def test_no_buffering():
    """-N: what came is out before the rest is there."""
    with Liar(read_script("stall-in-body")) as liar:
        process = runner.start(["-sS", "-N", "-m", "10", f"http://127.0.0.1:{liar.port}/"], stdout=subprocess.PIPE)
        assert os.read(process.stdout.fileno(), 2) == b"hi"
        os.kill(runner.pid_of(process), signal.SIGTERM)
        assert runner.wait(process)[0] == -signal.SIGTERM
        process.stdout.close()


@pytest.mark.skipif(runner.IS_CURL, reason="looks at colours of ours")
def test_names_of_fields_are_bold_on_a_terminal(origin):
    code, out = runner.on_terminal("-sS", "-i", origin.url("/headers"))
    assert code == 0 and "\x1b[1mX-One\x1b[0m: 1" in out
    code, out = runner.on_terminal("-sS", "-i", "--no-styled-output", origin.url("/headers"))
    assert code == 0 and "\x1b[1m" not in out and "X-One: 1" in out


def test_progress_as_a_bar(origin, tmp_path):
    said = runner.run("-#", "-o", tmp_path / "out", origin.url("/1")).text
    assert said == "\r" + "#" * 72 + " 100.0%\n"
    assert runner.run("-#", "-f", "-o", tmp_path / "out", origin.url("/404")).text.startswith(
        "curl: (22)" if runner.IS_CURL else "peel: (22)")
    said = runner.run("--progress-bar", "--no-progress-meter", "-o", tmp_path / "out", origin.url("/1")).text
    assert said == ""


# -- -w

VARIABLES = ["http_code", "response_code", "size_download", "size_header", "num_connects", "num_redirects",
             "url_effective", "url", "method", "scheme", "remote_ip", "local_ip", "content_type", "http_version", "exitcode",
             "errormsg", "urlnum", "num_headers", "filename_effective", "redirect_url", "ssl_verify_result",
             "remote_port", "size_upload"]


@pytest.mark.parametrize("variable", VARIABLES)
def test_write_out_as_curl(variable, origin):
    args = ["-s", "-o", "/dev/null", "-w", f"[%{{{variable}}}]", origin.url("/headers")]
    assert runner.run(*args).out.lower() == runner.curl(*args).out.lower()


def test_write_out_forms(origin, tmp_path):
    form = tmp_path / "form"
    form.write_text("%{http_code}\\n")
    for text in (r"a\tb\n\r\\", "100%% %{", "%{nothing}", f"@{form}", "%{stderr}err%{stdout}out", "%{header{x-one}}"):
        args = ["-s", "-o", "/dev/null", "-w", text, origin.url("/headers")]
        ours, theirs = runner.run(*args), runner.curl(*args)
        assert ours.out == theirs.out, text
    result = runner.run("-s", "-w", "@-", origin.url("/1"), stdin=b"=%{http_code}")
    assert result.out == b"/1=200"


def test_write_out_times(origin):
    names = ["namelookup", "connect", "appconnect", "pretransfer", "starttransfer", "redirect", "total"]
    result = runner.run("-s", "-o", "/dev/null", "-w", " ".join(f"%{{time_{name}}}" for name in names), origin.url("/"))
    times = dict(zip(names, map(float, result.out.split())))
    assert times["namelookup"] <= times["connect"] <= times["pretransfer"] <= times["starttransfer"] <= times["total"]
    assert times["appconnect"] == 0 and times["redirect"] == 0


def test_write_out_json_and_error(origin):
    result = runner.run("-sf", "-w", "%{json}", origin.url("/404"))
    said = json.loads(result.out)
    assert said["exitcode"] == 22 and said["http_code"] == 404 and "404" in said["errormsg"]
    result = runner.run("-s", "-w", "%{exitcode} %{errormsg}", "https://nonexistent.invalid/")
    assert result.code == 6 and result.out.startswith(b"6 ") and b"nonexistent.invalid" in result.out


# -- -v

def test_the_manual_knows_what_write_out_knows(origin):
    page = runner.run("--help", "-w").out.decode()
    variables = json.loads(runner.run("-s", "--out-null", "-w", "%{json}", origin.url("/ok")).out)
    assert len(variables) > 40
    variables.pop("curl_version")   # of the JSON object alone, as in curl's
    assert [name for name in variables if not re.search(rf"\b{name}\b", page)] == []


def test_verbose_lines(origin, certs):
    text = runner.run("-v", origin.url("/headers")).text.replace("\r", "")
    for line in ("> GET /headers HTTP/1.1", f"> Host: 127.0.0.1:{origin.port}", "> Accept: */*", "< Content-Length: 4"):
        assert line in text.splitlines()
    if not runner.IS_CURL:
        assert "\x1b" not in text and "< HTTP/1.1 200 Fine\\x1b[31mred" in text
    with Liar(read_script("certificate"), tls=liar_tls(certs["server"], version="1.3")) as liar:
        text = runner.run("-v", "--cacert", certs.ca, f"https://127.0.0.1:{liar.port}/").text
    for word in ("* SSL connection using TLSv1.3", "* ALPN:", "* Server certificate:", "*  subject:", "*  start date:",
                 "*  expire date:", "*  issuer:", "*  SSL certificate verify"):
        assert any(line.startswith(word) for line in text.splitlines()), word
    if not runner.IS_CURL:
        for word in ("> ClientHello", "< ServerHello", "< Certificate", "> Finished"):
            assert word in text


def test_verbose_hides_what_is_secret(origin):
    result = runner.run("-v", "-u", "user:canary-password", origin.url("/"))
    if not runner.IS_CURL:
        assert "canary" not in result.text
    result = runner.run("-sS", "-f", "-w", "%{url_effective}", origin.url("/404", user="user:canary@"))
    if not runner.IS_CURL:
        assert b"canary" not in result.err


def test_no_colour_off_a_terminal(origin):
    for env in ({}, {"NO_COLOR": "1"}, {"TERM": "xterm-256color"}):
        assert b"\x1b" not in runner.run("-v", origin.url("/"), env=env).err

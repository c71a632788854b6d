"""Scripts in the manner of well-known ones, as they are: once where `curl` is a link to peel, once with the system's curl. What
they print, leave behind and ask the server for is the same."""
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import urllib.parse

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "side_by_side"))

import runner  # noqa: E402
from liar import liar_tls  # noqa: E402
from origin import Last, Origin, redirect, reply  # noqa: E402
from stage import a_closed_port, files_below, neutral_request  # noqa: E402

SCRIPTS = os.path.join(HERE, "scripts_as_curl")
GUARD_S = 120
ARCHIVE = b"what is in the archive\n"
LARGE = bytes(i * i % 251 for i in range(100_000))
LARGE_PIECE = 30_000  # bytes until the net breaks off

INSTALLER = """set -eu
mkdir -p "$2/bin"
curl -fsSL -o "$2/bin/tool" {origin}/tool
chmod +x "$2/bin/tool"
echo "installed: $*"
"""


class Site:
    """All that the scripts ask for. times(path): how often it was asked for, in this run."""

    def __init__(self):
        self.asked = {}

    def times(self, path):
        self.asked[path] = self.asked.get(path, 0) + 1
        return self.asked[path]

    def answer(self, request):
        path = request.target.partition("?")[0]
        pages = {
            "/tool": reply("#!/bin/sh\necho the tool runs\n"),
            "/init.sh": reply("echo initialised: $*\n"),
            "/install.sh": reply(INSTALLER.format(origin="http://" + request.field("Host"))),
            "/downgrade": redirect("http://127.0.0.1:1/"),
            "/SHA256SUMS": reply(f"{hashlib.sha256(ARCHIVE).hexdigest()}  archive.tar\n"),
            "/broken": reply(b"broken\n", "500 Internal Server Error"),
            "/whoami": reply(f"{request.field('Authorization')} {request.field('X-Client')}\n"),
            "/releases/latest": redirect("/releases/tag/v1.2.3"),
            "/releases/tag/v1.2.3": reply(b"the page of the release\n"),
            "/report": reply(b"4711\n"),
        }
        if path in pages:
            return pages[path] if request.method != "HEAD" else pages[path].partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        for prefix in ("archive", "api", "health", "log", "account", "large", "download", "items", "attachments", "raw"):
            if path.startswith("/" + prefix):
                return getattr(self, prefix)(request, path)
        return reply(b"gone\n", "404 Not Found")

    def archive(self, _, path):
        answers = [reply(b"busy\n", "503 Busy"), reply(b"a damaged one\n"), reply(ARCHIVE)]
        return answers[min(self.times(path), len(answers)) - 1]

    def api(self, request, _):
        kind = "Content-Type: application/json"
        if request.field("X-Token") == "bad":
            return reply(b'{"error": "no"}', "403 Forbidden", kind)
        return reply(b'{"got": %s}' % request.body, "201 Created", kind)

    def health(self, _, path):
        return None if self.times(path) == 1 else reply(b"starting\n", "503 Busy") if self.times(path) < 5 else reply(b"ok\n")

    def log(self, request, path):
        if path == "/logout":
            return reply(b"out\n", "200 OK", "Set-Cookie: session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
        if request.method == "GET":
            return reply(b'<input name="token" value="a+b/c=">\n', "200 OK", "Set-Cookie: pre=1; Path=/; HttpOnly")
        form = urllib.parse.parse_qs(request.body.decode())
        is_right = form == {"user": ["ada lovelace"], "token": ["a+b/c="]} and request.field("Cookie") == "pre=1"
        return redirect("/account", "303 See Other").replace(
            b"\r\n", b"\r\nSet-Cookie: session=s3; Path=/\r\n", 1) if is_right else reply(b"no\n", "403 Forbidden")

    @staticmethod
    def account(request, _):
        return reply("cookies: %s\n" % request.field("Cookie"))

    @staticmethod
    def large(request, _):
        match = re.fullmatch(r"bytes=(\d+)-", request.field("Range") or "bytes=0-")
        start = int(match[1])
        if start >= len(LARGE):
            return reply(b"", "416 Range Not Satisfiable", f"Content-Range: bytes */{len(LARGE)}")
        status = "206 Partial Content" if request.field("Range") else "200 OK"
        rest = LARGE[start:]
        whole = reply(rest, status, f"Content-Range: bytes {start}-{len(LARGE) - 1}/{len(LARGE)}")
        return Last(whole[:len(whole) - len(rest) + LARGE_PIECE]) if len(rest) > LARGE_PIECE else whole

    @staticmethod
    def download(request, path):
        fields = ['Content-Disposition: attachment; filename="tool-v1.2.3.tar.gz"'] if path.endswith("/asset") else []
        return reply(f"content of {request.target}\n", "200 OK", *fields)

    @staticmethod
    def items(request, path):
        return reply(f"{request.method} {path} by {request.field('Authorization')}\n")

    @staticmethod
    def attachments(request, path):
        return reply(f"{path} of {request.field('X-Report')}: {request.body.decode()}", "201 Created")

    @staticmethod
    def raw(request, _):
        return reply(gzip.decompress(request.body))


def scripts():
    return sorted(name.removesuffix(".sh") for name in os.listdir(SCRIPTS))


def folder_with_curl(path, program):
    os.makedirs(path)
    os.symlink(program, os.path.join(path, "curl"))
    return path


def run_script(name, program, site, servers, home, variables):
    """Exit code, output, files and requests."""
    origin, secure = servers
    site.asked.clear()
    shutil.rmtree(home, ignore_errors=True)
    os.makedirs(home)
    bin_path = home + "-bin"
    shutil.rmtree(bin_path, ignore_errors=True)
    env = runner.clean_environment({"HOME": home, "PATH": folder_with_curl(bin_path, program) + ":/usr/bin:/bin", **variables})
    done = subprocess.run(["sh", "-u", os.path.join(SCRIPTS, name + ".sh")], cwd=home, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=GUARD_S)
    requests = []
    for server in (origin, secure):
        server.settle()
        requests.append([neutral_request(request.head, request.body) for request in server.requests])
        server.requests.clear()
    return {"code": done.returncode, "out": done.stdout.decode(), "files": files_below(home), "requests": requests,
            "err": done.stderr.decode()}


# Of what older curls do otherwise, only this is met: PUT asks before it sends.
def without_expect(requests):
    return [[(head.replace(b"Expect: 100-continue\r\n", b""), body) for head, body in part] for part in requests]


def without_modes(files):
    """A cookie jar of peel's is its owner's alone."""
    return {name: content for name, (_, content) in files.items()}


@pytest.mark.parametrize("name", scripts())
def test_script(name, certs, tmp_path):
    site = Site()
    with Origin(site.answer, says_continue=True) as origin, \
            Origin(site.answer, tls=liar_tls(certs["server"])) as secure, \
            a_closed_port() as closed_port:
        variables = {"ORIGIN": origin.url(""), "SECURE": secure.url(""), "CLOSED": str(closed_port),
                     "CURL_CA_BUNDLE": certs.ca}
        how = (site, (origin, secure), str(tmp_path / "home"), variables)
        ours = run_script(name, runner.PEEL, *how)
        theirs = run_script(name, runner.CURL, *how)
    assert ours["code"] == 0, ours
    assert ours["out"] == theirs["out"]
    assert ours["code"] == theirs["code"]
    assert without_modes(ours["files"]) == without_modes(theirs["files"])
    assert without_expect(ours["requests"]) == without_expect(theirs["requests"])
    assert "must not happen" not in ours["out"] and ours["out"].count("\n") >= 2, ours


def test_peel_called_curl_is_peel(tmp_path):
    """A script that looks for a version of curl finds none that is not true."""
    link = os.path.join(folder_with_curl(str(tmp_path / "bin"), runner.PEEL), "curl")
    said = runner.run("--version", program=link).out.decode()
    assert re.match(r"peel \d+\.\d+\.\d+ ", said) and "curl" not in said.splitlines()[0]
    assert runner.run("--no-such-option", program=link).text.startswith("peel: ")

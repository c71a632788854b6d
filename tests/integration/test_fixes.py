"""What a failure proposes works: each command behind "fix" is run against the server that failed, and then it does not fail.

Nothing is added to it: that it reaches the tests' names and trusts the tests' authority is in the command, as it was in the one that
failed. Files and names that only the user can know come from the row (tests/support/broken.py). A row that no command can mend says why.
"""
import os
import re
import shlex

import pytest

import runner
import servers
from broken import ALL, arguments, commands_of, serve
from origin import Origin, redirect
from picky import Tunnel

IN_VAIN = ("cause: ", "   go: peel ")  # how a probe ends


def file_of(what, certs):
    """"client.key" is that of an identity; or it is made."""
    if callable(what):
        return what(certs)
    name, _, kind = what.rpartition(".")
    return getattr(certs[name], kind)


def filled(command, row, certs):
    files = (file_of(what, certs) for what in row.files)
    return [next(files) if word == "FILE" else row.known if word == "NAME" else word for word in command]


def run_fix(command, row, certs, port, cwd):
    """What came of it: "mends", or what else it does as it must."""
    def run(*args):
        return runner.run(*args, cwd=cwd)

    command = filled(command, row, certs)
    if command[0] == "--explain":
        page = run(*command)
        assert page.code == 0 and page.out, (command, page)
        return "explains"
    if command[0] == "-vv":
        told = run(*command)
        assert told.code == row.code and b" > ClientHello" in told.err, (command, told)
        return "shows"
    if command[0] == "--tls-probe":
        quick = ("--connect-timeout", "0.05", "-m", "1") if row.code == 28 else ()
        probed = run(*quick, *command)
        cause, go = (re.findall(f"^{start}(.*)$", probed.out.decode(), re.M) for start in IN_VAIN)
        assert probed.code == row.code and len(cause) == 1 and len(go) == 1, (command, probed)
        return run_fix(shlex.split(go[0]), row, certs, port, cwd)
    fixed = run("-sS", *command)
    if row.beyond:
        assert fixed.code == row.code and row.ids[0] not in fixed.text and row.ids[1] in fixed.text, (command, fixed)
        return "leaves the rest"
    assert fixed.code == 0 and fixed.err == b"" and (fixed.out or "-o" in command), (command, fixed)
    return "mends"


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_fix(row, certs, tmp_path):
    with serve(row, certs) as server:
        failed = runner.run(*arguments(row, certs, server.port), env={"COLUMNS": "1000"})
        assert failed.code == row.code, failed
        done = [run_fix(command, row, certs, server.port, tmp_path) for command in commands_of(failed.text)]
    assert ("mends" in done) != bool(row.beyond), (done, failed)


# What is asked of a server's certificate alone, and not of a proxy's.
NOT_OF_PROXIES = ("--cert-status", "--crlfile", "--pinnedpubkey")


@pytest.mark.parametrize("row", [row for row in ALL if row.scheme == "https"], ids=lambda row: row.name)
def test_fix_of_a_proxy(row, certs, tmp_path):
    """The same for a proxy behind https://: what is proposed exists, and is about the proxy."""
    given = [str(word) for word in (row.args(certs) if callable(row.args) else row.args)]
    if set(given) & set(NOT_OF_PROXIES):
        given = []
    client = [word for name in row.client for word in ("--proxy-cert", certs[name].cert, "--proxy-key", certs[name].key)]
    given = ["--proxy-ciphers" if word == "--ciphers" else word for word in given]
    url = "http://origin.test/?a=1&b=2"
    with serve(row, certs) as server:
        result = runner.run(*given, *client, "--proxy-cacert", certs.ca, "--resolve", f"{row.host}:{server.port}:127.0.0.1",
                            "-x", f"https://{row.host}:{server.port}", url, env={"COLUMNS": "1000"})
    for command in commands_of(result.text):
        tried = runner.run("--dry-run", *filled(command, row, certs), cwd=tmp_path)
        assert tried.code == 0 and (command[0] == "--explain" or "-x" in command), (command, tried)
        assert "-x" not in command or command[-1] == url and f"'{url}'" in result.text


def named(certs, name="other-name"):
    """A server whose certificate is for a name that nobody asks for, and which answers all that ask."""
    return serve(next(row for row in ALL if row.name == name), certs)


def the_fix(result):
    """The one command that is no --explain."""
    command, = commands_of(result.text)
    return command


@pytest.mark.parametrize("rule", ["known.test:{port}:localhost:{port}", "known.test::127.0.0.1:", "::localhost:{port}"])
def test_fix_where_a_rule_leads_elsewhere(rule, certs):
    """--connect-to leads from a name that nobody can look up, and is not asked twice: the fix says where it led."""
    with named(certs) as server:
        given = ("-4", "--cacert", certs.ca, "--connect-to", rule.format(port=server.port))
        failed = runner.run(*given, f"https://known.test:{server.port}/", env={"COLUMNS": "1000"})
        fixed = runner.run("-sS", *the_fix(failed))
    assert failed.code == 60 and the_fix(failed).count("--connect-to") == 1, failed
    assert (fixed.code, fixed.err) == (0, b""), (failed, fixed)


def test_fix_through_a_proxy(certs):
    """Nobody but the proxy knows where the name is."""
    with named(certs) as server, Tunnel(server.port) as proxy:
        failed = runner.run("--cacert", certs.ca, "-x", f"http://me:s3cret@127.0.0.1:{proxy.port}", "https://known.test:4/",
                            env={"COLUMNS": "1000"})
        fixed = runner.run("-sS", *the_fix(failed))
    command = the_fix(failed)
    assert command[command.index("-x") + 1] == f"http://127.0.0.1:{proxy.port}", command
    assert (fixed.code, fixed.err) == (0, b""), (failed, fixed)
    assert proxy.asked == ["CONNECT known.test:4 HTTP/1.1"] * 2


def test_fix_behind_a_redirect(certs):
    """What is for the first host only, is not proposed for another."""
    given = ("--cacert", certs.ca, "--cert", certs["client"].cert, "--key", certs["client"].key, "--sni", "a.test")
    with named(certs) as server:
        url = f"https://localhost:{server.port}/"
        with Origin(lambda request: redirect(url)) as first:
            failed = runner.run("-L", *given, first.url(), env={"COLUMNS": "1000"})
        same = runner.run(*given, url, env={"COLUMNS": "1000"})
    assert (failed.code, same.code) == (60, 60)
    assert the_fix(failed)[2:-1] == ["--cacert", certs.ca] and the_fix(same)[2:-1] == list(given), (failed, same)


SECRET = "s3cret"
# How each is shown; None: not at all.
CARRIED = [
    (("--resolve", "a.test:1:127.0.0.1", "--resolve", "+b.test:2:127.0.0.1"), True),
    (("--interface", "lo", "--ipv4"), ("--interface", "lo", "-4")),
    (("--curves", "P-384", "--curves", "P-256"), ("--curves", "P-256")),
    (("--no-alpn",), True),
    (("--no-alpn", "--alpn"), ("--alpn",)),
    (("--capath", "/tmp/a b'c;$(id)`"), True),
    (("--noproxy", "*"), True),
    (("-U", f"me:{SECRET}", "-u", f"me:{SECRET}", "-H", f"X-Token: {SECRET}", "-d", SECRET, "-b", f"a={SECRET}"), ()),
    (("--pass", SECRET, "--proxy-pass", SECRET, "--oauth2-bearer", SECRET), ()),
    (("--proxy-cert", f"me.pem:{SECRET}", "--proxy-key", "me.key"), ("--proxy-cert", "me.pem", "--proxy-key", "me.key")),
    (("--proxy-insecure", "-m", "9", "-o", "/dev/null", "--aia", "report"), ()),
    (("--aia", "use"), True),
]


@pytest.mark.parametrize("given, shown", CARRIED, ids=lambda words: " ".join(map(str, words)) if isinstance(words, tuple) else "")
def test_what_a_fix_says_again(given, shown, certs):
    """All that decides how the server is reached and trusted, as words of a shell, and no secret."""
    shown = given if shown is True else shown
    with named(certs) as server:
        start = ("--cacert", certs.ca)
        failed = runner.run(*start, *given, f"https://me:{SECRET}@localhost:{server.port}/", env={"COLUMNS": "1000"})
    assert failed.code == 60 and SECRET not in failed.text, failed
    assert the_fix(failed)[2:-1] == [*start, *shown] and "-k" not in the_fix(failed), failed


def test_what_each_run_reads_is_not_said_again(certs, tmp_path):
    """The default config file, but for what it says of one host: the fix may name another."""
    with named(certs) as server:
        (tmp_path / ".peelrc").write_text(f"ipv4\ncacert = {certs.ca}\n[localhost]\ncurves = P-256\n[else.test]\ncurves = P-384\n")
        failed = runner.run("--no-alpn", f"https://localhost:{server.port}/", env={"COLUMNS": "1000", "HOME": str(tmp_path)})
        fixed = runner.run("-sS", *the_fix(failed), env={"HOME": str(tmp_path)})
    assert the_fix(failed)[2:-1] == ["--curves", "P-256", "--no-alpn"], failed
    assert (fixed.code, fixed.err) == (0, b""), fixed


def test_a_saved_chain_can_be_used(certs, tmp_path):
    """By the server, as --aia save says."""
    row = next(row for row in ALL if row.name == "intermediate-at-an-address")
    with serve(row, certs) as server:
        failed = runner.run(*arguments(row, certs, server.port))
        command, = (command for command in commands_of(failed.text) if "save" in command)
        runner.run(*command, cwd=tmp_path)
    chain = (tmp_path / "fullchain.pem").read_bytes()
    with open(certs[row.tls].cert, "rb") as leaf, open(certs["intermediate"].cert, "rb") as issuer:
        assert chain == leaf.read() + issuer.read()


def test_https_port_asked_in_http(certs, workspace):
    """nginx says it in HTTP, as a page, and there is nothing to explain."""
    with servers.nginx(workspace, certs["server"]) as server:
        first = runner.run("--no-progress-meter", f"http://localhost:{server.port}/")
    assert first.code == 0 and b"HTTPS port" in first.out and first.err == b""

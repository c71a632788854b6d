"""What a failure proposes works: each command behind "fix" is run against the server that failed, and then it does not fail.

Files and names that only the user can know come from the row (tests/support/broken.py); the trust in the tests' authority and
the way to the tests' names are added. A row that no command can mend says why.
"""
import os
import re
import shlex

import pytest

import runner
import servers
from broken import ALL, arguments, commands_of, serve

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


def surroundings(command, row, certs, port):
    trust = [] if "--cacert" in command else ["--cacert", certs.ca]
    return [*trust, "--resolve", f"{row.host}:{port}:127.0.0.1"] if row.host != "127.0.0.1" else trust


def run_fix(command, row, certs, port, cwd):
    """What came of it: "mends", or what else it does as it must."""
    def run(*args):
        return runner.run(*surroundings(args, row, certs, port), *args, cwd=cwd)

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


def test_a_saved_chain_can_be_used(certs, tmp_path):
    """By the server, as --aia save says."""
    row = next(row for row in ALL if row.name == "intermediate-at-an-address")
    with serve(row, certs) as server:
        failed = runner.run(*arguments(row, certs, server.port))
        command, = (command for command in commands_of(failed.text) if "save" in command)
        runner.run("--cacert", certs.ca, *command, cwd=tmp_path)
    chain = (tmp_path / "fullchain.pem").read_bytes()
    with open(certs[row.tls].cert, "rb") as leaf, open(certs["intermediate"].cert, "rb") as issuer:
        assert chain == leaf.read() + issuer.read()


def test_https_port_asked_in_http(certs, workspace):
    """nginx says it in HTTP, as a page, and there is nothing to explain."""
    with servers.nginx(workspace, certs["server"]) as server:
        first = runner.run("--no-progress-meter", f"http://localhost:{server.port}/")
    assert first.code == 0 and b"HTTPS port" in first.out and first.err == b""

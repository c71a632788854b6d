"""The man page: no reader finds a fault in it, and it has every option of `--help all`, as it is written there, and no other."""
import os
import re
import shutil
import subprocess

import pytest

import runner

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = os.path.join(TOP, "man", "peel.1")
ENTRY = re.compile(r"(?:(-.), )?(--[a-z0-9.-]+)((?:, --[a-z0-9.-]+)*)(?: (<.*?>))?$")


@pytest.mark.parametrize("command", [
    ["mandoc", "-T", "lint", "-W", "warning"],
    ["groff", "-man", "-T", "utf8", "-ww", "-z"],
    ["groff", "-man", "-T", "utf8", "-ww", "-z", "-rLL=60n"],
], ids=["mandoc", "groff", "groff-narrow"])
def test_no_warning(command):
    assert shutil.which(command[0]), f"{command[0]} is not installed"
    done = subprocess.run([*command, PAGE], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert (done.returncode, done.stdout) == (0, b"")


def test_man_shows_it():
    done = subprocess.run(["man", "--warnings=w", "-l", PAGE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANPAGER": "cat"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"peel - fetch what a URL names" in done.stdout


def entry_of(text):
    """(letter or "", name, argument or "")."""
    letter, name, _, argument = ENTRY.match(text).groups("")
    return letter, name, argument


def entries_of_page():
    with open(PAGE, encoding="utf-8") as file:
        options = file.read().partition("\n.SH OPTIONS\n")[2].partition("\n.SH ")[0]
    lines = re.findall(r"^\.TP\n(.*)$", options, re.M)
    plain = [re.sub(r"\\f[BIPR]", "", line).replace("\\-", "-").replace("\\(aq", "'") for line in lines]
    return [entry_of(line) for line in plain]


def entries_of_help():
    lines = runner.run("--help", "all").out.decode().splitlines()
    return [entry_of(re.split(r" {2,}", line.strip())[0]) for line in lines if re.match(r" +-", line)]


@pytest.mark.skipif(runner.IS_CURL, reason="the page of peel")
def test_it_has_every_option_and_no_other():
    page, told = entries_of_page(), entries_of_help()
    assert page == told
    assert len(page) > 100 and len(set(page)) == len(page)

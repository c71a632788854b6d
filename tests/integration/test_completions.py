"""The completions, typed in a terminal: bash, zsh and fish each with its own file, and a `peel` that prints what it was given."""
import os
import pty
import re
import select
import shutil
import signal
import time

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COMPLETIONS = os.path.join(TOP, "completions")
GUARD_S = 30
TAB = "\t"

# Written in two pieces, so that it is not found in its own echo.
PROMPT = b"READY> "
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "PS1='REA''DY> '; source '{folder}/peel.bash'"),
    # A folder of its own: all of fpath is trusted without a question, and nothing is written for the next time.
    "zsh": (["zsh", "-f", "-i"], "PROMPT='REA''DY> '; fpath=('{folder}' $fpath); autoload -Uz compinit; compinit -u -D"),
    "fish": (["fish", "--no-config", "--private", "-i"],
             "set -g fish_autosuggestion_enabled 0; function fish_prompt; echo -n REA'DY> '; end; source '{folder}/peel.fish'"),
}
INSTEAD = """#!/bin/sh
printf 'GOT'
printf '[%s]' "$@"
echo 'EN''D'
"""


class Terminal:
    def __init__(self, name, folder):
        command, begin = SHELLS[name]
        env = {"PATH": f"{folder}/bin:/usr/bin:/bin", "HOME": str(folder), "TERM": "xterm", "LC_ALL": "C.UTF-8", "PS1": "$ "}
        self.seen = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder / "work")
            os.execve(shutil.which(command[0]), command, env)
        self.type(begin.format(folder=COMPLETIONS) + "\r")
        self.wait_for(PROMPT)

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait_for(self, *wanted):
        """What came until all of these have."""
        deadline = time.monotonic() + GUARD_S
        while not all(one in self.seen for one in wanted):
            left = deadline - time.monotonic()
            assert left > 0 and select.select([self.fd], [], [], left)[0], f"never came: {wanted}; {self.seen!r}"
            piece = os.read(self.fd, 65536)
            # fish asks what the terminal is, and waits for the answer.
            for _ in re.findall(rb"\x1b\[0?c", piece):
                os.write(self.fd, b"\x1b[?62;22c")
            self.seen += piece
        seen, self.seen = self.seen, b""
        return seen

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.close(self.fd)
        os.waitpid(self.pid, 0)


@pytest.fixture(scope="module", params=SHELLS)
def shell(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "bin").mkdir()
    (folder / "bin" / "peel").write_text(INSTEAD)
    (folder / "bin" / "peel").chmod(0o755)
    (folder / "work" / "folder").mkdir(parents=True)
    for name in ("target-file.txt", "two words.txt"):
        (folder / "work" / name).write_text("x")
    assert shutil.which(SHELLS[request.param][0][0]), f"{request.param} is not installed"
    terminal = Terminal(request.param, folder)
    terminal.name = request.param
    yield terminal
    terminal.close()


@pytest.mark.parametrize("typed, given", [
    (f"--tls-ma{TAB} 1.2", "[--tls-max][1.2]"),
    (f"--connect-ti{TAB} 5 URL", "[--connect-timeout][5][URL]"),
    (f"--no-buf{TAB}", "[--no-buffer]"),
    (f"--inclu{TAB}", "[--include]"),
    (f"--tls-max de{TAB}", "[--tls-max][default]"),
    (f"--cert-type P1{TAB}", "[--cert-type][P12]"),
    (f"--proto-default https{TAB}", "[--proto-default][https]"),
    (f"--help tl{TAB}", "[--help][tls]"),
    (f"-o targ{TAB}", "[-o][target-file.txt]"),
    (f"--upload-file two{TAB}", "[--upload-file][two words.txt]"),
    (f"--output-dir fol{TAB}", "[--output-dir][folder/]"),
    (f"-s -A me --cacert targ{TAB} URL", "[-s][-A][me][--cacert][target-file.txt][URL]"),
    (f"-d @targ{TAB}", "[-d][@target-file.txt]"),
    (f"-H @two{TAB}", "[-H][@two words.txt]"),
    (f"-d targ{TAB}", "[-d][targ]"),
    # No value that a file's name could be.
    (f"--max-time targ{TAB}", "[--max-time][targ]"),
])
def test_what_tab_makes_of_it(shell, typed, given):
    shell.type("peel " + typed + "\r")
    seen = shell.wait_for(b"]END", PROMPT).decode()
    # zsh takes the slash behind a folder's name away again.
    got = re.search(r"GOT(.*)END", seen)[1].replace("[folder]", "[folder/]")
    assert got == given, seen


@pytest.mark.parametrize("typed, words", [
    ("--retry-", ["--retry-all-errors", "--retry-connrefused", "--retry-delay", "--retry-max-time"]),
    ("--tls-max ", ["default", "1.2", "1.3"]),
    ("-o ", ["target-file.txt", "folder"]),
])
def test_what_two_tabs_list(shell, typed, words):
    shell.type("peel " + typed + TAB + TAB)
    seen = shell.wait_for(*(word.encode() for word in words)).decode()
    assert "--max-time" not in re.sub("--retry-max-time", "", seen)
    shell.type("\x15peel -V\r")
    shell.wait_for(b"GOT[-V]END", PROMPT)

"""Runs the program under test once and says how it went.

PEEL names the binary (else build/peel of this checkout). With PEEL=/usr/bin/curl the same tables run against curl: then
only exit codes and bodies are compared, and rows that say so expect what curl does.
"""
import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import tempfile
import termios
import threading
from dataclasses import dataclass

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEEL = os.environ.get("PEEL", os.path.join(ROOT, "build", "peel"))
IS_CURL = os.path.basename(PEEL) == "curl"
CURL = shutil.which("curl")
HANG_GUARD_S = 20


def is_sanitized():
    """Sanitizers change memory and time so much that bounds mean nothing."""
    with open(PEEL, "rb") as file:
        return b"__asan_init" in file.read()


@dataclass
class Result:
    code: int  # exit code; minus the number of the signal that ended it
    out: bytes
    err: bytes
    cpu_s: float
    rss_kib: int

    @property
    def text(self):
        """stderr as text, to look for words in."""
        return self.err.decode("utf-8", "surrogateescape")


def clean_environment(extra=None):
    """Without proxies, configuration and colours of whoever runs the tests."""
    unwanted = {"no_color", "curl_ca_bundle", "ssl_cert_file", "ssl_cert_dir", "sslkeylogfile", "xdg_config_home"}
    env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy") and k.lower() not in unwanted}
    env["HOME"] = "/nonexistent"
    env["LC_ALL"] = "C.UTF-8"
    env["TZ"] = "UTC"
    # Sanitizers report by ending the program with a code that is none of ours.
    env["ASAN_OPTIONS"] = env["LSAN_OPTIONS"] = "exitcode=99"
    env["UBSAN_OPTIONS"] = "halt_on_error=1:exitcode=99:print_stacktrace=1"
    env.update(extra or {})
    return env


def helper_path(name):
    """A program that meson builds in tests/support: beside the program under test, or in build/."""
    beside = os.path.join(os.path.dirname(PEEL), "tests", "support", name)
    return beside if os.path.exists(beside) else os.path.join(ROOT, "build", "tests", "support", name)


def start(args, program=PEEL, env=None, cwd=None, stdin=subprocess.DEVNULL, stdout=None, stderr=None,
          guard_s=HANG_GUARD_S):
    """The process, for wait(). One that hangs is killed, and that is a failure. It is a child of support/measure.c."""
    report, report_end = os.pipe()
    process = subprocess.Popen([helper_path("measure"), str(report_end), program, *map(str, args)], stdin=stdin,
                               stdout=stdout, stderr=stderr, cwd=cwd, env=clean_environment(env), pass_fds=[report_end])
    os.close(report_end)
    process.report = report
    process.guard = threading.Timer(guard_s, process.kill)
    process.guard.daemon = True
    process.guard.start()
    return process


def pid_of(process):
    """The program's own process id."""
    path = f"/proc/{process.pid}/task/{process.pid}/children"
    while True:
        with open(path, encoding="ascii") as file:
            children = file.read().split()
        if children:
            return int(children[0])


@dataclass
class Usage:
    rss_kib: int
    cpu_s: float


def wait(process):
    """Exit code and what was used."""
    process.wait()
    process.guard.cancel()
    with open(process.report, encoding="ascii") as report:
        words = report.read().split()
    assert words, f"hangs: {process.args}"
    return os.waitstatus_to_exitcode(int(words[0])), Usage(int(words[1]), int(words[2]) / 1e6)


def run(*args, program=PEEL, env=None, cwd=None, stdin=b"", stdout=None, guard_s=HANG_GUARD_S):
    """stdout: something to write to in place of a file of ours (then Result.out is empty)."""
    with tempfile.TemporaryFile() as into, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        into.write(stdin)
        into.seek(0)
        process = start(args, program, env, cwd, into, stdout if stdout is not None else out, err, guard_s)
        code, usage = wait(process)
        out.seek(0)
        err.seek(0)
        return Result(code, out.read(), err.read(), usage.cpu_s, usage.rss_kib)


def curl(*args, **how):
    return run("-q", *args, program=CURL, **how)


def on_terminal(*args, env=None, columns=80):
    """The exit code, and as text all that comes when stdout and stderr are one terminal so wide."""
    terminal, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    process = start(args, env={"TERM": "xterm", **(env or {})}, stdout=side, stderr=side)
    os.close(side)
    out = b""
    try:
        while piece := os.read(terminal, 65536):
            out += piece
    except OSError:  # the other side is closed
        pass
    os.close(terminal)
    return wait(process)[0], out.decode("utf-8", "surrogateescape").replace("\r\n", "\n")


def openssl_version():
    """Of the library that the program under test uses: (3, 0)."""
    said = re.search(r"OpenSSL/(\d+)\.(\d+)", run("--version").out.decode())
    return (int(said[1]), int(said[2])) if said else (0, 0)

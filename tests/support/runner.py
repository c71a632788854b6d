"""Runs the program under test once and says how it went.

PEEL names the binary (else build/peel of this checkout). With PEEL=/usr/bin/curl the same tables run against curl: then
only exit codes and bodies are compared, and rows that say so expect what curl does.
"""
import os
import shutil
import signal
import subprocess
import tempfile
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


def start(args, program=PEEL, env=None, cwd=None, stdin=subprocess.DEVNULL, stdout=None, stderr=None,
          guard_s=HANG_GUARD_S):
    """The process, for wait(). One that hangs is killed, and that is a failure."""
    process = subprocess.Popen([program, *map(str, args)], stdin=stdin, stdout=stdout, stderr=stderr, cwd=cwd,
                               env=clean_environment(env))
    process.guard = threading.Timer(guard_s, process.kill)
    process.guard.daemon = True
    process.guard.start()
    return process


def wait(process):
    """Exit code and resource usage."""
    _, status, usage = os.wait4(process.pid, 0)
    process.guard.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode != -signal.SIGKILL, f"hangs: {process.args}"
    return process.returncode, usage


def run(*args, program=PEEL, env=None, cwd=None, stdin=b"", stdout=None, guard_s=HANG_GUARD_S):
    """stdout: something to write to in place of a file of ours (then Result.out is empty)."""
    with tempfile.TemporaryFile() as into, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        into.write(stdin)
        into.seek(0)
        process = start(args, program, env, cwd, into, stdout if stdout is not None else out, err, guard_s)
        code, usage = wait(process)
        out.seek(0)
        err.seek(0)
        return Result(code, out.read(), err.read(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


def curl(*args, **how):
    return run("-q", *args, program=CURL, **how)

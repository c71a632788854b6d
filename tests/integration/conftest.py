"""What every integration test may ask for:

    peel(...)       runs the program; a Result has code, stdout, stderr (both bytes) and err (stderr as text)
    certs           all certificates, see support/certs.py
    workspace       a directory for one server, see support/servers.py
    curl(...)       the same for the system's curl, as an oracle

PEEL names another binary; without it build/peel is taken.
"""

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "tests", "support"))

import certs as certificates    # noqa: E402
import servers                  # noqa: E402

DEFAULT_TIMEOUT = 60    # seconds until a run counts as hanging

# What a run sees of the environment. Nothing of the caller's may change a result: no proxy, no trust, no locale.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
# Sanitizers report by ending the program with a code that is none of ours.
SANITIZERS = {"ASAN_OPTIONS": "exitcode=99:detect_leaks=1", "UBSAN_OPTIONS": "halt_on_error=1:exitcode=99:print_stacktrace=1",
              "LSAN_OPTIONS": "exitcode=99"}


class Result:
    def __init__(self, command, code, stdout, stderr):
        self.command, self.code, self.stdout, self.stderr = command, code, stdout, stderr

    @property
    def err(self):
        return self.stderr.decode(errors="backslashreplace")

    def __repr__(self):
        return f"{' '.join(self.command)}\nexit {self.code}\nstdout {self.stdout[:300]!r}\nstderr {self.err[:3000]}"


class Program:
    def __init__(self, path, home):
        self.path, self.home = path, home

    def environment(self, extra=None):
        return {**ENVIRONMENT, **SANITIZERS, "HOME": self.home, **(extra or {})}

    def __call__(self, *arguments, stdin=b"", env=None, cwd=None, timeout=DEFAULT_TIMEOUT, stdout=subprocess.PIPE):
        command = [self.path, *map(str, arguments)]
        done = subprocess.run(command, input=stdin, stdout=stdout, stderr=subprocess.PIPE, env=self.environment(env),
                              cwd=cwd or self.home, timeout=timeout)
        return Result(command, done.returncode, done.stdout, done.stderr)

    def start(self, *arguments, env=None, cwd=None, **how):
        """The process itself, for tests that watch it while it runs; the test waits for it."""
        how = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
        return subprocess.Popen([self.path, *map(str, arguments)], env=self.environment(env), cwd=cwd or self.home, **how)


def peel_path():
    return os.path.abspath(os.environ.get("PEEL") or os.path.join(TOP, "build", "peel"))


@pytest.fixture(scope="session")
def session_directory():
    with servers.temporary_directory() as path:
        yield path


@pytest.fixture(scope="session")
def certs(session_directory):
    return certificates.make(os.path.join(session_directory, "certs"))


@pytest.fixture
def workspace(request, session_directory):
    with servers.temporary_directory() as path:
        yield servers.Workspace(path)


@pytest.fixture
def home(tmp_path):
    """An empty home and working directory for the program."""
    path = tmp_path / "home"
    path.mkdir()
    return str(path)


@pytest.fixture
def peel(home):
    path = peel_path()
    if not os.access(path, os.X_OK):
        pytest.fail(f"{path} is not there: ./dev build, or name another in PEEL")
    return Program(path, home)


@pytest.fixture(scope="session")
def is_sanitized():
    """Such a build needs several times the memory: no absolute bound holds for it."""
    with open(peel_path(), "rb") as file:
        return b"__asan_init" in file.read()


@pytest.fixture
def curl(home):
    path = shutil.which("curl")
    if not path:
        pytest.skip("no curl to compare with")
    return Program(path, home)


def enter_own_network():
    """A loopback interface that no other process sees, where the kernel lets us: whoever else runs tests on this machine
    takes free ports too, and may ask on one that by then is ours."""
    CLONE_NEWNET, SIOCSIFFLAGS, IFF_UP = 0x40000000, 0x8914, 1
    if ctypes.CDLL(None).unshare(CLONE_NEWNET) != 0:
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))


def pytest_configure(config):
    enter_own_network()
    # Begun in the background of a script, the programs under test would inherit that an interrupt is nothing.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "slow: moves much data or waits on purpose; ./dev test --quick leaves it out")

"""Starts poll_server (poll_server.c), and knows what it sends."""
import contextlib
import hashlib
import os
import subprocess

from runner import PEEL, ROOT

PATTERN_PERIOD = 65521


def server_path():
    """Beside the program under test, as meson builds it, or named by POLL_SERVER."""
    named = os.environ.get("POLL_SERVER")
    beside = os.path.join(os.path.dirname(PEEL), "tests", "support", "poll_server")
    return named or (beside if os.path.exists(beside) else os.path.join(ROOT, "build", "tests", "support", "poll_server"))


def make_pattern():
    out = bytearray()
    x = 1
    for _ in range(PATTERN_PERIOD):
        x = (x * 1103515245 + 12345) & 0xFFFFFFFF
        out.append(x >> 16 & 0xFF)
    return bytes(out)


PATTERN = make_pattern()


def body_digest(size):
    """sha256 of /bytes/SIZE."""
    digest = hashlib.sha256()
    many = PATTERN * 64
    for _ in range(size // len(many)):
        digest.update(many)
    rest = size % len(many)
    digest.update(many[:rest])
    return digest.hexdigest()


@contextlib.contextmanager
def poll_server(identity, *options):
    """Yields the port."""
    command = [server_path(), "--cert", identity.chain, "--key", identity.key, *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()  # it ends then
            process.wait()

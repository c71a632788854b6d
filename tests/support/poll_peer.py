"""Starts poll_server (poll_server.c), and knows what it sends."""
import contextlib
import hashlib
import subprocess

from runner import helper_path

PATTERN_PERIOD = 65521


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
    command = [helper_path("poll_server"), "--cert", identity.chain, "--key", identity.key, *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()  # it ends then
            process.wait()

"""Bodies of every awkward size, framed in each way, from servers that are not ours: what comes out is what was put in."""

import hashlib
import os
import random
import re
import select
import subprocess

import pytest
import servers

KIB = 1024
MIB = 1024 * KIB
SIZES = [0, 1, 16 * KIB - 1, 16 * KIB, 16 * KIB + 1, MIB, 100 * MIB]
HUGE = 3_000_000_000    # past 2^31, sparse on the disk

FRAMINGS = {
    "nginx": ("length", "chunked", "until-close"),
    "apache": ("length", "chunked", "until-close"),
    "s_server": ("length", "chunked", "until-close"),
    "gnutls_serv": ("length",),
}
PREFIX = {"length": "/", "chunked": "/chunked/", "until-close": "/until-close/"}


def chunked(content):
    """The same in chunks of changing sizes, with an extension and a trailer, as a server may."""
    sizes = random.Random(len(content))
    out, at = [], 0
    while at < len(content):
        piece = content[at:at + sizes.choice((1, 15, 16, 4095, 4096, 16384, 70000, 3 * MIB))]
        out.append(b"%x;note=\"a b\"\r\n%s\r\n" % (len(piece), piece))
        at += len(piece)
    return b"".join(out) + b"0\r\nX-Trailer: yes\r\n\r\n"


class Bodies:
    """Files named by their size in one directory; each is written when it is first asked for."""

    def __init__(self, root):
        self.root, self.digests = root, {}

    def name(self, size):
        if size not in self.digests:
            content = random.Random(size).randbytes(size)
            with open(os.path.join(self.root, str(size)), "wb") as file:
                file.write(content)
            self.digests[size] = hashlib.sha256(content).hexdigest()
        return str(size)

    def whole_response(self, size, framing):
        """A file that holds head and body, for servers that send files as they are."""
        name = f"{framing}-{self.name(size)}"
        path = os.path.join(self.root, name)
        if not os.path.exists(path):
            with open(os.path.join(self.root, str(size)), "rb") as file:
                content = file.read()
            head = {"length": b"Content-Length: %d\r\n" % size, "chunked": b"Transfer-Encoding: chunked\r\n"}[framing]
            with open(path, "wb") as file:
                file.write(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + (chunked(content) if framing == "chunked" else content))
        return name


@pytest.fixture(scope="module")
def bodies():
    with servers.temporary_directory() as root:
        yield Bodies(root)


@pytest.fixture
def serve(workspace, bodies, certs):
    """Starts one server for one body; gives the context manager and the path to ask for."""
    workspace.root = bodies.root

    def start(kind, tls, framing, size):
        identity = certs["server-through-intermediate"]
        if kind == "s_server" and framing != "until-close":
            return servers.s_server(workspace, identity, mode="-HTTP", tls=tls), "/" + bodies.whole_response(size, framing)
        if kind == "s_server":
            return servers.s_server(workspace, identity, mode="-WWW", tls=tls), "/" + bodies.name(size)
        if kind == "gnutls_serv":
            path = os.path.join(bodies.root, bodies.name(size))
            return servers.gnutls_serv(workspace, identity, "--httpdata=" + path, tls=tls), "/"
        return getattr(servers, kind)(workspace, identity, tls=tls), PREFIX[framing] + bodies.name(size)

    return start


def digest_of(stream):
    """(size, SHA-256) of all that comes out of a pipe."""
    size, digest = 0, hashlib.sha256()
    while piece := stream.read(MIB):
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()


def fetch_digest(peel, *arguments):
    process = peel.start("-sS", *arguments)
    got = digest_of(process.stdout)
    err = process.stderr.read().decode(errors="backslashreplace")
    process.stdout.close()
    process.stderr.close()
    return process.wait(60), *got, err


CASES = [(kind, framing) for kind, framings in FRAMINGS.items() for framing in framings]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("tls", ["1.2", "1.3"])
@pytest.mark.parametrize("kind, framing", CASES)
def test_body_arrives_whole(peel, certs, serve, bodies, kind, framing, tls, size):
    context, path = serve(kind, tls, framing, size)
    with context as server:
        code, got, digest, err = fetch_digest(peel, "--cacert", certs.ca, server.url(path))
    assert (code, got, digest, err) == (0, size, bodies.digests[size], "")


@pytest.mark.parametrize("kind, framing", CASES)
def test_server_frames_as_the_test_says(peel, certs, serve, kind, framing):
    context, path = serve(kind, "1.3", framing, 16 * KIB + 1)
    with context as server:
        result = peel("-sSi", "--cacert", certs.ca, server.url(path))
    head = result.stdout.split(b"\r\n\r\n")[0].lower()
    has_length = bool(re.search(rb"\ncontent-length: \d+", head))
    is_chunked = b"\ntransfer-encoding: chunked" in head
    assert (has_length, is_chunked) == (framing == "length", framing == "chunked"), result


def memory_high_water(pid):
    """KiB; the process must be alive."""
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1))


def cpu_ticks(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def stays_alive(pid, seconds):
    """Lets real time pass, unless the process ends first."""
    watched = os.pidfd_open(pid)
    try:
        return not select.select([watched], [], [], seconds)[0]
    finally:
        os.close(watched)


@pytest.mark.parametrize("kind, framing", [("nginx", "length"), ("nginx", "chunked"), ("s_server", "until-close")])
@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_reader_that_stops_for_two_seconds(peel, certs, serve, bodies, is_sanitized, kind, framing, tls):
    """The pipe is full, so peel must stop reading from the net: no memory grows, no CPU burns, nothing is lost."""
    size = 100 * MIB
    context, path = serve(kind, tls, framing, size)
    with context as server:
        process = peel.start("-sS", "--cacert", certs.ca, server.url(path), stderr=subprocess.DEVNULL)
        digest, got = hashlib.sha256(), 0
        while got < size:
            piece = process.stdout.read(min(256 * KIB, size - got))
            assert piece, f"ended after {got} bytes"
            digest.update(piece)
            before, got = got, got + len(piece)
            if before < 10 * MIB <= got:
                memory, ticks = memory_high_water(process.pid), cpu_ticks(process.pid)
                assert stays_alive(process.pid, 2.0)
                assert cpu_ticks(process.pid) - ticks <= 10, "it spins while nobody reads"
                assert memory_high_water(process.pid) - memory <= 2 * KIB
            if before < size - 16 * MIB <= got:
                assert memory_high_water(process.pid) - memory <= 4 * KIB
                assert is_sanitized or memory_high_water(process.pid) <= 24 * KIB
        assert process.stdout.read() == b""
        process.stdout.close()
        assert process.wait(60) == 0
    assert digest.hexdigest() == bodies.digests[size]


@pytest.mark.slow
def test_more_than_two_gigabytes(peel, certs, serve, workspace):
    """Sparse, but with bytes that count on both sides of 2^31 and at the ends."""
    marks = {0: b"start", 2**31 - 3: b"across", HUGE - 3: b"end"}
    path = os.path.join(workspace.root, "huge")
    with open(path, "wb") as file:
        file.truncate(HUGE)
        for offset, mark in marks.items():
            file.seek(offset)
            file.write(mark)
    with open(path, "rb") as file:
        expected = digest_of(file)
    with servers.nginx(workspace, certs["server"]) as server:
        code, *got, err = fetch_digest(peel, "--cacert", certs.ca, server.url("/huge"))
    assert (code, tuple(got), err) == (0, expected, "")

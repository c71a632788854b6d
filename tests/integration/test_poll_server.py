"""Bodies of all sizes and framings from a server with memory BIOs on its side, checked by their digest."""
import hashlib
import subprocess

import pytest

import runner
from poll_peer import body_digest, poll_server

SIZES = [0, 1, 16383, 16384, 16385, 65521, 1 << 20]
LARGE = 100 << 20
MODES = ["length", "chunked", "close"]


def fetch_digest(certs, port, size, mode, *args):
    """Through a pipe, as `peel URL | sha256sum`."""
    url = f"https://127.0.0.1:{port}/bytes/{size}?mode={mode}"
    process = runner.start(["--no-progress-meter", "--cacert", certs.ca, *args, url], stdout=subprocess.PIPE)
    digest = hashlib.sha256()
    while data := process.stdout.read1(1 << 20):
        digest.update(data)
    process.stdout.close()
    code, usage = runner.wait(process)
    return code, digest.hexdigest(), usage


@pytest.fixture(scope="module", params=["1.2", "1.3"])
def server(request, certs):
    with poll_server(certs["server"], "--tls", request.param) as port:
        yield port


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", SIZES)
def test_sizes(size, mode, server, certs):
    code, digest, _ = fetch_digest(certs, server, size, mode)
    assert (code, digest) == (0, body_digest(size))


@pytest.mark.parametrize("mode", MODES)
def test_a_large_body_keeps_memory_flat(mode, server, certs):
    _, _, small = fetch_digest(certs, server, 1, mode)
    code, digest, usage = fetch_digest(certs, server, LARGE, mode)
    assert (code, digest) == (0, body_digest(LARGE))
    if not runner.IS_CURL and not runner.is_sanitized():
        assert usage.rss_kib <= small.rss_kib + 8 * 1024


@pytest.mark.parametrize("options, size", [
    (("--tls", "1.2", "--record", "1"), 20000),
    (("--tls", "1.3", "--record", "1"), 20000),
    (("--tls", "1.3", "--record", "700"), 1 << 20),
    (("--tls", "1.3", "--key-update", "30000"), 4 << 20),
    (("--tls", "1.3", "--tickets", "20"), 1 << 20),
    (("--tls", "1.3", "--tickets", "0"), 1 << 20),
    (("--tls", "1.3", "--groups", "P-384"), 1000),  # a HelloRetryRequest: no share of that group was sent
    (("--tls", "1.2", "--groups", "P-521"), 1000),
], ids=lambda value: "_".join(value).replace("--", "") if isinstance(value, tuple) else None)
def test_odd_servers(options, size, certs):
    with poll_server(certs["server"], *options) as port:
        for mode in MODES:
            code, digest, _ = fetch_digest(certs, port, size, mode)
            assert (code, digest) == (0, body_digest(size)), mode


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_no_close_notify(version, certs):
    """Harmless where the end was announced; else the body may be cut, and that is said (not by this curl)."""
    with poll_server(certs["server"], "--tls", version, "--no-close-notify") as port:
        for mode, wanted in (("length", 0), ("chunked", 0), ("close", 0 if runner.IS_CURL else 56)):
            code, digest, _ = fetch_digest(certs, port, 100000, mode)
            assert (code, digest) == (wanted, body_digest(100000)), mode


def test_client_certificate(certs):
    client = certs["client"]
    with poll_server(certs["server"], "--client-ca", certs.ca) as port:
        code, digest, _ = fetch_digest(certs, port, 1000, "length", "-E", client.cert, "--key", client.key)
        assert (code, digest) == (0, body_digest(1000))
        code, _, _ = fetch_digest(certs, port, 1000, "length")
        assert code == 56


def test_a_hundred_urls_on_one_connection(certs):
    with poll_server(certs["server"]) as port:
        urls = [f"https://127.0.0.1:{port}/bytes/10?n={n}" for n in range(100)]
        result = runner.run("-sS", "--cacert", certs.ca, "-w", "%{stderr}%{num_connects}\n", *urls)
    assert result.code == 0, result
    assert len(result.out) == 1000
    assert result.err == b"1\n" + b"0\n" * 99


def test_a_slow_reader_is_waited_for(certs):
    """The reader takes nothing until the program has filled all buffers and sleeps; then everything arrives."""
    with poll_server(certs["server"]) as port:
        size = 32 << 20
        process = runner.start(["--no-progress-meter", "--cacert", certs.ca, f"https://127.0.0.1:{port}/bytes/{size}"],
                               stdout=subprocess.PIPE)
        wait_until_idle(runner.pid_of(process))
        digest = hashlib.sha256()
        while data := process.stdout.read1(1 << 16):
            digest.update(data)
        process.stdout.close()
        code, usage = runner.wait(process)
    assert (code, digest.hexdigest()) == (0, body_digest(size))
    if not runner.IS_CURL and not runner.is_sanitized():
        assert usage.rss_kib <= 24 * 1024


def written(pid):
    with open(f"/proc/{pid}/io", encoding="ascii") as file:
        return int(dict(line.split(": ") for line in file)["wchar"])


def wait_until_idle(pid):
    """Until 50 looks in a row, some milliseconds apart, see that the program has written and writes no more."""
    last, same = 0, 0
    while same < 50:
        now = written(pid)
        same = same + 1 if now == last and now > 0 else 0
        last = now
        subprocess.run(["true"], check=True)

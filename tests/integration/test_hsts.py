"""HSTS end to end: who said so is reached over TLS, and the list in its file survives everything (H130)."""
import os
import re
import stat

import pytest

import runner
from liar import liar_tls
from origin import Origin, redirect, reply

pytestmark = pytest.mark.skipif(runner.IS_CURL, reason="the rows are peel's")

FUTURE = '"20991231 23:59:59"'


def entries(path):
    return [line for line in path.read_text().splitlines() if not line.startswith("#")]


@pytest.fixture(scope="module", name="place")
def place_of_the_tests(certs):
    """An origin over TLS that says what field() has, reached as localhost."""
    class Place:
        fields = []

    with Origin(lambda request: reply(b"tls", "200 OK", *Place.fields), tls=liar_tls(certs["server"])) as origin:
        Place.origin = origin
        Place.ca = certs.ca

        def run(*args, url=None, **how):
            origin.requests.clear()
            return runner.run("-sS", "--cacert", certs.ca, *args, url or origin.url("/", host="localhost"), **how)
        Place.run = staticmethod(run)
        yield Place


@pytest.mark.parametrize("fields, args, host, kept", [
    (["max-age=1000"], [], "localhost", r'localhost "\d{8} \d\d:\d\d:\d\d"'),
    (["max-age=1000; includeSubDomains"], [], "localhost", r'\.localhost "[\d :]+"'),
    (["max-age=99999999999999999999"], [], "localhost", r'localhost "20[3-9]\d[\d :]+"'),
    (["nonsense", "max-age=1000"], [], "localhost", None),  # only the first counts
    (["max-age=0"], [], "localhost", None),
    (["max-age=1000"], ["-k"], "localhost", None),
    (["max-age=1000"], [], "127.0.0.1", None),
])
def test_what_is_believed(tmp_path, place, fields, args, host, kept):
    place.fields = [f"Strict-Transport-Security: {field}" for field in fields]
    file = tmp_path / "list"
    result = place.run("--hsts", file, *args, url=place.origin.url("/", host=host))
    assert result.code == 0, result
    found = entries(file)
    assert len(found) == (1 if kept else 0)
    assert not kept or re.fullmatch(kept, found[0])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_plain_http_is_not_believed(tmp_path):
    with Origin(lambda request: reply(b"", "200 OK", "Strict-Transport-Security: max-age=1000")) as origin:
        assert runner.run("-sS", "--hsts", tmp_path / "list", origin.url("/", host="localhost")).code == 0
    assert entries(tmp_path / "list") == []


@pytest.mark.parametrize("line, host, is_tls", [
    ("localhost {}", "localhost", True),
    ("LOCALHOST. {}", "localhost", True),
    (".localhost {}", "a.localhost", True),
    ("localhost {}", "LOCALHOST", True),
    (".localhost {}", "a\u3002LOCALHOST", True),  # another full stop: one name all the same
    ("localhost {}", "a.localhost", False),
    ('localhost "20000101 00:00:00"', "localhost", False),
])
def test_http_becomes_https_before_anything_is_sent(tmp_path, place, line, host, is_tls):
    (tmp_path / "list").write_text("# mine\n" + line.format(FUTURE) + "\n")
    url = f"http://{host}:{place.origin.port}/x"
    name = host.lower().replace("\u3002", ".")
    how = ["--resolve", f"{name}:{place.origin.port}:127.0.0.1"]
    result = place.run("-k", *how, "-u", "a:b", "--hsts", tmp_path / "list", "-w", " %{url_effective}", url=url)
    if not is_tls:
        assert result.code != 0 and not place.origin.requests
        return
    assert (result.code, result.out) == (0, f"tls https://{host}:{place.origin.port}/x".encode()), result
    assert place.origin.requests[0].field("Authorization")  # the same origin, better reached


def test_a_redirect_is_upgraded_too_and_a_word_counts_at_once(place):
    """CVE-2023-23914. Learnt from the first URL, used for the second, with no file at all."""
    place.fields = ["Strict-Transport-Security: max-age=1000"]
    back = f"http://localhost:{place.origin.port}/back"
    with Origin(lambda request: redirect(back)) as plain:
        result = place.run("-L", "-v", "--hsts", "", place.origin.url("/", host="localhost"), url=plain.url("/"))
    assert (result.code, result.out) == (0, b"tlstls"), result
    assert f"* Switched from HTTP to HTTPS due to HSTS => https://localhost:{place.origin.port}/back" in result.text


def test_no_time_spoils_the_list(tmp_path, place):
    """H130: a time that no calendar shows is cut, and what was there stays."""
    place.fields = ["Strict-Transport-Security: max-age=9223372036854775807"]
    (tmp_path / "list").write_text(f'.old.test {FUTURE}\nforever.test "unlimited"\nchild.old.test "20981231 23:59:59"\n')
    assert place.run("--hsts", tmp_path / "list").code == 0
    found = entries(tmp_path / "list")
    assert found[:3] == [f".old.test {FUTURE}", 'forever.test "unlimited"', 'child.old.test "20981231 23:59:59"']
    assert len(found) == 4


@pytest.mark.parametrize("path", ["/dev/full", "no/such/list"])
def test_a_list_that_cannot_be_written_is_a_warning(tmp_path, place, path):
    result = runner.run("-S", "--cacert", place.ca, "--hsts", path, place.origin.url("/", host="localhost"), cwd=tmp_path)
    assert result.code == 0 and "Warning: " in result.text and path in result.text


@pytest.mark.parametrize("name", ["n" * 250, "list"])
def test_a_name_of_any_length_and_a_full_disk(tmp_path, place, name):
    """CVE-2023-46219: nothing is appended to the name, so that it cannot become too long; a full disk changes nothing."""
    place.fields = ["Strict-Transport-Security: max-age=1000"]
    list_file = tmp_path / name
    list_file.write_text(f"old.test {FUTURE}\n")
    assert place.run("--hsts", list_file).code == 0
    assert len(entries(list_file)) == 2
    before = "".join(f"h{n}.test {FUTURE}\n" for n in range(1000))
    list_file.write_text(before)
    shell = ["-c", 'ulimit -f 8; exec "$@"', "sh", runner.PEEL, "-S", "--no-progress-meter", "--cacert", place.ca]
    result = runner.run(*shell, "--hsts", list_file, place.origin.url("/", host="localhost"), program="/bin/sh")
    assert result.code == 0 and "File too large" in result.text, result
    assert list_file.read_text() == before and os.listdir(tmp_path) == [name]


def test_a_million_lines_are_read_in_no_time(tmp_path, place):
    """Ten thousand are taken; the file as a whole is bounded too, so the rest costs little."""
    (tmp_path / "list").write_text("".join(f"h{n}.test {FUTURE}\n" for n in range(1000000)))
    result = place.run("--hsts", tmp_path / "list")
    assert result.code == 0
    if not runner.is_sanitized():
        assert result.cpu_s < 0.5 and result.rss_kib < 24 * 1024


def test_a_list_that_is_too_long_is_left_alone(tmp_path, place):
    lines = "".join(f"h{n}.test {FUTURE}\n" for n in range(100000))
    (tmp_path / "list").write_text(lines)
    result = runner.run("-S", "--cacert", place.ca, "--hsts", tmp_path / "list", place.origin.url("/", host="localhost"))
    assert result.code == 0 and "too large" in result.text and "left as it is" in result.text
    assert (tmp_path / "list").read_text() == lines


def test_a_folder_is_no_list(tmp_path, place):
    result = place.run("--hsts", tmp_path)
    assert result.code == 26 and not place.origin.requests
    assert os.listdir(tmp_path) == []


def test_a_device_that_never_ends_is_no_list(place):
    result = runner.run("-S", "--cacert", place.ca, "--hsts", "/dev/zero", place.origin.url("/", host="localhost"))
    assert result.code == 0 and "too large" in result.text

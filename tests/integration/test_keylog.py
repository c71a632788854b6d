"""--keylog and SSLKEYLOGFILE."""
import os
import re
import shutil

import pytest

import runner
import servers
from origin import Origin, reply
from liar import liar_tls

LINE = re.compile(r"(CLIENT_RANDOM|[A-Z]+(_[A-Z]+)*_(SECRET|SECRET_0)) [0-9a-f]{64} [0-9a-f]{64,96}")
LABELS = {
    "1.2": {"CLIENT_RANDOM"},
    "1.3": {"SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "EXPORTER_SECRET",
            "SERVER_TRAFFIC_SECRET_0", "CLIENT_TRAFFIC_SECRET_0"},
}


@pytest.fixture(scope="module", params=["1.2", "1.3"])
def origin(request, certs):
    with Origin(lambda _: reply(b"hello", "200 OK", "Connection: close"), tls=liar_tls(certs["server"], request.param)) as server:
        server.version = request.param
        yield server


def unfolded(result):
    """A long warning goes over several lines, each with its prefix, and the blank where it is folded stays."""
    return re.sub(r" ?\nWarning: ?", " ", result.text)


def fetch(origin, certs, *args, env=None, program=runner.PEEL, cwd=None):
    url = f"https://localhost:{origin.port}/"
    return runner.run("--no-progress-meter", "--cacert", certs.ca, *args, url, env=env, program=program, cwd=cwd)


@pytest.mark.parametrize("is_option", [True, False])
def test_lines_are_appended_to_a_private_file(origin, certs, tmp_path, is_option):
    path = tmp_path / "keys"
    how = {} if is_option else {"env": {"SSLKEYLOGFILE": str(path)}}
    umask = os.umask(0)
    try:
        for _ in range(2):
            result = fetch(origin, certs, *(["--keylog", path] if is_option else []), **how)
            assert (result.code, result.err) == (0, b""), result
    finally:
        os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o600
    lines = path.read_text().splitlines()
    assert all(LINE.fullmatch(line) for line in lines), lines
    assert {line.split()[0] for line in lines} == LABELS[origin.version]
    assert len({line.split()[1] for line in lines}) == 2


def test_early_data_has_its_secret(certs, workspace, tmp_path):
    with servers.nginx(workspace, certs["server"], tls="1.3", extra="ssl_early_data on;") as server:
        early = ("-sS", "-o", "/dev/null", "-w", "%{tls_earlydata}", "--ssl-sessions", tmp_path / "sessions", "--tls-earlydata",
                 "--cacert", certs.ca, server.url())
        assert runner.run(*early).out == b"0"
        result = runner.run(*early, "--keylog", tmp_path / "keys")
    assert int(result.out) > 0
    lines = (tmp_path / "keys").read_text().splitlines()
    assert all(LINE.fullmatch(line) for line in lines), lines
    labels = {line.split()[0] for line in lines}
    assert labels == LABELS["1.3"] | {"CLIENT_EARLY_TRAFFIC_SECRET", "EARLY_EXPORTER_SECRET"}
    assert len({line.split()[1] for line in lines}) == 1


def test_the_option_goes_before_the_variable(origin, certs, tmp_path):
    assert fetch(origin, certs, "--keylog", tmp_path / "a", env={"SSLKEYLOGFILE": str(tmp_path / "b")}).code == 0
    assert os.listdir(tmp_path) == ["a"]


def test_nothing_without_either(origin, certs, tmp_path):
    assert fetch(origin, certs, env={"SSLKEYLOGFILE": ""}).err == b""
    assert os.listdir(tmp_path) == []


def test_what_cannot_be_opened(origin, certs, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "pipe")
    for path, why in (("link", "it is a symlink, and secrets go through none"), ("no/file", "No such file or directory"),
                      ("pipe", "No such device or address"), (".", "Is a directory")):
        n = len(origin.requests)
        result = fetch(origin, certs, "--keylog", path, cwd=tmp_path)
        assert (result.code, len(origin.requests)) == (23, n)
        assert result.text == f"peel: (23) Failed to open the file '{path}': {why}\n"
        result = fetch(origin, certs, env={"SSLKEYLOGFILE": path}, cwd=tmp_path)
        assert (result.code, result.out) == (0, b"hello")
        said = unfolded(result)
        assert said == f"Warning: SSLKEYLOGFILE: Failed to open the file '{path}': {why}\n"
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_that_others_may_read_is_used_with_a_warning(origin, certs, tmp_path):
    path = tmp_path / "keys"
    path.write_text("# mine\n")
    path.chmod(0o644)
    result = fetch(origin, certs, "--keylog", path)
    assert result.code == 0 and "its mode is 0644: others may use it" in unfolded(result)
    assert path.read_text().startswith("# mine\n") and len(path.read_text().splitlines()) > 1


def test_a_full_device_is_told(origin, certs):
    result = fetch(origin, certs, "--keylog", "/dev/full")
    assert (result.code, result.out) == (23, b"hello")
    assert result.text == "peel: (23) Failed to write the file '/dev/full': No space left on device\n"
    result = fetch(origin, certs, env={"SSLKEYLOGFILE": "/dev/full"})
    assert (result.code, result.out) == (0, b"hello")
    assert unfolded(result).startswith("Warning: SSLKEYLOGFILE: Failed to write the file '/dev/full'")


def test_a_program_with_more_rights_than_its_user_keeps_none(certs, tmp_path):
    """Only root can make one: elsewhere there is nothing to see."""
    if os.geteuid() != 0:
        return
    program, log = tmp_path / "peel", tmp_path / "keys"
    shutil.copy(runner.PEEL, program)
    with Origin(lambda _: reply(b"hello"), tls=liar_tls(certs["server"])) as origin:
        assert fetch(origin, certs, env={"SSLKEYLOGFILE": str(log)}, program=str(program)).code == 0
        assert log.exists()
        log.unlink()
        os.chown(program, 65534, 65534)
        program.chmod(0o6755)
        for directory in (tmp_path, tmp_path.parent):
            directory.chmod(0o777)
        fetch(origin, certs, "-k", env={"SSLKEYLOGFILE": str(log)}, program=str(program))
        assert len(origin.requests) == 2
    assert not log.exists()

"""System calls on our own files that fail, by strace: each is a write error (23) with the file's name and the system's
words, and under --atomic the old file stays."""
import os
import shutil

import pytest

import runner
from origin import Origin, reply

pytestmark = pytest.mark.skipif(not shutil.which("strace") or runner.IS_CURL, reason="no strace, or other words")

BODY = b"new" * 50000
OLD = b"old"


def traced(inject, args, cwd):
    return runner.run("-f", "-o", "/dev/null", "-P", cwd / "f", *inject, runner.PEEL, "-sS", *args, cwd=cwd,
                      program=shutil.which("strace"), env={"ASAN_OPTIONS": "detect_leaks=0:exitcode=99"})


@pytest.mark.parametrize("call, error, words", [
    ("write", "ENOSPC", "No space left"), ("write", "EDQUOT", "quota"), ("write", "EIO", "Input/output error"),
    ("close", "EIO", "Input/output error"), ("close", "ENOSPC", "No space left"),
])
def test_a_call_on_the_file_fails(call, error, words, tmp_path):
    (tmp_path / "f").write_bytes(OLD)
    with Origin(lambda _: reply(BODY)) as origin:
        result = traced(["-e", f"inject={call}:error={error}"], ["-o", tmp_path / "f", origin.url()], tmp_path)
    assert result.code == 23, result
    assert words in result.text and str(tmp_path / "f") in result.text
    assert os.listdir(tmp_path) == ["f"]


def test_interrupted_and_short_writes_are_gone_on_with(tmp_path):
    with Origin(lambda _: reply(BODY)) as origin:
        for inject in (["-e", "inject=write:error=EINTR:when=1+2"], ["-e", "inject=write:retval=0:when=1+2"]):
            result = traced(inject, ["-o", tmp_path / "f", origin.url()], tmp_path)
            assert result.code == 0, result
            assert (tmp_path / "f").read_bytes() == BODY


@pytest.mark.parametrize("call, error, words", [
    ("write", "ENOSPC", "No space left"), ("fsync", "EIO", "Input/output error"), ("linkat", "ENOSPC", "No space left"),
    ("renameat", "EACCES", "Permission denied"),
])
def test_an_atomic_file_that_fails_leaves_the_old_one(call, error, words, tmp_path):
    """By the folder here, since the new file has no name."""
    (tmp_path / "f").write_bytes(OLD)
    with Origin(lambda _: reply(BODY)) as origin:
        result = runner.run("-f", "-o", "/dev/null", "-e", f"inject={call}:error={error}", runner.PEEL, "-sS", "--atomic",
                            "-o", "f", origin.url(), cwd=tmp_path, program=shutil.which("strace"),
                            env={"ASAN_OPTIONS": "detect_leaks=0:exitcode=99"})
    # The message goes by write(2) too.
    assert result.code == 23 and (call == "write" or words in result.text), result
    assert (tmp_path / "f").read_bytes() == OLD and os.listdir(tmp_path) == ["f"]

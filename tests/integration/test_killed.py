"""A run that is ended from outside, at any moment (H122): under each name stands the old content or the new, and what
else is left does not hinder the next run. strace kills it as it enters its n-th call of a kind: every moment can be
had, and always again."""
import os
import random
import re
import shutil
import signal

import pytest

import runner
from liar import Liar, liar_tls
from origin import Origin, reply

pytestmark = [pytest.mark.skipif(runner.IS_CURL, reason="the rules are peel's"),
              pytest.mark.skipif(not shutil.which("strace"), reason="no strace")]

MOMENTS = 50
BODY = random.Random(1).randbytes(200_000)
OLD = b"old content\n"
JAR = "# Netscape HTTP Cookie File\nold.test\tFALSE\t/\tFALSE\t4102444799\tname\tvalue\n"
LIST = 'old.test "20991231 23:59:59"\n'
CALL = re.compile(r"^(?:\d+ +)?([a-z_0-9]+)\((.*)$", re.M)


def traced(options, args, cwd):
    return runner.run("-f", "-o", "trace", *options, runner.PEEL, *args, program=shutil.which("strace"), cwd=cwd,
                      env={"ASAN_OPTIONS": "detect_leaks=0:exitcode=99"})


def calls_of(log):
    """(name, how many of that name so far, arguments), without calls that went on after another thread's."""
    count = {}
    for name, arguments in CALL.findall(log):
        count[name] = count.get(name, 0) + 1
        yield name, count[name], arguments


class Case:
    """What is fetched, and which content of which file is old or new."""

    def __init__(self, args, file, old, is_new, url):
        self.args, self.file, self.old, self.is_new, self.url = ["-sS", *args, url], file, old, is_new, url

    def prepare(self, folder):
        folder.mkdir()
        (folder / self.file).write_bytes(self.old)

    def judge(self, folder, must_be_new):
        content = (folder / self.file).read_bytes()
        is_old = content == self.old and not must_be_new
        assert is_old or self.is_new(content), content[:200]


@pytest.fixture(params=["atomic", "jar", "hsts"])
def case(request, certs):
    fields = ["Set-Cookie: a=b; Max-Age=1000", "Strict-Transport-Security: max-age=1000"]
    with Origin(lambda _: reply(BODY, "200 OK", *fields), tls=liar_tls(certs["server"])) as origin:
        url = origin.url(host="localhost")
        trust = ["--cacert", certs.ca]
        kinds = {
            "atomic": (["--atomic", "-o", "f"], "f", OLD, lambda text: text == BODY),
            "jar": (["-o", "body", "-b", "f", "-c", "f"], "f", JAR.encode(),
                    lambda text: b"\tname\tvalue\n" in text and text.endswith(b"\n") and b"\ta\tb\n" in text),
            "hsts": (["-o", "body", "--hsts", "f"], "f", LIST.encode(),
                     lambda text: b'old.test "20991231' in text and re.search(rb'(?m)^localhost "[\d :]+"\n', text)),
        }
        args, file, old, is_new = kinds[request.param]
        yield Case([*trust, *args], file, old, is_new, url)


def moments_after(calls, begins):
    """Of all calls from the first that begins the work on files, fifty, the same each time."""
    first = next(i for i, (name, _, arguments) in enumerate(calls) if begins in f"{name}({arguments}")
    later = calls[max(0, first - 5):]
    return random.Random(122).sample(later, min(MOMENTS, len(later)))


def kill_at(case, folder, options, name, n):
    """Was it killed, and was it the old file that stood there afterwards?"""
    case.prepare(folder)
    was_killed = traced([*options, "-e", f"inject={name}:signal=KILL:when={n}"], case.args, folder).code == -signal.SIGKILL
    (folder / "trace").unlink()
    was_old = (folder / case.file).read_bytes() == case.old
    case.judge(folder, must_be_new=False)
    left = set(os.listdir(folder)) - {case.file, "body"}
    assert all(name.startswith(".") for name in left)
    assert runner.run(*case.args, cwd=folder).code == 0
    case.judge(folder, must_be_new=True)
    assert set(os.listdir(folder)) - {case.file, "body"} == left
    return was_killed, was_old


@pytest.mark.slow
def test_killed_at_any_moment(case, tmp_path):
    case.prepare(tmp_path / "whole")
    assert traced([], case.args, tmp_path / "whole").code == 0
    calls = list(calls_of((tmp_path / "whole" / "trace").read_text(errors="replace")))
    outcomes = [kill_at(case, tmp_path / str(i), [], name, n)
                for i, (name, n, _) in enumerate(moments_after(calls, "connect("))]
    assert sum(was_killed for was_killed, _ in outcomes) >= 20
    assert any(was_old for _, was_old in outcomes)


def test_killed_where_files_need_a_name(case, tmp_path):
    """As above, around the file's own calls, and on a file system that has no nameless files."""
    case.prepare(tmp_path / "whole")
    assert traced([], case.args, tmp_path / "whole").code == 0
    calls = list(calls_of((tmp_path / "whole" / "trace").read_text(errors="replace")))
    nameless = [n for name, n, arguments in calls if name == "openat" and "O_TMPFILE" in arguments]
    options = ["-e", f"inject=openat:error=EOPNOTSUPP:when={nameless[0]}"] if nameless else []
    kinds = {"write", "fsync", "fchmod", "fchown", "close", "rename", "renameat", "linkat"}
    where = [(name, n) for name, n, _ in calls if name in kinds][-20:]
    outcomes = [kill_at(case, tmp_path / str(i), options, name, n) for i, (name, n) in enumerate(where)]
    assert (True, True) in outcomes


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
@pytest.mark.parametrize("atomic", [False, True])
def test_h122_signals_in_mid_body(number, atomic, tmp_path):
    """Death by the signal, which a shell shows as 130 and 143; what came stays, unless --atomic; the jar is the old one."""
    (tmp_path / "jar").write_text(JAR)
    (tmp_path / "f").write_bytes(OLD)
    answer = r'send "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Max-Age=99\r\nContent-Length: 99\r\n\r\npart"'
    with Liar(["expect", answer, "stall"]) as liar:
        watched = tmp_path / "seen"
        url = f"http://127.0.0.1:{liar.port}/"
        process = runner.start(["-sS", "-b", "jar", "-c", "jar", "--trace-ascii", "seen", "-o", "f", *(["--atomic"] * atomic),
                                url], cwd=tmp_path)
        pid = runner.pid_of(process)

        def has_written():
            text = watched.read_text() if watched.exists() else ""
            return "part" in text and (atomic or (tmp_path / "f").read_bytes() == b"part")

        while process.poll() is None and not has_written():
            os.sched_yield()
        os.kill(pid, number)
        code, _ = runner.wait(process)
    assert code == -number
    assert (tmp_path / "f").read_bytes() == (OLD if atomic else b"part")
    assert (tmp_path / "jar").read_text() == JAR
    assert sorted(os.listdir(tmp_path)) == ["f", "jar", "seen"]

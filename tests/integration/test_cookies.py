"""Cookies end to end: what a server sets comes back to it and to nobody else (H101, H131, H132)."""
import os
import stat

import pytest

import runner
from liar import liar_tls
from origin import Origin, redirect, reply

pytestmark = pytest.mark.skipif(runner.IS_CURL, reason="the rows are peel's")


def setter(*cookies):
    """Answers /set with these cookies, anything else without."""
    fields = [f"Set-Cookie: {cookie}" for cookie in cookies]
    return lambda request: reply(b"ok", "200 OK", *(fields if request.target.startswith("/set") else []))


def cookies_of(origin):
    return [request.field("Cookie") for request in origin.requests]


def body_of(jar):
    """Its lines without the comments."""
    return [line for line in jar.read_text().splitlines() if line and not line.startswith("# ")]


@pytest.fixture(name="folder")
def folder_of_the_test(tmp_path):
    return tmp_path


@pytest.mark.parametrize("args, sent", [
    ([], [None, None]),
    (["-b", ""], [None, "a=1"]),
    (["-b", "no-such-file"], [None, "a=1"]),
    (["-c", "-"], [None, "a=1"]),
    (["-b", "x=y"], ["x=y", "x=y"]),  # alone it keeps nothing
    (["-b", "x=y; z", "-b", "v=w", "-b", ""], ["x=y; z; v=w", "a=1; x=y; z; v=w"]),
    (["-b", "x=y", "-H", "Cookie: own=1"], ["own=1", "own=1"]),
])
def test_what_turns_them_on(folder, args, sent):
    with Origin(setter("a=1; Path=/")) as origin:
        result = runner.run("-sS", *args, origin.url("/set"), origin.url("/next"), cwd=folder)
        assert result.code == 0, result
        assert cookies_of(origin) == sent


def test_a_header_of_ones_own_stands_beside_the_jar():
    with Origin(setter("a=1; Path=/")) as origin:
        assert runner.run("-sS", "-b", "", "-H", "Cookie: own=1", origin.url("/set"), origin.url("/")).code == 0
        assert b"Accept: */*\r\nCookie: a=1\r\nCookie: own=1\r\n" in origin.heads[1]


def test_given_cookies_stay_with_the_first_origin_and_kept_ones_with_theirs():
    with Origin(setter("there=1; Path=/")) as there, Origin(lambda request: reply()) as here:
        here.answer = lambda request: redirect(there.url("/set", host="localhost"))
        there.answer = lambda request: (redirect(there.url("/end", host="localhost"), "302 Found\r\nSet-Cookie: there=1; Path=/")
                                        if request.target == "/set" else reply())
        assert runner.run("-sSL", "-b", "secret=canary", "-b", "", here.url("/")).code == 0
        assert cookies_of(here) == ["secret=canary"]
        assert cookies_of(there) == [None, "there=1"]


def test_a_custom_host_owns_its_cookies_and_no_others(folder):
    """The name of one run decides nothing about the next."""
    jar = folder / "jar"
    with Origin(setter("a=1; Domain=a.test")) as origin:
        assert runner.run("-sS", "-c", jar, "-H", "Host: www.a.test:80", origin.url("/set"), origin.url("/")).code == 0
        assert runner.run("-sS", "-b", jar, origin.url("/")).code == 0
        assert cookies_of(origin) == [None, "a=1", None]
    assert body_of(jar) == [".a.test\tTRUE\t/\tFALSE\t0\ta\t1"]


def test_secure_cookies_are_sent_over_tls_only(certs):
    with Origin(setter("s=1; Secure; Path=/"), tls=liar_tls(certs["server"])) as safe, Origin(setter()) as plain:
        name = ["-H", "Host: www.example.com"]
        assert runner.run("-sSk", "-b", "", *name, safe.url("/set"), plain.url("/"), safe.url("/")).code == 0
        assert (cookies_of(safe), cookies_of(plain)) == ([None, "s=1"], [None])


def test_many_and_large_cookies_break_no_later_request(folder):
    """H101"""
    # 500 would be more than the head of a response may have.
    with Origin(setter(*(f"c{n:03}={'v' * 4000}; Path=/" for n in range(60)))) as origin:
        result = runner.run("-sS", "-c", folder / "jar", origin.url("/set"), origin.url("/"))
        assert result.code == 0, result
        assert 8000 < len("Cookie: " + cookies_of(origin)[1]) <= 8190
    assert len(body_of(folder / "jar")) == 50


def test_a_thousand_cookies_in_one_response(folder):
    """H101: the first fifty count, and a jar from elsewhere is read by the same rules."""
    with Origin(setter(*(f"c{n:04}=v; Path=/" for n in range(1000)))) as origin:
        result = runner.run("-sS", "-c", folder / "jar", origin.url("/set"), origin.url("/"))
        assert result.code == 0, result
        assert len(cookies_of(origin)[1].split("; ")) == 50 == len(body_of(folder / "jar"))
        (folder / "jar").write_text("".join(f"127.0.0.1\tFALSE\t/\tFALSE\t0\tn{n}\t{'v' * 4000}\n" for n in range(1000)))
        assert runner.run("-sS", "-b", folder / "jar", origin.url("/")).code == 0
        assert 4000 < len("Cookie: " + cookies_of(origin)[2]) <= 8190


def test_a_file_called_none_is_read_by_who_asks_for_it(folder):
    """CVE-2023-38546."""
    (folder / "none").write_text("127.0.0.1\tFALSE\t/\tFALSE\t0\ttrap\t1\n")
    with Origin(setter()) as origin:
        for args in (["-b", ""], ["-c", "-"], ["-b", "none"]):
            assert runner.run("-sS", *args, origin.url("/"), cwd=folder).code == 0
        assert cookies_of(origin) == [None, None, "trap=1"]


def test_the_longest_cookie_spoils_no_jar(folder):
    """H131"""
    with Origin(setter(f"{'n' * 4094}=vv; Path=/", "a=1", "b=2", "c=3")) as origin:
        assert runner.run("-sS", "-c", folder / "jar", origin.url("/set")).code == 0
        assert runner.run("-sS", "-b", folder / "jar", origin.url("/")).code == 0
        assert cookies_of(origin)[1] == f"{'n' * 4094}=vv; a=1; b=2; c=3"


def test_a_bad_line_is_skipped_and_the_rest_kept(folder):
    """CVE-2016-8615: the tail of a long line is no line."""
    good = "127.0.0.1\tFALSE\t/\tFALSE\t0\t{}\t1\n"
    (folder / "jar").write_text(good.format("a") + "x" * 10000 + good.format("smuggled") + "junk\n" + good.format("b"))
    with Origin(setter()) as origin:
        assert runner.run("-sS", "-b", folder / "jar", origin.url("/")).code == 0
        assert cookies_of(origin) == ["b=1; a=1"]


def test_sources_and_the_end_of_a_session(folder):
    (folder / "one").write_text("127.0.0.1\tFALSE\t/\tFALSE\t4000000000\tlasting\t1\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\t1\n")
    (folder / "heads").write_text("HTTP/1.1 200 OK\r\nSet-Cookie: dumped=1; domain=127.0.0.1; path=/\r\n\r\n")
    with Origin(setter()) as origin:
        sources = ["-b", folder / "one", "-b", folder / "heads"]
        assert runner.run("-sS", *sources, origin.url("/")).code == 0
        assert runner.run("-sSj", *sources, origin.url("/")).code == 0
        assert runner.run("-sS", "-b", "-", origin.url("/"), stdin=(folder / "one").read_bytes()).code == 0
        assert cookies_of(origin) == ["session=1; lasting=1; dumped=1", "lasting=1", "session=1; lasting=1"]


def test_the_jar_on_stdout_comes_last():
    with Origin(setter("a=1; HttpOnly")) as origin:
        result = runner.run("-sS", "-c", "-", origin.url("/set"))
    assert result.out.startswith(b"ok# Netscape HTTP Cookie File\n")
    assert result.out.endswith(b"\n\n#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\ta\t1\n")


def test_the_jar_keeps_its_mode_and_a_new_one_is_private(folder):
    """CVE-2022-32207."""
    with Origin(setter("a=1")) as origin:
        jar = folder / "jar"
        assert runner.run("-sS", "-c", jar, origin.url("/set")).code == 0
        assert stat.S_IMODE(jar.stat().st_mode) == 0o600
        jar.chmod(0o640)
        (folder / "link").symlink_to("jar")
        assert runner.run("-sS", "-b", folder / "link", "-c", folder / "link", origin.url("/set")).code == 0
        assert stat.S_IMODE(jar.stat().st_mode) == 0o640 and (folder / "link").is_symlink()
        assert sorted(os.listdir(folder)) == ["jar", "link"]


if os.geteuid() == 0:
    def test_a_jar_that_another_user_made_is_not_his_any_more(folder):
        (folder / "jar").write_text("")
        os.chmod(folder / "jar", 0o644)
        os.chown(folder / "jar", 65534, 65534)
        with Origin(lambda _: reply(b"", "200 OK", "Set-Cookie: id=canary")) as origin:
            assert runner.run("-s", "-c", "jar", origin.url(), cwd=folder).code == 0
        made = os.stat(folder / "jar")
        assert (made.st_uid, stat.S_IMODE(made.st_mode)) == (0, 0o600) and "canary" in (folder / "jar").read_text()


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_a_new_jar_is_private_whatever_the_umask(umask, folder):
    with Origin(setter("a=1")) as origin:
        shell = ["-c", f'umask {umask:03o}; exec "$@"', "sh", runner.PEEL]
        assert runner.run(*shell, "-sS", "-c", folder / "jar", origin.url("/set"), program="/bin/sh").code == 0
    assert stat.S_IMODE((folder / "jar").stat().st_mode) == 0o600


def test_what_is_no_file_is_written_to_as_it_is(folder):
    with Origin(setter("a=1")) as origin:
        for path in ("/dev/null", "/dev/stdout"):
            result = runner.run("-S", "--no-progress-meter", "-c", path, "-o", "body", origin.url("/set"), cwd=folder)
            assert result.code == 0 and result.err == b"", result
        assert b"\ta\t1\n" in result.out
        # stdout is a file here, which must not be replaced by another one.
        assert runner.run("-sS", "-c", "/dev/stdout", origin.url("/set")).out.startswith(b"ok# Netscape ")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode) and os.listdir(folder) == ["body"]


def test_a_jar_that_does_not_fit_leaves_the_old_one(folder):
    """RLIMIT_FSIZE, as a full disk; and no other file stays behind."""
    old = "127.0.0.1\tFALSE\t/\tFALSE\t0\told\t1\n"
    (folder / "jar").write_text(old)
    with Origin(setter(*(f"c{n}={'v' * 4000}" for n in range(20)))) as origin:
        shell = ["-c", 'ulimit -f 8; exec "$@"', "sh", runner.PEEL, "-S", "--no-progress-meter"]
        result = runner.run(*shell, "-b", folder / "jar", "-c", folder / "jar", origin.url("/set"), program="/bin/sh")
    assert (result.code, result.out) == (0, b"ok") and "File too large" in result.text, result
    assert (folder / "jar").read_text() == old and os.listdir(folder) == ["jar"]


def test_a_jar_that_others_may_read_is_told(folder):
    with Origin(setter("a=1")) as origin:
        for mode in (0o600, 0o640, 0o604):
            (folder / "jar").touch()
            (folder / "jar").chmod(mode)
            result = runner.run("-S", "--no-progress-meter", "-c", folder / "jar", origin.url("/set"))
            assert result.code == 0 and ("others can read" in result.text) == (mode != 0o600), result


@pytest.mark.parametrize("path", ["/dev/full", "no/such/jar"])
def test_a_jar_that_cannot_be_written_is_a_warning(folder, path):
    with Origin(setter("a=1")) as origin:
        result = runner.run("-S", "-c", path, origin.url("/set"), cwd=folder)
    assert (result.code, result.out) == (0, b"ok")
    assert "Warning: " in result.text and path in result.text


def test_a_folder_is_no_jar(folder):
    with Origin(setter()) as origin:
        result = runner.run("-sS", "-b", folder, "-c", folder / "jar", origin.url("/"))
        assert result.code == 26 and str(folder) in result.text
        assert not origin.requests and not (folder / "jar").exists()


def test_an_endless_jar_ends(folder):
    with Origin(setter()) as origin:
        result = runner.run("-S", "-b", "/dev/zero", origin.url("/"))
        assert result.code == 0 and "too large" in result.text


def test_verbose_tells_names_and_no_values():
    with Origin(setter("sid=canary; Path=/", "other=canary; Domain=com")) as origin:
        result = runner.run("-sv", "-b", "x=canary2", "-b", "", origin.url("/set"), origin.url("/"))
    assert "* Added cookie sid for domain 127.0.0.1, path /, expire 0" in result.text
    assert "* Skipped a cookie: its Domain is not this host's" in result.text
    requests = [line for line in result.text.splitlines() if line.startswith("> ")]
    assert "> Cookie: sid=****; x=****" in requests and "canary" not in "".join(requests)


def test_given_cookies_are_hidden_from_the_process_list():
    seen = []

    def answer(_):
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    line = file.read()
                if b"cookie-of-argv" in line or b"127.0.0.1" in line:
                    seen.append(line)
            except OSError:
                pass
        return reply()

    with Origin(answer) as origin:
        assert runner.run("-sS", "-b", "s=cookie-of-argv", origin.url("/")).code == 0
    # The program that measures has it still; peel itself has not.
    assert [line for line in seen if line.startswith(runner.PEEL.encode()) and b"cookie-of-argv" in line] == []


def test_a_line_end_in_given_cookies_is_refused():
    result = runner.run("-sS", "-b", "a=b\r\nX-Evil: 1", "http://127.0.0.1:1/")
    assert result.code == 43 and "X-Evil" not in result.text


def test_groups_share_one_jar_and_use_it_if_they_say_so(folder):
    with Origin(setter("a=1; Path=/")) as origin:
        groups = [["-b", "", origin.url("/set")], [origin.url("/2")], ["-b", "", "-c", folder / "jar", origin.url("/3")]]
        args = [arg for group in groups for arg in ["--next", *group]][1:]
        assert runner.run("-sS", *args).code == 0
        assert cookies_of(origin) == [None, None, "a=1"]
        assert len(body_of(folder / "jar")) == 1


def test_a_custom_host_ends_with_its_group(folder):
    """H132"""
    (folder / "jar").write_text("a.test\tFALSE\t/\tFALSE\t0\tours\t1\n")
    with Origin(setter()) as origin:
        result = runner.run("-sS", "-b", folder / "jar", "-H", "Host: a.test", origin.url("/"),
                            "--next", "-sS", "-b", folder / "jar", origin.url("/"))
        assert result.code == 0, result
        assert cookies_of(origin) == ["ours=1", None]

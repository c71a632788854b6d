"""What is sent: files, forms, stdin, with 100-continue and without; the same bytes as the system's curl where it can."""
import os
import re
import subprocess

import pytest

import runner
from liar import Liar
from origin import Origin, redirect, reply

AGENT = re.compile(rb"User-Agent: (?:curl|peel)/[0-9][^\r]*\r\n")
BOUNDARY = re.compile(rb"-{24}[0-9a-zA-Z]{16,22}")
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def origin():
    with Origin(lambda request: reply(b"ok\n")) as server:
        yield server


@pytest.fixture
def files(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"text of a\n")
    (tmp_path / "b,c;d.png").write_bytes(bytes(range(256)))
    (tmp_path / "headers").write_bytes(b"# none\nX-One: 1\nX-Two: 2\n  and more\n")
    (tmp_path / "empty").write_bytes(b"")
    return tmp_path


def sent(origin, program, files, args, stdin=b""):
    origin.requests.clear()
    result = runner.run("-sS", *args, program=program, cwd=files, stdin=stdin)
    assert result.code == 0, result
    return [AGENT.sub(b"User-Agent: X\r\n", request.head) + BOUNDARY.sub(b"BOUNDARY", request.body)
            for request in origin.requests]


def without_lengths(messages):
    """Boundaries were shorter once; then so is what holds them."""
    return [re.sub(rb"Content-Length: \d+\r\n|boundary=[-0-9a-zA-Z]+", b"", message) for message in messages]


# %s is the server's address.
SAME_AS_CURL = [
    ["-T", "a.txt", "%s/there"],
    ["-T", "a.txt", "%s/folder/"],
    ["-T", "a.txt", "%s"],
    ["-T", "empty", "%s/there"],
    ["-T", "a.txt", "-X", "POST", "%s/there"],
    ["-T", "a.txt", "-H", "Content-Type: text/x", "%s/there"],
    ["-T", "a.txt", "%s/1", "-T", "empty", "%s/2"],
    ["-T", "a.txt", "%s/1", "%s/2"],
    ["-0", "-T", "a.txt", "%s/there"],
    ["-F", "a=b", "%s/"],
    ["-F", "=", "%s/"],
    ["-F", "a=b", "-F", "c=d e;f", "%s/"],
    ["-F", "a=  b  ;type=text/x; charset=utf-8 ;filename=  c ", "%s/"],
    ["-F", 'a="b;c\\"d"', "%s/"],
    ["-F", 'a="b', "%s/"],
    ["-F", "a=@a.txt", "%s/"],
    ["-F", "a=<a.txt", "%s/"],
    ["-F", "a=<a.txt;type=x/y", "%s/"],
    ["-F", 'a=@"b,c;d.png"', "%s/"],
    ["-F", 'a=@"b,c;d.png";filename=\'q"x\'', "%s/"],
    ["-F", "a=@a.txt,empty;type=x/y", "%s/"],
    ["-F", 'a=@"b,c;d.png";encoder=base64', "%s/"],
    ["-F", "a=x=y;encoder=8bit", "%s/"],
    ["-F", "a=1;headers=\"X-Y: z\"", "%s/"],
    ["-F", "a=1;headers=@headers", "%s/"],
    ["-F", "a=1;headers=\"Content-Type: x/y\"", "%s/"],
    ["-F", "g=(;type=multipart/alternative", "-F", "=plain;type=text/plain", "-F", "= <b>;type=text/html", "-F", "=)",
     "-F", "last=1", "%s/"],
    ["--form-string", "a=@b;type=c", "%s/"],
    ["--form-escape", "-F", "a\"b=c", "%s/"],
    ["-F", "a=b", "-H", "Content-Type: multipart/x", "%s/"],
    ["-F", "a=b", "-X", "PATCH", "%s/"],
    ["-F", "a=b", "-H", "Expect: 100-continue", "--expect100-timeout", "0.01", "%s/"],
]


@pytest.mark.parametrize("args", SAME_AS_CURL, ids=" ".join)
def test_same_as_curl(origin, files, args):
    args = [arg.replace("%s", origin.url("")) for arg in args]
    if "-T" in args:
        args = ["-H", "Expect:", *args]  # older curls ask before every PUT
    ours = sent(origin, runner.PEEL, files, args)
    theirs = sent(origin, runner.CURL, files, args)
    assert without_lengths(ours) == without_lengths(theirs)
    assert len(ours) == sum("://" in arg for arg in args)


@pytest.mark.parametrize("file, url, target", [
    ("b,c;d.png", "/folder/", "/folder/b%2Cc%3Bd.png"),
    ("./a.txt", "/folder/#f", "/folder/a.txt"),
    ("a.txt", "/folder/?query", "/folder/?query"),  # newer curls leave it alone as well
])
def test_a_folder_gets_the_files_name(origin, files, file, url, target):
    origin.requests.clear()
    assert runner.run("-sS", "-T", file, origin.url(url), cwd=files).code == 0
    assert origin.requests[0].target == target


@pytest.mark.parametrize("args, puts", [
    (["-T", "{a.txt,empty}", "%s/there"], ["/there t", "/there -"]),
    (["-T", "{a.txt,empty}", "%s/{1,2}/"], ["/1/a.txt t", "/2/a.txt t", "/1/empty -", "/2/empty -"]),
    (["-T", "[a-a].txt", "%s/"], ["/a.txt t"]),
    (["-T", "{a.txt,empty}", "%s/1", "-T", "a.txt", "%s/2"], ["/1 t", "/1 -", "/2 t"]),
    (["-T", "", "%s/1", "-T", "a.txt", "%s/2"], ["GET /1", "/2 t"]),
    (["-gT", "{odd}", "%s/1"], ["/1 o"]),
    (["-T", "\\{odd\\}", "%s/1"], ["/1 o"]),
    (["-T", "{a.txt,empty}", "--url", "@-", "-o", "1", "-o", "2"], ["/1 t", "/1 -", "GET /2", "GET /3"]),
])
def test_uploads_have_patterns(origin, files, args, puts):
    """Each file goes to each URL of its URL's pattern; of a list, each -T is for one URL."""
    if runner.IS_CURL and "@-" in args:
        pytest.skip("this curl knows no lists")
    (files / "{odd}").write_bytes(b"odd")
    base = f"http://127.0.0.1:{origin.port}"
    origin.requests.clear()
    listed = "\n".join(f"{base}/{n}" for n in (1, 2, 3)).encode()
    args = [arg.replace("%s", base) for arg in args]
    assert runner.run("-sS", *args, cwd=files, stdin=listed).code == 0
    assert [f"{r.target} {r.body[:1].decode() or '-'}" if r.method == "PUT" else f"GET {r.target}"
            for r in origin.requests] == puts


def test_a_missing_upload_of_a_pattern_ends_with_26(origin, files):
    origin.requests.clear()
    result = runner.run("-sS", "-T", "{a.txt,missing}", origin.url("/x"), cwd=files)
    assert (result.code, [request.method for request in origin.requests]) == (26, ["PUT"]), result


def test_a_wrong_pattern_of_an_upload_shows_its_place(origin, files):
    origin.requests.clear()
    result = runner.run("-T", "{a.txt", origin.url("/x"), cwd=files)
    assert (result.code, origin.requests) == (3, []), result
    assert runner.IS_CURL or result.text == "peel: (3) unmatched brace in position 1:\n{a.txt\n^\n"


def test_outputs_are_named_by_the_pattern_of_an_upload(origin, files):
    args = ["-T", "{a.txt,empty}", origin.url("/x"), "-o", "out-#1"]
    assert runner.run("-sS", *args, cwd=files).code == 0
    assert runner.IS_CURL or sorted(path.name for path in files.glob("out-*")) == ["out-a.txt", "out-empty"]


@pytest.mark.parametrize("value", ["@-", "<-", "@-;filename=f", "@-;encoder=base64"])
def test_a_form_takes_stdin(origin, files, value):
    args = ["-F", "a=" + value, origin.url("/")]
    ours = sent(origin, runner.PEEL, files, args, b"typed\n")
    assert without_lengths(ours) == without_lengths(sent(origin, runner.CURL, files, args, b"typed\n"))


def chunks(body):
    out = b""
    while True:
        size, _, body = body.partition(b"\r\n")
        if int(size, 16) == 0:
            assert body == b"\r\n"
            return out
        out, body = out + body[:int(size, 16)], body[int(size, 16) + 2:]


TAKES_CHUNKS = ['expect', 'send "HTTP/1.1 100 Continue\\r\\n\\r\\n"', 'expect',
                'send "HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nok\\n"']


@pytest.mark.parametrize("name", ["-", "."])
def test_stdin_goes_in_chunks_as_it_comes(name):
    with Liar(TAKES_CHUNKS) as liar:
        read_end, write_end = os.pipe()
        process = runner.start(["-sS", "-T", name, f"http://127.0.0.1:{liar.port}/x"], stdin=read_end,
                               stdout=subprocess.PIPE)
        os.close(read_end)
        for piece in (b"one ", b"two ", b"three"):
            os.write(write_end, piece)
        os.close(write_end)
        out = process.stdout.read()
        code, _ = runner.wait(process)
        received = bytes(liar.finish()[0].received)
    head, _, body = received.partition(b"\r\n\r\n")
    assert code == 0 and out == b"ok\n"
    assert b"Transfer-Encoding: chunked" in head and b"Expect: 100-continue" in head
    assert chunks(body) == b"one two three"


def test_the_body_waits_for_the_server(tmp_path):
    """A large body is not sent to a server that does not want it."""
    (tmp_path / "large").write_bytes(b"x" * (MIB + 1))
    answer = 'send "HTTP/1.1 403 No\\r\\nContent-Length: 3\\r\\n\\r\\nno\\n"'
    with Liar(["expect", answer]) as liar:
        result = runner.run("-sS", "--expect100-timeout", "600", "-T", tmp_path / "large", f"http://127.0.0.1:{liar.port}/")
        received = bytes(liar.finish()[0].received)
    assert result.code == 0 and result.out == b"no\n"
    assert b"Expect: 100-continue\r\n" in received and received.endswith(b"\r\n\r\n")


def test_417_is_asked_again_without_expect(tmp_path):
    (tmp_path / "large").write_bytes(b"x" * (MIB + 1))
    refuse = 'send "HTTP/1.1 417 No\\r\\nContent-Length: 3\\r\\n\\r\\nno\\n"'
    accept = 'send "HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\nConnection: close\\r\\n\\r\\nok\\n"'
    with Liar(["expect", refuse], ["expect", accept]) as liar:
        result = runner.run("-sS", "--expect100-timeout", "600", "-T", tmp_path / "large", f"http://127.0.0.1:{liar.port}/")
        first, second = liar.finish()
    assert result.code == 0 and result.out == b"ok\n"
    assert b"Expect" in first.received and b"Expect" not in second.received
    assert len(second.received.partition(b"\r\n\r\n")[2]) == MIB + 1


def test_an_old_server_gets_it_after_the_patience(tmp_path):
    (tmp_path / "large").write_bytes(b"x" * (MIB + 1))
    with Origin(lambda request: reply(b"ok\n")) as server:
        result = runner.run("-sS", "--expect100-timeout", "0.01", "-T", tmp_path / "large", server.url("/"))
        assert result.code == 0 and len(server.requests[0].body) == MIB + 1


def test_expect_is_left_out_on_demand(tmp_path):
    (tmp_path / "large").write_bytes(b"x" * (MIB + 1))
    with Origin(lambda request: reply(b"ok\n")) as server:
        result = runner.run("-sS", "-H", "Expect:", "-T", tmp_path / "large", server.url("/"))
        assert result.code == 0 and server.requests[0].field("Expect") is None


@pytest.mark.parametrize("fail, code, out", [([], 0, b"too much\n"), (["-f"], 22, b"")])
def test_an_early_413_is_heard(tmp_path, fail, code, out):
    """H017: the answer and the end come before the upload is read."""
    (tmp_path / "large").write_bytes(b"x" * (10 * MIB))
    answer = 'send "HTTP/1.1 413 Too Large\\r\\nContent-Length: 9\\r\\nConnection: close\\r\\n\\r\\ntoo much\\n"'
    with Liar(["expect", answer, "cut"]) as liar:
        result = runner.run("-sS", *fail, "-H", "Expect:", "-T", tmp_path / "large", f"http://127.0.0.1:{liar.port}/")
    assert (result.code, result.out) == (code, out), result


def test_a_large_file_takes_no_memory(tmp_path):
    (tmp_path / "large").write_bytes(b"x" * (64 * MIB))
    with Origin(lambda request: reply(b"ok\n")) as server:
        small = runner.run("-sS", server.url("/"))
        large = runner.run("-sS", "-H", "Expect:", "-F", f"f=@{tmp_path / 'large'}", server.url("/"))
        assert large.code == 0 and len(server.requests[1].body) > 64 * MIB
    if not runner.is_sanitized():
        assert large.rss_kib < small.rss_kib + 4096


def test_redirects_send_the_file_again(tmp_path):
    (tmp_path / "f").write_bytes(b"content")
    for status, method, body in [("307 T", "PUT", b"content"), ("301 M", "PUT", b"content"), ("303 S", "GET", b"")]:
        answer = lambda request: reply(b"ok") if request.target == "/2" else redirect("/2", status)  # noqa: E731
        with Origin(answer) as server:
            result = runner.run("-sSL", "-T", tmp_path / "f", server.url("/1"))
            assert result.code == 0
            assert (server.requests[1].method, server.requests[1].body) == (method, body), status


def test_a_pipe_cannot_be_sent_again():
    answer = 'send "HTTP/1.1 307 T\\r\\nLocation: /2\\r\\nContent-Length: 0\\r\\n\\r\\n"'
    with Liar(['expect', 'expect', answer]) as liar:
        process = runner.start(["-sSL", "-H", "Expect:", "-T", "-", f"http://127.0.0.1:{liar.port}/1"],
                               stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(b"x")
        process.stdin.close()
        words = process.stderr.read()
        code, _ = runner.wait(process)
    assert code == 65 and b"necessary data rewind was not possible" in words


WRONG = [
    (["-T", "nothing", "%s/"], 26, "nothing"),
    (["-T", ".", "-0", "%s/"], 25, "HTTP/1.0"),
    (["-F", "a=@nothing", "%s/"], 26, "nothing"),
    (["-F", "a=@a.txt;encoder=7bits", "%s/"], 2, "7bits"),
    (["-F", "a=@b,c;d.png", "%s/"], 26, "'b'"),
    (["-F", "a", "%s/"], 2, "NAME=CONTENT"),
    (["-F", "=)", "%s/"], 2, "no multipart"),
    (["-F", "a=b;type=nonsense", "%s/"], 2, "nonsense"),
    (["-F", "a=b;headers=\"X: y\r\nZ: w\"", "%s/"], 43, "line end"),
    (["-F", "a=\x7f\udcff;encoder=7bit", "%s/"], 26, "7bit"),
    (["-F", "a=b", "-d", "c", "%s/"], 2, "--data"),
    (["-T", "a.txt", "-F", "c=d", "%s/"], 2, "--form"),
    (["-T", "a.txt", "-I", "%s/"], 2, "--head"),
]


@pytest.mark.parametrize("args, code, words", WRONG, ids=[" ".join(map(ascii, row[0])) for row in WRONG])
def test_wrong_bodies_say_why_and_connect_to_nothing(files, args, code, words):
    with Origin(lambda request: reply(b"ok")) as server:
        args = [os.fsencode(arg.replace("%s", server.url(""))) for arg in args]
        result = runner.run("-sS", *[os.fsdecode(arg) for arg in args], cwd=files)
        assert result.code == code, result
        assert words in result.text
        assert server.n_connections == 0


def test_the_rate_holds_for_uploads(tmp_path):
    """A kilobyte with 4000 bytes a second is over at once; a broken pace would hang or say too little."""
    (tmp_path / "f").write_bytes(b"x" * 1000)
    with Origin(lambda request: reply(b"ok\n")) as server:
        result = runner.run("-sS", "--limit-rate", "4000", "-T", tmp_path / "f", "-w", "%{size_upload}", server.url("/"))
        assert result.code == 0 and result.out == b"ok\n1000", result

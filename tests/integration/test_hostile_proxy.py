"""The catalogue of hostile peers, part about proxies: each answer to CONNECT at once, byte by byte, and cut somewhere.
What comes behind it is the origin's, or nobody's."""
import pytest

import runner
from hostile import judge_stderr
from liar import Liar
from wire import DELIVERIES, WHOLE

REFUSED = 56


def script(answer, ending="cut"):
    return f'expect\nsend "{answer}"\n{ending}'


def ask(answer, delivery, *args, url="https://origin.test/file", ending="cut"):
    """The result, what the proxy was sent, and its port."""
    with Liar(script(answer, ending), delivery=delivery) as liar:
        result = runner.run("-sS", *args, "-x", f"http://127.0.0.1:{liar.port}", url)
        connections = liar.finish()
    return result, b"".join(bytes(connection.received) for connection in connections), liar.port


def judge(result, code, port, words):
    assert (result.code, result.out) == (code, b""), result
    judge_stderr(result, code, ("proxy", "127.0.0.1", str(port), *words))


BODY = r"Content-Length: 6\r\n\r\ncanary"
CHUNKED = r"Transfer-Encoding: chunked\r\n\r\n6\r\ncanary\r\n0\r\n\r\n"


@pytest.mark.parametrize("delivery", DELIVERIES)
@pytest.mark.parametrize("tail", [BODY, CHUNKED, r"Connection: close\r\n\r\ncanary", r"\r\n"], ids=["length", "chunks", "close", "none"])
@pytest.mark.parametrize("status", ["407 Who", "403 No", "404 Not", "502 Bad", "503 Busy", "301 There", "304 Same", "400 Bad"])
def test_h110_a_tunnel_that_is_refused(status, tail, delivery):
    result, sent, port = ask(fr"HTTP/1.1 {status}\r\n{tail}", delivery, "-u", "o:canary")
    judge(result, REFUSED, port, (status[:3],))
    assert sent.count(b"\r\n\r\n") == 1 and b"canary" not in sent


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_h110_101(delivery):
    result, _, port = ask(r"HTTP/1.1 101 Switch\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\ncanary", delivery)
    judge(result, REFUSED, port, ("101",))


@pytest.mark.parametrize("delivery", DELIVERIES)
@pytest.mark.parametrize("answer, words", [
    (r"SSH-2.0-Open\x1b[31mSSH\r\n", ("begins",)),
    (r"<html><h1>400 Bad request</h1>\r\n", ("begins",)),
    (r"\x15\x03\x01\x00\x02\x02\x46", ("begins",)),
    (r"HTTP/1.1 20 OK\r\n\r\n", ("HTTP/1.1 20 OK",)),
    (r"HTTP/1.1 20", ("aborted",)),
    (r"HTTP/1.1 200 OK\r\nA: b\r\n", ("aborted",)),
    ("", ("aborted",)),
], ids=["ssh", "html", "tls", "status", "cut-line", "cut-head", "nothing"])
def test_h111_no_answer(answer, words, delivery):
    result, _, port = ask(answer, delivery)
    if runner.IS_CURL:
        assert result.code != 0
        return
    judge(result, 56, port, words)


def test_h111_a_head_without_end():
    with Liar('expect\nsend "HTTP/1.1 200 OK\\r\\n"\nloop forever\nsend "A: bcdefghijklmnopqrstuvwxyz\\r\\n" * 1000\nend') as liar:
        result = runner.run("-sS", "-x", f"http://127.0.0.1:{liar.port}", "https://origin.test/")
        assert (result.code, result.out) == (56, b""), result


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_h111_reset(delivery):
    with Liar("expect\nreset", delivery=delivery) as liar:
        result = runner.run("-sS", "-x", f"http://127.0.0.1:{liar.port}", "https://origin.test/")
    judge(result, 56, liar.port, ())


@pytest.mark.parametrize("delivery", DELIVERIES)
@pytest.mark.parametrize("url, codes", [("https://origin.test/file", (35,)), ("http://origin.test/file", (1,))])
def test_h112_bytes_before_anybody_asked(url, codes, delivery):
    result, _, _ = ask(r"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", delivery, "-p", url=url)
    assert result.code in codes and result.out == b"", result
    judge_stderr(result, result.code, ("origin.test",))


@pytest.mark.parametrize("delivery", DELIVERIES)
@pytest.mark.parametrize("how", [[], ["--anyauth"], ["--digest"], ["--basic"]], ids=str)
@pytest.mark.parametrize("challenge", ['Basic realm=\\"r\\"', 'Digest realm=\\"r\\", nonce=\\"n\\"'], ids=["basic", "digest"])
def test_h129_the_origins_login_is_not_for_the_proxy(challenge, how, delivery):
    if runner.IS_CURL:
        pytest.skip("curl 7.88 waits for more")
    result, sent, port = ask(fr"HTTP/1.1 401 Who\r\nWWW-Authenticate: {challenge}\r\nContent-Length: 0\r\n\r\n", delivery,
                             *how, "-u", "ada:canary", ending="stall")
    judge(result, REFUSED, port, ("401",))
    assert sent.count(b"CONNECT ") == 1
    for canary in (b"Authorization", b"ada", b"canary", b"YWRhOmNhbmFyeQ"):
        assert canary not in sent


@pytest.mark.parametrize("how", ["--proxy-anyauth", "--proxy-digest", "--proxy-basic"])
def test_a_401_does_not_ask_for_the_proxys_login_either(how):
    result, sent, port = ask(r'HTTP/1.1 401 Who\r\nProxy-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\nContent-Length: 0\r\n\r\n',
                             WHOLE, how, "-U", "ada:canary", ending="stall")
    judge(result, REFUSED, port, ("401",))
    assert sent.count(b"CONNECT ") == 1


def test_a_proxy_that_always_asks_again():
    """Each time an old nonce."""
    if runner.IS_CURL:
        pytest.skip("curl 7.88 does not tire")
    answer = r'HTTP/1.1 407 Who\r\nProxy-Authenticate: Digest realm=\"r\", nonce=\"n\", stale=true\r\nContent-Length: 0\r\n\r\n'
    with Liar(f'loop forever\nexpect\nsend "{answer}"\nend') as liar:
        result = runner.run("-sS", "--proxy-digest", "-U", "u:p", "-x", f"http://127.0.0.1:{liar.port}", "https://origin.test/")
        connections = liar.finish()
    assert sum(connection.received.count(b"CONNECT ") for connection in connections) < 10
    judge(result, REFUSED, liar.port, ("407",))

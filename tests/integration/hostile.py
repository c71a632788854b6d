"""How a row of the catalogue of hostile peers is run and judged."""
import functools
import re
from dataclasses import dataclass, field

import pytest

import runner
from liar import Liar, liar_tls, read_script
from wire import DELIVERIES, WHOLE

PLAIN = None
RSS_MARGIN_KIB = 8 * 1024
CPU_FACTOR = 3  # other programs share the machine
LINE = re.compile(rb"peel: \((\d+)\) [^\n]+\n")
CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass
class Row:
    """words: each must be in stderr, case ignored; a | b means one of them. curl: the exit code of Debian 12's curl
    where peel means to differ. tls: name of a certificate, or PLAIN."""
    name: str
    exit: int
    out: bytes | re.Pattern = b""
    words: tuple = ()
    words_whole: tuple = ()  # likewise, where the peer's bytes come at once
    args: tuple = ()
    script: str = ""  # "": the name
    value: str = ""
    tls: str | None = PLAIN
    version: str | None = None
    client_ca: bool = False
    host: str = "localhost"
    curl: int | None = None
    verbose: tuple = ()  # words that -v must show, on a run of its own
    cpu_s: float | None = None  # more than a good fetch takes
    deliveries: tuple = DELIVERIES
    no_request: bool = False  # no byte of a request may have been sent
    checks: tuple = field(default=())  # functions of (connections, result)

    @property
    def id(self):
        return "-".join(part for part in (self.name, self.value, self.version and "tls" + self.version) if part)


def cases(rows):
    """Parameters: each row with each delivery."""
    made = []
    for row in rows:
        for delivery in row.deliveries:
            text = re.sub(r"[^A-Za-z0-9.-]+", "_", row.id)[:60]
            made.append(pytest.param(row, delivery, id=f"{text}-{delivery}"))
    return made


def fetch_arguments(row, port, certs, how="-sS"):
    scheme = "https" if row.tls else "http"
    host = f"[{row.host}]" if ":" in row.host else row.host
    args = [how, *row.args]
    if row.tls:
        args += ["--cacert", certs.ca]
    if re.search("[a-z]", row.host) and ":" not in row.host:
        args += ["--resolve", f"{row.host}:{port}:127.0.0.1"]
    return [*args, f"{scheme}://{host}:{port}/file"]


def make_liar(row, delivery, certs, seed=1):
    tls = liar_tls(certs[row.tls], row.version, certs.ca if row.client_ca else None) if row.tls else None
    host = "::1" if ":" in row.host else "127.0.0.1"
    script = read_script(row.script or row.name, row.value)
    return Liar(script, tls=tls, delivery=delivery, seed=seed, host=host)


def has_words(text, words):
    text = text.lower()
    for word in words:
        assert any(one.strip().lower() in text for one in word.split("|")), f"{word!r} is not in {text!r}"


def judge_stderr(result, code, words=()):
    """The rules for all rows: one line with code and words and without the peer's control bytes; nothing at all when
    all went well."""
    if runner.IS_CURL:
        return
    assert not CONTROL.search(result.err), result.err
    assert b"unknown error" not in result.err.lower()
    if code == 0:
        assert result.err == b""
        return
    match = LINE.fullmatch(result.err)
    assert match, f"not one line: {result.err!r}"
    assert int(match[1]) == code
    has_words(result.text, words)


HINT = b"peel: try 'peel --help' or 'peel --manual' for more information\n"


def judge_misuse(result, words=()):
    """The same for a wrong command line: what is wrong without the code, and where to read on."""
    assert not CONTROL.search(result.err), result.err
    lines = result.err.splitlines(keepends=True)
    assert lines and lines.pop() == HINT, result.err
    assert all(line.startswith(b"peel: ") for line in lines), result.err
    assert lines or not words, result.err
    has_words(result.text.replace(HINT.decode(), ""), words)


@functools.cache
def is_bounded():
    """Are bounds on memory and time worth looking at?"""
    return not runner.IS_CURL and not runner.is_sanitized()


BASELINES = {}


def baseline(row, certs):
    """What a good fetch of that kind takes."""
    if row.tls not in BASELINES:
        good = Row("good", 0, script="certificate" if row.tls else "good", tls="server" if row.tls else PLAIN)
        with make_liar(good, WHOLE, certs) as liar:
            BASELINES[row.tls] = runner.run(*fetch_arguments(good, liar.port, certs))
        assert BASELINES[row.tls].code == 0, BASELINES[row.tls]
    return BASELINES[row.tls]


def judge_bounds(row, result, certs):
    if not is_bounded():
        return
    good = baseline(row, certs)
    assert result.rss_kib <= good.rss_kib + RSS_MARGIN_KIB
    if row.cpu_s is not None:
        assert result.cpu_s <= good.cpu_s + CPU_FACTOR * row.cpu_s


def is_body(got, wanted):
    return bool(wanted.fullmatch(got)) if isinstance(wanted, re.Pattern) else got == wanted


def run_row(row, delivery, certs):
    with make_liar(row, delivery, certs) as liar:
        args = fetch_arguments(row, liar.port, certs)
        result = runner.run(*args)
        connections = liar.finish()
    wanted = row.curl if runner.IS_CURL and row.curl is not None else row.exit
    assert result.code == wanted, result
    if row.curl is None or not runner.IS_CURL:
        assert is_body(result.out, row.out), result
    words = (row.host, str(liar.port)) + row.words + (row.words_whole if delivery == WHOLE else ())
    judge_stderr(result, row.exit, words)
    judge_bounds(row, result, certs)
    if row.no_request and result.code == row.exit:
        assert not any(connection.received for connection in connections)
    for check in row.checks:
        check(connections, result)
    if row.verbose and delivery == WHOLE and not runner.IS_CURL:
        with make_liar(row, delivery, certs) as liar:
            result = runner.run("-v", *fetch_arguments(row, liar.port, certs))
        assert not CONTROL.search(result.err.replace(b"\r\n", b"\n")), result.err
        has_words(result.text, row.verbose)
    return result

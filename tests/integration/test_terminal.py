"""What a person sees on a terminal: lines within its width, words whole, colours that end where they began."""
import re

import pytest

import runner
import servers
from picky import Picky
from broken import ALL, arguments, serve, without_the_moment

pytestmark = pytest.mark.skipif(runner.IS_CURL, reason="looks at views of ours")

WHOLE = re.compile(r"^( {2}fix {7}| {12}|fix {9}|more {8})(\S.*: )?peel |CERTS/|https?://|sha256//")  # commands, paths, URLs, pins are for copying


def without_colours(text):
    bare = re.sub(r"\x1b\[[\d;]*m", "", text)
    assert text.count("\x1b[0m") * 2 == len(re.findall(r"\x1b\[[\d;]*m", text))
    return bare


@pytest.mark.parametrize("columns", [60, 80, 200])
@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_failures_fit(row, columns, certs):
    """The same words in the same order, whatever the width."""
    texts = []
    for width in columns, 1000:
        with serve(row, certs) as liar:
            code, text = runner.on_terminal("-o", "/dev/null", *arguments(row, certs, liar.port), columns=width)
        assert code == row.code, text
        bare = without_colours(text).replace(certs.directory, "CERTS")
        for line in bare.splitlines():
            assert len(line) <= width or WHOLE.search(line), line
        texts.append(without_the_moment(" ".join(bare.split()), certs, liar.port))
    assert texts[0] == texts[1]


ALONE = re.compile(r"^ *(\w* +)?\S+$")  # a word, maybe with its label, that is longer than a line


def too_long(text, columns):
    return [line for line in without_colours(text).splitlines()
            if len(line) > columns and not WHOLE.search(line) and not ALONE.search(line)]


def words(text, certs):
    """Without the bars, whose length is the terminal's."""
    bare = re.sub(r"[|][ #x]+[|]", "BAR", without_colours(text).replace(certs.directory, "CERTS"))
    return " ".join(bare.split())


@pytest.mark.parametrize("columns", [40, 60, 200])
@pytest.mark.parametrize("name", ["client-certificate-tls12", "expired-and-incomplete", "other-name", "handshake-failure"])
def test_reports_fit(name, columns, certs):
    row = next(row for row in ALL if row.name == name)
    shown = []
    for width in columns, 1000:
        with serve(row, certs) as liar:
            code, text = runner.on_terminal("-sS", "--tls-report", "text", *arguments(row, certs, liar.port), columns=width)
            text = re.sub(r"(?m)^ *peel: .*\n", "", text)
        assert code == row.code and too_long(text, width) == [] and "|" in text, text
        shown.append(without_the_moment(words(text, certs), certs, liar.port))
    assert shown[0] == shown[1]


def test_a_report_of_what_went_well_fits(certs, workspace):
    with servers.s_server(workspace, certs["server-rsa"], mode="-www") as server:
        _, text = runner.on_terminal("-s", "--tls-report", "text", "--tls-warn-days", "9", "--cacert", certs.ca,
                                     server.url("/"), columns=40)
        asked = runner.run("-s", "--tls-report", "text", "--cacert", certs.ca, server.url("/"), env={"COLUMNS": "60"})
    assert too_long(text, 40) == [] and "ALL GOOD" in text
    assert max(map(len, asked.out.decode().splitlines())) in (60, 64)  # the pin is whole


@pytest.mark.parametrize("columns", [40, 60])
def test_a_probe_fits(columns, certs):
    shown = []
    for width in columns, 1000:
        with Picky(1, lambda hello: False, "alert 40") as picky:
            _, text = runner.on_terminal("--tls-probe", "--cacert", certs.ca, f"https://localhost:{picky.port}/", columns=width)
        assert too_long(text, width) == [], text
        shown.append(without_the_moment(words(text, certs), certs, picky.port))
    assert shown[0] == shown[1]


@pytest.mark.parametrize("word", ["list", "expired", "legacy-renegotiation", "40", "80"])
def test_a_page_fits(word):
    shown = []
    for columns in 40, 160:
        code, text = runner.on_terminal("--explain", word, columns=columns)
        assert code == 0 and too_long(text, columns) == [] and len(text.splitlines()) > 2
        shown.append(" ".join(text.split()))
    assert shown[0] == shown[1]


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("more", [(), ("--trace-ids",), ("--trace-ids", "--trace-time")], ids=" ".join)
def test_the_inside_of_messages_fits(more, columns, certs, workspace):
    with servers.s_server(workspace, certs["server-rsa"], mode="-www") as server:
        _, text = runner.on_terminal("-vvv", "-o", "/dev/null", *more, "--cacert", certs.ca, server.url("/"), columns=columns)
    inside = [line for line in without_colours(text).splitlines() if re.search(r"\* {6}", line)]
    assert len(inside) > 20 and [line for line in inside if len(line) > columns] == [], text

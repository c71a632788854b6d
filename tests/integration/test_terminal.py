"""What a person sees on a terminal: lines within its width, words whole, colours that end where they began."""
import re

import pytest

import runner
from broken import ALL, arguments, serve

pytestmark = pytest.mark.skipif(runner.IS_CURL, reason="looks at views of ours")

WHOLE = re.compile(r"^( {2}fix {7}| {12})(\S.*: )?peel |CERTS/|https?://")  # commands, paths and URLs are for copying


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
        assert code == row.code
        bare = without_colours(text).replace(certs.directory, "CERTS").replace(str(liar.port), "PORT")
        texts.append(re.sub(r"[\d.]+ (ms|milliseconds)", "N ms", re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", bare)))
    for line in texts[0].splitlines():
        assert len(line) <= columns or WHOLE.search(line) or len(line.split()) == 1, line
    assert texts[0].split() == texts[1].split()

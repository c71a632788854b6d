"""What a person sees on a terminal: lines within its width, words whole, colours that end where they began."""
import re

import pytest

import runner
from broken import ALL, arguments, serve, without_the_moment

pytestmark = pytest.mark.skipif(runner.IS_CURL, reason="looks at views of ours")

WHOLE = re.compile(r"^( {2}fix {7}| {12})(\S.*: )?peel |CERTS/|https?://|sha256//")  # commands, paths, URLs, pins are for copying


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

"""Every option is used by a test: by a row of side_by_side/rows, or in what a test of this folder gives to the program. The
list of options is the program's own table; what is used is read from the tests' syntax, so that no comment, docstring or
expected text counts."""
import ast
import os
import re
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(HERE, "side_by_side"))

import runner  # noqa: E402
from table import read_all  # noqa: E402

ROW = re.compile(r'^OPTION\("([^"]+)", (?:\'(.)\'|0), (\w+),', re.M)
ALIAS = re.compile(r'^ALIAS\("([^"]+)", "([^"]+)"', re.M)
TAKES_NO_VALUE = {"TAKES_NOTHING", "IS_SWITCH", "IS_OFF_SWITCH"}



class Options:
    def __init__(self):
        with open(os.path.join(TOP, "src", "cli", "options.def"), encoding="utf-8") as file:
            text = file.read()
        self.names, self.letters, self.takes_value = set(), {}, {}
        for name, letter, kind in ROW.findall(text):
            self.names.add(name)
            self.takes_value[name] = kind not in TAKES_NO_VALUE
            if letter:
                self.letters[letter] = name
        self.aliases = dict(ALIAS.findall(text))

    def long(self, word):
        """The option that a word such as --no-fail or --output=x names, and whether its value is the next word."""
        name, has_value, _ = word[2:].partition("=")
        name = self.aliases.get(name, name)
        if name not in self.names and name.startswith("expand-"):
            name = name.removeprefix("expand-")
        if name not in self.names and name.startswith("no-"):
            name = self.aliases.get(name[3:], name[3:])
        return (name, self.takes_value[name] and not has_value) if name in self.names else (None, False)

    def short(self, word):
        """The options of -sSo and the like, and whether the last one's value is the next word."""
        found = []
        for position, letter in enumerate(word[1:], 1):
            name = self.letters.get(letter)
            if not name:
                return [], False
            found.append(name)
            if self.takes_value[name]:
                return found, position == len(word) - 1
        return found, False

    def used_in(self, words):
        """words: strings, and None for what is not known. A value is no option, whatever it looks like."""
        used, skips = set(), False
        for word in words:
            if skips or not word or word == "--" or not word.startswith("-") or " " in word.partition("=")[0]:
                skips = False
                continue
            if word.startswith("--"):
                name, skips = self.long(word)
                used |= {name} - {None}
            else:
                names, skips = self.short(word)
                used |= set(names)
        return used


def text_of(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def lists_of_words(tree):
    """The arguments of every call, the elements of every list and tuple that nothing is compared with, and the words of
    "...".split()."""
    compared = {id(side) for node in ast.walk(tree) if isinstance(node, ast.Compare) for side in node.comparators}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "split" and text_of(node.func.value):
                yield text_of(node.func.value).split()
            yield [text_of(one) for one in node.args]
        elif isinstance(node, (ast.List, ast.Tuple)) and id(node) not in compared:
            yield [text_of(one) for one in node.elts]


def used_by_tests(options):
    used = set()
    for name in sorted(os.listdir(HERE)):
        if not name.endswith(".py"):
            continue
        with open(os.path.join(HERE, name), encoding="utf-8") as file:
            tree = ast.parse(file.read())
        for words in lists_of_words(tree):
            used |= options.used_in(words)
    return used


def test_every_option_is_used_by_a_test():
    options = Options()
    used = used_by_tests(options)
    for row in read_all():
        used |= options.used_in(row.args)
    assert options.names - used == set(), "no test uses these"


def test_the_table_is_that_of_the_program():
    """What was read above is what the program has."""
    options = Options()
    said = runner.run("--help", "all").out.decode()
    shown = set(re.findall(r"^ *(?:-., )?--([a-z0-9.-]+)", said, re.M))
    shown = {name.removeprefix("no-") if name.removeprefix("no-") in options.names else name for name in shown}
    assert shown == options.names
    assert len(options.names) > 100


@pytest.mark.parametrize("source, used", [
    ("run('-sS', '-o', '-f', url)", {"silent", "show-error", "output"}),
    ("run('-ofile', *more, '--no-fail')", {"output", "fail"}),
    ("x = ['--retry', '2']", {"retry"}),
    ("'-s --max-time=3'.split()", {"silent", "max-time"}),
    ("run(name, '--next')", {"next"}),
    ("# --retry\n", set()),
    ("def test():\n    '--retry'\n", set()),
    ("assert '--retry' in text", set()),
    ("assert text not in ('--retry',)", set()),
    ("run('-A', '--retry')", {"user-agent"}),
    ("Row('--retry once more', 1)", set()),
])
def test_what_counts_as_used(source, used):
    options = Options()
    found = set()
    for words in lists_of_words(ast.parse(source)):
        found |= options.used_in(words)
    assert found == used

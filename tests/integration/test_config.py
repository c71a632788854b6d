"""Config files and variables, seen from outside: where the default file is, what its options do, what is refused."""
import pytest

import runner
from origin import Origin, reply


@pytest.fixture
def origin():
    with Origin(lambda request: reply(request.body + b"\n")) as server:
        yield server


# -- the default file

PLACES = [
    ("CURL_HOME", ".peelrc"), ("XDG_CONFIG_HOME", "peelrc"), ("XDG_CONFIG_HOME", ".peelrc"), ("HOME", ".peelrc"),
    ("CURL_HOME", ".curlrc"), ("XDG_CONFIG_HOME", "curlrc"), ("XDG_CONFIG_HOME", ".curlrc"), ("HOME", ".curlrc"),
]


def agent_of(origin, *args, env):
    result = runner.run(*args, "-sS", origin.url(), env=env)
    assert result.code == 0, result
    return origin.requests[-1].field("User-Agent")


def test_the_first_file_that_is_there_is_read_and_no_other(origin, tmp_path):
    if runner.IS_CURL:
        pytest.skip("curl has no peelrc")
    env = {}
    for variable in {variable for variable, _ in PLACES}:
        (tmp_path / variable).mkdir()
        env[variable] = str(tmp_path / variable)
    for variable, name in reversed(PLACES):
        (tmp_path / variable / name).write_text(f"user-agent = \"{variable}/{name}\"\n")
        assert agent_of(origin, env=env) == f"{variable}/{name}"
    assert agent_of(origin, "-q", env=env).startswith("peel/")
    assert agent_of(origin, "-sq", env=env).startswith("peel/")
    assert agent_of(origin, "-A", "line", env=env) == "line"


def test_without_xdg_the_folder_is_dot_config(origin, tmp_path):
    if runner.IS_CURL:
        pytest.skip("curl has no peelrc")
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config" / "peelrc").write_text("user-agent = dot")
    assert agent_of(origin, env={"HOME": str(tmp_path)}) == "dot"


def test_the_default_file_may_have_what_only_curl_knows(origin, tmp_path):
    """One who has a .curlrc of a newer curl can still fetch."""
    (tmp_path / ".curlrc").write_text('frobnicate = 1\nuser-agent = "from file"\n')
    result = runner.run("--no-progress-meter", origin.url(), env={"HOME": str(tmp_path), "COLUMNS": "10000"})
    assert result.code == 0 and origin.requests[-1].field("User-Agent") == "from file"
    assert result.text.startswith("Warning: ") and ".curlrc:1: " in result.text and "is unknown" in result.text
    result = runner.run("-sS", "-K", ".curlrc", origin.url(), cwd=tmp_path)
    assert runner.IS_CURL or (result.code, len(origin.requests)) == (2, 1), result


def test_the_default_file_may_not_lose_a_guard(origin, tmp_path):
    if runner.IS_CURL:
        pytest.skip("curl can do it")
    (tmp_path / ".curlrc").write_text('ech = "hard"\n')
    result = runner.run(origin.url(), env={"HOME": str(tmp_path)})
    assert result.code != 0 and "--ech" in result.text and origin.requests == []


def test_verbose_names_the_default_file(origin, tmp_path):
    (tmp_path / ".curlrc").write_text("# nothing\n")
    env = {"HOME": str(tmp_path), "COLUMNS": "10000"}
    note = f"Note: Read config file from '{tmp_path}/.curlrc'\n"
    assert runner.IS_CURL or note in runner.run("-v", origin.url(), env=env).text
    assert "Note" not in runner.run("--no-progress-meter", origin.url(), env=env).text


@pytest.mark.parametrize("line, sent, words", [
    ("data = a b", b"a", "Option 'data' uses argument with unquoted whitespace. This may cause side-effects. "
                         "Consider double quotes."),
    ("--data 'a'", b"'a'", "Option '--data' uses argument with leading single quote. It is probably a mistake. "
                           "Consider double quotes."),
])
def test_odd_quotes_are_warned_of(origin, tmp_path, line, sent, words):
    (tmp_path / "file").write_text(line)
    env = {"COLUMNS": "10000"}
    result = runner.run("-K", "file", "-s", origin.url(), cwd=tmp_path, env=env)
    assert (result.code, result.out) == (0, sent + b"\n")
    assert runner.IS_CURL or result.text == f"Warning: file:1 {words}\n"
    assert runner.run("-s", "-K", "file", origin.url(), cwd=tmp_path, env=env).err == b""


# -- -K

def test_a_file_is_read_where_it_stands(origin, tmp_path):
    (tmp_path / "inner").write_text(f'-H "X-In: 1"\nurl = {origin.url("/in")}\n')
    (tmp_path / "outer").write_text('# all kinds\nrequest MOVE\n-A "a \\"b\\"\\t"\n--max-time 9\nconfig: inner\n')
    result = runner.run("-sS", "-K", "outer", origin.url("/line"), "-A", "late", cwd=tmp_path)
    assert result.code == 0, result
    assert [request.line for request in origin.requests] == ["MOVE /in HTTP/1.1", "MOVE /line HTTP/1.1"]
    assert {request.field("User-Agent") for request in origin.requests} == {"late"}
    assert {request.field("X-In") for request in origin.requests} == {"1"}


def test_a_file_comes_from_stdin(origin):
    result = runner.run("-K", "-", stdin=f'silent\ndata = "a b"\nurl = "{origin.url()}"'.encode())
    assert (result.code, result.out) == (0, b"a b\n"), result


def test_groups_of_files_follow_one_another(origin, tmp_path):
    for name in "ab":
        (tmp_path / name).write_text(f"--next\nurl = {origin.url('/' + name)}\ndata = {name}\n")
    result = runner.run("-sS", "-K", "a", "-K", "b", cwd=tmp_path)
    assert (result.code, result.out) == (0, b"a\nb\n"), result


@pytest.mark.parametrize("text, code, words", [
    ("-K self", 2, ["self:1: ", "8 deep"]),
    ("-K /dev/zero", 26, ["self:1: ", "/dev/zero", "device"]),
    ("\n\n" + "x" * (11 << 20), 26, ["self:3: ", "10 MiB"]),
    ("\nfrobnicate = 1", 2, ["self:2: ", "--frobnicate", "unknown"]),
    ("silent = 1", 2, ["self:1: ", "takes no value"]),
    ("-K nowhere", 26, ["self:1: ", "cannot read config from 'nowhere'"]),
], ids=["itself", "device", "long line", "unknown", "value", "missing"])
def test_a_bad_file_is_told_with_its_name_and_line(tmp_path, text, code, words):
    """H128."""
    (tmp_path / "self").write_text(text)
    result = runner.run("-K", "self", "http://127.0.0.1:1/", cwd=tmp_path)
    if runner.IS_CURL:
        return
    assert result.code == code, result
    for word in words:
        assert word in result.text
    if not runner.is_sanitized():
        assert result.rss_kib < 64 * 1024


# -- sections

def test_a_section_is_for_its_host_alone(origin, tmp_path):
    if runner.IS_CURL:
        pytest.skip("curl has no sections")
    (tmp_path / "rc").write_text('[one.test]\nuser = ada:secret\ndata = @-\n[two.test]\n-H "X-Two: 2"\n[]\n-A all\n')
    urls = [f"http://{name}.test:{origin.port}/" for name in ("one", "two", "three", "one")]
    result = runner.run("-sS", "-K", "rc", "--connect-to", f"::127.0.0.1:{origin.port}", *urls, cwd=tmp_path,
                        stdin=b"text")
    assert (result.code, result.out) == (0, b"text\n\n\ntext\n"), result
    one, two, three, again = origin.requests
    assert one.field("Authorization") and again.field("Authorization")
    assert not two.field("Authorization") and not three.field("Authorization")
    assert [request.field("X-Two") for request in origin.requests] == [None, "2", None, None]
    assert {request.field("User-Agent") for request in origin.requests} == {"all"}


# -- variables

def test_variables_come_from_everywhere(origin, tmp_path):
    if runner.IS_CURL:
        pytest.skip("curl 7.88 has none")
    (tmp_path / "file").write_bytes(b" in\0file\n")
    (tmp_path / "rc").write_text('variable = conf=1\nexpand-variable = more={{conf}}2\n')
    result = runner.run("-sS", "-K", "rc", "--variable", "%FROM_ENV", "--variable", "%NOT_SET=default",
                        "--variable", "file@file", "--variable", "part[1-2]@-", "--expand-url", origin.url("/{{more}}"),
                        "--expand-data", "{{FROM_ENV}},{{NOT_SET}},{{file:trim:url}},{{part}},{{none}}",
                        cwd=tmp_path, stdin=b"abcd", env={"FROM_ENV": "env"})
    assert (result.code, result.out) == (0, b"env,default,in%00file,bc,\n"), result
    assert origin.requests[0].target == "/12"


@pytest.mark.parametrize("args", [
    ("--variable", "a-b=c"), ("--variable", "a[3-1]=c"), ("--variable", "%NO_SUCH_ONE"), ("--variable", "a"),
    ("--variable", "a=b", "--expand-data", "{{a:upper}}"), ("--expand-silent",), ("--expand-data",),
])
def test_a_wrong_variable_is_a_wrong_command_line(args):
    result = runner.run("http://127.0.0.1:1/", *args)
    assert result.code == 2, result


def test_a_secret_from_a_variable_is_not_shown(origin):
    """Expanded into a header with a line end in it, it is refused and not repeated."""
    if runner.IS_CURL:
        pytest.skip("curl 7.88 has none")
    result = runner.run("--variable", "%CANARY", "--expand-header", "X-Token: {{CANARY}}\nX: y", origin.url(),
                        env={"CANARY": "canary-secret"})
    assert result.code == 43, result
    assert "canary" not in result.text
    assert not origin.requests
    result = runner.run("--variable", "a-b=canary-secret", origin.url())
    assert result.code == 2 and "canary" not in result.text, result

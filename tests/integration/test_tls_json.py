"""%{tls_json} of --write-out: the JSON object of --tls-report for the request that ended, where a script wants it."""
import json

import pytest

import runner
import servers
from liar import liar_tls
from origin import Origin, redirect, reply
from test_causes import UNFOLDED, arguments, serve
from test_tls_report import read, row_named

pytestmark = pytest.mark.skipif(runner.IS_CURL, reason="curl has no such variable")


def answer(request):
    return redirect("/to") if request.target == "/from" else reply(b"BODY")


@pytest.fixture(scope="module")
def origin(certs):
    with Origin(answer, tls=liar_tls(certs["server"], "1.3")) as server:
        yield server


def written(*args, **how):
    """The reports, one for each URL."""
    result = runner.run("-s", "--out-null", "-w", "%{tls_json}\\n", *args, **how)
    return result, read(result.out)


def test_the_same_bytes_as_the_report(certs, origin, tmp_path):
    """Alone, and beside a report in any form."""
    args = ["--cacert", certs.ca, "--tls-warn-days", "3", origin.url("/a?b=c")]
    result = runner.run("-s", "--tls-report", "json", "--tls-out", tmp_path / "report", "--out-null",
                        "-w", "%{stderr}%{tls_json}\\n", *args)
    assert (result.code, result.out) == (0, b"") and result.err == (tmp_path / "report").read_bytes()
    [report] = read(result.err)
    assert report["url"] == origin.url("/a?b=c") and report["tls"]["revocation"]["status"] == "none"
    assert report["warn"]["limit"] == 3 and report["result"]["ok"]
    for form in ([], ["--tls-report", "text", "--tls-out", tmp_path / "text"],
                 ["--tls-report", "html", "--tls-out", tmp_path / "page"], ["-v"]):
        [alone] = written(*form, *args)[1]
        assert alone.keys() == report.keys() and alone["chain"] == report["chain"] and alone["tls"] == report["tls"]


def test_the_body_stays_where_it_is(certs, origin):
    result = runner.run("-s", "--cacert", certs.ca, "-w", "%{tls_json}", origin.url("/"))
    assert result.out.startswith(b"BODY{") and result.out.endswith(b"}") and b"\n" not in result.out
    result = runner.run("-s", "--cacert", certs.ca, "-w", '{"n":%{urlnum},"tls":%{TLS_JSON},"json":%{json}}', "--out-null",
                        origin.url("/"))
    both = json.loads(result.out)
    assert both["tls"]["http"]["status"] == both["json"]["http_code"] == 200 and "tls_json" not in both["json"]


def test_each_url_has_its_own(certs, origin):
    """Of a redirect the last request, as with all other variables; what goes over a kept connection tells of it again."""
    closed = f"https://127.0.0.1:{servers.free_port()}/"
    urls = [origin.url("/from"), closed, origin.url("/2")]
    result, reports = written("-L", "--cacert", certs.ca, *["--out-null"] * 2, *urls)
    assert [report["url"] for report in reports] == [origin.url("/to"), closed, origin.url("/2")]
    assert [report["result"]["code"] for report in reports] == [0, 7, 0] and result.code == 0
    assert [report["tls"] is None for report in reports] == [False, True, False]
    assert [report["reused"] for report in reports] == [True, False, True]


def test_what_is_not_tls():
    with Origin(answer) as plain:
        result, [report] = written(plain.url("/"))
    assert result.code == 0 and report["tls"] is None and report["http"]["status"] == 200


@pytest.mark.parametrize("name", ["expired", "unrecognized-name", "closed", "bad-mac"])
def test_a_failure(name, certs):
    row = row_named(name)
    with serve(row, certs) as liar:
        result, [report] = written(*arguments(row, certs, liar.port), env=UNFOLDED)
    assert result.code == row.code == report["result"]["code"]
    assert report["result"]["cause"] == row.ids[0] and report["tls"] is not None


def test_what_never_began_has_none(certs, origin):
    """And nothing is left over of the URL before."""
    result = runner.run("-s", "--cacert", certs.ca, "--out-null", "-w", "[%{tls_json}]", origin.url("/"),
                        "--out-null", "https://a b/", "--out-null", origin.url("/2"))
    first, _, rest = result.out.partition(b"][")
    none, _, last = rest.partition(b"][")
    assert none == b"null" and read(first[1:]) and read(last[:-1]), result


def test_a_format_of_one_group_or_host(certs, origin, tmp_path):
    """Whoever gathers reports has begun before the URL that asks for one."""
    result = runner.run("-s", "--cacert", certs.ca, "--out-null", origin.url("/1"), "--next", "-s", "--cacert", certs.ca,
                        "--out-null", "-w", "%{tls_json}", origin.url("/2"))
    [report] = read(result.out)
    assert report["url"].endswith("/2") and report["reused"] and report["tls"]["revocation"]["status"] == "none"
    (tmp_path / "config").write_text('[127.0.0.1]\nwrite-out = "%{tls_json}\\n"\n')
    result = runner.run("-s", "--cacert", certs.ca, "-K", tmp_path / "config", "--out-null", origin.url("/3"))
    assert read(result.out)[0]["url"].endswith("/3")
    (tmp_path / "format").write_text("%{tls_json}\n")
    result = runner.run("-s", "--cacert", certs.ca, "-w", f"@{tmp_path}/format", "--out-null", origin.url("/4"))
    assert read(result.out)[0]["url"].endswith("/4")


def test_a_second_attempt_is_the_one_that_is_told(certs):
    """--retry: the report is of the request that ended the URL."""
    answers = iter([reply(b"", "503 Busy"), reply(b"ok")])
    with Origin(lambda _: next(answers), tls=liar_tls(certs["server"], "1.3")) as server:
        result, [report] = written("--retry", "1", "--retry-delay", "0", "--cacert", certs.ca, server.url("/"))
    assert result.code == 0 and report["http"]["status"] == 200

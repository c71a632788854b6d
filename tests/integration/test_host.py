"""The host as it was typed: who sees it so, and for whom only the normal form counts."""
import runner
from origin import Origin, redirect, reply


def test_the_host_field_has_the_capitals_that_were_typed_and_the_connection_serves_both():
    with Origin(lambda request: reply(b"ok")) as origin:
        result = runner.run("-sS", "--resolve", f"MiXeD.Test:{origin.port}:127.0.0.1", "-w", "%{url_effective}\\n",
                            f"http://MiXeD.Test:{origin.port}/1", f"http://mixed.test:{origin.port}/2")
        assert result.code == 0, result
        assert [request.field("Host") for request in origin.requests] == [f"MiXeD.Test:{origin.port}",
                                                                          f"mixed.test:{origin.port}"]
        assert origin.n_connections == 1
    assert result.out.decode() == f"okhttp://MiXeD.Test:{origin.port}/1\nokhttp://mixed.test:{origin.port}/2\n"


def test_an_international_name_is_an_a_label_on_the_wire_and_stays_itself_for_who_typed_it():
    with Origin(lambda request: reply(b"ok")) as origin:
        result = runner.run("-sS", "--resolve", f"xn--4cab6c.test:{origin.port}:127.0.0.1", "-w", "%{url_effective}",
                            f"http://\u00e5\u00e4\u00f6.test:{origin.port}/")
        assert result.code == 0, result
        assert origin.requests[0].field("Host") == f"xn--4cab6c.test:{origin.port}"
    assert result.out.decode() == f"okhttp://\u00e5\u00e4\u00f6.test:{origin.port}/"


def test_capitals_make_no_other_origin():
    """Credentials and cookies that were given for a host go on to the same host in other letters."""
    def answer(request):
        return redirect(f"http://hOsT.tEsT:{origin.port}/2") if request.target == "/1" else reply(b"ok")

    with Origin(answer) as origin:
        result = runner.run("-sSL", "--resolve", f"host.test:{origin.port}:127.0.0.1", "-u", "u:p", "-b", "a=b",
                            f"http://Host.test:{origin.port}/1")
        assert (result.code, result.out) == (0, b"ok"), result
        assert [request.field("Host") for request in origin.requests] == [f"Host.test:{origin.port}",
                                                                          f"hOsT.tEsT:{origin.port}"]
        assert [request.field("Authorization") for request in origin.requests] == ["Basic dTpw"] * 2
        assert [request.field("Cookie") for request in origin.requests] == ["a=b"] * 2
        assert origin.n_connections == 1

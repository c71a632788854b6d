"""Logging in: Basic, Digest, bearer tokens and netrc, against servers that check, and what never goes to another."""
import hashlib
import os
import pty
import re
import ssl
import subprocess

import pytest

import runner
import servers
from liar import liar_tls
from origin import Origin, redirect, reply

NONCE = "dcd98b7102dd2f0e"


def fields(authorization):
    """The parameters of a Digest answer."""
    return {name: quoted or plain for name, quoted, plain in
            re.findall(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^",\s]*))', authorization or "")}


def is_right(request, user, password, realm="r", qop=True, hashed=hashlib.md5):
    def h(*texts):
        return hashed(":".join(texts).encode()).hexdigest()
    said = fields(request.field("Authorization"))
    if said.get("username") != user or said.get("uri") != request.target:
        return False
    middle = (said["nonce"], said["nc"], said["cnonce"], said["qop"]) if qop else (said["nonce"],)
    return said["response"] == h(h(user, realm, password), *middle, h(request.method, request.target))


def challenge(*parameters, nonce=NONCE):
    return reply(b"who?", "401 Unauthorized", "WWW-Authenticate: " + ", ".join([f'Digest realm="r", nonce="{nonce}"', *parameters]))


def digest_server(*parameters, **how):
    def answer(request):
        return reply(b"in\n") if is_right(request, "ada", "love", **how) else challenge(*parameters)
    return Origin(answer)


# -- Digest

@pytest.mark.parametrize("parameters, how", [
    (['qop="auth"'], {}),
    (['qop="auth-int,auth"', 'opaque="x y"', 'algorithm=MD5'], {}),
    ([], {"qop": False}),
    (['qop="auth"', "algorithm=SHA-256"], {"hashed": hashlib.sha256}),
    (['qop="auth"', "algorithm=SHA-512-256"], {"hashed": lambda data: hashlib.new("sha512_256", data)}),
], ids=["auth", "both", "rfc2069", "sha-256", "sha-512-256"])
def test_digest(parameters, how):
    if runner.IS_CURL and "SHA-512-256" in str(parameters):
        pytest.skip("this curl does not know it")
    with digest_server(*parameters, **how) as origin:
        result = runner.run("-sS", "--digest", "-u", "ada:love", origin.url("/a?b=c"))
        assert (result.code, result.out) == (0, b"in\n"), result
        assert origin.requests[0].field("Authorization") is None
        assert origin.n_connections == 1  # the refusal's body was read, and the connection kept
        assert len(origin.requests) == 2
        assert b"love" not in origin.everything()
        result = runner.run("-sS", "--digest", "-u", "ada:wrong", origin.url("/"))
        assert (result.code, result.out) == (0, b"who?")
        assert len(origin.requests) == 4


def test_the_body_waits_for_the_challenge():
    """Content-Length: 0 first, whatever -H says; then all of it. With --anyauth it is sent at once and again."""
    with digest_server('qop="auth"') as origin:
        assert runner.run("-sS", "--digest", "-u", "ada:love", "-d", "body", origin.url("/")).out == b"in\n"
        assert [r.body for r in origin.requests] == [b"", b"body"]
        assert [r.field("Content-Length") for r in origin.requests] == ["0", "4"]
        origin.requests.clear()
        runner.run("-sS", "--digest", "-u", "ada:love", "-d", "body", "-H", "Content-Length: 4", origin.url("/"))
        assert [r.field("Content-Length") for r in origin.requests] == ["0", "4"]
        origin.requests.clear()
        assert runner.run("-sS", "--anyauth", "-u", "ada:love", "-d", "body", origin.url("/")).out == b"in\n"
        assert [r.body for r in origin.requests] == [b"body", b"body"]


def test_a_body_that_nobody_asked_about():
    with Origin(lambda request: reply(request.body)) as origin:
        assert runner.run("-sS", "--digest", "-u", "ada:love", "-d", "body", origin.url("/")).out == b"body"
        assert [r.body for r in origin.requests] == [b"", b"body"]


def test_the_nonce_is_counted_on_over_a_redirect():
    def answer(request):
        if not is_right(request, "ada", "love"):
            return challenge('qop="auth"')
        return redirect("/2") if request.target == "/1" else reply(b"in\n")

    with Origin(answer) as origin:
        assert runner.run("-sSL", "--digest", "-u", "ada:love", origin.url("/1")).out == b"in\n"
        assert [fields(r.field("Authorization")).get("nc") for r in origin.requests] == [None, "00000001", "00000002"]


def test_a_stale_nonce_is_replaced_and_not_for_ever():
    with Origin(lambda request: challenge('qop="auth"', "stale=true", nonce=f"n{len(origin.requests)}")) as origin:
        if runner.IS_CURL:
            pytest.skip("curl goes on for ever")
        assert runner.run("-sS", "--digest", "-u", "ada:love", origin.url("/")).out == b"who?"
        assert [fields(r.field("Authorization")).get("nonce") for r in origin.requests] == [None, "n1", "n2", "n3", "n4"]


def test_auth_int_alone_is_refused_and_said():
    with Origin(lambda _: challenge('qop="auth-int"')) as origin:
        result = runner.run("-sv", "--digest", "-u", "ada:love", origin.url("/"))
        assert (result.code, result.out) == (0, b"who?")
        if not runner.IS_CURL:  # newer ones refuse it too
            assert len(origin.requests) == 1 and "auth-int" in result.text


def test_fail_is_for_the_last_answer():
    with digest_server('qop="auth"') as origin:
        assert runner.run("-sSf", "--digest", "-u", "ada:love", origin.url("/")).code == 0
        result = runner.run("-sSf", "--digest", "-u", "ada:wrong", origin.url("/"))
        assert (result.code, result.out) == (22, b"")


# -- the choice

def test_anyauth_takes_the_strongest():
    def answer(request):
        if is_right(request, "ada", "love"):
            return reply(b"in\n")
        return reply(b"", "401 No", 'WWW-Authenticate: Basic realm="r"',
                     f'WWW-Authenticate: Digest realm="r", nonce="{NONCE}", qop="auth"')

    with Origin(answer) as origin:
        assert runner.run("-sS", "--anyauth", "-u", "ada:love", origin.url("/")).out == b"in\n"
        assert [r.field("Authorization") is None for r in origin.requests] == [True, False]


@pytest.mark.parametrize("option", ["--negotiate", "--ntlm"])
def test_what_is_not_built_in_says_so(option):
    result = runner.run(option, "-u", "a:b", "http://127.0.0.1:1/")
    if not runner.IS_CURL:
        assert result.code == 4 and "--digest" in result.text


# -- honest strangers

def test_nginx_with_basic(certs, workspace):
    workspace.file("passwords", "ada:{PLAIN}love\n")
    os.chmod(os.path.join(workspace.path, "passwords"), 0o644)
    workspace.file(os.path.join(workspace.root, "secret"), "in\n")
    extra = f'auth_basic "r"; auth_basic_user_file {workspace.path}/passwords;'
    with servers.nginx(workspace, certs["server"], extra=extra) as server:
        for args, code in ((["-u", "ada:love"], 0), (["-u", "ada:no"], 22), ([], 22), (["--anyauth", "-u", "ada:love"], 0),
                           (["--digest", "-u", "ada:love"], 22)):
            result = runner.run("-sSf", "--cacert", certs.ca, *args, server.url("/secret"))
            assert (result.code, result.out) == (code, b"" if code else b"in\n"), result


def test_apache_with_digest(certs, workspace):
    secret = hashlib.md5(b"ada:the realm:love").hexdigest()
    workspace.file("passwords", f"ada:the realm:{secret}\n")
    os.chmod(os.path.join(workspace.path, "passwords"), 0o644)
    workspace.file(os.path.join(workspace.root, "secret"), "in\n")
    load = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
                     for name in ("authn_core", "authn_file", "authz_user", "auth_digest"))
    extra = f"""{load}
<Location /secret>
    AuthType Digest
    AuthName "the realm"
    AuthUserFile {workspace.path}/passwords
    Require valid-user
</Location>"""
    with servers.apache(workspace, certs["server"], extra=extra) as server:
        for args, code in ((["--digest", "-u", "ada:love"], 0), (["--digest", "-u", "ada:no"], 22),
                           (["--anyauth", "-u", "ada:love"], 0), (["-u", "ada:love"], 22)):
            result = runner.run("-sSf", "--cacert", certs.ca, *args, server.url("/secret?x=1"))
            assert (result.code, result.out) == (code, b"" if code else b"in\n"), result


# -- what never travels (H094-H096)

@pytest.fixture(scope="module")
def strangers(certs):
    """A sends everybody on; B keeps everything it hears."""
    tls = liar_tls(certs["server"])

    def on(request):
        return redirect(places[request.target])

    with Origin(on) as a, Origin(on, tls=tls) as a_tls, Origin(lambda _: challenge('qop="auth"')) as b:
        places = {"/port": b.url("/"), "/host": b.url("/", host="localhost"),
                  "/userinfo": b.url("/", host="localhost", user="x:y@")}
        yield a, a_tls, b


class Asking:
    """A TLS context that asks for a certificate and writes down what it is shown."""

    def __init__(self, certs):
        self.context = liar_tls(certs["server"])
        self.context.load_verify_locations(certs.ca)
        self.context.verify_mode = ssl.CERT_OPTIONAL
        self.shown = []

    def wrap_socket(self, sock, server_side):
        sock = self.context.wrap_socket(sock, server_side=server_side)
        self.shown.append(bool(sock.getpeercert()))
        return sock


@pytest.mark.skipif(runner.IS_CURL, reason="curl shows it to every host that asks")
def test_the_client_certificate_stays(certs):
    first, second = Asking(certs), Asking(certs)
    with Origin(lambda _: reply(b"ok"), tls=second) as b, Origin(lambda _: redirect(b.url("/")), tls=first) as a:
        args = ["-sSL", "--cacert", certs.ca, "--cert", certs.client_p12, "--cert-type", "P12",
                "--pass", certs.pass_phrase]
        result = runner.run(*args, a.url("/"))
        assert (result.code, result.out) == (0, b"ok"), result
        assert (first.shown, second.shown) == ([True], [False])
        runner.run(*args, "--location-trusted", a.url("/"))
        assert (first.shown[1:], second.shown[1:]) == ([True], [True])


SECRETS = [["-u", "canary:canary"], ["--digest", "-u", "canary:canary"], ["--anyauth", "-u", "canary:canary"],
           ["--oauth2-bearer", "canary"], ["-H", "Authorization: canary"], ["-H", "Cookie: canary=canary"]]


@pytest.mark.parametrize("secret", SECRETS, ids=lambda args: " ".join(args[:-1]))
@pytest.mark.parametrize("where", ["/port", "/host", "https"])
def test_no_secret_reaches_the_second(strangers, certs, secret, where):
    a, a_tls, b = strangers
    b.requests.clear()
    first = a_tls.url("/port") if where == "https" else a.url(where)
    result = runner.run("-sSL", "--cacert", certs.ca, *secret, first)
    assert result.code == 0, result
    assert b.requests and b"anary" not in b.everything() and b"Y2FuYXJ5" not in b.everything()
    assert all(r.field("Authorization") is None for r in b.requests)


def test_a_bearer_stays_though_netrc_knows_the_second(strangers, tmp_path):
    if runner.IS_CURL:
        pytest.skip("older curls send it")
    a, _, b = strangers
    for text in ("machine localhost login u password p\n", "default login u password p\n"):
        netrc = tmp_path / "netrc"
        netrc.write_text(text)
        b.requests.clear()
        runner.run("-sSL", "--netrc-file", netrc, "--oauth2-bearer", "canary", a.url("/host"))
        assert [r.field("Authorization") for r in b.requests] == [None]


def test_userinfo_of_a_redirect_makes_a_new_state(strangers):
    """B sees what its URL says, and nothing that was negotiated with A."""
    if runner.IS_CURL:
        pytest.skip("with -u, it sends nothing")
    a, _, b = strangers
    b.requests.clear()
    runner.run("-sSL", "-u", "canary:canary", a.url("/userinfo"))
    assert [r.field("Authorization") for r in b.requests] == ["Basic eDp5"]


def test_location_trusted_is_the_one_exception(strangers):
    a, _, b = strangers
    b.requests.clear()
    runner.run("-sS", "--location-trusted", "-u", "u:p", a.url("/host"))
    assert [r.field("Authorization") for r in b.requests] == ["Basic dTpw"]


@pytest.mark.parametrize("entry, direct, other_port, other_host", [
    ("", None, None, None),
    ("machine 127.0.0.1 login u password p", "Basic dTpw", None, None),
    ("machine 127.0.0.1 login u password p machine localhost login v password q", "Basic dTpw", None, "Basic djpx"),
    ("machine 127.0.0.1 login u password p machine localhost login v", "Basic dTpw", None, "Basic djo="),
    ("machine 127.0.0.1 login u password p machine localhost password q", "Basic dTpw", None, "Basic OnE="),
    ("machine 127.0.0.1 login u password p machine localhost", "Basic dTpw", None, None),
    ("machine 127.0.0.1 login u password p default", "Basic dTpw", None, None),
    ("default login d password e", "Basic ZDpl", None, "Basic ZDpl"),
], ids=["none", "first", "both", "login", "password", "empty", "default-empty", "default"])
def test_netrc_is_asked_afresh(strangers, tmp_path, entry, direct, other_port, other_host):
    if runner.IS_CURL:
        pytest.skip("older curls keep the former password")
    a, _, b = strangers
    netrc = tmp_path / "netrc"
    netrc.write_text(entry)
    for path, expected in (("/port", other_port), ("/host", other_host)):
        a.requests.clear()
        b.requests.clear()
        assert runner.run("-sSL", "--netrc-file", netrc, a.url(path)).code == 0
        assert [r.field("Authorization") for r in a.requests] == [direct]
        assert [r.field("Authorization") for r in b.requests] == [expected]


# -- netrc files

def test_netrc_files(tmp_path):
    netrc = tmp_path / ".netrc"
    netrc.write_text('machine 127.0.0.1 login "a b" password "c\\"d"\n')
    netrc.chmod(0o644)
    with Origin(lambda _: reply(b"ok")) as origin:
        def shown(*args, env=None, url=None):
            origin.requests.clear()
            result = runner.run("-sS", *args, url or origin.url("/"), env=env)
            return result, [r.field("Authorization") for r in origin.requests]

        home = {"HOME": str(tmp_path)}
        right = "Basic YSBiOmMiZA=="
        assert shown("-n", env=home)[1] == [right]
        assert shown("--netrc-optional", env=home)[1] == [right]
        assert shown("--netrc-optional", env=home, url=origin.url("/", user="x:y@"))[1] == ["Basic eDp5"]
        assert shown("-n", "-u", "x:y", env=home)[1] == ["Basic eDp5"]
        assert shown(env=home)[1] == [None]
        assert shown("--netrc-file", netrc)[1] == [right]
        if runner.IS_CURL:
            return
        assert shown("-n", env={"NETRC": str(netrc)})[1] == [right]
        assert "others can read" in runner.run("--netrc-file", netrc, origin.url("/")).text
        netrc.chmod(0o600)
        assert "others" not in runner.run("--netrc-file", netrc, origin.url("/")).text
        result, seen = shown("--netrc-file", tmp_path / "missing")
        assert (result.code, seen) == (26, [])
        netrc.write_text('machine 127.0.0.1 password "x')
        result, seen = shown("--netrc-file", netrc)
        assert (result.code, seen) == (26, []) and "line 1" in result.text
        assert "x" not in result.text.split("line 1")[1].replace("exit", "")
        netrc.write_text("x" * 65536)
        assert shown("--netrc-file", netrc)[0].code == 26


# -- the prompt

def test_a_password_is_asked_for_without_echo():
    """A terminal of its own: what is typed is not shown, and the terminal is as it was afterwards."""
    with Origin(lambda _: reply(b"ok")) as origin:
        child, terminal = pty.fork()
        if child == 0:
            os.execve(runner.PEEL, [runner.PEEL, "-sS", "-u", "ada", origin.url("/")], runner.clean_environment())
        seen = b""
        while b"'ada':" not in seen:
            seen += os.read(terminal, 1000)
        os.write(terminal, b"lovelace\n")
        try:
            while piece := os.read(terminal, 1000):
                seen += piece
        except OSError:  # how Linux says that the other end is closed
            pass
        _, status = os.waitpid(child, 0)
        os.close(terminal)
        assert os.waitstatus_to_exitcode(status) == 0
        assert seen.startswith(b"Enter host password for user 'ada':") and b"lovelace" not in seen
        assert origin.requests[0].field("Authorization") == "Basic YWRhOmxvdmVsYWNl"


@pytest.mark.parametrize("stdin, shown", [(b"", "Basic YWRhOg=="), (b"pw\n", "Basic YWRhOnB3")])
def test_without_a_terminal_stdin_is_asked(stdin, shown):
    with Origin(lambda _: reply(b"ok")) as origin:
        result = subprocess.run([runner.PEEL, "-sS", "-u", "ada", origin.url("/")], input=stdin, capture_output=True,
                                start_new_session=True, env=runner.clean_environment(), timeout=20, check=False)
        assert result.returncode == 0
        assert origin.requests[0].field("Authorization") == shown


# -- where a redirect leads, and what is not waited for

@pytest.mark.parametrize("head, args", [
    (b"HTTP/1.1 302 Found\r\nLocation: /2\r\n\r\n", ["-L"]),
    (b'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest nonce="n"\r\n\r\n', ["--digest", "-u", "a:b"]),
], ids=["redirect", "401"])
def test_a_body_without_end_is_not_waited_for(head, args):
    """Nobody wants it, and it has no length: the server would keep both of us waiting."""
    if runner.IS_CURL:
        pytest.skip("without Connection: close, it waits")
    with Origin(lambda _: head + b"endless" if len(origin.requests) == 1 else reply(b"ok")) as origin:
        result = runner.run("-sS", *args, origin.url("/1"))
        assert (result.code, result.out) == (0, b"ok"), result
        assert origin.n_connections == 2


def test_where_a_redirect_may_lead(strangers, certs):
    a, a_tls, b = strangers
    b.requests.clear()
    assert runner.run("-sSL", "--proto-redir", "=https", a.url("/port")).code == 1
    assert runner.run("-sSL", "--cacert", certs.ca, "--proto-redir", "=https", a_tls.url("/port")).code == 1
    assert runner.run("-sSL", "--proto", "=http", "--proto-redir", "=http", a.url("/port")).code == 0
    assert runner.run("-sS", "--disallow-username-in-url", a.url("/port", user="u@")).code == 67
    assert runner.run("-sSL", "--disallow-username-in-url", a.url("/userinfo")).code == 67
    assert len(b.requests) == 1


LOGINS = [["-u", "one:1"], ["-u", "One:1"], ["-u", "one:2"], ["--oauth2-bearer", "one"], []]


def test_no_connection_serves_two_who_log_in_differently():
    """And one login, one connection, also when others came in between."""
    with Origin(lambda request: reply(b"ok")) as origin:
        command = []
        for login in LOGINS * 2:
            command += ["--next", "-sS", *login, origin.url()]
        result = runner.run(*command[1:])
        assert (result.code, result.out) == (0, b"ok" * 2 * len(LOGINS)), result
        connections = [request.connection for request in origin.requests]
    if not runner.IS_CURL:
        assert connections == list(range(len(LOGINS))) * 2


EVERYTHING_SAID = "%{json} %{header_json} %{url} %{url_effective} %{redirect_url} %{referer} %{errormsg} %{stderr}%{json}"


@pytest.mark.parametrize("place", ["ok", "redirect", "refused", "nowhere", "no URL"])
@pytest.mark.parametrize("login", [[], ["-u", "ada:canary"]], ids=["URL", "-u"])
def test_no_password_is_shown_or_stored(login, place, tmp_path):
    """In whatever a run says and leaves behind, however it ends."""
    def answer(request):
        if request.target.endswith("/redirect"):
            return redirect("http://ada:canary@127.0.0.1:1/ok")
        return reply(b"body", "401 No" if "refused" in request.target else "200 OK", 'ETag: "e"', "Set-Cookie: a=b")

    with Origin(answer) as origin:
        user = "" if login else "ada:canary@"
        url = {"nowhere": f"http://{user}127.0.0.1:1/", "no URL": f"http://{user}a b/"}.get(place)
        result = runner.run("-v", "-L", "-e", ";auto", *login, "-w", EVERYTHING_SAID, "-D", "heads", "-o", "body", "-c", "jar",
                            "--etag-save", "etag", "--xattr", url or origin.url(f"/{place}", user=user), cwd=tmp_path)
        told = {"ok": 0, "redirect": 7, "refused": 0, "nowhere": 7, "no URL": 3}[place]
        assert result.code == told, result
        sent = origin.everything()
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name != "heads")
    for path in tmp_path.iterdir():
        left += b"".join(os.getxattr(path, name) for name in os.listxattr(path))
    for secret in (b"canary", b"YWRhOmNhbmFyeQ"):
        said = result.out + result.err + left
        if place == "redirect":  # the server said it, in its Location: -v shows what the server says
            said = b"\n".join(line for line in said.split(b"\n") if not line.lower().startswith(b"< location:"))
            said = said.replace(b'"location":["http://ada:canary@127.0.0.1:1/ok"]', b"")
        assert secret not in said, (secret, said)
    assert place in ("nowhere", "no URL") or b"YWRhOmNhbmFyeQ" in sent  # it was there to be shown

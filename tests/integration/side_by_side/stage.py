"""Runs a row with one program, in an empty folder that is its home too, and writes down what came of it."""
import contextlib
import os
import re
import shutil
import socket
from dataclasses import dataclass

import runner
from liar import Liar, liar_tls, read_script
from origin import Origin, reply

# What names the program, and what is drawn at random, is no difference.
AGENT = re.compile(rb"User-Agent: (?:curl|peel)/[0-9][^\r]*\r\n")
BOUNDARY = re.compile(rb"-{24}[0-9a-zA-Z]{16,22}")
DIGEST_SECRETS = re.compile(rb'(cnonce|response)="[^"]*"')
STATE_FILE = re.compile(rb"# (Netscape HTTP Cookie File|Your HSTS cache)")
MESSAGE = re.compile(r"^(?:curl|peel|Warning): ", re.M)


@dataclass
class Outcome:
    """requests: (number of the connection, head, body). files: {name: (mode, content)}. says: whether a run that failed said
    so on stderr. The words there are each program's own, and change from one curl to the next; the number in them is the exit
    code."""
    code: int
    out: bytes
    files: dict
    requests: list
    says: bool

    def differences(self, other):
        return {name for name in vars(self) if getattr(self, name) != getattr(other, name)}


def neutral_request(head, body):
    if b"boundary=" in head:
        body = BOUNDARY.sub(b"BOUNDARY", body)
        head = BOUNDARY.sub(b"BOUNDARY", head)
        head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(body), head)
    return DIGEST_SECRETS.sub(rb'\1="..."', AGENT.sub(b"User-Agent: X\r\n", head)), body


def neutral_file(content):
    if STATE_FILE.match(content):
        return b"".join(line for line in content.splitlines(True) if not line.startswith(b"# "))
    return content


def files_below(folder):
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            full = os.path.join(path, name)
            with open(full, "rb") as file:
                found[os.path.relpath(full, folder)] = (oct(os.stat(full).st_mode & 0o777), neutral_file(file.read()))
    return found


class Words:
    """What the words of a row stand for in this run."""

    def __init__(self, scheme, port, closed_port, certs):
        client = certs["client"]
        host = f"127.0.0.1:{port}"
        self.meanings = {"URL": f"{scheme}://{host}", "HOST": host, "PORT": str(port), "CLOSED": str(closed_port),
                         "CA": certs.ca, "OTHERCA": certs.other_ca, "CLIENT": client.cert, "CLIENTKEY": client.key,
                         "CLIENTBOTH": client.both, "CLIENTDER": certs.client_key_der}
        self.pattern = re.compile(r"\b(" + "|".join(self.meanings) + r")\b")

    def replace(self, text):
        return self.pattern.sub(lambda match: self.meanings[match[1]], text)


@contextlib.contextmanager
def a_closed_port():
    """A port that nobody can get meanwhile, and nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def answer_of(row, requests):
    answers = row.answers
    if not answers:
        return lambda request: reply(b"" if request.method == "HEAD" else b"hello\n")

    def answer(request):
        one = answers[min(len(requests), len(answers)) - 1]
        return one.bytes_for(request) if hasattr(one, "bytes_for") else one

    return answer


class LyingStage:
    def __init__(self, row, tls):
        self.liar = Liar(read_script(row.liar), tls=tls)
        self.port = self.liar.port
        self.n_seen = 0

    def take_requests(self):
        for thread in self.liar.threads:
            thread.join()
        new, self.n_seen = self.liar.connections[self.n_seen:], len(self.liar.connections)
        return [(n, bytes(connection.received), b"") for n, connection in enumerate(new) if connection.received]

    def close(self):
        self.liar.finish()


class HonestStage:
    def __init__(self, row, tls):
        self.requests = []
        self.origin = Origin(None, tls=tls, says_continue=True)
        self.requests = self.origin.requests
        self.origin.answer = answer_of(row, self.requests)
        self.port = self.origin.port

    def take_requests(self):
        self.origin.settle()
        first = min((request.connection for request in self.requests), default=0)
        taken = [(request.connection - first, request.head, request.body) for request in self.requests]
        self.requests.clear()
        return taken

    def close(self):
        self.origin.close()


def open_stage(row, certs):
    tls = liar_tls(certs[row.tls], row.tls_version, certs.ca if row.wants_client else None) if row.tls else None
    return contextlib.closing((LyingStage if row.liar else HonestStage)(row, tls))


def run_row(row, stage, program, folder, closed_port, certs):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    words = Words("https" if row.tls else "http", stage.port, closed_port, certs)
    for name, content in row.files.items():
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        with open(os.path.join(folder, name), "wb") as file:
            file.write(words.replace(content).encode("latin-1"))
    env = {"HOME": folder, **row.env}
    result = runner.run(*map(words.replace, row.args), program=program, cwd=folder, env=env, stdin=row.stdin.encode("latin-1"))
    requests = [(number, *neutral_request(head, body)) for number, head, body in stage.take_requests()]
    says = result.code != 0 and MESSAGE.search(result.text) is not None
    return Outcome(result.code, result.out, files_below(folder), requests, says)

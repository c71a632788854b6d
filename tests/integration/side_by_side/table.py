"""The rows of rows/*.txt, read. A row is a command line and what it meets:

    NAME: ARGUMENTS                       as a shell would split them; the words below are replaced in them
        200 Field: x | Field: y "body"    an answer: status, fields, body; the n-th request gets the n-th, later ones the last
        raw "bytes"                       an answer byte by byte, behind which the connection ends
        close                             no answer
        file NAME "content"               is there before
        stdin "content"
        env NAME=VALUE
        tls CERTIFICATE [1.2|1.3] [client]   the server speaks TLS; `client`: and wants a certificate of the client
        liar SCRIPT                       a script of tests/support/scripts answers
        curl 8.1                          not for a curl that is older

Without an answer it is 200 "hello\\n". Content-Length is added by itself, a body under Content-Encoding: gzip is packed, and
one under Transfer-Encoding: chunked is cut into chunks of five bytes.

In arguments and contents: URL is the server's (http://127.0.0.1:PORT, or https), HOST its host and port, PORT the port,
CLOSED a port where nobody listens, CA the authority, OTHERCA one that signed nothing here, CLIENT and CLIENTKEY the client's
certificate and key, CLIENTBOTH the two in one file, CLIENTDER the key as DER.
"""
import ast
import gzip
import os
import re
import shlex
from dataclasses import dataclass, field

from origin import Last

HERE = os.path.dirname(os.path.abspath(__file__))
STRING = re.compile(r'(?:^|\s)("(?:[^"\\]|\\.)*"(?: \* \d+)?)$')


@dataclass
class Row:
    group: str
    name: str
    args: list
    answers: list = field(default_factory=list)
    files: dict = field(default_factory=dict)
    stdin: str = ""
    env: dict = field(default_factory=dict)
    tls: str = ""
    tls_version: str | None = None
    wants_client: bool = False
    liar: str = ""
    since: tuple = ()

    @property
    def id(self):
        return f"{self.group}/{self.name}"


def string_of(text):
    literal, _, times = text.partition('" * ')
    return ast.literal_eval(literal + '"') * int(times) if times else ast.literal_eval(text)


def take_string(text):
    """What stands before the string at the end, and the string; None where there is none."""
    match = STRING.search(text)
    return (text[:match.start()].strip(), string_of(match[1])) if match else (text, None)


def chunked(body):
    pieces = [body[i:i + 5] for i in range(0, len(body), 5)] + [b""]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)


@dataclass
class Answer:
    status: str
    fields: list
    body: bytes

    def bytes_for(self, request):
        body, names = self.body, " ".join(self.fields).lower()
        if "content-encoding: gzip" in names:
            body = gzip.compress(body, mtime=0)
        if "transfer-encoding: chunked" in names:
            body, length = chunked(body), []
        else:
            length = [] if self.status[:3] in ("204", "304") else [f"Content-Length: {len(body)}"]
        head = "\r\n".join([f"HTTP/1.1 {self.status}", *self.fields, *length]) + "\r\n\r\n"
        return head.encode("latin-1") + (b"" if request.method == "HEAD" else body)


def read_answer(text):
    rest, body = take_string(text)
    status, _, fields = rest.partition(" ")
    reason = {"200": "OK", "206": "Partial Content", "302": "Found", "401": "Unauthorized", "404": "Not Found"}
    return Answer(f"{status} {reason.get(status, 'Status')}", [one.strip() for one in fields.split("|") if one.strip()],
                  (body or "").encode("latin-1"))


def read_detail(row, text):
    word, _, rest = text.partition(" ")
    if word.isdigit():
        row.answers.append(read_answer(text))
    elif word == "raw":
        row.answers.append(Last(string_of(rest).encode("latin-1")))
    elif word == "close":
        row.answers.append(None)
    elif word == "file":
        name, content = take_string(rest)
        row.files[name] = content
    elif word == "stdin":
        row.stdin = string_of(rest)
    elif word == "env":
        name, _, value = rest.partition("=")
        row.env[name] = value
    elif word == "tls":
        row.tls, *how = rest.split()
        row.tls_version = next((one for one in how if one != "client"), None)
        row.wants_client = "client" in how
    elif word == "liar":
        row.liar = rest
    elif word == "curl":
        row.since = tuple(map(int, rest.split(".")))
    else:
        raise ValueError(f"{row.id}: {text}")


def read_table(path):
    rows = []
    with open(path, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            if line[0].isspace():
                read_detail(rows[-1], line.strip())
                continue
            name, _, args = line.partition(": ")
            rows.append(Row(os.path.basename(path).removesuffix(".txt"), name, shlex.split(args)))
    return rows


def read_all():
    folder = os.path.join(HERE, "rows")
    return [row for name in sorted(os.listdir(folder)) for row in read_table(os.path.join(folder, name))]

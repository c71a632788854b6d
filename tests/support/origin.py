"""An honest HTTP/1.1 server that writes down every request, byte by byte, and answers as a function of the test says.

    with Origin(lambda request: reply(b"hello")) as origin:
        peel(origin.url("/path"))
        origin.requests[0].head      the bytes up to and with the blank line
"""
import socket
import ssl
import struct
import threading
from dataclasses import dataclass
from functools import partial

from peer import GUARD_S, Peer


@dataclass
class Request:
    head: bytes
    body: bytes
    connection: int  # 0 for the first connection, and so on

    @property
    def line(self):
        return self.head.split(b"\r\n", 1)[0].decode("latin-1")

    @property
    def method(self):
        return self.line.split(" ")[0]

    @property
    def target(self):
        return self.line.split(" ")[1]

    def field(self, name):
        """The value of a header field, or None."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.lower() == name.lower().encode():
                return value.strip().decode("latin-1")
        return None


def reply(body=b"", status="200 OK", *fields):
    """The bytes of a response with a Content-Length."""
    if isinstance(body, str):
        body = body.encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(location, status="302 Found"):
    return reply(b"moved\n", status, f"Location: {location}")


class Last(bytes):
    """An answer behind which the connection ends, with FIN; Reset: with RST."""


class Reset(Last):
    pass


class Origin(Peer):
    """answer(request) gives the bytes of a response; Last(bytes) ends the connection behind it, None without one. tls: an
    ssl context. says_continue: whoever asks for a 100 gets it."""

    def __init__(self, answer, tls=None, host="127.0.0.1", says_continue=False):
        self.answer = answer
        self.tls = tls
        self.says_continue = says_continue
        self.requests = []
        self.n_connections = 0
        self.probe_address = None
        self.probe_came = threading.Event()
        super().__init__(host)

    def url(self, path="/", host=None, user=""):
        scheme = "https" if self.tls else "http"
        host = host or (f"[{self.host}]" if ":" in self.host else self.host)
        return f"{scheme}://{user}{host}:{self.port}{path}"

    @property
    def heads(self):
        return [request.head for request in self.requests]

    def everything(self):
        """All that clients ever sent, to look for secrets in."""
        return b"".join(request.head + request.body for request in self.requests)

    def settle(self):
        """Returns when all that clients who are gone have sent is written down: behind a connection of our own."""
        self.probe_came.clear()
        with socket.socket(self.listener.family) as probe:
            probe.bind((self.host, 0))
            self.probe_address = probe.getsockname()
            probe.connect((self.host, self.port))
            self.probe_came.wait(GUARD_S)
        for thread in self.threads:
            thread.join(GUARD_S)
        self.threads.clear()

    def _welcome(self, sock, address):
        if address == self.probe_address:
            sock.close()
            self.probe_came.set()
            return None
        number = self.n_connections
        self.n_connections += 1
        return partial(self._serve, sock, number)

    def _serve(self, sock, number):
        sock.settimeout(GUARD_S)
        try:
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            stream = sock.makefile("rb")
            while request := self._read(sock, stream, number):
                self.requests.append(request)
                answer = self.answer(request)
                if answer is None:
                    break
                sock.sendall(answer)
                if isinstance(answer, Reset):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if isinstance(answer, Last):
                    break
                if b"connection: close\r\n" in answer.split(b"\r\n\r\n", 1)[0].lower() + b"\r\n":
                    break
        except (OSError, ssl.SSLError):
            pass
        finally:
            sock.close()

    def _read(self, sock, stream, number):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line:
                return None
            head += line
        request = Request(head, b"", number)
        if self.says_continue and request.field("Expect"):
            sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if request.field("Transfer-Encoding") == "chunked":
            request.body = self._read_chunks(stream)
        else:
            request.body = stream.read(int(request.field("Content-Length") or 0))
        return request

    @staticmethod
    def _read_chunks(stream):
        """What is in the chunks; how large each was depends on when its bytes were there."""
        body = b""
        while size := int(stream.readline(), 16):
            body += stream.read(size)
            stream.readline()
        stream.readline()
        return body

    def __exit__(self, *_):
        """A client that lives on may keep its connection."""
        self.close()

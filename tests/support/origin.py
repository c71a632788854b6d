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

GUARD_S = 30


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


class Broken(bytes):
    """An answer that ends before its time, with FIN; Reset: with RST."""


class Reset(Broken):
    pass


class Origin:
    """answer(request) gives the bytes of a response, or a Broken one; None closes the connection without one. tls: an ssl context."""

    def __init__(self, answer, tls=None, host="127.0.0.1"):
        self.answer = answer
        self.tls = tls
        self.host = host
        self.requests = []
        self.n_connections = 0
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, 0), family=family, backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

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

    def _accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            number = self.n_connections
            self.n_connections += 1
            threading.Thread(target=self._serve, args=(sock, number), daemon=True).start()

    def _serve(self, sock, number):
        sock.settimeout(GUARD_S)
        try:
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            stream = sock.makefile("rb")
            while request := self._read(stream, number):
                self.requests.append(request)
                answer = self.answer(request)
                if answer is None:
                    break
                sock.sendall(answer)
                if isinstance(answer, Reset):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if isinstance(answer, Broken):
                    break
                if b"connection: close\r\n" in answer.split(b"\r\n\r\n", 1)[0].lower() + b"\r\n":
                    break
        except (OSError, ssl.SSLError):
            pass
        finally:
            sock.close()

    @staticmethod
    def _read(stream, number):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line:
                return None
            head += line
        request = Request(head, b"", number)
        request.body = stream.read(int(request.field("Content-Length") or 0))
        return request

    def close(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

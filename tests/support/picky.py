"""A server that shakes hands only with a ClientHello it likes: it stands before a real one and looks at the first flight.

    with Picky(server.port, lambda hello: "alpn" not in hello.extensions, how="alert 40") as picky: ...

how says what others get: "alert N", "close", "reset" or "silence"; or it is a function that makes an answer of their Hello.
"""
import contextlib
import socket
import struct
import threading
from dataclasses import dataclass, field
from functools import partial

from peer import GUARD_S, Peer

NAMES = {0: "server_name", 5: "status_request", 10: "groups", 13: "signatures", 16: "alpn", 43: "versions", 51: "key_share"}


@dataclass
class Hello:
    """What the tests ask of a ClientHello (RFC 8446 section 4.1.2)."""
    size: int = 0
    random: bytes = b""
    ciphers: list = field(default_factory=list)
    extensions: dict = field(default_factory=dict)

    def numbers(self, name, head):
        """A list of 16-bit numbers in an extension, behind a length of so many bytes."""
        data = self.extensions.get(name, b"")[head:]
        return [number for number, in struct.iter_unpack(">H", data)]

    @property
    def groups(self):
        return self.numbers("groups", 2)

    @property
    def signatures(self):
        return self.numbers("signatures", 2)

    @property
    def versions(self):
        return self.numbers("versions", 1) or [0x0303]


def parse_hello(message):
    """The body of a handshake message."""
    hello = Hello(len(message), message[6:38])
    at = 4 + 2 + 32
    at += 1 + message[at]
    n = int.from_bytes(message[at:at + 2], "big")
    hello.ciphers = [cipher for cipher, in struct.iter_unpack(">H", message[at + 2:at + 2 + n])]
    at += 2 + n
    at += 1 + message[at] + 2
    while at + 4 <= len(message):
        kind, n = struct.unpack(">HH", message[at:at + 4])
        hello.extensions[NAMES.get(kind, kind)] = message[at + 4:at + 4 + n]
        at += 4 + n
    return hello


def receive(sock, n):
    data = b""
    while len(data) < n:
        piece = sock.recv(n - len(data))
        if not piece:
            raise ConnectionError
        data += piece
    return data


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class Picky(Peer):
    def __init__(self, behind, likes, how="alert 40"):
        self.behind, self.likes, self.how = behind, likes, how
        self.hellos = []
        super().__init__()

    def _welcome(self, sock, _):
        return partial(self._serve, sock)

    def _serve(self, sock):
        sock.settimeout(GUARD_S)
        with sock:
            try:
                head = receive(sock, 5)
                record = receive(sock, int.from_bytes(head[3:5], "big"))
                hello = parse_hello(record)
                self.hellos.append(hello)
                if self.likes(hello):
                    self._join(sock, head + record)
                else:
                    self._refuse(sock, hello)
            except OSError:
                pass

    def _join(self, sock, first):
        with socket.create_connection(("127.0.0.1", self.behind), timeout=GUARD_S) as server:
            server.sendall(first)
            back = threading.Thread(target=pump, args=(server, sock), daemon=True)
            back.start()
            pump(sock, server)
            back.join(GUARD_S)

    def _refuse(self, sock, hello):
        if callable(self.how):
            sock.sendall(self.how(hello))
            while sock.recv(4096):
                pass
            return
        word, _, number = self.how.partition(" ")
        if word == "alert":
            sock.sendall(b"\x15\x03\x03\x00\x02\x02" + bytes([int(number)]))
        if word == "reset":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if word in ("alert", "silence"):
            while sock.recv(4096):
                pass


class Tunnel(Picky):
    """A proxy that leads every CONNECT to one port."""

    def __init__(self, behind):
        self.asked = []
        super().__init__(behind, None)

    def _serve(self, sock):
        sock.settimeout(GUARD_S)
        with sock:
            try:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += receive(sock, 1)
                self.asked.append(head.decode().split("\r\n")[0])
                sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                self._join(sock, b"")
            except OSError:
                pass

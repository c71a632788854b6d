"""The liar's side of a TCP connection: how its bytes are cut on their way to the client."""
import fcntl
import os
import random
import socket
import struct
import termios
import time

WHOLE = "whole"  # as the script says
BYTEWISE = "bytewise"  # one byte at a time
CUT = "cut"  # each write cut once, at a place that the seed chooses
DELIVERIES = (WHOLE, BYTEWISE, CUT)

# Bytes of a connection that travel one by one; whatever follows goes in pieces.
BYTEWISE_MAX = 2000
CUTS_MAX = 50  # likewise
PIECE = 16 * 1024
TAKEN_GUARD_S = 0.2


class ClientGone(Exception):
    """The client closed or reset the connection: the end of every script that did not expect it."""


def rx_queue(address, peer):
    """Bytes that lie unread at the other end of a loopback connection, or 0 when it cannot be told."""
    name = "/proc/net/tcp6" if ":" in address[0] else "/proc/net/tcp"
    wanted = (f":{peer[1]:04X}", f":{address[1]:04X}")
    with open(name, encoding="ascii") as table:
        for line in table:
            words = line.split()
            if words[1].endswith(wanted[0]) and words[2].endswith(wanted[1]):
                return int(words[4].split(":")[1], 16)
    return 0


class Wire:
    def __init__(self, sock, delivery=WHOLE, seed=0):
        self.sock = sock
        self.delivery = delivery
        self.random = random.Random(seed)
        self.sent = 0
        self.cuts = 0
        self.corked = None
        self.raw = bytearray()  # all that the client sent
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def cork(self):
        if self.corked is None:
            self.corked = bytearray()

    def flush(self):
        held, self.corked = self.corked, None
        if held:
            self.send(bytes(held))

    def send(self, data):
        if self.corked is not None:
            self.corked += data
            return
        try:
            self._deliver(data)
        except OSError as error:
            raise ClientGone from error

    def _deliver(self, data):
        if self.delivery == BYTEWISE:
            n = max(0, min(len(data), BYTEWISE_MAX - self.sent))
            for i in range(n):
                self.sock.sendall(data[i:i + 1])
                os.sched_yield()
            for i in range(n, len(data), PIECE):
                self.sock.sendall(data[i:i + PIECE])
        elif self.delivery == CUT and len(data) > 1 and self.cuts < CUTS_MAX:
            self.cuts += 1
            point = self.random.randrange(1, len(data))
            self.sock.sendall(data[:point])
            self._wait_until_taken()
            self.sock.sendall(data[point:])
        else:
            self.sock.sendall(data)
        self.sent += len(data)

    def _wait_until_taken(self):
        """Until the client has read what was sent, so that the cut is one for it too; not for long, it may not want."""
        address, peer = self.sock.getsockname(), self.sock.getpeername()
        deadline = time.monotonic() + TAKEN_GUARD_S
        while rx_queue(address, peer) and time.monotonic() < deadline:
            os.sched_yield()

    def receive(self):
        """Some bytes; b"" at the end."""
        try:
            data = self.sock.recv(65536)
        except ConnectionError:
            data = b""
        self.raw += data
        return data

    def drain(self):
        """Reads until the client closes."""
        while self.receive():
            pass

    def cut(self):
        """FIN; the script goes on reading, since a close with unread bytes would send RST."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError as error:
            raise ClientGone from error

    def reset(self):
        """RST, once all that was sent has arrived."""
        while struct.unpack("i", fcntl.ioctl(self.sock, termios.TIOCOUTQ, b"\0" * 4))[0]:
            os.sched_yield()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

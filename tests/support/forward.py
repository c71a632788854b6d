"""An HTTP proxy for the tests: it writes down what it is told, as an Origin does, and makes tunnels.

    with Forward() as proxy, Origin(...) as origin:
        peel("-x", proxy.url(), origin.url())

With tls, a context of liar_tls(), it is an https:// proxy.

answer(request) gives the bytes of a response, to CONNECT too; what begins with a 2xx to CONNECT opens the tunnel. Names
are not looked up: every tunnel ends at 127.0.0.1, at the port that was asked for, or at to_port. What passes through a
tunnel is written down as well.
"""
import re
import select
import socket

from origin import Origin, reply
from peer import GUARD_S

OPENED = b"HTTP/1.1 200 Connection established\r\n\r\n"


def open_or_hello(request):
    return OPENED if request.method == "CONNECT" else reply(b"from the proxy\n")


def challenge(scheme='Basic realm="r"', body=b"who?", *fields):
    return reply(body, "407 Proxy Authentication Required", f"Proxy-Authenticate: {scheme}", *fields)


class Forward(Origin):
    def __init__(self, answer=open_or_hello, to_port=None, **how):
        self.to_port = to_port
        self.through = []  # of each tunnel: what the client sent
        super().__init__(answer, **how)

    def url(self, path="", host=None, user=""):
        return super().url(path, host, user)

    def everything(self):
        return super().everything() + b"".join(self.through)

    def _serve(self, sock, number):
        sock.settimeout(GUARD_S)
        try:
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            stream = sock.makefile("rb", buffering=0)  # no byte of the tunnel's is taken with the request
            while request := self._read(sock, stream, number):
                self.requests.append(request)
                answer = self.answer(request)
                if answer is None:
                    break
                sock.sendall(answer)
                if request.method == "CONNECT" and re.match(rb"HTTP/1\.\d 2", answer):
                    self._tunnel(sock, request)
                    break
                if b"connection: close\r\n" in answer.split(b"\r\n\r\n", 1)[0].lower() + b"\r\n":
                    break
        except OSError:
            pass
        finally:
            sock.close()

    def _tunnel(self, sock, request):
        """One thread for both ways: a TLS connection is not for two."""
        port = self.to_port or int(request.target.rpartition(":")[2])
        index = len(self.through)
        self.through.append(b"")
        with socket.create_connection(("127.0.0.1", port)) as upstream:
            upstream.settimeout(GUARD_S)
            while True:
                has_more = self.tls and sock.pending() > 0
                readable = [sock] if has_more else select.select([sock, upstream], [], [], GUARD_S)[0]
                if not readable:
                    return
                data = readable[0].recv(65536)
                if not data:
                    break
                if readable[0] is sock:
                    self.through[index] += data
                (upstream if readable[0] is sock else sock).sendall(data)
        if self.tls:
            sock = sock.unwrap()
        sock.shutdown(socket.SHUT_RDWR)

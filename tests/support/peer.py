"""A server of our own: a free port, and a thread for every client. What a client gets, subclasses say."""
import socket
import threading

GUARD_S = 30  # no socket of ours waits longer than this: a hang becomes a failure


class Peer:
    """_welcome(sock, address) takes clients in the order in which they come, and gives what is to be done for one, in a
    thread of its own, or None. A subclass is ready for that before it calls __init__."""

    def __init__(self, host="127.0.0.1"):
        self.host = host
        self.threads = []
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, 0), family=family, backlog=64)
        self.port = self.listener.getsockname()[1]
        self.acceptor = threading.Thread(target=self._accept, daemon=True)
        self.acceptor.start()

    def _welcome(self, sock, address):
        raise NotImplementedError

    def _accept(self):
        while True:
            try:
                sock, address = self.listener.accept()
            except OSError:
                return
            work = self._welcome(sock, address)
            if work:
                thread = threading.Thread(target=work, daemon=True)
                self.threads.append(thread)
                thread.start()

    def close(self):
        """No more clients."""
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()

    def finish(self):
        """No more clients; waits until those that came are served."""
        self.close()
        self.acceptor.join(GUARD_S)
        for thread in self.threads:
            thread.join(GUARD_S)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.finish()

"""--ssl-sessions of several runs at once: no ticket is used twice, and no run takes away what another has kept."""
import collections
import contextlib
import fcntl
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import picky
import runner
import servers
from liar import liar_tls
from origin import GUARD_S, Origin, reply

pytestmark = pytest.mark.skipif(runner.IS_CURL, reason="the curl of this system has no such option")

N_RUNS = 12


class Ticketing(Origin):
    """Writes down the ticket in each ClientHello, b"" for none. Until as many have come as the gate is for, nobody is
    answered: so all of them have chosen before one has finished."""

    def __init__(self, identity):
        context = liar_tls(identity, "1.3")
        context.num_tickets = 2
        self.tickets = []
        self.gate = None
        super().__init__(lambda _: reply(b"ok"), tls=context)

    def _serve(self, sock, number):
        self.tickets.append(ticket_in(sock))
        try:
            if self.gate:
                self.gate.wait(GUARD_S)
            super()._serve(sock, number)
        except threading.BrokenBarrierError:
            sock.close()


def ticket_in(sock):
    """Of RFC 8446 section 4.2.11: the first identity; the bytes stay in the socket."""
    head = sock.recv(5, socket.MSG_PEEK | socket.MSG_WAITALL)
    record = sock.recv(5 + int.from_bytes(head[3:5], "big"), socket.MSG_PEEK | socket.MSG_WAITALL)
    offer = picky.parse_hello(record[5:]).extensions.get(41, b"")
    return offer[4:4 + int.from_bytes(offer[2:4], "big")]


class Runs:
    def __init__(self, certs, path):
        self.path = path
        self.common = ("-sS", "-w", "%{tls_resumed}", "--cacert", certs.ca, "--ssl-sessions", path)

    def one(self, origin):
        result = runner.run(*self.common, origin.url())
        assert result.code == 0 and result.out[:2] == b"ok", result
        return result

    def is_resumed(self, origin):
        return self.one(origin).out == b"ok1"

    def at_once(self, origins):
        with ThreadPoolExecutor(len(origins)) as pool:
            return list(pool.map(self.one, origins))

    def n_kept(self):
        return len(self.path.read_text().splitlines()) - 1


@pytest.fixture
def runs(certs, tmp_path):
    return Runs(certs, tmp_path / "sessions")


def test_no_ticket_is_used_twice(runs, certs):
    with Ticketing(certs["server"]) as origin, Ticketing(certs["server"]) as other:
        runs.one(other)
        for _ in range(2):
            runs.one(origin)
        n_kept = runs.n_kept() - 2
        origin.tickets.clear()
        for turn in range(3):
            origin.gate = threading.Barrier(N_RUNS)
            results = runs.at_once([origin] * N_RUNS)
            n_resumed = sum(result.out == b"ok1" for result in results)
            assert n_resumed == n_kept if turn == 0 else n_resumed > 0
        used = collections.Counter(ticket for ticket in origin.tickets if ticket)
        assert len(origin.tickets) == 3 * N_RUNS and len(used) > n_kept
        assert set(used.values()) == {1}
        # What was another server's is there as before.
        assert runs.is_resumed(other)
    assert os.listdir(runs.path.parent) == ["sessions"]


def test_no_session_is_lost(runs, certs):
    """Each run has read the file before another has written it, and the first of them makes it."""
    origins = [Ticketing(certs["server"]) for _ in range(N_RUNS)]
    gate = threading.Barrier(N_RUNS)
    for origin in origins:
        origin.gate = gate
    runs.at_once(origins)
    for origin in origins:
        origin.gate = None
    assert runs.n_kept() == 2 * N_RUNS
    assert all(runs.is_resumed(origin) for origin in origins)
    for origin in origins:
        origin.close()


def test_a_run_that_is_killed_has_used_its_ticket(runs, certs, peel):
    """It is out of the file before the server sees it."""
    with Ticketing(certs["server"]) as origin:
        runs.one(origin)
        n_kept = runs.n_kept()
        origin.tickets.clear()
        origin.gate = threading.Barrier(2)
        process = peel.start(*runs.common, origin.url())
        assert servers.wait_until(process, lambda: origin.gate.n_waiting, "the ClientHello")
        process.kill()
        process.communicate(timeout=GUARD_S)
        assert runs.n_kept() == n_kept - 1
        origin.gate.abort()
        origin.gate = None
        runs.one(origin)
        assert len(set(origin.tickets)) == 2 and b"" not in origin.tickets


@pytest.mark.slow
def test_who_keeps_the_lock_keeps_nobody_waiting_for_ever(runs, certs):
    with Ticketing(certs["server"]) as origin:
        runs.one(origin)
        kept = runs.path.read_bytes()
        with open(runs.path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            result = runner.run("--no-progress-meter", *runs.common[1:], origin.url(), env={"COLUMNS": "1000"})
        assert (result.code, result.out) == (0, b"ok0"), result
        assert result.text == (f"Warning: the TLS sessions in {runs.path} are ignored: another program has locked it\n"
                               f"Warning: failed to save the TLS sessions in {runs.path}: another program has locked it\n")
        assert runs.path.read_bytes() == kept
        assert runs.is_resumed(origin)


@contextlib.contextmanager
def read_only(folder):
    """The words before a program for which it is: root's right to write all the same must go."""
    folder.chmod(0o555)
    yield ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else ["env"]
    folder.chmod(0o755)


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_where_nothing_can_be_written(runs, certs, tmp_path, tls):
    """What is for one use is not used, for the next run would use it too."""
    context = liar_tls(certs["server"], tls)
    context.num_tickets = 2
    with Origin(lambda _: reply(b"ok"), tls=context) as origin:
        runs.one(origin)
        kept = runs.path.read_bytes()
        with read_only(tmp_path) as before:
            result = runner.run(*before[1:], runner.PEEL, "-v", *runs.common[1:], origin.url(), program=before[0],
                                env={"COLUMNS": "1000"})
    assert result.code == 0 and result.out == (b"ok1" if tls == "1.2" else b"ok0"), result
    assert ("not resumed: the file that has one cannot be written" in result.text) == (tls == "1.3")
    assert "Warning: failed to save the TLS sessions: Failed to create the file" in result.text
    assert runs.path.read_bytes() == kept

"""A scripted TCP or TLS peer that does what no honest server does, and writes down what the client sent.

A script is text, one word and its argument a line, # begins a comment; or a list of such lines:

    expect            read until one more request head is complete
    expect hello      TLS: until one whole record has come, without an answer
    handshake         TLS: until both have finished; done first by itself where a script says nothing about it
    handshake split   every handshake message in clear goes out in records of one byte
    handshake hold    the last flight waits for the next `flush`
    handshake fail    until it fails, as it must
    send BYTES        application bytes; with TLS in one record
    raw BYTES         bytes on the TCP connection, TLS or not
    record N BYTES    one record of content type N: in clear before `handshake`, sealed after it (TLS 1.3 only)
    alert L D         a record with an alert of that level and number
    flip              one bit of the next record will be wrong
    close_notify      TLS: our side is over
    dribble MS BYTES  one byte each MS milliseconds
    cork, flush       what is between them leaves in one write
    loop N            the lines up to `end`, N times, or until the client goes with `loop forever`
    cut               FIN, the connection goes on being read
    reset             RST
    stall             nothing more; until the client closes

BYTES is a Python string literal without its b, with an optional repeat: "x" * 1000. When the script is over, the
connection is read until the client closes it.
"""
import ast
import os
import re
import ssl
import time

from certs import WEAK
from peer import GUARD_S, Peer
from tls13_seal import Sealer, server_secret
from wire import WHOLE, ClientGone, Wire

ALERT = 21
HANDSHAKE = 22
CHANGE_CIPHER_SPEC = 20

BYTES_FORM = re.compile(r'("(?:[^"\\]|\\.)*")\s*(?:\*\s*(\d+))?$')


def parse_bytes(text):
    match = BYTES_FORM.match(text.strip())
    if not match:
        raise ValueError(f"not a string: {text[:60]}")
    return ast.literal_eval("b" + match[1]) * int(match[2] or 1)


def parse_script(script):
    """A list of (word, argument, lines of a loop)."""
    lines = script.splitlines() if isinstance(script, str) else script
    top = []
    stack = [top]
    for line in lines:
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        word, _, argument = line.partition(" ")
        if word == "end":
            stack.pop()
            continue
        inner = []
        stack[-1].append((word, argument.strip(), inner))
        if word == "loop":
            stack.append(inner)
    return top


def read_script(name, value=""):
    """scripts/NAME.txt; @VALUE@ in it stands for what a row of a table says, in the form of BYTES."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "scripts")
    with open(os.path.join(folder, name + ".txt"), encoding="utf-8") as file:
        return file.read().replace("@VALUE@", value)


class Connection:
    """One client's visit: what it sent, and how our script fared."""

    def __init__(self, liar, sock, script):
        self.liar = liar
        self.wire = Wire(sock, liar.delivery, liar.seed)
        self.script = script
        self.received = bytearray()  # plain bytes from the client, decrypted if there is TLS
        self.request_start = 0  # where the next head begins in it
        self.sni = None
        self.failure = None  # why the script ended early: an exception, or None
        self.finished = False  # the TLS handshake was completed
        self.sealer = None
        self.flip_next = False
        self.clear_records_over = False
        if liar.tls:
            self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            self.tls = liar.tls.wrap_bio(self.incoming, self.outgoing, server_side=True)
        else:
            self.tls = None

    # -- what comes in

    def pull(self):
        """Some more bytes from the client, wherever they belong."""
        data = self.wire.receive()
        if not data:
            raise ClientGone
        if not self.tls:
            self.received += data
            return
        self.incoming.write(data)
        if self.finished:
            self.decrypt()

    def decrypt(self):
        try:
            while True:
                data = self.tls.read(65536)
                if not data:
                    return
                self.received += data
        except ssl.SSLWantReadError:
            return
        except ssl.SSLError as error:
            raise ClientGone from error

    def expect(self, what):
        if what == "hello":
            while len(self.wire.raw) < 5 or len(self.wire.raw) < 5 + int.from_bytes(self.wire.raw[3:5], "big"):
                self.pull()
            return
        start = self.request_start
        while b"\r\n\r\n" not in self.received[start:]:
            self.pull()
        self.request_start = self.received.index(b"\r\n\r\n", start) + 4

    # -- what goes out

    def put(self, record):
        if self.flip_next:
            self.flip_next = False
            middle = 5 + (len(record) - 5) // 2
            record = record[:middle] + bytes([record[middle] ^ 1]) + record[middle + 1:]
        self.wire.send(record)

    def handshake(self, how):
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self.push(how)
                self.pull()
            except ssl.SSLError as error:
                self.push(how)
                if how != "fail":
                    raise ClientGone from error
                return
        if how == "hold":
            self.wire.cork()
        self.push(how)
        self.finished = True
        if self.tls.version() == "TLSv1.3":
            random = bytes(self.wire.raw[11:43])
            self.sealer = Sealer(self.tls.cipher()[0], server_secret(self.liar.keylog, random))
        self.decrypt()

    def push(self, how=None):
        data = self.outgoing.read()
        if how == "split":
            data = self.split_records(data)
        if data:
            self.put(data)

    def split_records(self, data):
        """Handshake messages in clear become records of one byte each."""
        out = bytearray()
        while data:
            length = int.from_bytes(data[3:5], "big")
            record, data = data[:5 + length], data[5 + length:]
            if record[0] == CHANGE_CIPHER_SPEC:
                self.clear_records_over = True
            if record[0] != HANDSHAKE or self.clear_records_over:
                out += record
                continue
            for byte in record[5:]:
                out += record[:3] + b"\0\x01" + bytes([byte])
        return bytes(out)

    def send(self, data):
        if self.sealer:
            for i in range(0, len(data), 16384):
                self.put(self.sealer.seal(data[i:i + 16384]))
        elif self.finished:
            self.tls.write(data)
            self.push()
        else:
            self.wire.send(data)

    def record(self, content_type, data):
        if self.sealer:
            self.put(self.sealer.seal(data, content_type))
        elif self.finished:
            raise ValueError("TLS 1.2 records cannot be made by hand")
        else:
            self.put(bytes([content_type]) + b"\x03\x03" + len(data).to_bytes(2, "big") + data)

    def close_notify(self):
        if self.sealer:
            self.record(ALERT, b"\x01\x00")
            return
        try:
            self.tls.unwrap()
        except ssl.SSLError:
            pass  # the client's own close_notify has not come yet
        self.push()

    def dribble(self, argument):
        pace_ms, _, text = argument.partition(" ")
        for byte in parse_bytes(text):
            time.sleep(int(pace_ms) / 1000)
            self.send(bytes([byte]))

    # -- the script

    def obey(self, steps):
        for word, argument, inner in steps:
            if word == "loop":
                left = -1 if argument == "forever" else int(argument)
                while left != 0:
                    self.obey(inner)
                    left -= 1
            else:
                self.step(word, argument)

    def step(self, word, argument):
        match word:
            case "expect":
                self.expect(argument)
            case "handshake":
                self.handshake(argument)
            case "send":
                self.send(parse_bytes(argument))
            case "raw":
                self.put(parse_bytes(argument))
            case "record":
                content_type, _, text = argument.partition(" ")
                self.record(int(content_type), parse_bytes(text))
            case "alert":
                self.record(ALERT, bytes(int(n) for n in argument.split()))
            case "flip":
                self.flip_next = True
            case "close_notify":
                self.close_notify()
            case "dribble":
                self.dribble(argument)
            case "cork":
                self.wire.cork()
            case "flush":
                self.wire.flush()
            case "cut":
                self.wire.cut()
            case "reset":
                self.wire.reset()
            case "stall":
                while True:
                    self.pull()
            case _:
                raise ValueError(f"unknown word {word}")

    def run(self):
        self.wire.sock.settimeout(GUARD_S)
        try:
            if self.tls and not self.liar.begins_by_hand:
                self.handshake("")
            self.obey(self.script)
            while True:
                self.pull()
        except (ClientGone, OSError) as error:
            self.failure = error
        finally:
            self.wire.sock.close()


class Liar(Peer):
    """Listens on a free port of host; every client gets the script, or the n-th client the n-th of several.

    tls is a context of liar_tls(), or None for plain TCP."""

    def __init__(self, *scripts, tls=None, delivery=WHOLE, seed=1, host="127.0.0.1"):
        self.scripts = [parse_script(script) for script in scripts]
        self.tls = tls
        self.begins_by_hand = any(step[:1] == ("handshake",) or step[:2] == ("expect", "hello")
                                  for script in self.scripts for step in script)
        self.keylog = tls.key_log if tls else None
        if tls:
            tls.hold_key_log()
            tls.sni_callback = lambda obj, name, _: self._note_sni(obj, name)
        self.delivery = delivery
        self.seed = seed
        self.connections = []
        super().__init__(host)

    def _welcome(self, sock, _):
        n = min(len(self.connections), len(self.scripts) - 1)
        connection = Connection(self, sock, self.scripts[n])
        self.connections.append(connection)
        return connection.run

    def _note_sni(self, obj, name):
        for connection in self.connections:
            if connection.tls is obj:
                connection.sni = name

    def finish(self):
        """No more clients; waits until the scripts are over. Returns the connections."""
        super().finish()
        if self.keylog:
            self.tls.release_key_log()
            self.keylog = None
        return self.connections


class LiarTLS(ssl.SSLContext):
    """With a key log, which is open only as long as a Liar needs it: contexts are in cycles, and live longer."""

    def hold_key_log(self):
        self.holders += 1
        self.keylog_filename = self.key_log

    def release_key_log(self):
        self.holders -= 1
        if self.holders == 0:
            self.keylog_filename = None


def liar_tls(identity, version=None, client_ca=None):
    """A context for Liar with the chain and key of an Identity. version is "1.2", "1.3" or None for both. With
    client_ca the client must show a certificate of that CA."""
    context = LiarTLS(ssl.PROTOCOL_TLS_SERVER)
    if identity.name in WEAK:
        context.set_ciphers("DEFAULT@SECLEVEL=0")
    context.load_cert_chain(identity.chain, identity.key)
    context.num_tickets = 0  # so that the first sealed record of ours has number 0
    if version == "1.2":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    if version == "1.3":
        context.minimum_version = ssl.TLSVersion.TLSv1_3
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_ca)
    context.key_log = os.path.join(os.path.dirname(identity.cert), "liar-keys.log")
    context.holders = 0
    return context

"""A TLS 1.2 server's first flight made by hand, for servers that no honest library plays: it picks what was not offered,
or signs as nobody should. All the rest is as it must be: the client has one thing to complain of.

    with Picky(behind.port, likes, lambda hello: flight(hello, identity, alpn=b"spdy/3")) as picky: ...
"""
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from status import read_key

SERVER_HELLO, CERTIFICATE, KEY_EXCHANGE, HELLO_DONE = 2, 11, 12, 14
ALPN, POINT_FORMATS, RENEGOTIATION = 16, 11, 0xff01
RANDOM = b"R" * 32
P256 = 23
ECDHE_ECDSA = 0xc02b
ECDSA_SHA256 = 0x0403
ECDSA_SHA1 = 0x0203


def vector(n, data):
    """Behind its length in n bytes."""
    return len(data).to_bytes(n, "big") + data


def u16(number):
    return number.to_bytes(2, "big")


def message(kind, body):
    return bytes([kind]) + vector(3, body)


def server_hello(version=0x0303, cipher=ECDHE_ECDSA, alpn=None):
    extensions = u16(RENEGOTIATION) + vector(2, b"\0") + u16(POINT_FORMATS) + vector(2, b"\1\0")
    if alpn:
        extensions += u16(ALPN) + vector(2, vector(2, vector(1, alpn)))
    return message(SERVER_HELLO, u16(version) + RANDOM + vector(1, b"") + u16(cipher) + b"\0" + vector(2, extensions))


def certificate(identity):
    with open(identity.chain, "rb") as file:
        chain = [cert + b"-----END CERTIFICATE-----\n" for cert in file.read().split(b"-----END CERTIFICATE-----\n")[:-1]]
    ders = [x509.load_pem_x509_certificate(cert).public_bytes(serialization.Encoding.DER) for cert in chain]
    return message(CERTIFICATE, vector(3, b"".join(vector(3, der) for der in ders)))


def key_exchange(hello, identity, group, signature):
    """A real key and a real signature by an EC key, whatever they are called."""
    share = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    params = b"\3" + u16(group) + vector(1, share)
    signed = read_key(identity.key).sign(hello.random + RANDOM + params, ec.ECDSA(hashes.SHA256()))
    return message(KEY_EXCHANGE, params + u16(signature) + vector(2, signed))


def flight(hello, identity, version=0x0303, cipher=ECDHE_ECDSA, alpn=None, group=P256, signature=ECDSA_SHA256):
    """Answers a Hello (picky.py) as the bytes of one record. identity has an EC key."""
    out = server_hello(version, cipher, alpn) + certificate(identity)
    out += key_exchange(hello, identity, group, signature) + message(HELLO_DONE, b"")
    return bytes([22]) + u16(min(version, 0x0303)) + vector(2, out)

"""Seals TLS 1.3 records by hand (RFC 8446 sections 5.2 and 7.3), so that a peer can send what no library sends.

The traffic secret comes from the key log of Python's ssl module; the AEAD is libcrypto's, called through ctypes.
"""
import ctypes
import ctypes.util
import hashlib
import hmac

APPLICATION_DATA = 23
TAG_LEN = 16
GET_TAG = 0x10  # EVP_CTRL_AEAD_GET_TAG

# Suite -> (libcrypto's function, digest, key length).
SUITES = {
    "TLS_AES_128_GCM_SHA256": ("EVP_aes_128_gcm", hashlib.sha256, 16),
    "TLS_AES_256_GCM_SHA384": ("EVP_aes_256_gcm", hashlib.sha384, 32),
    "TLS_CHACHA20_POLY1305_SHA256": ("EVP_chacha20_poly1305", hashlib.sha256, 32),
}


def load_libcrypto():
    lib = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
    for name, _, _ in SUITES.values():
        getattr(lib, name).restype = ctypes.c_void_p
    lib.EVP_CIPHER_CTX_new.restype = ctypes.c_void_p
    lib.EVP_CIPHER_CTX_free.argtypes = [ctypes.c_void_p]
    lib.EVP_EncryptInit_ex.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_char_p] * 2
    lib.EVP_EncryptUpdate.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    lib.EVP_EncryptFinal_ex.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    lib.EVP_CIPHER_CTX_ctrl.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_char_p]
    return lib


LIBCRYPTO = load_libcrypto()


def aead_seal(cipher, key, nonce, associated, plain):
    """Ciphertext and tag."""
    ctx = LIBCRYPTO.EVP_CIPHER_CTX_new()
    try:
        written = ctypes.c_int()
        out = ctypes.create_string_buffer(len(plain) + TAG_LEN)
        tag = ctypes.create_string_buffer(TAG_LEN)
        LIBCRYPTO.EVP_EncryptInit_ex(ctx, getattr(LIBCRYPTO, cipher)(), None, key, nonce)
        LIBCRYPTO.EVP_EncryptUpdate(ctx, None, ctypes.byref(written), associated, len(associated))
        LIBCRYPTO.EVP_EncryptUpdate(ctx, out, ctypes.byref(written), plain, len(plain))
        LIBCRYPTO.EVP_EncryptFinal_ex(ctx, tag, ctypes.byref(written))
        LIBCRYPTO.EVP_CIPHER_CTX_ctrl(ctx, GET_TAG, TAG_LEN, tag)
        return out.raw[:len(plain)] + tag.raw
    finally:
        LIBCRYPTO.EVP_CIPHER_CTX_free(ctx)


def expand_label(secret, label, length, digest):
    """HKDF-Expand-Label with an empty context; one block of output is enough for keys and nonces."""
    name = b"tls13 " + label
    info = length.to_bytes(2, "big") + bytes([len(name)]) + name + b"\0" + b"\x01"
    return hmac.new(secret, info, digest).digest()[:length]


class Sealer:
    """One direction of one connection; counts its records."""

    def __init__(self, suite, secret):
        self.cipher, digest, key_len = SUITES[suite]
        self.key = expand_label(secret, b"key", key_len, digest)
        self.iv = int.from_bytes(expand_label(secret, b"iv", 12, digest), "big")
        self.sequence = 0

    def seal(self, content, content_type=APPLICATION_DATA):
        """One whole record, header included."""
        inner = content + bytes([content_type])
        header = b"\x17\x03\x03" + (len(inner) + TAG_LEN).to_bytes(2, "big")
        nonce = (self.iv ^ self.sequence).to_bytes(12, "big")
        self.sequence += 1
        return header + aead_seal(self.cipher, self.key, nonce, header, inner)


def server_secret(keylog_path, client_random):
    """The server's first application traffic secret of the connection that began with that random."""
    wanted = ["SERVER_TRAFFIC_SECRET_0", client_random.hex()]
    with open(keylog_path, encoding="ascii") as log:
        for line in log:
            words = line.split()
            if words[:2] == wanted:
                return bytes.fromhex(words[2])
    raise LookupError("no secret in the key log")

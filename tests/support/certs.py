"""All certificates of the tests, made anew for each test session (and for `./dev bench`).

    certs = make(directory)
    certs.ca                      the one authority that the tests trust (PEM)
    certs["server"].chain         what a server sends: its certificate and what stands between it and the authority
    certs["server"].cert, .key    the certificate alone; its key
    certs.client_key_encrypted    and so on: see class Certs

On the command line: certs.py DIRECTORY makes them there. Everything that is not meant to be out of date is valid for 30
years, so that no test turns bad with age.
"""

import datetime
import hashlib
import ipaddress
import os
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, ExtensionOID, NameOID

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0, tzinfo=None)
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
VALID = (NOW - DAY, NOW + 30 * 365 * DAY)
EXPIRED = (NOW - 400 * DAY, NOW - 12 * DAY)
NOT_YET = (NOW + 12 * DAY, NOW + 400 * DAY)

LOCAL_DNS = ["localhost", "good.test"]
LOCAL_IPS = ["127.0.0.1", "::1"]

PASS_PHRASE = "correct horse"


class Identity:
    """A certificate, its key, and the chain that a server sends; each a PEM file."""

    def __init__(self, directory, name):
        self.name = name
        self.cert = os.path.join(directory, name + ".cert.pem")
        self.key = os.path.join(directory, name + ".key.pem")
        self.chain = os.path.join(directory, name + ".chain.pem")
        self.both = os.path.join(directory, name + ".both.pem")     # chain, then key: what -E takes in one file


class Certs:
    def __init__(self, directory):
        self.directory = directory
        self.ca = self.path("ca.cert.pem")
        self.ca_directory = self.path("ca-hashed")                  # the same authority, as --capath wants it
        self.other_ca = self.path("other-ca.cert.pem")              # an authority that signed nothing here but "stranger"
        self.ca_identity = Identity(directory, "ca")
        self.pass_phrase = PASS_PHRASE
        self.client_key_encrypted = self.path("client.key-pkcs8.pem")         # -----BEGIN ENCRYPTED PRIVATE KEY-----
        self.client_key_traditional = self.path("client.key-traditional.pem")  # Proc-Type: 4,ENCRYPTED
        self.client_cert_der = self.path("client.cert.der")
        self.client_key_der = self.path("client.key.der")
        self.client_p12 = self.path("client.p12")                   # under the same pass phrase

    def path(self, name):
        return os.path.join(self.directory, name)

    def __getitem__(self, name):
        identity = Identity(self.directory, name)
        if not os.path.exists(identity.cert):
            raise KeyError(name)
        return identity


def write(path, data, mode=0o644):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)


def pem(cert):
    return cert.public_bytes(serialization.Encoding.PEM)


def key_bytes(key, encoding=serialization.Encoding.PEM, form=serialization.PrivateFormat.PKCS8, pass_phrase=None):
    cipher = serialization.BestAvailableEncryption(pass_phrase.encode()) if pass_phrase else serialization.NoEncryption()
    return key.private_bytes(encoding, form, cipher)


def subject_name(common_name, organisation=None):
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organisation:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


def der(tag, content):
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def raw_names(names):
    """subjectAltName of dNSNames byte by byte as given: also those that a careful library would not write."""
    return x509.UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
                                      der(0x30, b"".join(der(0x82, name) for name in names)))


def alt_names(dns, ips):
    return x509.SubjectAlternativeName([x509.DNSName(name) for name in dns]
                                       + [x509.IPAddress(ipaddress.ip_address(ip)) for ip in ips])


class Authority:
    """Something that signs: a key, its certificate, and what must be sent along for a client that trusts the root."""

    def __init__(self, key, cert, between=b""):
        self.key, self.cert, self.between = key, cert, between


class Maker:
    def __init__(self, directory):
        self.directory = directory
        self.serial = 0x1000

    def sign(self, name, key, issuer, san=None, valid=VALID, is_ca=False, path_length=None, usage=None,
             more=()):
        """One certificate. issuer None: signed by itself; more: further extensions."""
        self.serial += 1
        builder = (x509.CertificateBuilder()
                   .subject_name(name)
                   .issuer_name(issuer.cert.subject if issuer else name)
                   .public_key(key.public_key())
                   .serial_number(self.serial)
                   .not_valid_before(valid[0])
                   .not_valid_after(valid[1])
                   .add_extension(x509.BasicConstraints(is_ca, path_length), critical=True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False))
        signer = issuer.key if issuer else key
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                                        critical=False)
        if is_ca:
            builder = builder.add_extension(
                x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
        if usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if san:
            builder = builder.add_extension(san, critical=False)
        for extension in more:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(signer, hashes.SHA256())

    def authority(self, file_name, common_name, issuer=None, key=None, **how):
        key = key or ec.generate_private_key(ec.SECP256R1())
        cert = self.sign(subject_name(common_name, "peel tests"), key, issuer, is_ca=True, **how)
        self.save(file_name, cert, key, b"")
        return Authority(key, cert, issuer.between + pem(cert) if issuer else b"")

    def save(self, file_name, cert, key, between):
        identity = Identity(self.directory, file_name)
        write(identity.cert, pem(cert))
        write(identity.key, key_bytes(key), 0o600)
        write(identity.chain, pem(cert) + between)
        write(identity.both, pem(cert) + between + key_bytes(key), 0o600)

    def leaf(self, file_name, issuer, dns=(), ips=(), san=None, common_name=None, send_between=True,
             usage=ExtendedKeyUsageOID.SERVER_AUTH, key=None, **how):
        key = key or ec.generate_private_key(ec.SECP256R1())
        if san is None and (dns or ips):
            san = alt_names(dns, ips)
        cert = self.sign(subject_name(common_name or (dns[0] if dns else file_name)), key, issuer, san=san, usage=usage,
                         **how)
        self.save(file_name, cert, key, issuer.between if issuer and send_between else b"")
        return cert, key


def make_server_certificates(maker, root, intermediate):
    local = {"dns": LOCAL_DNS, "ips": LOCAL_IPS}
    maker.leaf("server", root, **local)
    maker.leaf("server-rsa", root, key=rsa.generate_private_key(65537, 2048), **local)
    maker.leaf("server-through-intermediate", intermediate, **local)
    maker.leaf("intermediate-not-sent", intermediate, send_between=False, **local)
    maker.leaf("expired", root, valid=EXPIRED, **local)
    maker.leaf("not-yet-valid", root, valid=NOT_YET, **local)
    maker.leaf("just-ended", root, valid=(NOW - DAY, NOW - HOUR / 3), **local)
    maker.leaf("last-day", root, valid=(NOW - DAY, NOW + 12 * HOUR), **local)
    maker.leaf("starts-today", root, valid=(NOW + 12 * HOUR, NOW + DAY), **local)
    late = maker.authority("intermediate-expired", "peel expired intermediate", root, valid=EXPIRED)
    maker.leaf("below-expired-intermediate", late, **local)
    maker.leaf("self-signed", None, **local)
    stranger = maker.authority("other-ca", "an authority nobody trusts")
    maker.leaf("stranger", stranger, **local)
    maker.leaf("stamped", root, more=[stamp_extension(NOW - DAY, NOW - 40 * DAY)], **local)
    maker.leaf("client-only", root, usage=ExtendedKeyUsageOID.CLIENT_AUTH, **local)
    maker.leaf("key-for-data", root, more=[x509.KeyUsage(False, False, False, True, False, False, False, False, False)], **local)


def stamp_extension(*times):
    """Certificate transparency time stamps (RFC 6962 section 3.3) of these times; their signatures are nobody's."""
    signature = bytes(70)
    entry = b""
    for when in times:
        sct = (bytes([0]) + bytes(32) + int(when.timestamp() * 1000).to_bytes(8, "big") + bytes(2) + bytes([4, 3])
               + len(signature).to_bytes(2, "big") + signature)
        entry += len(sct).to_bytes(2, "big") + sct
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2"),
                                      der(0x04, len(entry).to_bytes(2, "big") + entry))


def aia_extension(url):
    """Where the issuer's certificate can be fetched (RFC 5280 section 4.2.2.1)."""
    return x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS,
                                                                   x509.UniformResourceIdentifier(url))])


def signed_again(cert, key, digest):
    """With an old digest and an RSA key. The library no longer does it, so the digest's name is changed by hand."""
    prefix = bytes.fromhex("06092a864886f70d0101")  # sha256WithRSAEncryption is 1.2.840.113549.1.1.11 (RFC 8017 appendix C)
    old, new = prefix + b"\x0b", prefix + {"sha1": b"\x05", "md5": b"\x04"}[digest.name]
    body = cert.tbs_certificate_bytes.replace(old, new)
    signature = key.sign(body, padding.PKCS1v15(), digest)
    algorithm = der(0x30, new + b"\x05\x00")
    return x509.load_der_x509_certificate(der(0x30, body + algorithm + der(0x03, b"\0" + signature)))


def make_weak_certificates(maker, root, local):
    """Below what OpenSSL's security level 2 takes: keys, of the server and of an authority, and signatures."""
    maker.leaf("weak", root, key=rsa.generate_private_key(65537, 1024), **local)
    small = maker.authority("small", "peel small authority", root, key=rsa.generate_private_key(65537, 1024))
    maker.leaf("below-small-authority", small, **local)
    curve = maker.authority("weak-curve", "peel authority on a weak curve", root, key=ec.generate_private_key(ec.SECP192R1()))
    maker.leaf("below-weak-curve", curve, **local)
    strong = maker.authority("rsa-authority", "peel rsa authority", root, key=rsa.generate_private_key(65537, 2048))
    for name, digest in (("signed-with-sha1", hashes.SHA1()), ("signed-with-md5", hashes.MD5())):
        cert, key = maker.leaf(name, strong, **local)
        maker.save(name, signed_again(cert, strong.key, digest), key, strong.between)


# What OpenSSL loads only at security level 0.
WEAK = {"weak", "below-small-authority", "below-weak-curve", "signed-with-sha1", "signed-with-md5"}


def make_failing_certificates(maker, root, intermediate):
    """What the explanations of failures are tried with, beside the others."""
    local = {"dns": LOCAL_DNS, "ips": LOCAL_IPS}
    private = maker.authority("private-root", "a private root")
    maker.leaf("below-private-root", maker.authority("private-issuer", "a private issuer", private), **local)
    maker.leaf("inspected", maker.authority("inspection", "Zscaler Intermediate Root CA"), **local)
    maker.leaf("expired-and-incomplete", intermediate, send_between=False, valid=EXPIRED, **local)
    maker.leaf("stamped-in-the-future", root, valid=NOT_YET, more=[stamp_extension(NOT_YET[0] - DAY)], **local)
    maker.leaf("near-name", root, dns=["god.test", "www.god.test"])
    maker.leaf("www-name", root, dns=["www.good.test"])
    make_weak_certificates(maker, root, local)
    limit = x509.NameConstraints([x509.DNSName("corp.test")], None)
    maker.leaf("outside-of-limits", maker.authority("limited", "peel limited authority", root, more=[limit]), **local)
    narrow = maker.authority("narrow", "peel narrow authority", root, path_length=0)
    maker.leaf("below-too-many", maker.authority("too-many", "peel authority too many", narrow), **local)
    cert, key = maker.leaf("tampered-with", root, **local)
    spoilt = bytearray(cert.public_bytes(serialization.Encoding.DER))
    spoilt[-1] ^= 1
    maker.save("tampered-with", x509.load_der_x509_certificate(bytes(spoilt)), key, b"")
    maker.leaf("x-name", root, dns=["x.good.test"])
    no_ca = maker.leaf("server-as-authority", root, **local)
    maker.leaf("below-server", Authority(no_ca[1], no_ca[0], pem(no_ca[0])), **local)


def make_odd_names(maker, root):
    maker.leaf("other-name", root, dns=["other.test", "www.other.test"])
    maker.leaf("cn-only", root, common_name="localhost")
    maker.leaf("ip-as-dns", root, dns=["127.0.0.1"])
    maker.leaf("nul-in-name", root, common_name="nul", san=raw_names([b"good.test\0.evil.test", b"localhost\0.evil.test"]))
    maker.leaf("escapes", root, common_name="x\x1b[31mred\r\nSet-Cookie: a=b\u202etxt.exe", dns=["other.test"])
    maker.leaf("markup", root, common_name=MARKUP, san=raw_names([b"<b>x</b>.test", b"\"'><script>y</script>"]))
    for file_name, pattern in WILDCARDS.items():
        maker.leaf(file_name, root, common_name="wildcard", san=raw_names([pattern.encode()]))


# A name that is a page's markup to whoever does not look.
MARKUP = "<script>alert('1')</script><img src=x onerror=y>&amp;\"\u202e"

# Names of certificates and the pattern that each has.
WILDCARDS = {
    "wildcard-alone": "*",
    "wildcard-top": "*.test",
    "wildcard-partial": "f*.a.test",
    "wildcard-middle": "a.*.test",
    "wildcard": "*.a.test",
}


def make_other_clients(maker, root, intermediate):
    """Each with one thing that a server may dislike."""
    client = {"usage": ExtendedKeyUsageOID.CLIENT_AUTH}
    maker.leaf("client-ended", root, valid=EXPIRED, **client)
    maker.leaf("client-early", root, valid=NOT_YET, **client)
    maker.leaf("deep-client", intermediate, **client)
    stranger = maker.authority("foreign-ca", "an authority nobody trusts")
    maker.leaf("foreign-client", stranger, **client)
    maker.leaf("foreign-client-chain", maker.authority("foreign-intermediate", "an intermediate nobody trusts", stranger), **client)


def make_client_certificates(maker, certs, root):
    cert, key = maker.leaf("client", root, common_name="a client", usage=ExtendedKeyUsageOID.CLIENT_AUTH)
    maker.leaf("other-client", root, common_name="another client", usage=ExtendedKeyUsageOID.CLIENT_AUTH)
    write(certs.client_key_encrypted, key_bytes(key, pass_phrase=PASS_PHRASE), 0o600)
    write(certs.client_key_traditional,
          key_bytes(key, form=serialization.PrivateFormat.TraditionalOpenSSL, pass_phrase=PASS_PHRASE), 0o600)
    write(certs.client_cert_der, cert.public_bytes(serialization.Encoding.DER))
    write(certs.client_key_der, key_bytes(key, encoding=serialization.Encoding.DER), 0o600)
    write(certs.client_p12, pkcs12.serialize_key_and_certificates(
        b"a client", key, cert, None, serialization.BestAvailableEncryption(PASS_PHRASE.encode())), 0o600)


def canonical_name(name):
    """A name as OpenSSL hashes it: UTF8String, lower case, single spaces, without the outer SEQUENCE."""
    out = b""
    for rdn in name.rdns:
        for part in rdn:
            value = " ".join(part.value.lower().split()).encode()
            oid = {NameOID.COMMON_NAME: b"\x55\x04\x03", NameOID.ORGANIZATION_NAME: b"\x55\x04\x0a"}[part.oid]
            out += der(0x31, der(0x30, der(0x06, oid) + der(0x0c, value)))
    return out


def subject_hash(cert):
    """What `openssl x509 -hash` prints: the file name under which a hashed directory keeps the certificate."""
    return hashlib.sha1(canonical_name(cert.subject)).digest()[3::-1].hex()


def make_hashed_directory(path, cert):
    os.makedirs(path, exist_ok=True)
    write(os.path.join(path, subject_hash(cert) + ".0"), pem(cert))


def make(directory):
    os.makedirs(directory, exist_ok=True)
    certs = Certs(directory)
    maker = Maker(directory)
    root = maker.authority("ca", "peel test authority")
    intermediate = maker.authority("intermediate", "peel test intermediate", root)
    make_hashed_directory(certs.ca_directory, root.cert)
    make_server_certificates(maker, root, intermediate)
    make_failing_certificates(maker, root, intermediate)
    make_odd_names(maker, root)
    make_client_certificates(maker, certs, root)
    make_other_clients(maker, root, intermediate)
    return certs


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: certs.py DIRECTORY")
    print(make(sys.argv[1]).ca)

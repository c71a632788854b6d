"""What authorities say of certificates that they have signed: revocation lists (--crlfile), and OCSP responses, which a
server staples to its handshake (--cert-status)."""
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import ocsp

from certs import DAY, NOW, write


def read_key(path):
    with open(path, "rb") as file:
        return load_pem_private_key(file.read(), None)


def read_certificate(path):
    with open(path, "rb") as file:
        return x509.load_pem_x509_certificate(file.read())


def revocation_list(certs, path, *revoked, days=(-1, 30), issuer="ca"):
    """With the certificates of these names on it since a week ago."""
    builder = x509.CertificateRevocationListBuilder(read_certificate(certs[issuer].cert).subject, NOW + days[0] * DAY, NOW + days[1] * DAY)
    for name in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(read_certificate(certs[name].cert).serial_number)
            .revocation_date(NOW - 7 * DAY).build())
    write(path, builder.sign(read_key(certs[issuer].key), hashes.SHA256()).public_bytes(Encoding.PEM))
    return path


def staple(certs, path, about="server", status=ocsp.OCSPCertStatus.GOOD, days=(-1, 7), signer="ca"):
    """What a responder would say of a certificate, as s_server's -status_file takes it."""
    is_revoked = status == ocsp.OCSPCertStatus.REVOKED
    response = (ocsp.OCSPResponseBuilder()
                .add_response(read_certificate(certs[about].cert), read_certificate(certs.ca), hashes.SHA1(), status,
                              NOW + days[0] * DAY, NOW + days[1] * DAY, NOW - 7 * DAY if is_revoked else None,
                              x509.ReasonFlags.key_compromise if is_revoked else None)
                .responder_id(ocsp.OCSPResponderEncoding.HASH, read_certificate(certs[signer].cert))
                .sign(read_key(certs[signer].key), hashes.SHA256()))
    write(path, response.public_bytes(Encoding.DER))
    return path


def staple_of_a_busy_responder(certs, path):
    """It has no answer now."""
    write(path, ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(Encoding.DER))
    return path


def staple_of_no_kind(certs, path):
    """Its response is none of id-pkix-ocsp-basic (RFC 6960 section 4.2.1)."""
    write(path, bytes.fromhex("30100a0100a00b300906032a030404020500"))
    return path

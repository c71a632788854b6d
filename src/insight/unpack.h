/* What a CompressedCertificate holds (RFC 8879). */
#ifndef PEEL_INSIGHT_UNPACK_H
#define PEEL_INSIGHT_UNPACK_H

#include "base/buf.h"
#include "base/cursor.h"

enum {
    UNPACKED_MAX = 100 * 1024, /* no longer chain is taken uncompressed either: OpenSSL's SSL_MAX_CERT_LIST_DEFAULT */
};

/* A CompressedCertificate's content: its header, and what it says of what is inside. */
struct packed_certificate {
    uint16_t algorithm; /* registry "TLS Certificate Compression Algorithm IDs" */
    uint32_t unpacked;  /* bytes, as the peer says */
    struct slice packed;
};

/* False when the message is not whole; bytes behind it are left in c. */
bool packed_certificate_read(struct cursor *c, struct packed_certificate *certificate);
/* Whether the algorithm is one that can be undone here: zlib, brotli, zstd. */
bool packed_certificate_is_known(const struct packed_certificate *certificate);
/* Appends the content of the Certificate message. False when the peer says that it is longer than UNPACKED_MAX, or when
 * it is not exactly as long as that, or no such stream; out is empty then. */
bool packed_certificate_unpack(const struct packed_certificate *certificate, struct buf *out);

#endif

/* Hashes for protocols that ask for them (HTTP Digest). The one place outside tls/ and insight/ that knows OpenSSL. */
#ifndef PEEL_BASE_HASH_H
#define PEEL_BASE_HASH_H

#include "base/slice.h"

enum hash_kind {
    HASH_MD5,
    HASH_SHA256,
    HASH_SHA512_256,
};

enum {
    HASH_HEX_SIZE = 2 * 64 + 1
};

/* The hash of n pieces, one behind the other, in lower-case hexadecimal. False, and an empty text, when this system's
 * OpenSSL does not have it: MD5 under FIPS. */
bool hash_hex(char into[HASH_HEX_SIZE], enum hash_kind kind, const struct slice *pieces, size_t n);

#endif

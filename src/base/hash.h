/* Digests of bytes that come piece by piece, and HMAC: for checks of content, for HTTP Digest, for signed requests. The
 * one place outside tls/ and insight/ that knows OpenSSL. */
#ifndef PEEL_BASE_HASH_H
#define PEEL_BASE_HASH_H

#include "base/slice.h"

enum hash_kind {
    HASH_MD5,
    HASH_SHA256,
    HASH_SHA512_256,
};

enum {
    HASH_MAX_SIZE = 32, /* of the largest digest here */
    HASH_HEX_SIZE = 2 * HASH_MAX_SIZE + 1,
};

struct hash;

/* NULL when this OpenSSL does not offer it (MD5 where only approved algorithms are allowed). */
struct hash *hash_new(enum hash_kind kind);
/* h NULL: nothing happens. */
void hash_add(struct hash *h, struct slice bytes);
/* Writes the digest (at most HASH_MAX_SIZE bytes) to out and returns its size. Once. */
size_t hash_finish(struct hash *h, unsigned char *out);
/* Takes NULL. */
void hash_free(struct hash *h);

/* The digest of n pieces, one behind the other, in lower-case hexadecimal. False, and an empty text, when this system's
 * OpenSSL does not have it. */
bool hash_hex(char into[HASH_HEX_SIZE], enum hash_kind kind, const struct slice *pieces, size_t n);
/* Digest bytes, at most HASH_MAX_SIZE of them, in lower-case hexadecimal. */
void hash_print(char into[HASH_HEX_SIZE], const unsigned char *bytes, size_t len);

/* HMAC (RFC 2104). False when this system's OpenSSL does not have it. */
bool hash_hmac(unsigned char into[HASH_MAX_SIZE], enum hash_kind kind, struct slice key, struct slice text);

#endif

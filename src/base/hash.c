/* Hashes by OpenSSL's EVP. */
#include "base/hash.h"

#include <openssl/evp.h>
#include <stdio.h>

static const EVP_MD *digest_of(enum hash_kind kind)
{
    switch (kind) {
    case HASH_MD5:
        return EVP_md5();
    case HASH_SHA256:
        return EVP_sha256();
    case HASH_SHA512_256:
        return EVP_sha512_256();
    }
    return NULL;
}

bool hash_hex(char into[HASH_HEX_SIZE], enum hash_kind kind, const struct slice *pieces, size_t n)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool is_ok = ctx && EVP_DigestInit_ex(ctx, digest_of(kind), NULL) == 1;
    for (size_t i = 0; is_ok && i < n; i++)
        is_ok = EVP_DigestUpdate(ctx, pieces[i].ptr, pieces[i].len) == 1;
    is_ok = is_ok && EVP_DigestFinal_ex(ctx, bytes, &len) == 1;
    EVP_MD_CTX_free(ctx);
    into[0] = '\0';
    for (unsigned i = 0; is_ok && i < len; i++)
        snprintf(into + 2 * (size_t)i, 3, "%02x", (unsigned)bytes[i]);
    return is_ok;
}

/* OpenSSL's digests. The one file on the ground floor that knows OpenSSL. */
#include "base/hash.h"

#include "base/mem.h"

#include <openssl/evp.h>
#include <stdio.h>

struct hash {
    EVP_MD_CTX *ctx;
};

static const EVP_MD *hash_algorithm(enum hash_kind kind)
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

struct hash *hash_new(enum hash_kind kind)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (!ctx || EVP_DigestInit_ex(ctx, hash_algorithm(kind), NULL) != 1) {
        EVP_MD_CTX_free(ctx);
        return NULL;
    }
    struct hash *h = mem_alloc(sizeof *h);
    h->ctx = ctx;
    return h;
}

void hash_add(struct hash *h, struct slice bytes)
{
    if (h)
        EVP_DigestUpdate(h->ctx, bytes.ptr, bytes.len);
}

size_t hash_finish(struct hash *h, unsigned char *out)
{
    unsigned size = 0;
    return EVP_DigestFinal_ex(h->ctx, out, &size) == 1 ? size : 0;
}

void hash_free(struct hash *h)
{
    if (!h)
        return;
    EVP_MD_CTX_free(h->ctx);
    mem_free(h);
}

bool hash_hex(char into[HASH_HEX_SIZE], enum hash_kind kind, const struct slice *pieces, size_t n)
{
    unsigned char bytes[HASH_MAX_SIZE];
    struct hash *h = hash_new(kind);
    for (size_t i = 0; i < n; i++)
        hash_add(h, pieces[i]);
    size_t len = h ? hash_finish(h, bytes) : 0;
    hash_free(h);
    hash_print(into, bytes, len);
    return len > 0;
}

void hash_print(char into[HASH_HEX_SIZE], const unsigned char *bytes, size_t len)
{
    into[0] = '\0';
    for (size_t i = 0; i < len; i++)
        snprintf(into + 2 * i, 3, "%02x", (unsigned)bytes[i]);
}

bool hash_hmac(unsigned char into[HASH_MAX_SIZE], enum hash_kind kind, struct slice key, struct slice text)
{
    static const char *const names[] = {[HASH_MD5] = "MD5", [HASH_SHA256] = "SHA256", [HASH_SHA512_256] = "SHA512-256"};
    size_t len = 0;
    return EVP_Q_mac(NULL, "HMAC", NULL, names[kind], NULL, key.ptr, key.len, (const unsigned char *)text.ptr, text.len,
                     into, HASH_MAX_SIZE, &len) != NULL;
}

/* HTTP Digest: hashes over what the challenge and the request say. */
#include "http/digest.h"

#include "base/mem.h"
#include "http/challenge.h"
#include "http/headers.h"

#include <stdio.h>

enum {
    VALUE_MAX = 4096, /* of one parameter; all of them are sent back */
};

static bool read_algorithm(struct digest *d, struct slice name)
{
    static const struct {
        struct slice name;
        enum hash_kind hash;
        bool is_session;
    } rows[] = {
        {SLICE_INIT("MD5"), HASH_MD5, false},
        {SLICE_INIT("MD5-sess"), HASH_MD5, true},
        {SLICE_INIT("SHA-256"), HASH_SHA256, false},
        {SLICE_INIT("SHA-256-sess"), HASH_SHA256, true},
        {SLICE_INIT("SHA-512-256"), HASH_SHA512_256, false},
        {SLICE_INIT("SHA-512-256-sess"), HASH_SHA512_256, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!slice_equal_nocase(name, rows[i].name))
            continue;
        d->hash = rows[i].hash;
        d->is_session = rows[i].is_session;
        return true;
    }
    return false;
}

static void keep(char **field, struct slice value)
{
    mem_free(*field);
    *field = mem_dup_slice(value);
}

/* One parameter; those that no answer needs (domain, charset) are passed over. Returns what is wrong with it. */
static const char *read_param(struct digest *d, struct slice name, struct slice value)
{
    if (value.len > VALUE_MAX)
        return "the challenge has a parameter over 4096 bytes";
    if (slice_equal_nocase(name, SLICE("realm")))
        keep(&d->realm, value);
    else if (slice_equal_nocase(name, SLICE("nonce")))
        keep(&d->nonce, value);
    else if (slice_equal_nocase(name, SLICE("opaque")))
        keep(&d->opaque, value);
    else if (slice_equal_nocase(name, SLICE("stale")))
        d->is_stale = slice_equal_nocase(value, SLICE("true"));
    else if (slice_equal_nocase(name, SLICE("userhash")))
        d->wants_user_hash = slice_equal_nocase(value, SLICE("true"));
    else if (slice_equal_nocase(name, SLICE("algorithm"))) {
        keep(&d->algorithm, value);
        if (!read_algorithm(d, value))
            return "the challenge has an algorithm that is not known";
    } else if (slice_equal_nocase(name, SLICE("qop")) && value.len > 0) {
        d->has_qop = http_list_has(value, SLICE("auth"));
        if (!d->has_qop)
            return "the challenge wants a qop other than auth (auth-int), which peel does not do";
    }
    return NULL;
}

bool digest_read(struct digest *out, struct slice params, const char **why)
{
    struct buf value = {0};
    struct slice name;
    *why = NULL;
    while (!*why && challenge_param(&params, &name, &value))
        *why = read_param(out, name, buf_slice(&value));
    buf_done(&value);
    if (!*why && (!out->nonce || !*out->nonce))
        *why = "the challenge has no nonce";
    if (!*why && out->is_session && !out->has_qop)
        *why = "the challenge has a session algorithm without qop";
    if (*why) {
        digest_done(out);
        return false;
    }
    if (!out->realm)
        out->realm = mem_strdup("");
    return true;
}

void digest_done(struct digest *d)
{
    mem_free(d->realm);
    mem_free(d->nonce);
    mem_free(d->opaque);
    mem_free(d->algorithm);
    *d = (struct digest){0};
}

/* The hash of the texts, a colon between two of them; the list ends in NULL. */
static bool hash_texts(char into[HASH_HEX_SIZE], enum hash_kind kind, const char *const *texts)
{
    struct slice pieces[16];
    size_t n = 0;
    for (size_t i = 0; texts[i]; i++) {
        if (i > 0)
            pieces[n++] = SLICE(":");
        pieces[n++] = slice_of(texts[i]);
    }
    return hash_hex(into, kind, pieces, n);
}

#define HASH(into, kind, ...) hash_texts(into, kind, (const char *const[]){__VA_ARGS__, NULL})

/* In quotes; what could end them is escaped, and a control byte, which no field may hold, becomes %XX. */
static void append_quoted(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, "%s=\"", name);
    for (; *value; value++) {
        unsigned char c = (unsigned char)*value;
        if (c < 0x20 || c == 0x7f) {
            buf_printf(out, "%%%02X", (unsigned)c);
            continue;
        }
        if (c == '"' || c == '\\')
            buf_append_byte(out, '\\');
        buf_append_byte(out, *value);
    }
    buf_append_byte(out, '"');
}

/* RFC 7616 section 3.4.1: the hash of the secret, the hash of the request, and both together. */
static bool make_response(char response[HASH_HEX_SIZE], const struct digest *d, const struct digest_request *r,
                          const char *target, const char *count)
{
    char secret[HASH_HEX_SIZE], request[HASH_HEX_SIZE];
    const char *cnonce = r->client_nonce;
    bool is_ok = HASH(secret, d->hash, r->user, d->realm, r->password);
    if (d->is_session) {
        char first[HASH_HEX_SIZE];
        memcpy(first, secret, sizeof first);
        is_ok = is_ok && HASH(secret, d->hash, first, d->nonce, cnonce);
        mem_wipe(first, sizeof first);
    }
    is_ok = is_ok && HASH(request, d->hash, r->method, target);
    if (d->has_qop)
        is_ok = is_ok && HASH(response, d->hash, secret, d->nonce, count, cnonce, "auth", request);
    else
        is_ok = is_ok && HASH(response, d->hash, secret, d->nonce, request);
    mem_wipe(secret, sizeof secret);
    return is_ok;
}

bool digest_print(struct buf *out, struct digest *d, const struct digest_request *r)
{
    char response[HASH_HEX_SIZE], hashed_user[HASH_HEX_SIZE], count[16];
    char *target = mem_dup_slice(r->target);
    snprintf(count, sizeof count, "%08x", d->n_used + 1);
    bool is_ok = make_response(response, d, r, target, count) &&
                 (!d->wants_user_hash || HASH(hashed_user, d->hash, r->user, d->realm));
    if (is_ok) {
        d->n_used++;
        append_quoted(out, "Digest username", d->wants_user_hash ? hashed_user : r->user);
        append_quoted(out, ", realm", d->realm);
        append_quoted(out, ", nonce", d->nonce);
        append_quoted(out, ", uri", target);
        if (d->has_qop) {
            append_quoted(out, ", cnonce", r->client_nonce);
            buf_printf(out, ", nc=%s, qop=auth", count);
        }
        append_quoted(out, ", response", response);
        if (d->opaque)
            append_quoted(out, ", opaque", d->opaque);
        /* A parameter that was read is a token of the table, so nothing needs escaping. */
        if (d->algorithm)
            buf_printf(out, ", algorithm=%s", d->algorithm);
        if (d->wants_user_hash)
            buf_append_text(out, ", userhash=true");
    }
    mem_free(target);
    return is_ok;
}

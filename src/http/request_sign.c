/* --aws-sigv4: what of a request is signed. */
#include "http/request.h"

#include "base/hash.h"
#include "base/mem.h"
#include "http/sigv4.h"

enum {
    READ_SIZE = 64 * 1024
};

/* Read once to be signed, and then once more to be sent. */
static bool digest_body(char into[HASH_HEX_SIZE], struct body *body, struct error *err)
{
    struct hash *hash = hash_new(HASH_SHA256);
    unsigned char digest[HASH_MAX_SIZE];
    struct span space = {mem_alloc(READ_SIZE), READ_SIZE};
    enum body_status status = BODY_BYTES;
    while (status == BODY_BYTES) {
        size_t n = 0;
        status = body_read(body, space, &n, err);
        hash_add(hash, slice_make(space.ptr, status == BODY_BYTES ? n : 0));
    }
    size_t len = hash ? hash_finish(hash, digest) : 0;
    hash_free(hash);
    mem_free(space.ptr);
    hash_print(into, digest, len);
    return status == BODY_END && body_rewind(body, err);
}

/* The user's own word, what S3 takes for a stream, or the digest. */
static bool choose_payload(char into[HASH_HEX_SIZE], const struct http_request *r, const struct sigv4_scope *scope,
                           const char *said, struct error *err)
{
    bool is_stream = r->has_body && (r->is_upload || r->body_length == BODY_LENGTH_UNKNOWN);
    struct slice nothing = SLICE("");
    if (said)
        return true;
    if (!r->has_body)
        return hash_hex(into, HASH_SHA256, &nothing, 1);
    if (is_stream && sigv4_is_s3(scope)) {
        memcpy(into, SIGV4_UNSIGNED, sizeof SIGV4_UNSIGNED);
        return true;
    }
    if (r->body_length != BODY_LENGTH_UNKNOWN)
        return digest_body(into, r->body, err);
    char name[SIGV4_NAME_SIZE];
    sigv4_payload_name(name, scope);
    return error_set(err, PEEL_UPLOAD_FAILED,
                     "What comes out of a pipe cannot be signed before it is sent: say its SHA-256 with -H \"%s: ...\"",
                     name);
}

bool http_request_sign(struct buf *out, const struct http_request *r, const char *key, const char *secret,
                       int64_t now_unix_s, struct error *err)
{
    struct sigv4_scope scope;
    if (!sigv4_read_scope(&scope, r->settings->sigv4, err) || !sigv4_complete_scope(&scope, r->url->host, err))
        return false;
    struct http_headers fields = {0};
    struct buf target = {0}, host = {0};
    char payload_name[SIGV4_NAME_SIZE], digest[HASH_HEX_SIZE] = "";
    http_request_own_fields(r, &fields);
    http_request_print_target(&target, r->settings, r->url);
    buf_append(&host, http_request_custom_host(r));
    if (host.len == 0)
        url_print_authority(&host, r->url);
    sigv4_payload_name(payload_name, &scope);
    const char *said = http_headers_get(&fields, payload_name);
    struct sigv4_request request = {.scope = scope,
                                    .key = key,
                                    .secret = secret,
                                    .method = r->method,
                                    .target = buf_slice(&target),
                                    .host = buf_slice(&host),
                                    .headers = &fields,
                                    .payload = said ? said : digest,
                                    .now_unix_s = now_unix_s};
    bool is_ok = choose_payload(digest, r, &scope, said, err) && sigv4_print(out, &request, err);
    http_headers_done(&fields);
    buf_done(&target);
    buf_done(&host);
    return is_ok;
}

/* ClientHello, ServerHello, HelloRetryRequest and EncryptedExtensions in words. */
#include "insight/hello.h"

#include "base/escape.h"
#include "insight/names.h"

enum {
    RANDOM_LEN = 32
};

/* A ServerHello with this random asks for another ClientHello (RFC 8446 section 4.1.3). */
static const unsigned char retry_random[RANDOM_LEN] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

bool hello_is_retry(struct cursor body)
{
    cursor_take(&body, 2);
    return slice_equal(cursor_take(&body, RANDOM_LEN), slice_make(retry_random, sizeof retry_random));
}

/* A comma between two things said. */
static void separate(struct buf *out)
{
    if (buf_slice(out).len > 0)
        buf_append_text(out, ", ");
}

static void append_alpn(struct buf *out, struct cursor extension)
{
    struct cursor list = cursor_vector(&extension, 2);
    struct cursor protocol = cursor_vector(&list, 1);
    separate(out);
    buf_append_text(out, "ALPN ");
    escape_append(out, protocol.rest);
}

/* "TLS 1.3/1.2" */
static void append_offered_versions(struct buf *out, struct cursor extensions, uint16_t legacy_version)
{
    char name[NAME_SIZE];
    struct cursor extension;
    if (!cursor_extension(extensions, EXT_SUPPORTED_VERSIONS, &extension)) {
        buf_printf(out, "TLS %s", name_of_version(name, legacy_version));
        return;
    }
    const char *before = "TLS ";
    struct cursor versions = cursor_vector(&extension, 1);
    while (cursor_has_more(&versions)) {
        uint16_t version = cursor_u16(&versions);
        if (name_is_grease(version))
            continue;
        buf_printf(out, "%s%s", before, name_of_version(name, version));
        before = "/";
    }
}

/* The groups for which the client sent a key: "x25519", "x25519+P-256"; when that is long, "X25519MLKEM768 +1", so that
 * the line stays within 80 columns. */
static void append_key_shares(struct buf *out, struct cursor extension)
{
    enum {
        LONG = 18
    };
    char number[NAME_SIZE];
    size_t n_left_out = 0, start = 0;
    struct cursor shares = cursor_vector(&extension, 2);
    while (cursor_has_more(&shares)) {
        uint16_t group = cursor_u16(&shares);
        cursor_vector(&shares, 2);
        if (shares.is_broken || name_is_grease(group))
            continue;
        const char *name = name_of_group(number, group);
        if (start == 0) {
            separate(out);
            start = buf_slice(out).len;
            buf_append_text(out, name);
        } else if (n_left_out > 0 || buf_slice(out).len - start + 1 + strlen(name) > LONG) {
            n_left_out++;
        } else {
            buf_printf(out, "+%s", name);
        }
    }
    if (n_left_out > 0)
        buf_printf(out, " +%zu", n_left_out);
}

bool hello_describe_client(struct cursor c, struct buf *out)
{
    uint16_t legacy_version = cursor_u16(&c);
    cursor_take(&c, RANDOM_LEN);
    cursor_vector(&c, 1); /* session id */
    cursor_vector(&c, 2); /* ciphers */
    cursor_vector(&c, 1); /* compression */
    struct cursor extensions = {.rest = SLICE("")}, found;
    if (cursor_has_more(&c))
        extensions = cursor_vector(&c, 2);
    if (c.is_broken)
        return false;
    append_offered_versions(out, extensions, legacy_version);
    buf_append_text(out, cursor_extension(extensions, EXT_SERVER_NAME, &found) ? ", SNI" : ", no SNI");
    if (cursor_extension(extensions, EXT_KEY_SHARE, &found))
        append_key_shares(out, found);
    bool has_ticket = cursor_extension(extensions, EXT_SESSION_TICKET, &found) && found.rest.len > 0;
    if (has_ticket || cursor_extension(extensions, EXT_PRE_SHARED_KEY, &found))
        buf_append_text(out, ", ticket");
    if (cursor_extension(extensions, EXT_EARLY_DATA, &found))
        buf_append_text(out, ", early data");
    return true;
}

static void describe_retry(struct cursor extensions, struct buf *out)
{
    char name[NAME_SIZE];
    struct cursor share;
    if (cursor_extension(extensions, EXT_KEY_SHARE, &share))
        buf_printf(out, "wants %s: one more round trip", name_of_group(name, cursor_u16(&share)));
    else
        buf_append_text(out, "asks again: one more round trip");
}

bool hello_describe_server(struct handshake_view *view, struct cursor c, struct buf *out)
{
    char name[NAME_SIZE];
    bool is_retry = hello_is_retry(c);
    uint16_t version = cursor_u16(&c);
    cursor_take(&c, RANDOM_LEN);
    cursor_vector(&c, 1); /* session id */
    uint16_t cipher = cursor_u16(&c);
    cursor_take(&c, 1); /* compression */
    struct cursor extensions = {.rest = SLICE("")}, found;
    if (cursor_has_more(&c))
        extensions = cursor_vector(&c, 2);
    if (c.is_broken)
        return false;
    if (cursor_extension(extensions, EXT_SUPPORTED_VERSIONS, &found))
        version = cursor_u16(&found);
    view->version = version;
    view->cipher = cipher;
    if (is_retry) {
        describe_retry(extensions, out);
        return true;
    }
    buf_printf(out, "TLS %s, ", name_of_version(name, version));
    buf_append_text(out, name_of_cipher(name, cipher));
    if (version == TLS_1_3 && cursor_extension(extensions, EXT_KEY_SHARE, &found))
        buf_printf(out, ", %s", name_of_group(name, cursor_u16(&found)));
    if (cursor_extension(extensions, EXT_PRE_SHARED_KEY, &found))
        buf_append_text(out, ", ticket accepted");
    return true;
}

bool hello_describe_encrypted_extensions(struct cursor c, struct buf *out)
{
    struct cursor extensions = cursor_vector(&c, 2), found;
    if (c.is_broken)
        return false;
    if (cursor_extension(extensions, EXT_ALPN, &found))
        append_alpn(out, found);
    else
        buf_append_text(out, "no ALPN");
    if (cursor_extension(extensions, EXT_EARLY_DATA, &found))
        buf_append_text(out, ", early data accepted");
    return true;
}

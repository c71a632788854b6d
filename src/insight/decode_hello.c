/* ClientHello, ServerHello, HelloRetryRequest and EncryptedExtensions taken apart. */
#include "insight/decode_parts.h"
#include "insight/hello.h"
#include "tls/fingerprint.h"

#include <stdio.h>

enum {
    RANDOM_LEN = 32
};

/* The block of extensions at the end of a hello, which in TLS 1.2 may be left out. */
static struct cursor take_extensions(struct cursor *c)
{
    struct cursor none = {.rest = SLICE("")};
    return cursor_has_more(c) ? cursor_vector(c, 2) : none;
}

static void add_compression(struct message *m, struct cursor methods)
{
    message_list(m, "compression");
    while (cursor_has_more(&methods)) {
        uint32_t method = cursor_number(&methods, 1);
        message_value(m, slice_of(method == 0 ? "none" : method == 1 ? "deflate" : "unknown"), method, NO_SIZE);
    }
}

static void add_fingerprints(struct message *m, struct slice whole)
{
    char ja4[TLS_JA4_SIZE], ja3[TLS_JA3_SIZE];
    if (tls_fingerprint_ja4(whole, ja4))
        message_text(m, "JA4 fingerprint", ja4);
    message_details(m, true);
    if (tls_fingerprint_ja3(whole, ja3))
        message_text(m, "JA3 fingerprint", ja3);
    message_details(m, false);
}

bool decode_client_hello(struct message *m, struct cursor *c, struct slice whole)
{
    char number[NAME_SIZE];
    uint16_t legacy_version = cursor_u16(c);
    struct slice random = cursor_take(c, RANDOM_LEN);
    struct cursor session_id = cursor_vector(c, 1);
    struct cursor ciphers = cursor_vector(c, 2);
    struct cursor compression = cursor_vector(c, 1);
    struct cursor extensions = take_extensions(c), found;
    if (c->is_broken)
        return false;
    if (!cursor_extension(extensions, EXT_SUPPORTED_VERSIONS, &found))
        message_name(m, "versions", name_of_protocol(number, legacy_version), legacy_version);
    decode_identity_extensions(m, extensions, IN_CLIENT_HELLO);
    bool is_whole = decode_codes(m, "ciphers", ciphers, name_of_suite);
    decode_other_extensions(m, extensions, IN_CLIENT_HELLO);
    add_fingerprints(m, whole);
    message_details(m, true);
    message_name(m, "legacy version", name_of_protocol(number, legacy_version), legacy_version);
    message_bytes(m, "random", random);
    message_bytes(m, "session id", session_id.rest);
    add_compression(m, compression);
    message_details(m, false);
    return decode_extension_names(m, extensions) && is_whole;
}

/* A server that could do better says so at the end of its random, where nobody on the way can change it (RFC 8446
 * section 4.1.3). */
static void add_downgrade_mark(struct message *m, struct slice random)
{
    struct slice end = slice_from(random, RANDOM_LEN - 8);
    if (!slice_starts_with(end, SLICE("DOWNGRD")))
        return;
    if (end.ptr[7] == 1)
        message_text(m, "downgrade mark", "the server can do TLS 1.3");
    else if (end.ptr[7] == 0)
        message_text(m, "downgrade mark", "the server can do TLS 1.2");
}

/* What the client had sent is of no use: all up to here is done once more. */
static void add_cost(struct message *m, uint64_t since_hello_us)
{
    char text[64];
    snprintf(text, sizeof text, "one more round trip; this one took %.1f ms", (double)since_hello_us / 1000);
    message_text(m, "cost", text);
}

/* RFC 5746 section 3.4; TLS 1.3 has no renegotiation. */
static void add_renegotiation(struct message *m, struct cursor extensions)
{
    struct cursor found;
    bool is_secure = cursor_extension(extensions, EXT_RENEGOTIATION_INFO, &found);
    message_text(m, "renegotiation", is_secure ? "secure (RFC 5746)" : "insecure: the server lacks RFC 5746");
}

bool decode_server_hello(struct message *m, struct cursor *c, uint64_t since_hello_us)
{
    char number[NAME_SIZE];
    bool is_retry = hello_is_retry(*c);
    uint16_t version = cursor_u16(c);
    struct slice random = cursor_take(c, RANDOM_LEN);
    struct cursor session_id = cursor_vector(c, 1);
    uint16_t cipher = cursor_u16(c);
    struct slice compression = cursor_take(c, 1);
    struct cursor extensions = take_extensions(c), found;
    if (c->is_broken)
        return false;
    bool is_1_3 = cursor_extension(extensions, EXT_SUPPORTED_VERSIONS, &found);
    if (!is_1_3)
        message_name(m, "version", name_of_protocol(number, version), version);
    decode_identity_extensions(m, extensions, is_retry ? IN_RETRY : IN_SERVER_HELLO);
    message_name(m, "cipher", name_of_suite(number, cipher), cipher);
    decode_other_extensions(m, extensions, is_retry ? IN_RETRY : IN_SERVER_HELLO);
    if (is_retry)
        add_cost(m, since_hello_us);
    if (!is_1_3) {
        add_renegotiation(m, extensions);
        add_downgrade_mark(m, random);
    }
    message_details(m, true);
    message_bytes(m, "random", random);
    message_bytes(m, "session id", session_id.rest);
    add_compression(m, (struct cursor){.rest = compression});
    message_details(m, false);
    return decode_extension_names(m, extensions);
}

bool decode_encrypted_extensions(struct message *m, struct cursor *c)
{
    struct cursor extensions = cursor_vector(c, 2), found;
    if (c->is_broken)
        return false;
    if (!cursor_extension(extensions, EXT_ALPN, &found))
        message_text(m, "ALPN", "none chosen");
    return decode_extensions(m, extensions, IN_ENCRYPTED_EXTENSIONS);
}

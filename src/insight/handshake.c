/* TLS handshake messages told in words. */
#include "insight/handshake.h"

#include "base/cursor.h"
#include "insight/hello.h"
#include "insight/names.h"
#include "insight/unpack.h"

#include <stdio.h>

void handshake_begin(struct handshake_view *view, const struct tls_offer *offer)
{
    *view = (struct handshake_view){0};
    if (!offer->own_subject)
        return;
    snprintf(view->own_subject, sizeof view->own_subject, "%s", offer->own_subject);
    snprintf(view->own_issuer, sizeof view->own_issuer, "%s", offer->own_issuer);
}

/* As for "1 certificate", "2 certificates". */
static void append_count(struct buf *out, size_t n, const char *thing)
{
    buf_printf(out, "%zu %s%s", n, thing, n == 1 ? "" : "s");
}

/* In TLS 1.3 the list stands behind a context, and each certificate has extensions of its own, the staple among them
 * (RFC 8446 section 4.4.2). */
static bool describe_certificate(bool is_1_3, struct cursor c, struct buf *out)
{
    if (is_1_3)
        cursor_vector(&c, 1);
    struct cursor list = cursor_vector(&c, 3);
    size_t n = 0;
    bool has_staple = false;
    while (cursor_has_more(&list)) {
        cursor_vector(&list, 3);
        if (is_1_3) {
            struct cursor extensions = cursor_vector(&list, 2), found;
            has_staple = has_staple || cursor_extension(extensions, EXT_STATUS_REQUEST, &found);
        }
        n++;
    }
    if (c.is_broken || list.is_broken)
        return false;
    if (n == 0)
        buf_append_text(out, "no certificate");
    else
        append_count(out, n, "certificate");
    if (has_staple)
        buf_append_text(out, ", staple");
    return true;
}

/* The same, packed (RFC 8879 section 4). */
static bool describe_compressed_certificate(struct cursor c, struct buf *out)
{
    char number[NAME_SIZE];
    struct packed_certificate packed;
    struct buf inside = {0};
    if (!packed_certificate_read(&c, &packed))
        return false;
    bool is_known = packed_certificate_is_known(&packed);
    bool is_whole = !is_known || (packed_certificate_unpack(&packed, &inside) &&
                                  describe_certificate(true, (struct cursor){.rest = buf_slice(&inside)}, out));
    buf_done(&inside);
    buf_printf(out, "%s%s", is_known ? ", " : "", name_of_certificate_compression(number, packed.algorithm));
    return is_whole;
}

static bool describe_certificate_verify(struct cursor c, struct buf *out)
{
    char name[NAME_SIZE];
    uint16_t signature = cursor_u16(&c);
    cursor_vector(&c, 2);
    if (c.is_broken)
        return false;
    buf_printf(out, "%s, proved key", name_of_signature(name, signature));
    return true;
}

/* RFC 8422 section 5.4: the curve and the server's key, signed; RFC 5246 section 7.4.3: the same with a prime. */
static bool describe_server_key_exchange(uint16_t cipher, struct cursor c, struct buf *out)
{
    enum {
        NAMED_CURVE = 3
    };
    char name[NAME_SIZE];
    const char *suite = name_of_cipher(name, cipher);
    if (strncmp(suite, "ECDHE-", 6) == 0) {
        uint32_t curve_type = cursor_number(&c, 1);
        uint16_t group = cursor_u16(&c);
        cursor_vector(&c, 1);
        if (c.is_broken || curve_type != NAMED_CURVE)
            return false;
        buf_append_text(out, name_of_group(name, group));
    } else if (strncmp(suite, "DHE-", 4) == 0) {
        struct cursor prime = cursor_vector(&c, 2);
        cursor_vector(&c, 2);
        cursor_vector(&c, 2);
        if (c.is_broken)
            return false;
        buf_printf(out, "%zu bit prime", prime.rest.len * 8);
    } else {
        return true;
    }
    uint16_t signature = cursor_u16(&c);
    if (c.is_broken)
        return false;
    buf_printf(out, ", %s", name_of_signature(name, signature));
    return true;
}

static bool describe_ticket(bool is_1_3, struct cursor c, struct buf *out)
{
    uint32_t lifetime_s = cursor_number(&c, 4);
    struct cursor extensions = {.rest = SLICE("")}, early;
    if (is_1_3) {
        cursor_take(&c, 4);   /* age_add */
        cursor_vector(&c, 1); /* nonce */
    }
    cursor_vector(&c, 2);
    if (is_1_3)
        extensions = cursor_vector(&c, 2);
    if (c.is_broken)
        return false;
    if (lifetime_s > 0)
        buf_printf(out, "valid %u s", lifetime_s);
    else /* RFC 5077 section 5.6: how long is up to the client; RFC 8446 section 4.6.1: not to be kept */
        buf_append_text(out, is_1_3 ? "not to be kept" : "no lifetime given");
    if (cursor_extension(extensions, EXT_EARLY_DATA, &early)) {
        uint32_t most = cursor_number(&early, 4);
        buf_printf(out, ", early data %u bytes", most);
    }
    return true;
}

static bool describe_key_update(struct cursor c, struct buf *out)
{
    uint32_t request = cursor_number(&c, 1);
    if (c.is_broken || request > 1)
        return false;
    buf_append_text(out, request == 1 ? "new keys, asks for ours too" : "new keys");
    return true;
}

bool handshake_is_1_3(const struct handshake_view *view, const struct tls_message *message)
{
    return (view->version > 0 ? view->version : message->version) == TLS_1_3;
}

/* The words for a message of that type; false when the bytes do not make sense. */
static bool describe_body(struct handshake_view *view, const struct tls_message *message, enum message_type type,
                          struct cursor body, struct buf *out)
{
    bool is_1_3 = handshake_is_1_3(view, message);
    switch (type) {
    case CLIENT_HELLO:
        return hello_describe_client(body, out);
    case SERVER_HELLO:
        return hello_describe_server(view, body, out);
    case ENCRYPTED_EXTENSIONS:
        return hello_describe_encrypted_extensions(body, out);
    case CERTIFICATE:
        return describe_certificate(is_1_3, body, out);
    case CERTIFICATE_VERIFY:
        return describe_certificate_verify(body, out);
    case SERVER_KEY_EXCHANGE:
        return describe_server_key_exchange(view->cipher, body, out);
    case NEW_SESSION_TICKET:
        return describe_ticket(is_1_3, body, out);
    case KEY_UPDATE:
        return describe_key_update(body, out);
    case CERTIFICATE_REQUEST:
        buf_append_text(out, "server wants a client certificate");
        return true;
    case CERTIFICATE_STATUS:
        buf_append_text(out, "staple");
        return true;
    case HELLO_REQUEST:
        buf_append_text(out, "server wants to renegotiate");
        return true;
    case COMPRESSED_CERTIFICATE:
        return describe_compressed_certificate(body, out);
    case END_OF_EARLY_DATA:
    case SERVER_HELLO_DONE:
    case CLIENT_KEY_EXCHANGE:
    case FINISHED:
        break;
    }
    return true;
}

/* NULL when the type is not known. */
static const char *name_of_type(uint32_t type)
{
    static const char *const names[] = {
        [HELLO_REQUEST] = "HelloRequest",
        [CLIENT_HELLO] = "ClientHello",
        [SERVER_HELLO] = "ServerHello",
        [NEW_SESSION_TICKET] = "NewSessionTicket",
        [END_OF_EARLY_DATA] = "EndOfEarlyData",
        [ENCRYPTED_EXTENSIONS] = "EncryptedExtensions",
        [CERTIFICATE] = "Certificate",
        [SERVER_KEY_EXCHANGE] = "ServerKeyExchange",
        [CERTIFICATE_REQUEST] = "CertificateRequest",
        [SERVER_HELLO_DONE] = "ServerHelloDone",
        [CERTIFICATE_VERIFY] = "CertificateVerify",
        [CLIENT_KEY_EXCHANGE] = "ClientKeyExchange",
        [FINISHED] = "Finished",
        [CERTIFICATE_STATUS] = "CertificateStatus",
        [KEY_UPDATE] = "KeyUpdate",
        [COMPRESSED_CERTIFICATE] = "CompressedCertificate",
    };
    return type < sizeof names / sizeof *names ? names[type] : NULL;
}

/* The type of a handshake message, or -1 when it has not even that. */
static int type_of(const struct tls_message *message)
{
    if (message->kind != TLS_MESSAGE_HANDSHAKE || message->bytes.len == 0)
        return -1;
    return (unsigned char)message->bytes.ptr[0];
}

/* The type and the content of a handshake message; false when they are not all there, or more than that. */
static bool open_message(const struct tls_message *message, uint32_t *type, struct cursor *body)
{
    struct cursor c = {.rest = message->bytes};
    *type = cursor_number(&c, 1);
    *body = cursor_vector(&c, 3);
    return !body->is_broken && c.rest.len == 0;
}

bool handshake_open(const struct tls_message *message, enum message_type *type, struct cursor *body)
{
    uint32_t number = 0;
    bool is_whole = open_message(message, &number, body);
    *type = (enum message_type)number;
    return is_whole && name_of_type(number);
}

void handshake_name(const struct tls_message *message, struct buf *name)
{
    if (message->kind != TLS_MESSAGE_HANDSHAKE) {
        buf_append_text(name, message->kind == TLS_MESSAGE_ALERT ? "Alert" : "ChangeCipherSpec");
        return;
    }
    uint32_t type = 0;
    struct cursor body;
    open_message(message, &type, &body);
    const char *known = message->bytes.len > 0 ? name_of_type(type) : NULL;
    if (known && type == SERVER_HELLO && hello_is_retry(body))
        known = "HelloRetryRequest";
    if (known)
        buf_append_text(name, known);
    else
        buf_printf(name, "type %u", type);
}

static void describe_handshake(struct handshake_view *view, const struct tls_message *message, struct buf *meaning)
{
    uint32_t type = 0;
    struct cursor body;
    bool is_whole = open_message(message, &type, &body);
    bool is_known = message->bytes.len > 0 && name_of_type(type);
    if (!is_whole || (is_known && !describe_body(view, message, (enum message_type)type, body, meaning))) {
        buf_clear(meaning);
        buf_append_text(meaning, "cannot be read");
    }
}

static void describe_alert(struct slice bytes, struct buf *meaning)
{
    enum {
        CLOSE_NOTIFY = 0
    };
    struct cursor c = {.rest = bytes};
    uint32_t level = cursor_number(&c, 1);
    uint8_t description = (uint8_t)cursor_number(&c, 1);
    if (c.is_broken) {
        buf_append_text(meaning, "cannot be read");
        return;
    }
    if (description == CLOSE_NOTIFY) { /* every good connection ends so, and its level says "warning" */
        buf_append_text(meaning, "close_notify: the proper end");
        return;
    }
    if (level == 1 || level == 2)
        buf_append_text(meaning, level == 2 ? "fatal" : "warning");
    else
        buf_printf(meaning, "level %u", level);
    buf_printf(meaning, ": %s (%u)", name_of_alert(description), description);
}

void handshake_describe(struct handshake_view *view, const struct tls_message *message, struct buf *name,
                        struct buf *meaning)
{
    handshake_name(message, name);
    switch (message->kind) {
    case TLS_MESSAGE_HANDSHAKE:
        describe_handshake(view, message, meaning);
        return;
    case TLS_MESSAGE_ALERT:
        describe_alert(message->bytes, meaning);
        return;
    case TLS_MESSAGE_CCS:
        /* RFC 8446 appendix D.4: sent only so that it looks like TLS 1.2 to boxes on the way. */
        buf_append_text(meaning,
                        handshake_is_1_3(view, message) ? "only to please old middleboxes" : "encrypted from here on");
        return;
    }
}

bool handshake_is_finished(const struct tls_message *message)
{
    return type_of(message) == FINISHED;
}

bool handshake_is_fatal_alert(const struct tls_message *message)
{
    enum {
        FATAL = 2
    };
    return message->kind == TLS_MESSAGE_ALERT && message->bytes.len >= 1 && message->bytes.ptr[0] == FATAL;
}

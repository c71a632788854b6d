/* TLS messages taken apart: which is which, and the short ones. */
#include "insight/decode_parts.h"
#include "insight/unpack.h"

#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

bool decode_codes(struct message *m, const char *name, struct cursor list, const char *(*name_of)(char *, uint16_t))
{
    char number[NAME_SIZE];
    message_list(m, name);
    while (cursor_has_more(&list)) {
        uint16_t code = cursor_u16(&list);
        if (!list.is_broken)
            message_value(m, slice_of(name_is_grease(code) ? "GREASE" : name_of(number, code)), code, NO_SIZE);
    }
    return !list.is_broken;
}

/* RFC 8446 section 4.6.1, RFC 5077 section 3.3. */
static bool decode_ticket(struct message *m, struct cursor *c, bool is_1_3)
{
    message_number(m, "lifetime", cursor_number(c, 4), UNIT_SECONDS);
    struct cursor age_add = {.rest = SLICE("")}, nonce = age_add, extensions = age_add;
    if (is_1_3) {
        age_add.rest = cursor_take(c, 4);
        nonce = cursor_vector(c, 1);
    }
    struct cursor ticket = cursor_vector(c, 2);
    if (is_1_3)
        extensions = cursor_vector(c, 2);
    if (c->is_broken)
        return false;
    message_number(m, "ticket", ticket.rest.len, UNIT_BYTES);
    if (!is_1_3)
        return true;
    message_details(m, true);
    message_bytes(m, "age add", age_add.rest);
    message_bytes(m, "nonce", nonce.rest);
    message_details(m, false);
    return decode_extensions(m, extensions, IN_TICKET);
}

static bool decode_signature(struct message *m, struct cursor *c)
{
    char number[NAME_SIZE];
    uint16_t scheme = cursor_u16(c);
    struct cursor signature = cursor_vector(c, 2);
    if (c->is_broken)
        return false;
    message_list(m, "signature");
    message_value(m, slice_of(name_of_signature(number, scheme)), scheme, (uint32_t)signature.rest.len);
    return true;
}

/* RFC 8422 section 5.4, RFC 5246 section 7.4.3: which of them, the cipher in ServerHello told. */
static bool decode_server_key_exchange(struct message *m, struct cursor *c, uint16_t cipher)
{
    enum {
        NAMED_CURVE = 3
    };
    char number[NAME_SIZE];
    const char *suite = name_of_cipher(number, cipher);
    if (strncmp(suite, "ECDHE-", 6) == 0) {
        uint32_t curve_type = cursor_number(c, 1);
        uint16_t group = cursor_u16(c);
        struct cursor key = cursor_vector(c, 1);
        if (c->is_broken || curve_type != NAMED_CURVE)
            return false;
        message_list(m, "key share");
        message_value(m, slice_of(name_of_group(number, group)), group, (uint32_t)key.rest.len);
    } else if (strncmp(suite, "DHE-", 4) == 0) {
        struct cursor prime = cursor_vector(c, 2);
        cursor_vector(c, 2); /* generator */
        struct cursor key = cursor_vector(c, 2);
        if (c->is_broken)
            return false;
        message_number(m, "prime", prime.rest.len * 8, UNIT_BITS);
        message_number(m, "key", key.rest.len, UNIT_BYTES);
    } else {
        message_number(m, "content", cursor_take(c, c->rest.len).len, UNIT_BYTES);
        return true;
    }
    return decode_signature(m, c);
}

/* RFC 5246 section 7.4.7: how it is built depends on the cipher; how much there is, it tells by itself. */
static bool decode_client_key_exchange(struct message *m, struct cursor *c)
{
    message_number(m, "content", cursor_take(c, c->rest.len).len, UNIT_BYTES);
    return true;
}

static bool decode_finished(struct message *m, struct cursor *c)
{
    message_details(m, true);
    message_bytes(m, "verify data", cursor_take(c, c->rest.len));
    message_details(m, false);
    return true;
}

static bool decode_key_update(struct message *m, struct cursor *c)
{
    uint32_t request = cursor_number(c, 1);
    if (c->is_broken || request > 1)
        return false;
    message_text(m, "asks for ours", request == 1 ? "yes" : "no");
    return true;
}

/* RFC 8879 section 4. */
static bool decode_compressed_certificate(struct message *m, struct cursor *c)
{
    char number[NAME_SIZE];
    struct packed_certificate packed;
    struct buf inside = {0};
    if (!packed_certificate_read(c, &packed))
        return false;
    message_name(m, "compression", name_of_certificate_compression(number, packed.algorithm), packed.algorithm);
    message_number(m, "unpacked", packed.unpacked, UNIT_BYTES);
    message_number(m, "packed", packed.packed.len, UNIT_BYTES);
    if (!packed_certificate_is_known(&packed))
        return true;
    bool is_whole = packed_certificate_unpack(&packed, &inside);
    struct cursor content = {.rest = buf_slice(&inside)};
    is_whole = is_whole && decode_certificate(m, &content, true) && content.rest.len == 0;
    buf_done(&inside);
    return is_whole;
}

static bool decode_body(struct message *m, const struct handshake_view *view, const struct tls_message *message,
                        enum message_type type, struct cursor *c)
{
    bool is_1_3 = handshake_is_1_3(view, message);
    switch (type) {
    case CLIENT_HELLO:
        return decode_client_hello(m, c, message->bytes);
    case SERVER_HELLO:
        return decode_server_hello(m, c, message->since_hello_us);
    case ENCRYPTED_EXTENSIONS:
        return decode_encrypted_extensions(m, c);
    case CERTIFICATE:
        return decode_certificate(m, c, is_1_3);
    case CERTIFICATE_STATUS:
        return decode_staple(m, c);
    case CERTIFICATE_REQUEST:
        return decode_certificate_request(m, c, view, is_1_3);
    case SERVER_KEY_EXCHANGE:
        return decode_server_key_exchange(m, c, view->cipher);
    case CERTIFICATE_VERIFY:
        return decode_signature(m, c);
    case CLIENT_KEY_EXCHANGE:
        return decode_client_key_exchange(m, c);
    case NEW_SESSION_TICKET:
        return decode_ticket(m, c, is_1_3);
    case FINISHED:
        return decode_finished(m, c);
    case KEY_UPDATE:
        return decode_key_update(m, c);
    case COMPRESSED_CERTIFICATE:
        return decode_compressed_certificate(m, c);
    case HELLO_REQUEST:
    case END_OF_EARLY_DATA:
    case SERVER_HELLO_DONE:
        break;
    }
    return true;
}

static bool decode_alert(struct message *m, struct slice bytes, bool is_sent)
{
    struct cursor c = {.rest = bytes};
    uint32_t level = cursor_number(&c, 1), description = cursor_number(&c, 1);
    if (c.is_broken)
        return false;
    message_details(m, true);
    message_name(m, "level", level == 1 ? "warning" : level == 2 ? "fatal" : "unknown", level);
    message_name(m, "alert", name_of_alert((uint8_t)description), description);
    message_text(m, "sent by", is_sent ? "peel" : "server");
    message_details(m, false);
    return c.rest.len == 0;
}

static bool decode_handshake(struct message *m, const struct handshake_view *view, const struct tls_message *message)
{
    enum message_type type;
    struct cursor body;
    if (!handshake_open(message, &type, &body))
        return false;
    bool is_read = decode_body(m, view, message, type, &body);
    return is_read && !body.is_broken && body.rest.len == 0;
}

static void add_records(struct message *m, const struct tls_message *message)
{
    char number[NAME_SIZE], version_number[NAME_SIZE], text[64];
    message_details(m, true);
    message_list(m, "record");
    for (size_t i = 0; i < message->n_records && i < TLS_RECORDS_KEPT; i++) {
        const struct tls_record *record = &message->records[i];
        snprintf(text, sizeof text, "%s, %s", name_of_content_type(number, record->type),
                 name_of_protocol(version_number, record->version));
        message_value(m, slice_of(text), record->type, record->len);
    }
    message_details(m, false);
}

void message_decode(struct message *out, const struct handshake_view *view, const struct tls_message *message)
{
    struct buf name = {0};
    message_clear(out);
    handshake_name(message, &name);
    snprintf(out->name, sizeof out->name, "%s", buf_text(&name));
    buf_done(&name);
    add_records(out, message);
    /* This may run inside a call of OpenSSL's, whose error queue must not tell of what cannot be read here. */
    ERR_set_mark();
    if (message->kind == TLS_MESSAGE_HANDSHAKE)
        out->is_unreadable = !decode_handshake(out, view, message);
    else if (message->kind == TLS_MESSAGE_ALERT)
        out->is_unreadable = !decode_alert(out, message->bytes, message->is_sent);
    ERR_pop_to_mark();
}

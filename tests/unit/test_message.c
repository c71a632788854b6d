/* insight/: TLS messages taken apart, from recordings and from bytes made by hand; how they look; nothing that is cut
 * or damaged does harm. */
#include "base/columns.h"
#include "base/escape.h"
#include "base/mem.h"
#include "from_hex.h"
#include "insight/decode.h"
#include "insight/message_view.h"
#include "tls_recordings.h"

#include <openssl/err.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define N_ROWS(rows) (sizeof(rows) / sizeof *(rows))

/* A recording, and what the messages before it left in the view. */
static struct tls_message open_recording(size_t i, struct handshake_view *view, struct span *bytes)
{
    const struct recorded_message *r = &recordings[i];
    struct buf ignored = {0};
    *bytes = from_hex(r->hex);
    struct tls_message m = {.is_sent = r->is_sent,
                            .kind = r->kind,
                            .version = r->version,
                            .bytes = slice_make(bytes->ptr, bytes->len),
                            .since_hello_us = 12400};
    if (i == 0 || strcmp(r->handshake, recordings[i - 1].handshake) != 0)
        *view = (struct handshake_view){0};
    handshake_describe(view, &m, &ignored, &ignored);
    buf_done(&ignored);
    return m;
}

static size_t index_of(const char *handshake, const char *name)
{
    for (size_t i = 0; i < N_ROWS(recordings); i++)
        if (strcmp(recordings[i].handshake, handshake) == 0 && strcmp(recordings[i].name, name) == 0)
            return i;
    fail_msg("no recording of %s in %s", name, handshake);
    return 0;
}

/* A field's values as "a (SIZE), b"; of numbers the number; of bytes their hexadecimal. */
static void append_field(struct buf *out, const struct message *m, const struct message_field *field)
{
    if (field->kind == FIELD_NUMBER)
        buf_printf(out, "%llu", (unsigned long long)field->number);
    for (size_t i = 0; i < field->n; i++) {
        const struct message_value *value = message_values(m, field) + i;
        struct slice text = message_value_text(m, value);
        buf_append_text(out, i > 0 ? ", " : "");
        for (size_t k = 0; field->kind == FIELD_BYTES && k < text.len; k++)
            buf_printf(out, "%02x", (unsigned char)text.ptr[k]);
        if (field->kind != FIELD_BYTES)
            buf_append(out, text);
        if (value->size != NO_SIZE)
            buf_printf(out, " (%u)", value->size);
    }
    if (field->kind == FIELD_UNREADABLE)
        buf_append_text(out, "cannot be read");
}

/* What each message says, as data; the names of its fields and their values are those of the RFCs. */
static void recordings_are_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *handshake, *message, *field, *expected;
    } rows[] = {
        {"tls13", "ClientHello", "versions", "TLS 1.3"},
        {"tls13", "ClientHello", "server name", "shop.example"},
        {"tls13", "ClientHello", "ALPN", "http/1.1"},
        {"tls13", "ClientHello", "ciphers",
         "TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256, TLS_AES_128_GCM_SHA256, "
         "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"},
        {"tls13", "ClientHello", "groups", "x25519"},
        {"tls13", "ClientHello", "key share", "x25519 (32)"},
        {"tls13", "ClientHello", "PSK modes", "psk_dhe_ke"},
        {"tls13", "ClientHello", "point formats", "uncompressed, compressed_prime, compressed_char2"},
        {"tls13", "ClientHello", "legacy version", "TLS 1.2"},
        {"tls13", "ClientHello", "random", "979e20fe1edda9a848e1dd7c3ff5b7160efe71bf16c7e17263b1d02b67e8fac2"},
        {"tls13", "ClientHello", "compression", "none"},
        {"tls13", "ClientHello", "extensions",
         "server_name (17), ec_point_formats (4), supported_groups (4), session_ticket (0), "
         "application_layer_protocol_negotiation (11), encrypt_then_mac (0), extended_master_secret (0), "
         "signature_algorithms (30), supported_versions (3), psk_key_exchange_modes (2), key_share (38)"},
        {"tls13", "ServerHello", "version", "TLS 1.3"},
        {"tls13", "ServerHello", "cipher", "TLS_AES_256_GCM_SHA384"},
        {"tls13", "ServerHello", "key share", "x25519 (32)"},
        {"tls13", "EncryptedExtensions", "ALPN", "http/1.1"},
        {"tls13", "Certificate", "certificate", "CN=t (370)"},
        {"tls13", "Certificate", "issuer", "CN=t"},
        {"tls13", "Certificate", "key", "EC 256 bits"},
        {"tls13", "Certificate", "valid until", "Dec 23 22:51:30 2026 GMT"},
        {"tls13", "CertificateVerify", "signature", "ecdsa_secp256r1_sha256 (72)"},
        {"tls13", "NewSessionTicket", "lifetime", "7200"},
        {"tls13", "NewSessionTicket", "ticket", "224"},
        {"hrr", "HelloRetryRequest", "wants key share", "P-256"},
        {"hrr", "HelloRetryRequest", "cost", "one more round trip; this one took 12.4 ms"},
        {"tls12", "ServerHello", "renegotiation", "secure (RFC 5746)"},
        {"tls12", "ServerHello", "ticket", "will follow"},
        {"tls12", "ServerKeyExchange", "key share", "x25519 (32)"},
        {"tls12", "ClientKeyExchange", "content", "33"},
        {"tls12", "NewSessionTicket", "lifetime", "7200"},
        {"tls12dhe", "ServerKeyExchange", "prime", "2048"},
        {"tls12dhe", "ServerKeyExchange", "signature", "rsa_pss_rsae_sha256 (256)"},
        {"mtls13", "CertificateRequest", "accepted issuers", "CN=t"},
        {"mtls13", "CertificateRequest", "ours", "none configured"},
        {"refused", "Alert", "alert", "protocol_version"},
        {"refused", "Alert", "sent by", "server"},
        {"keyupdate", "KeyUpdate", "asks for ours", "yes"},
        {"staple13", "ClientHello", "staple", "asked for"},
        {"staple13", "ClientHello", "ALPN", "h2, http/1.1"},
        {"staple13", "Certificate", "certificate", "CN=shop.example (304)"},
        {"staple13", "Certificate", "staple", "good (710)"},
        {"staple12", "CertificateStatus", "staple", "good (710)"},
        {"staple12", "ServerHello", "staple", "will follow"},
        {"staple12", "CertificateRequest", "key types", "RSA, DSS, ECDSA"},
        {"staple12", "CertificateRequest", "accepted issuers", "O=Peel Test; CN=Peel Test Root"},
        {"resume13", "ClientHello", "resumption", "ticket (32)"},
        {"resume13", "ClientHello", "early data", "follows"},
        {"resume13", "ServerHello", "resumption", "ticket accepted"},
        {"resume13", "EncryptedExtensions", "early data", "accepted"},
        {"hybrid", "ClientHello", "key share", "X25519MLKEM768 (1216), x25519 (32)"},
        {"hybrid", "ServerHello", "key share", "X25519MLKEM768 (1120)"},
    };
    struct message message = {0};
    struct buf value = {0};
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        struct handshake_view view = {0};
        struct span bytes = {0};
        size_t at = index_of(rows[i].handshake, rows[i].message), first = at;
        while (first > 0 && strcmp(recordings[first - 1].handshake, rows[i].handshake) == 0)
            first--;
        struct tls_message m = {0};
        for (; first <= at; first++) {
            mem_free(bytes.ptr);
            m = open_recording(first, &view, &bytes);
        }
        message_decode(&message, &view, &m);
        assert_string_equal(message.name, rows[i].message);
        assert_false(message.is_unreadable);
        const struct message_field *field = message_find(&message, rows[i].field);
        buf_clear(&value);
        if (field)
            append_field(&value, &message, field);
        if (!field || strcmp(buf_text(&value), rows[i].expected) != 0)
            print_error("%s %s, %s\n", rows[i].handshake, rows[i].message, rows[i].field);
        assert_non_null(field);
        assert_string_equal(buf_text(&value), rows[i].expected);
        mem_free(bytes.ptr);
    }
    message_done(&message);
    buf_done(&value);
}

/* Shows it in every way and looks at each line: escaped, and within the width. */
static void expect_harmless(struct message *message, const struct handshake_view *view, const struct tls_message *m,
                            unsigned most)
{
    struct buf out = {0}, again = {0};
    message_decode(message, view, m);
    for (unsigned verbosity = MESSAGE_VIEW_BRIEF; verbosity <= most; verbosity++) {
        buf_clear(&out);
        message_view_append(&out, message, m->bytes, verbosity, 80);
        for (struct slice rest = buf_slice(&out); rest.len > 0;) {
            struct slice line = slice_first(rest, slice_find(rest, '\n'));
            assert_true(line.len > 0 && line.ptr[0] == '*' && line.len < rest.len);
            buf_clear(&again);
            escape_append(&again, line);
            assert_true(slice_equal(buf_slice(&again), line));
            assert_true(columns_of(line) <= 80);
            rest = slice_from(rest, line.len + 1);
        }
    }
    buf_done(&out);
    buf_done(&again);
}

/* No message of the recordings has a part that cannot be read. */
static void recordings_are_read_whole(void **state)
{
    (void)state;
    struct message message = {0};
    struct handshake_view view = {0};
    for (size_t i = 0; i < N_ROWS(recordings); i++) {
        struct span bytes;
        struct tls_message m = open_recording(i, &view, &bytes);
        message_decode(&message, &view, &m);
        assert_string_equal(message.name, recordings[i].name);
        assert_false(message.is_unreadable);
        for (size_t k = 0; k < message.n_fields; k++)
            assert_int_not_equal(message.fields[k].kind, FIELD_UNREADABLE);
        expect_harmless(&message, &view, &m, MESSAGE_VIEW_HEX);
        mem_free(bytes.ptr);
    }
    message_done(&message);
}

#define RANDOM "0000000000000000000000000000000000000000000000000000000000000000"

static void bytes_made_by_hand_are_shown(void **state)
{
    (void)state;
    static const struct {
        uint16_t version, cipher;
        enum tls_message_kind kind;
        unsigned verbosity;
        const char *hex, *shown;
    } rows[] = {
        /* GREASE stands where it was; an extension that no one knows has its number; control bytes are escaped */
        {0, 0, TLS_MESSAGE_HANDSHAKE, 2,
         "0100005f"
         "0303" RANDOM "00"
         "0004"
         "0a0a1301"
         "0100"
         "0032"
         "002b0007062a2a03040303"
         "0000000600040000011b"
         "000a00060004"
         "1a1a11ec"
         "0033000b0009"
         "1a1a000100"
         "11ec0000"
         "fffe0000",
         "*      versions          GREASE, TLS 1.3, TLS 1.2\n"
         "*      server name       \\x1b\n"
         "*      ciphers           TLS_AES_128_GCM_SHA256, +1 for TLS 1.2 (-vvv lists)\n"
         "*      groups            GREASE, X25519MLKEM768\n"
         "*      key share         GREASE (1 byte), X25519MLKEM768 (0 bytes)\n"
         "*      JA4 fingerprint   t13d010500_"},
        /* the length within server_name is one too many: the others are read all the same */
        {0, 0, TLS_MESSAGE_HANDSHAKE, 2,
         "01000046"
         "0303" RANDOM "00"
         "00021301"
         "0100"
         "001b"
         "002b0003020304"
         "00000006000500000161"
         "000a000400020017"
         "ffff",
         "*      versions          TLS 1.3\n"
         "*      server name       cannot be read\n"
         "*      ciphers           TLS_AES_128_GCM_SHA256\n"
         "*      groups            P-256\n"
         "*      the rest cannot be read\n"},
        {0, 0, TLS_MESSAGE_HANDSHAKE, 2,
         "01000046"
         "0303" RANDOM "00"
         "00021301"
         "0100"
         "001b"
         "002b00050203040303"
         "00000006000500000161"
         "000a000400020017",
         "*      versions          TLS 1.3\n"
         "*      versions          cannot be read\n"
         "*      server name       cannot be read\n"
         "*      ciphers           TLS_AES_128_GCM_SHA256\n"
         "*      groups            P-256\n"
         "*      JA4 fingerprint   t13d010300_"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, 2,
         "08000015"
         "0013"
         "000a00060004001dfefe"
         "002a0000"
         "00000000"
         "ff",
         "*      ALPN              none chosen\n"
         "*      server name       known to the server\n"
         "*      groups            x25519, 0xfefe\n"
         "*      early data        accepted\n"
         "*      the rest cannot be read\n"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, 2,
         "08000014"
         "0012"
         "000a00060004001dfefe"
         "002a0000"
         "00000000",
         "*      ALPN              none chosen\n"
         "*      server name       known to the server\n"
         "*      groups            x25519, 0xfefe\n"
         "*      early data        accepted\n"},
        /* two CT timestamps of 2026-10-01T00:00:00Z; what is no certificate */
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, 2,
         "0b000072"
         "00"
         "00006e"
         "000001ff"
         "0068"
         "00120064"
         "0062"
         "002f00" RANDOM "000001a0f4c2c400"
         "0000"
         "0403"
         "0000"
         "002f00" RANDOM "000001a0f4c2c400"
         "0000"
         "0403"
         "0000",
         "*      certificate 0     cannot be read (1 byte)\n"
         "*        CT timestamps   2026-10-01T00:00:00Z, 2026-10-01T00:00:00Z\n"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, 2,
         "0400000e"
         "00015180"
         "00000000"
         "00"
         "000161"
         "0000",
         "*      lifetime          86400 s (1 day)\n"
         "*      ticket            1 byte\n"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, 2,
         "04000016"
         "00000005"
         "00000000"
         "00"
         "000161"
         "0008"
         "002a000400004000",
         "*      lifetime          5 s\n"
         "*      ticket            1 byte\n"
         "*      early data        16384 bytes\n"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, 2,
         "19000009"
         "0002"
         "000100"
         "00000161",
         "*      compression       brotli\n"
         "*      unpacked          256 bytes\n"
         "*      packed            1 byte\n"
         "*      the rest cannot be read\n"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, 2,
         "19000010"
         "0002"
         "000004"
         "000008"
         "300010"
         "00000000"
         "03",
         "*      compression       brotli\n"
         "*      unpacked          4 bytes\n"
         "*      packed            8 bytes\n"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, 2,
         "0d00000b"
         "00"
         "0008"
         "000d000400020807",
         "*      signatures        ed25519\n"
         "*      accepted issuers  any\n"
         "*      ours              none configured\n"
         "*      hint              if the server insists: --cert FILE --key FILE\n"},
        {0x0303, 0x0035, TLS_MESSAGE_HANDSHAKE, 2, "0c00000100", "*      content           1 byte\n"},
        {0x0303, 0, TLS_MESSAGE_HANDSHAKE, 2,
         "02000026"
         "0303" RANDOM "00"
         "0035"
         "00",
         "*      version           TLS 1.2\n"
         "*      cipher            TLS_RSA_WITH_AES_256_CBC_SHA\n"
         "*      renegotiation     insecure: the server lacks RFC 5746\n"},
        {0x0303, 0, TLS_MESSAGE_HANDSHAKE, 2,
         "0200002e"
         "0303000000000000000000000000000000000000000000000000444f574e4752440100"
         "c02f"
         "00"
         "0006"
         "ff01000201aa",
         "*      version           TLS 1.2\n"
         "*      cipher            TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n"
         "*      renegotiation     secure (RFC 5746)\n"
         "*      downgrade mark    the server can do TLS 1.3\n"},
        {0x0303, 0, TLS_MESSAGE_HANDSHAKE, 2, "00000000", ""},
        {0x0303, 0, TLS_MESSAGE_HANDSHAKE, 2, "4d000000", "*      it cannot be read\n"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, 2, "1800000102", "*      it cannot be read\n"},
        {0x0303, 0, TLS_MESSAGE_ALERT, 2, "0228", ""},
        {0x0303, 0, TLS_MESSAGE_ALERT, 3, "0228",
         "*      record            the one before holds it too\n"
         "*      level             fatal\n"
         "*      alert             handshake_failure\n"
         "*      sent by           server\n"},
        {0x0303, 0, TLS_MESSAGE_CCS, 4, "01",
         "*      record            the one before holds it too\n"
         "*      0000: 01                                              .\n"},
    };
    struct message message = {0};
    struct buf out = {0};
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        struct handshake_view view = {.version = rows[i].version, .cipher = rows[i].cipher};
        struct span bytes = from_hex(rows[i].hex);
        struct tls_message m = {
            .kind = rows[i].kind, .version = rows[i].version, .bytes = slice_make(bytes.ptr, bytes.len)};
        message_decode(&message, &view, &m);
        buf_clear(&out);
        message_view_append(&out, &message, m.bytes, rows[i].verbosity, 80);
        /* Of a fingerprint only the start is said here. */
        if (strlen(rows[i].shown) > 0 && rows[i].shown[strlen(rows[i].shown) - 1] != '\n')
            assert_memory_equal(buf_text(&out), rows[i].shown, strlen(rows[i].shown));
        else
            assert_string_equal(buf_text(&out), rows[i].shown);
        mem_free(bytes.ptr);
    }
    message_done(&message);
    buf_done(&out);
}

/* Every prefix, in memory of its own size, as it came and with a header that says that this is all. */
static void cut_messages_do_no_harm(void **state)
{
    (void)state;
    struct message message = {0};
    struct handshake_view view = {0};
    for (size_t i = 0; i < N_ROWS(recordings); i++) {
        struct span whole;
        struct tls_message m = open_recording(i, &view, &whole);
        for (size_t len = 0; len < whole.len; len++) {
            char *cut = mem_alloc(len);
            memcpy(cut, whole.ptr, len);
            m.bytes = slice_make(cut, len);
            expect_harmless(&message, &view, &m, MESSAGE_VIEW_FULL);
            assert_true(message.is_unreadable || m.kind == TLS_MESSAGE_CCS);
            if (m.kind == TLS_MESSAGE_HANDSHAKE && len >= 4) {
                cut[1] = 0;
                cut[2] = (char)((len - 4) >> 8);
                cut[3] = (char)(len - 4);
                expect_harmless(&message, &view, &m, MESSAGE_VIEW_FULL);
            }
            mem_free(cut);
        }
        mem_free(whole.ptr);
    }
    message_done(&message);
}

/* Each byte one more, or one less, or all bits set: whichever of them is a length is then wrong. */
static void damaged_messages_do_no_harm(void **state)
{
    (void)state;
    struct message message = {0};
    struct handshake_view view = {0};
    for (size_t i = 0; i < N_ROWS(recordings); i++) {
        struct span bytes;
        struct tls_message m = open_recording(i, &view, &bytes);
        for (size_t at = 0; at < bytes.len; at++) {
            char before = bytes.ptr[at];
            const char damaged[] = {(char)(before + 1), (char)(before - 1), (char)0xff};
            bytes.ptr[at] = damaged[(i + at) % sizeof damaged];
            expect_harmless(&message, &view, &m, MESSAGE_VIEW_FULL);
            bytes.ptr[at] = before;
        }
        mem_free(bytes.ptr);
    }
    message_done(&message);
}

/* One length wrong by one: that part, and no other, cannot be read; or nothing can. */
static void a_wrong_length_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *handshake, *message;
        size_t at;         /* of the last byte of a length */
        const char *field; /* NULL: the message */
    } rows[] = {
        {"tls13", "ClientHello", 3, NULL},           /* of the message */
        {"tls13", "ClientHello", 38, NULL},          /* session id */
        {"tls13", "ClientHello", 72, NULL},          /* ciphers */
        {"tls13", "ClientHello", 81, NULL},          /* compression */
        {"tls13", "ClientHello", 84, NULL},          /* extensions */
        {"tls13", "ClientHello", 90, "server name"}, /* the list in it */
        {"tls13", "ServerHello", 3, NULL},
        {"tls13", "ServerHello", 38, NULL},
        {"tls13", "ServerHello", 75, NULL}, /* extensions */
        {"tls13", "EncryptedExtensions", 5, NULL},
        {"tls13", "EncryptedExtensions", 11, "ALPN"},
        {"tls13", "Certificate", 7, NULL}, /* the list */
        {"tls13", "CertificateVerify", 7, NULL},
        {"mtls13", "CertificateRequest", 6, NULL},
        {"mtls13", "CertificateRequest", 12, "signatures"},
        {"staple12", "CertificateStatus", 7, NULL},
        {"tls12", "ServerKeyExchange", 7, NULL},
    };
    struct message message = {0};
    for (size_t i = 0; i < N_ROWS(rows); i++)
        for (int by = -1; by <= 1; by += 2) {
            struct handshake_view view = {.version = 0x0303, .cipher = 0xc030};
            struct span bytes;
            size_t at = index_of(rows[i].handshake, rows[i].message);
            view = (struct handshake_view){.version = recordings[at].version, .cipher = 0xc030};
            struct tls_message m = open_recording(at, &view, &bytes);
            view.cipher = 0xc030;
            bytes.ptr[rows[i].at] = (char)(bytes.ptr[rows[i].at] + by);
            message_decode(&message, &view, &m);
            bool is_told = message.is_unreadable;
            for (size_t k = 0; rows[i].field && k < message.n_fields; k++)
                is_told = is_told || (message.fields[k].kind == FIELD_UNREADABLE &&
                                      strcmp(message.fields[k].name, rows[i].field) == 0);
            if (!is_told)
                print_error("%s %s at %zu by %d\n", rows[i].handshake, rows[i].message, rows[i].at, by);
            assert_true(is_told);
            if (rows[i].field)
                assert_false(message.is_unreadable);
            mem_free(bytes.ptr);
        }
    message_done(&message);
}

/* A message may be taken apart inside a call of OpenSSL's, whose errors are not to be mixed with ours. */
static void openssl_is_not_disturbed(void **state)
{
    (void)state;
    struct message message = {0};
    struct handshake_view view = {.version = 0x0304};
    struct span bytes = from_hex("0b00000a00000006000001ff0000");
    struct tls_message m = {.version = 0x0304, .bytes = slice_make(bytes.ptr, bytes.len)};
    ERR_clear_error();
    message_decode(&message, &view, &m);
    const struct message_field *field = message_find(&message, "certificate");
    assert_non_null(field);
    assert_true(slice_equal(message_value_text(&message, message_values(&message, field)), SLICE("cannot be read")));
    assert_int_equal(ERR_peek_error(), 0);
    ERR_clear_error();
    mem_free(bytes.ptr);
    message_done(&message);
}

static void ours_is_compared_with_what_is_wanted(void **state)
{
    (void)state;
    static const struct {
        const char *issuer, *end;
    } rows[] = {
        {"CN=t", "*      ours              CN=me\n*      ours issued by    CN=t\n"},
        {"CN=u", "*      ours              CN=me\n*      ours issued by    CN=u\n"
                 "*      hint              that issuer is not among the accepted ones\n"},
    };
    struct message message = {0};
    struct buf out = {0};
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        struct handshake_view view = {0};
        struct span bytes;
        struct tls_message m = open_recording(index_of("mtls13", "CertificateRequest"), &view, &bytes);
        view = (struct handshake_view){.version = 0x0304};
        snprintf(view.own_subject, sizeof view.own_subject, "CN=me");
        snprintf(view.own_issuer, sizeof view.own_issuer, "%s", rows[i].issuer);
        message_decode(&message, &view, &m);
        buf_clear(&out);
        message_view_append(&out, &message, m.bytes, MESSAGE_VIEW_BRIEF, 80);
        assert_non_null(strstr(buf_text(&out), rows[i].end));
        mem_free(bytes.ptr);
    }
    message_done(&message);
    buf_done(&out);
}

static void records_are_told(void **state)
{
    (void)state;
    static const struct tls_record records[] = {{22, 0x0301, 16384}, {22, 0x0303, 5}};
    struct message message = {0};
    struct buf out = {0};
    struct handshake_view view = {0};
    struct tls_message m = {.bytes = SLICE("\x0e\0\0\0"), .records = records, .n_records = 2};
    message_decode(&message, &view, &m);
    message_view_append(&out, &message, m.bytes, MESSAGE_VIEW_FULL, 200);
    assert_string_equal(buf_text(&out), "*      record            handshake, TLS 1.0 (16384 bytes), handshake, TLS 1.2 "
                                        "(5 bytes)\n");
    message_done(&message);
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recordings_are_taken_apart),
        cmocka_unit_test(recordings_are_read_whole),
        cmocka_unit_test(bytes_made_by_hand_are_shown),
        cmocka_unit_test(cut_messages_do_no_harm),
        cmocka_unit_test(damaged_messages_do_no_harm),
        cmocka_unit_test(a_wrong_length_is_told),
        cmocka_unit_test(openssl_is_not_disturbed),
        cmocka_unit_test(ours_is_compared_with_what_is_wanted),
        cmocka_unit_test(records_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

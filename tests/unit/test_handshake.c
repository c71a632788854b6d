/* insight/: handshake messages in words, from recordings and from bytes made by hand. */
#include "base/mem.h"
#include "from_hex.h"
#include "insight/handshake.h"
#include "insight/names.h"
#include "tls_recordings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define N_ROWS(rows) (sizeof(rows) / sizeof *(rows))

/* What is said of one message, as "Name|meaning". */
static const char *told(struct buf *out, struct handshake_view *view, const struct tls_message *m)
{
    struct buf name = {0}, meaning = {0};
    handshake_describe(view, m, &name, &meaning);
    buf_clear(out);
    buf_printf(out, "%s|%s", buf_text(&name), buf_text(&meaning));
    buf_done(&name);
    buf_done(&meaning);
    return buf_text(out);
}

static void recordings_are_told(void **state)
{
    (void)state;
    struct handshake_view view = {0};
    struct buf out = {0};
    for (size_t i = 0; i < N_ROWS(recordings); i++) {
        const struct recorded_message *r = &recordings[i];
        if (i == 0 || strcmp(r->handshake, recordings[i - 1].handshake) != 0)
            view = (struct handshake_view){0};
        struct span bytes = from_hex(r->hex);
        struct tls_message m = {
            .is_sent = r->is_sent, .kind = r->kind, .version = r->version, .bytes = slice_make(bytes.ptr, bytes.len)};
        char expected[200];
        snprintf(expected, sizeof expected, "%s|%s", r->name, r->meaning);
        assert_string_equal(told(&out, &view, &m), expected);
        assert_int_equal(handshake_is_finished(&m), strcmp(r->name, "Finished") == 0);
        mem_free(bytes.ptr);
    }
    buf_done(&out);
}

static void bytes_made_by_hand_are_told(void **state)
{
    (void)state;
#define RANDOM "0000000000000000000000000000000000000000000000000000000000000000"
    static const struct {
        uint16_t version, cipher; /* as ServerHello would have told */
        enum tls_message_kind kind;
        const char *hex, *told;
    } rows[] = {
        /* TLS 1.3/1.2, GREASE left out, SNI, hybrid (2 bytes of key will do) and x25519 */
        {0, 0, TLS_MESSAGE_HANDSHAKE,
         "01000055"
         "0303" RANDOM "00"
         "00021301"
         "0100"
         "002a"
         "002b0007062a2a03040303"
         "00000006000400000161"
         "00330011000f1a1a000100"
         "11ec00020000"
         "001d0000",
         "ClientHello|TLS 1.3/1.2, SNI, X25519MLKEM768 +1"},
        /* no extensions at all */
        {0, 0, TLS_MESSAGE_HANDSHAKE,
         "01000029"
         "0301" RANDOM "00"
         "00020035"
         "0100",
         "ClientHello|TLS 1.0, no SNI"},
        /* ticket of TLS 1.2, empty and not; P-256 and x25519 fit; early data */
        {0, 0, TLS_MESSAGE_HANDSHAKE,
         "0100002f"
         "0303" RANDOM "00"
         "00020035"
         "0100"
         "0004"
         "00230000",
         "ClientHello|TLS 1.2, no SNI"},
        {0, 0, TLS_MESSAGE_HANDSHAKE,
         "01000044"
         "0303" RANDOM "00"
         "00020035"
         "0100"
         "0019"
         "0023000101"
         "0033000a0008"
         "00170000"
         "001d0000"
         "002a0000"
         "ff",
         "ClientHello|cannot be read"},
        {0, 0, TLS_MESSAGE_HANDSHAKE,
         "01000042"
         "0303" RANDOM "00"
         "00020035"
         "0100"
         "0017"
         "0023000101"
         "0033000a0008"
         "00170000"
         "001d0000"
         "002a0000",
         "ClientHello|TLS 1.2, no SNI, P-256+x25519, ticket, early data"},
        {0, 0, TLS_MESSAGE_HANDSHAKE,
         "0200003c"
         "0303" RANDOM "00"
         "1303"
         "00"
         "0014"
         "002b00020304"
         "00330004001d0000"
         "002900020000",
         "ServerHello|TLS 1.3, ChaCha20-Poly1305, x25519, ticket accepted"},
        {0, 0, TLS_MESSAGE_HANDSHAKE,
         "02000026"
         "0303" RANDOM "00"
         "fefe"
         "00",
         "ServerHello|TLS 1.2, 0xfefe"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE,
         "0800000b0009"
         "001000050003021b5b",
         "EncryptedExtensions|ALPN \\x1b["},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE,
         "080000060004"
         "002a0000",
         "EncryptedExtensions|no ALPN, early data accepted"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE,
         "0b00001800"
         "000014"
         "00000161"
         "0006"
         "0005000201ff"
         "0000026263"
         "0000"
         "ff",
         "Certificate|cannot be read"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE,
         "0b00001700"
         "000013"
         "00000161"
         "0006"
         "0005000201ff"
         "0000026263"
         "0000",
         "Certificate|2 certificates, staple"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, "0b00000400000000", "Certificate|no certificate"},
        {0x0303, 0, TLS_MESSAGE_HANDSHAKE,
         "0b00000c"
         "000009"
         "00000161"
         "0000026263",
         "Certificate|2 certificates"},
        {0x0303, 0, TLS_MESSAGE_HANDSHAKE, "0b000003000000", "Certificate|no certificate"},
        {0x0303, 0xc02b, TLS_MESSAGE_HANDSHAKE,
         "0c00000904ffff0100040300"
         "00",
         "ServerKeyExchange|cannot be read"},
        {0x0303, 0x0035, TLS_MESSAGE_HANDSHAKE, "0c00000100", "ServerKeyExchange|"},
        {0x0303, 0, TLS_MESSAGE_HANDSHAKE,
         "16000005010000"
         "01ff",
         "CertificateStatus|staple"},
        {0x0303, 0, TLS_MESSAGE_HANDSHAKE, "00000000", "HelloRequest|server wants to renegotiate"},
        {0x0303, 0, TLS_MESSAGE_HANDSHAKE, "04000006000000000000", "NewSessionTicket|no lifetime given"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE,
         "04000017"
         "00001c20"
         "00000000"
         "0100"
         "000161"
         "0008"
         "002a000400004000",
         "NewSessionTicket|valid 7200 s, early data 16384 bytes"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE,
         "0400000e"
         "00000000"
         "00000000"
         "00"
         "000161"
         "0000",
         "NewSessionTicket|not to be kept"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, "1800000100", "KeyUpdate|new keys"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, "1800000102", "KeyUpdate|cannot be read"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, "05000000", "EndOfEarlyData|"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, "19000000", "CompressedCertificate|cannot be read"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE,
         "19000009"
         "0007"
         "000064"
         "000001"
         "00",
         "CompressedCertificate|0x0007"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, "4d000000", "type 77|"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, "", "type 0|cannot be read"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, "14000001", "Finished|cannot be read"},
        {0x0304, 0, TLS_MESSAGE_HANDSHAKE, "1400000000", "Finished|cannot be read"},
        {0x0303, 0, TLS_MESSAGE_ALERT, "0228", "Alert|fatal: handshake_failure (40)"},
        {0x0304, 0, TLS_MESSAGE_ALERT, "0274", "Alert|fatal: certificate_required (116)"},
        {0x0303, 0, TLS_MESSAGE_ALERT, "0170", "Alert|warning: unrecognized_name (112)"},
        {0x0303, 0, TLS_MESSAGE_ALERT, "09c8", "Alert|level 9: unknown (200)"},
        {0x0303, 0, TLS_MESSAGE_ALERT, "02", "Alert|cannot be read"},
        {0x0303, 0, TLS_MESSAGE_CCS, "01", "ChangeCipherSpec|encrypted from here on"},
    };
#undef RANDOM
    struct buf out = {0};
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        struct handshake_view view = {.version = rows[i].version, .cipher = rows[i].cipher};
        struct span bytes = from_hex(rows[i].hex);
        struct tls_message m = {
            .kind = rows[i].kind, .version = rows[i].version, .bytes = slice_make(bytes.ptr, bytes.len)};
        assert_string_equal(told(&out, &view, &m), rows[i].told);
        mem_free(bytes.ptr);
    }
    buf_done(&out);
}

/* Every prefix, in memory of its own size: nothing behind its end is read, and it is said to be unreadable. */
static void cut_messages_cannot_be_read(void **state)
{
    (void)state;
    struct buf out = {0};
    for (size_t i = 0; i < N_ROWS(recordings); i++) {
        struct span whole = from_hex(recordings[i].hex);
        for (size_t len = 0; len < whole.len; len++) {
            struct handshake_view view = {.cipher = 0xc030};
            char *cut = mem_alloc(len);
            memcpy(cut, whole.ptr, len);
            struct tls_message m = {.kind = recordings[i].kind, .version = 0x0304, .bytes = slice_make(cut, len)};
            told(&out, &view, &m);
            if (m.kind == TLS_MESSAGE_HANDSHAKE)
                assert_non_null(strstr(buf_text(&out), "|cannot be read"));
            mem_free(cut);
        }
        mem_free(whole.ptr);
    }
    buf_done(&out);
}

/* The length of the header fits, the content is cut: what the inner lengths claim is not there. */
static void cut_bodies_are_survived(void **state)
{
    (void)state;
    struct buf out = {0};
    for (size_t i = 0; i < N_ROWS(recordings); i++) {
        struct span whole = from_hex(recordings[i].hex);
        if (recordings[i].kind == TLS_MESSAGE_HANDSHAKE)
            for (size_t len = 4; len < whole.len; len++) {
                struct handshake_view view = {.cipher = 0xc030};
                char *cut = mem_alloc(len);
                memcpy(cut, whole.ptr, len);
                cut[1] = 0;
                cut[2] = (char)((len - 4) >> 8);
                cut[3] = (char)(len - 4);
                struct tls_message m = {.version = recordings[i].version, .bytes = slice_make(cut, len)};
                told(&out, &view, &m);
                mem_free(cut);
            }
        mem_free(whole.ptr);
    }
    buf_done(&out);
}

/* Seeded damage of one byte at every place: no crash, and nothing that a terminal would obey. */
static void damaged_messages_stay_printable(void **state)
{
    (void)state;
    struct buf out = {0};
    unsigned random = 1;
    for (size_t i = 0; i < N_ROWS(recordings); i++) {
        struct span bytes = from_hex(recordings[i].hex);
        for (size_t at = 0; at < bytes.len; at++) {
            char before = bytes.ptr[at];
            random = random * 1103515245u + 12345u;
            bytes.ptr[at] = (char)(random >> 16);
            struct handshake_view view = {0};
            struct tls_message m = {.kind = recordings[i].kind,
                                    .version = recordings[i].version,
                                    .bytes = slice_make(bytes.ptr, bytes.len)};
            for (const char *c = told(&out, &view, &m); *c; c++)
                assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
            bytes.ptr[at] = before;
        }
        mem_free(bytes.ptr);
    }
    buf_done(&out);
}

static void fatal_alerts_are_known(void **state)
{
    (void)state;
    struct tls_message m = {.kind = TLS_MESSAGE_ALERT, .bytes = SLICE("\x02\x28")};
    assert_true(handshake_is_fatal_alert(&m));
    m.bytes = SLICE("\x01\x00");
    assert_false(handshake_is_fatal_alert(&m));
    m.bytes = SLICE("");
    assert_false(handshake_is_fatal_alert(&m));
    m = (struct tls_message){.kind = TLS_MESSAGE_HANDSHAKE, .bytes = SLICE("\x02\x28")};
    assert_false(handshake_is_fatal_alert(&m));
}

/* Every code point gives a name that fits. */
static void names_are_never_empty(void **state)
{
    (void)state;
    char name[NAME_SIZE];
    for (unsigned code = 0; code <= UINT16_MAX; code++) {
        assert_true(strlen(name_of_cipher(name, (uint16_t)code)) > 0);
        assert_true(strlen(name_of_group(name, (uint16_t)code)) > 0);
        assert_true(strlen(name_of_signature(name, (uint16_t)code)) > 0);
        assert_true(strlen(name_of_version(name, (uint16_t)code)) > 0);
    }
    assert_string_equal(name_of_group(name, 0x11ec), "X25519MLKEM768");
    assert_string_equal(name_of_cipher(name, 0x1301), "AES-128-GCM");
    assert_string_equal(name_of_cipher(name, 0xc05c), "ECDHE-ECDSA ARIA-128-GCM");
    assert_string_equal(name_of_cipher(name, 0x13ff), "0x13ff");
    assert_string_equal(name_of_alert(48), "unknown_ca");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recordings_are_told),
        cmocka_unit_test(bytes_made_by_hand_are_told),
        cmocka_unit_test(cut_messages_cannot_be_read),
        cmocka_unit_test(cut_bodies_are_survived),
        cmocka_unit_test(damaged_messages_stay_printable),
        cmocka_unit_test(fatal_alerts_are_known),
        cmocka_unit_test(names_are_never_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

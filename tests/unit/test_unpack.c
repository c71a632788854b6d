/* insight/: CompressedCertificate messages (RFC 8879), made here of a recorded Certificate: what is inside is told as
 * that is, and whoever lies about it is not followed. */
#include "base/mem.h"
#include "from_hex.h"
#include "insight/decode.h"
#include "insight/unpack.h"
#include "tls_recordings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <zlib.h>
#include <zstd.h>

#define N_ROWS(rows) (sizeof(rows) / sizeof *(rows))

enum algorithm {
    ZLIB = 1,
    BROTLI,
    ZSTD,
};

enum {
    ROOM = 256 * 1024,
    HEADER = 4, /* of a handshake message */
};

/* One block that is stored as it is, and an empty last one (RFC 7932 section 9.2): what needs no encoder. */
static void store_brotli(struct buf *out, struct slice plain)
{
    uint32_t header = (uint32_t)(plain.len - 1) << 4 | 1u << 20;
    assert_true(plain.len > 0 && plain.len <= 1 << 16);
    for (unsigned i = 0; i < 3; i++)
        buf_append_byte(out, (char)(header >> (8 * i)));
    buf_append(out, plain);
    buf_append_byte(out, '\x03');
}

static void pack(struct buf *out, enum algorithm algorithm, struct slice plain)
{
    if (algorithm == BROTLI) {
        store_brotli(out, plain);
        return;
    }
    char *packed = mem_alloc(ROOM);
    uLongf len = ROOM;
    if (algorithm == ZLIB)
        assert_int_equal(compress((Bytef *)packed, &len, (const Bytef *)plain.ptr, plain.len), Z_OK);
    else
        len = ZSTD_compress(packed, ROOM, plain.ptr, plain.len, 1);
    buf_append(out, slice_make(packed, len));
    mem_free(packed);
}

static void append_u24(struct buf *out, size_t number)
{
    for (int shift = 16; shift >= 0; shift -= 8)
        buf_append_byte(out, (char)(number >> shift));
}

/* unpacked: what the message says of that. */
static void make_message(struct buf *out, unsigned algorithm, size_t unpacked, struct slice packed)
{
    buf_append_byte(out, 25);
    append_u24(out, 2 + 3 + 3 + packed.len);
    buf_append_byte(out, '\0');
    buf_append_byte(out, (char)algorithm);
    append_u24(out, unpacked);
    append_u24(out, packed.len);
    buf_append(out, packed);
}

static struct tls_message message_of(struct slice bytes)
{
    return (struct tls_message){.kind = TLS_MESSAGE_HANDSHAKE, .version = 0x0304, .bytes = bytes};
}

static const char *hex_of_certificate(const char *handshake)
{
    for (size_t i = 0; i < N_ROWS(recordings); i++)
        if (strcmp(recordings[i].handshake, handshake) == 0 && strcmp(recordings[i].name, "Certificate") == 0)
            return recordings[i].hex;
    fail_msg("no such recording");
    return NULL;
}

static const char *described(struct buf *out, struct slice bytes)
{
    struct handshake_view view = {.version = 0x0304};
    struct tls_message m = message_of(bytes);
    struct buf name = {0};
    buf_clear(out);
    handshake_describe(&view, &m, &name, out);
    buf_done(&name);
    return buf_text(out);
}

static void decode(struct message *out, struct slice bytes)
{
    struct handshake_view view = {.version = 0x0304};
    struct tls_message m = message_of(bytes);
    message_decode(out, &view, &m);
}

/* Fields of plain from the first certificate on are those of packed. */
static void expect_same_inside(const struct message *plain, const struct message *packed)
{
    const struct message_field *in_plain = message_find(plain, "certificate");
    const struct message_field *in_packed = message_find(packed, "certificate");
    assert_non_null(in_plain);
    assert_non_null(in_packed);
    size_t n = plain->n_fields - (size_t)(in_plain - plain->fields);
    assert_int_equal(packed->n_fields - (size_t)(in_packed - packed->fields), n);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(in_plain[i].name, in_packed[i].name);
        assert_int_equal(in_plain[i].n, in_packed[i].n);
        for (size_t j = 0; j < in_plain[i].n; j++)
            assert_true(slice_equal(message_value_text(plain, message_values(plain, &in_plain[i]) + j),
                                    message_value_text(packed, message_values(packed, &in_packed[i]) + j)));
    }
}

static void the_inside_is_that_of_a_certificate(void **state)
{
    (void)state;
    static const struct {
        const char *handshake, *says;
        enum algorithm algorithm;
    } rows[] = {
        {"tls13", "1 certificate, zlib", ZLIB},
        {"tls13", "1 certificate, brotli", BROTLI},
        {"tls13", "1 certificate, zstd", ZSTD},
        {"staple13", "2 certificates, staple, zlib", ZLIB},
        {"staple13", "2 certificates, staple, zstd", ZSTD},
    };
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        struct span bytes = from_hex(hex_of_certificate(rows[i].handshake));
        struct slice whole = slice_make(bytes.ptr, bytes.len), content = slice_from(whole, HEADER);
        struct buf packed = {0}, made = {0}, says = {0};
        struct message plain_message = {0}, packed_message = {0};
        pack(&packed, rows[i].algorithm, content);
        make_message(&made, rows[i].algorithm, content.len, buf_slice(&packed));
        assert_string_equal(described(&says, buf_slice(&made)), rows[i].says);
        decode(&plain_message, whole);
        decode(&packed_message, buf_slice(&made));
        assert_false(packed_message.is_unreadable);
        assert_string_equal(packed_message.name, "CompressedCertificate");
        expect_same_inside(&plain_message, &packed_message);
        assert_int_equal(message_find(&packed_message, "unpacked")->number, content.len);
        assert_int_equal(message_find(&packed_message, "packed")->number, packed.len);
        message_done(&plain_message);
        message_done(&packed_message);
        buf_done(&packed);
        buf_done(&made);
        buf_done(&says);
        mem_free(bytes.ptr);
    }
}

static void expect_unreadable(unsigned algorithm, size_t unpacked, struct slice packed)
{
    struct buf made = {0}, says = {0};
    struct message message = {0};
    make_message(&made, algorithm, unpacked, packed);
    decode(&message, buf_slice(&made));
    assert_true(message.is_unreadable);
    assert_null(message_find(&message, "certificate"));
    assert_int_equal(message_find(&message, "unpacked")->number, unpacked);
    assert_string_equal(described(&says, buf_slice(&made)), "cannot be read");
    message_done(&message);
    buf_done(&made);
    buf_done(&says);
}

static void lies_are_not_followed(void **state)
{
    (void)state;
    struct span bytes = from_hex(hex_of_certificate("tls13"));
    struct slice content = slice_from(slice_make(bytes.ptr, bytes.len), HEADER);
    for (enum algorithm algorithm = ZLIB; algorithm <= ZSTD; algorithm++) {
        struct buf packed = {0};
        pack(&packed, algorithm, content);
        const size_t lengths[] = {0, content.len - 1, content.len + 1, UNPACKED_MAX, UNPACKED_MAX + 1, 0xffffff};
        for (size_t i = 0; i < N_ROWS(lengths); i++)
            expect_unreadable(algorithm, lengths[i], buf_slice(&packed));
        for (size_t len = 0; len < packed.len; len++)
            expect_unreadable(algorithm, content.len, slice_first(buf_slice(&packed), len));
        buf_append_byte(&packed, 'x');
        expect_unreadable(algorithm, content.len, buf_slice(&packed));
        expect_unreadable(algorithm, content.len, content);
        buf_done(&packed);
    }
    mem_free(bytes.ptr);
}

/* Whose inside is as long as was said, but longer than anybody takes; or much longer than was said. */
static void bombs_do_not_go_off(void **state)
{
    (void)state;
    enum {
        LARGE = 8 * 1024 * 1024
    };
    char *zeros = mem_alloc(LARGE);
    for (enum algorithm algorithm = ZLIB; algorithm <= ZSTD; algorithm += ZSTD - ZLIB) {
        const size_t lengths[] = {UNPACKED_MAX, UNPACKED_MAX + 1, LARGE};
        for (size_t i = 0; i < N_ROWS(lengths); i++) {
            struct buf packed = {0}, out = {0};
            pack(&packed, algorithm, slice_make(zeros, lengths[i]));
            struct packed_certificate certificate = {(uint16_t)algorithm, (uint32_t)lengths[i], buf_slice(&packed)};
            assert_int_equal(packed_certificate_unpack(&certificate, &out), lengths[i] <= UNPACKED_MAX);
            assert_int_equal(out.len, lengths[i] <= UNPACKED_MAX ? lengths[i] : 0);
            certificate.unpacked = 1000;
            assert_false(packed_certificate_unpack(&certificate, &out));
            assert_int_equal(out.len, 0);
            buf_done(&packed);
            buf_done(&out);
        }
    }
    mem_free(zeros);
}

/* Not what a Certificate holds, or one of an algorithm that nobody knows yet. */
static void the_inside_may_be_anything(void **state)
{
    (void)state;
    struct buf packed = {0}, made = {0}, says = {0};
    struct message message = {0};
    pack(&packed, ZLIB, SLICE("no certificates"));
    expect_unreadable(ZLIB, strlen("no certificates"), buf_slice(&packed));
    make_message(&made, 7, 1000, SLICE("anything"));
    decode(&message, buf_slice(&made));
    assert_false(message.is_unreadable);
    assert_null(message_find(&message, "certificate"));
    assert_string_equal(described(&says, buf_slice(&made)), "0x0007");
    message_done(&message);
    buf_done(&packed);
    buf_done(&made);
    buf_done(&says);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_inside_is_that_of_a_certificate),
        cmocka_unit_test(lies_are_not_followed),
        cmocka_unit_test(bombs_do_not_go_off),
        cmocka_unit_test(the_inside_may_be_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

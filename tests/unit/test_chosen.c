/* tls/chosen: what a server's ServerKeyExchange and CertificateVerify say, whole and cut at every byte. */
#include "tls/chosen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A literal may hold a NUL. */
#define BYTES(literal) literal, sizeof literal - 1

static const struct {
    const char *name;
    const char *bytes;
    size_t len;
    bool is_dhe;
    struct tls_chosen expected;
} rows[] = {
    {"a curve", BYTES("\x0c\0\0\x0a\x03\0\x17\x01P\x04\x03\0\x01S"), false, {0, 0x17, 0x0403}},
    {"a curve that nobody knows", BYTES("\x0c\0\0\x0a\x03\xfe\xed\x01P\x02\x01\0\x01S"), false, {0, 0xfeed, 0x0201}},
    {"a curve by its formula", BYTES("\x0c\0\0\x0a\x01\0\x17\x01P\x04\x03\0\x01S"), false, {0}},
    {"a prime", BYTES("\x0c\0\0\x0d\0\x02\x80\x01\0\x01\x02\0\x01Y\x08\x04\0\x01S"), true, {16, 0, 0x0804}},
    {"a prime with a zero in front",
     BYTES("\x0c\0\0\x0d\0\x03\0\x01\xff\0\x01\x02\0\x01Y\x08\x04\0\x01S"),
     true,
     {9, 0, 0x0804}},
    {"no prime", BYTES("\x0c\0\0\x0d\0\0\0\x01\x02\0\x01Y\x08\x04\0\x01S"), true, {0, 0, 0x0804}},
    {"TLS 1.3", BYTES("\x0f\0\0\x06\x04\x03\0\x02SS"), false, {0, 0, 0x0403}},
    {"another message", BYTES("\x0b\0\0\x06\x04\x03\0\x02SS"), false, {0}},
    {"nothing", BYTES(""), false, {0}},
};

static void whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tls_chosen chosen = {0};
        tls_chosen_note(&chosen, slice_make(rows[i].bytes, rows[i].len), rows[i].is_dhe);
        print_message("%s\n", rows[i].name);
        assert_int_equal(chosen.dh_bits, rows[i].expected.dh_bits);
        assert_int_equal(chosen.group, rows[i].expected.group);
        assert_int_equal(chosen.signature, rows[i].expected.signature);
    }
}

/* What is there is said, and nothing else. */
static void cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t len = 0; len < rows[i].len; len++) {
            struct tls_chosen chosen = {0};
            tls_chosen_note(&chosen, slice_make(rows[i].bytes, len), rows[i].is_dhe);
            assert_true(chosen.dh_bits == 0 || chosen.dh_bits == rows[i].expected.dh_bits);
            assert_true(chosen.group == 0 || chosen.group == rows[i].expected.group);
            assert_true(chosen.signature == 0 || chosen.signature == rows[i].expected.signature);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole),
        cmocka_unit_test(cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tls/framing: where a stream of records ends, whole, byte by byte, and cut at every point. */
#include "tls/framing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    struct slice bytes;
    size_t came, len;
} rows[] = {
    {SLICE_INIT(""), 0, 0},
    {SLICE_INIT("\x16"), 1, 0},
    {SLICE_INIT("\x16\x03\x03\x01"), 4, 0},
    {SLICE_INIT("\x16\x03\x03\x01\x02"), 5, 0x107},
    {SLICE_INIT("\x16\x03\x03\0\x02r"), 6, 7},
    {SLICE_INIT("\x16\x03\x03\0\x02rr"), 0, 0},
    {SLICE_INIT("\x16\x03\x03\0\0"), 0, 0},
    {SLICE_INIT("\x16\x03\x03\0\x02rr\x14\x03\x03\0\x01\x01\x17\x03\x03\xff\xffs"), 6, 0x10004},
    {SLICE_INIT("HTTP/1.1 200 OK"), 15, 0x5034},
};

static void cut_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t cut = 0; cut <= rows[i].bytes.len; cut++) {
            struct tls_framing framing = {0};
            tls_framing_take(&framing, slice_first(rows[i].bytes, cut));
            tls_framing_take(&framing, slice_from(rows[i].bytes, cut));
            assert_int_equal(framing.came, rows[i].came);
            assert_int_equal(tls_framing_len(&framing), rows[i].len);
        }
}

static void byte_by_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tls_framing framing = {0};
        for (size_t at = 0; at < rows[i].bytes.len; at++)
            tls_framing_take(&framing, slice_first(slice_from(rows[i].bytes, at), 1));
        assert_int_equal(framing.came, rows[i].came);
        assert_int_equal(tls_framing_len(&framing), rows[i].len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cut_everywhere), cmocka_unit_test(byte_by_byte)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

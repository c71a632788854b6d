/* base/: buf, error, escape. */
#include "base/buf.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/mem.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void escape_shows_only_what_is_safe(void **state)
{
    (void)state;
    static const struct {
        struct slice in;
        const char *out;
    } rows[] = {
        {SLICE_INIT("plain text, \\ too"), "plain text, \\ too"},
        {SLICE_INIT("\x1b[31m"), "\\x1b[31m"},
        {SLICE_INIT("a\r\nb\tc"), "a\\x0d\\x0ab\\x09c"},
        {SLICE_INIT("\x7f\x9b"), "\\x7f\\x9b"},
        {SLICE_INIT("\xc2\x9b"), "\\xc2\\x9b"},
        {SLICE_INIT("stra\xc3\x9f"
                    "e"),
         "stra\xc3\x9f"
         "e"},
        {SLICE_INIT("\xe2\x80\xae"), "\\xe2\\x80\\xae"},
        {SLICE_INIT("\xe2\x81\xa6\xd8\x9c"), "\\xe2\\x81\\xa6\\xd8\\x9c"},
        {SLICE_INIT("\xc0\xaf"), "\\xc0\\xaf"},
        {SLICE_INIT("\xed\xa0\x80"), "\\xed\\xa0\\x80"},
        {SLICE_INIT("\xf0\x9f\x8d\x8a"), "\xf0\x9f\x8d\x8a"},
        {SLICE_INIT("\xf0\x9f"), "\\xf0\\x9f"},
        {SLICE_INIT("nul\0!"), "nul\\x00!"},
        {SLICE_INIT(""), ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf b = {0};
        escape_append(&b, rows[i].in);
        assert_string_equal(buf_text(&b), rows[i].out);
        buf_done(&b);
        char text[200];
        assert_string_equal(escape_into(text, sizeof text, rows[i].in), rows[i].out);
    }
}

static void escape_into_cuts_at_whole_pieces(void **state)
{
    (void)state;
    char text[12];
    assert_string_equal(escape_into(text, sizeof text, SLICE("12345678901")), "12345678901");
    assert_string_equal(escape_into(text, sizeof text, SLICE("123456789012")), "12345678...");
    assert_string_equal(escape_into(text, sizeof text, SLICE("123456\x1b\x1b")), "123456...");
}

static void buf_grows_and_is_consumed(void **state)
{
    (void)state;
    struct buf b = {0};
    struct buf expected = {0};
    for (unsigned i = 0; i < 2000; i++) {
        buf_printf(&b, "%u,", i);
        if (i % 3 == 0)
            buf_consume(&b, 2);
    }
    size_t len = buf_slice(&b).len;
    buf_append(&expected, buf_slice(&b));
    assert_int_equal(expected.len, len);
    assert_memory_equal(buf_slice(&b).ptr + len - 5, "1999,", 5);
    char *text = buf_take(&b);
    assert_int_equal(strlen(text), len);
    mem_free(text);
    buf_done(&expected);
}

static void buf_prints_numbers_and_texts_of_any_length(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {0, 9, 10, 12345, UINT32_MAX, INT64_MAX, UINT64_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct buf digits = {0}, printed = {0};
        buf_append_number(&digits, numbers[i]);
        buf_printf(&printed, "%" PRIu64, numbers[i]);
        assert_string_equal(buf_text(&digits), buf_text(&printed));
        buf_done(&digits);
        buf_done(&printed);
    }
    for (int width = 0; width < 300; width++) {
        struct buf b = {0};
        buf_append_text(&b, "before");
        buf_printf(&b, "%*s|", width, "");
        assert_int_equal(b.len, 6 + width + 1);
        assert_int_equal(strspn(buf_text(&b) + 6, " "), width);
        assert_string_equal(buf_text(&b) + 6 + width, "|");
        buf_done(&b);
    }
}

static void error_keeps_the_first(void **state)
{
    (void)state;
    struct error err = {0};
    assert_false(error_set(&err, PEEL_COULDNT_CONNECT, "first %d", 1));
    assert_false(error_set(&err, PEEL_RECV_ERROR, "second"));
    assert_int_equal(err.code, PEEL_COULDNT_CONNECT);
    assert_string_equal(err.text, "first 1");
    struct error full = {0};
    error_set(&full, PEEL_RECV_ERROR, "%02000d", 1);
    assert_int_equal(strlen(full.text), sizeof full.text - 1);
    assert_string_equal(full.text + sizeof full.text - 4, "...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escape_shows_only_what_is_safe), cmocka_unit_test(escape_into_cuts_at_whole_pieces),
        cmocka_unit_test(buf_grows_and_is_consumed),      cmocka_unit_test(buf_prints_numbers_and_texts_of_any_length),
        cmocka_unit_test(error_keeps_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* base/wrap: where lines are broken. */
#include "base/wrap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct row {
    struct wrap place;
    const char *text, *expected;
} rows[] = {
    {{10, 0, 0}, "", ""},
    {{10, 0, 0}, "a b c", "a b c"},
    {{5, 0, 0}, "a b c", "a b c"},
    {{4, 0, 0}, "a b c", "a b\nc"},
    {{4, 0, 2}, "a b c", "a b\n  c"},
    {{6, 4, 2}, "a b c", "a\n  b c"},
    {{6, 9, 2}, "a b", "a\n  b"},
    {{0, 0, 2}, "no width, no end of the line", "no width, no end of the line"},
    /* What is too long stays whole. */
    {{5, 0, 1}, "a https://b c", "a\n https://b\n c"},
    {{5, 0, 1}, "https://b", "https://b"},
    {{5, 3, 1}, "https://b", "https://b"},
    /* Blanks between columns, and at the ends. */
    {{9, 0, 1}, "a  b   c", "a  b   c"},
    {{7, 0, 1}, "a  b   c", "a  b\n c"},
    {{9, 0, 1}, "  a b ", "  a b "},
    /* Columns, not bytes: wide characters take two. */
    {{5, 0, 0}, "\xc3\xa4\xc3\xb6 \xc3\xbc\xc3\x9f", "\xc3\xa4\xc3\xb6 \xc3\xbc\xc3\x9f"},
    {{5, 0, 0}, "\xe4\xb8\xad \xe4\xb8\xad", "\xe4\xb8\xad \xe4\xb8\xad"},
    {{4, 0, 0}, "\xe4\xb8\xad \xe4\xb8\xad", "\xe4\xb8\xad\n\xe4\xb8\xad"},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf out = {0};
        wrap_append(&out, rows[i].place, slice_of(rows[i].text));
        assert_string_equal(buf_text(&out), rows[i].expected);
        buf_done(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

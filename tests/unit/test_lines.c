/* base/lines: whole, byte by byte, cut at every point. */
#include "base/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    LINE_MAX_BYTES = 5
};

static bool take(void *ctx, struct slice line)
{
    struct buf *seen = ctx;
    buf_append_byte(seen, '<');
    buf_append(seen, line);
    buf_append_byte(seen, '>');
    return !slice_equal(line, SLICE("stop"));
}

static void lines_are_the_same_however_they_come(void **state)
{
    (void)state;
    static const struct {
        struct slice in;
        const char *seen;
    } rows[] = {
        {SLICE_INIT(""), ""},
        {SLICE_INIT("a\nb\r\n\nc"), "<a><b><><c>"},
        {SLICE_INIT("12345\r\n12345\n12345"), "<12345><12345><12345>"},
        {SLICE_INIT("123456\nok\n"), "<ok>"},
        {SLICE_INIT("a long line whose tail\tlooks like one\nok"), "<ok>"},
        {SLICE_INIT("ok\nmuch too long at the end"), "<ok>"},
        {SLICE_INIT("a\nstop\nb\n"), "<a><stop>"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t step = 1; step <= rows[i].in.len + 1; step++) {
            struct lines lines = {.max = LINE_MAX_BYTES};
            struct buf seen = {0};
            bool goes_on = true;
            for (struct slice in = rows[i].in; goes_on && in.len > 0;) {
                struct slice piece = slice_first(in, step);
                in = slice_from(in, piece.len);
                goes_on = lines_feed(&lines, piece, take, &seen);
            }
            if (goes_on)
                lines_end(&lines, take, &seen);
            assert_string_equal(buf_text(&seen), rows[i].seen);
            buf_done(&seen);
            lines_done(&lines);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines_are_the_same_however_they_come)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* output/progress: the line as text. */
#include "base/mem.h"
#include "output/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N_ROWS(rows) (sizeof(rows) / sizeof *(rows))

struct row {
    struct progress progress;
    unsigned width;
    const char *line;
};

static const struct row rows[] = {
    {{"ubuntu.iso", 1936000000, 3520000000, 22000000, 0},
     80,
     "ubuntu.iso   [##############------------]  55%  1.9/3.5 GB  88 MB/s  0:18"},
    {{"a", 0, 3500000000, 2000000, 0}, 80, "a            [--------------------------]   0%  0.0/3.5 GB  0 B/s  -:--"},
    {{"a", 61000000, 61000000, 2000000, 0},
     80,
     "a            [##########################] 100%  61.0/61.0 MB  30 MB/s  0:00"},
    /* more than announced */
    {{"a", 700, 600, 2000000, 0}, 80, "a            [##########################] 100%  700/600 B  350 B/s  0:00"},
    /* no name: the bar starts the line */
    {{NULL, 5000, 10000, 1000000, 0}, 80, "[#############-------------]  50%  5.0/10.0 kB  5.0 kB/s  0:01"},
    /* total unknown: no bar */
    {{"b", 6000000, 9000000, 1000000, 4000000},
     80,
     "b            [#################---------]  66%  6.0/9.0 MB  2.0 MB/s  0:01"},
    {{"log", 24310, 0, 1000000, 0}, 80, "log          24.3 kB  24 kB/s"},
    {{NULL, 999, 0, 1000000, 0}, 80, "999 B  999 B/s"},
    {{NULL, 999999, 0, 1000000, 0}, 80, "999 kB  999 kB/s"},
    {{NULL, 1000000, 0, 1000000, 0}, 80, "1.0 MB  1.0 MB/s"},
    {{NULL, UINT64_MAX, 0, 1000000, 0}, 80, "18.4 EB  18 EB/s"},
    {{NULL, 1, UINT64_MAX, 1000000, 0}, 80, "[--------------------------]   0%  0.0/18.4 EB  1 B/s  >99 h"},
    {{NULL, 1000000, 10000000000, 1000000, 0}, 80, "[--------------------------]   0%  0.0/10.0 GB  1.0 MB/s  2:46:39"},
    /* a long name is cut, also between characters of several bytes, and with wide ones */
    {{"debian-12.11.0-amd64-netinst.iso", 5, 10, 1000000, 0},
     80,
     "debian-12.11.0-amd64-n.. [#############-------------]  50%  5/10 B  5 B/s  0:01"},
    {{"\xc3\xa9\xc3\xa9\xc3\xa9", 5, 0, 1000000, 0}, 80, "\xc3\xa9\xc3\xa9\xc3\xa9          5 B  5 B/s"},
    {{"\xe4\xb8\xad\xe6\x96\x87", 5, 0, 1000000, 0}, 80, "\xe4\xb8\xad\xe6\x96\x87         5 B  5 B/s"},
    {{"\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87", 5, 0, 1000000, 0}, 17, "\xe4\xb8\xad..  5 B  5 B/s"},
    {{"a\x1b[2Jb", 5, 0, 1000000, 0}, 80, "a\\x1b[2Jb    5 B  5 B/s"},
    /* a narrow terminal: a short bar, none, no name, and the figures cut */
    {{"ubuntu.iso", 5, 10, 1000000, 0}, 60, "ubuntu.iso   [#########---------]  50%  5/10 B  5 B/s  0:01"},
    {{"ubuntu.iso", 5, 10, 1000000, 0}, 44, "ubuntu.iso    50%  5/10 B  5 B/s  0:01"},
    {{"ubuntu.iso", 5, 10, 1000000, 0}, 37, "ubuntu.iso  50%  5/10 B  5 B/s  0:01"},
    {{"ubuntu.iso", 5, 10, 1000000, 0}, 28, " 50%  5/10 B  5 B/s  0:01"},
    {{"ubuntu.iso", 5, 10, 1000000, 0}, 8, " 50%  5"},
    {{"ubuntu.iso", 5, 10, 1000000, 0}, 0, ""},
};

static void lines_are_formatted(void **state)
{
    (void)state;
    struct buf out = {0};
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        buf_clear(&out);
        progress_format(&out, &rows[i].progress, rows[i].width);
        assert_string_equal(buf_text(&out), rows[i].line);
    }
    buf_done(&out);
}

/* Columns, for text whose characters are all one column wide. */
static size_t columns(struct slice s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return n;
}

static void the_last_column_stays_free(void **state)
{
    (void)state;
    struct buf out = {0};
    for (size_t i = 0; i < N_ROWS(rows); i++)
        for (unsigned width = 1; width < 200; width++) {
            buf_clear(&out);
            progress_format(&out, &rows[i].progress, width);
            assert_true(columns(buf_slice(&out)) < width);
        }
    buf_done(&out);
}

static void hashes_are_curls(void **state)
{
    (void)state;
    static const struct row hash_rows[] = {
        {{NULL, 0, 10, 0, 0}, 20, "               0.0%"},  {{NULL, 5, 10, 0, 0}, 20, "######        50.0%"},
        {{NULL, 10, 10, 0, 0}, 20, "############ 100.0%"}, {{NULL, 99, 10, 0, 0}, 3, "############ 100.0%"},
        {{NULL, 5, 0, 0, 0}, 20, "-=O=-       "},          {{NULL, 5, 0, 700000, 0}, 20, "       -=O=-"},
        {{NULL, 5, 0, 800000, 0}, 20, "      -=O=- "},
    };
    struct buf out = {0};
    for (size_t i = 0; i < N_ROWS(hash_rows); i++) {
        buf_clear(&out);
        progress_format_hashes(&out, &hash_rows[i].progress, hash_rows[i].width);
        assert_string_equal(buf_text(&out), hash_rows[i].line);
    }
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_formatted),
        cmocka_unit_test(the_last_column_stays_free),
        cmocka_unit_test(hashes_are_curls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* cli/glob: what a pattern stands for, what is wrong with it and where, names made from it; transfer/pace. */
#include "base/mem.h"
#include "cli/glob.h"
#include "transfer/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void patterns_are_spelled_out(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *all; /* with a blank behind each */
    } rows[] = {
        {"http://a/", "http://a/ "},
        {"", " "},
        {"{a,b}", "a b "},
        {"{a}", "a "},
        {"x{a,,b}y", "xay xy xby "},
        {"{,}", " "
                " "},
        {"[1-3]", "1 2 3 "},
        {"[9-11]", "9 10 11 "},
        {"[09-11]", "09 10 11 "},
        {"[001-002]", "001 002 "},
        {"[0-2]", "0 1 2 "},
        {"[1-10:4]", "1 5 9 "},
        {"[a-c]", "a b c "},
        {"[A-E:2]", "A C E "},
        {"[5-5]", "5 "},
        {"[x-x:1]", "x "},
        {"{a,b}[1-2]", "a1 a2 b1 b2 "},
        {"[1-2]/{a,b}/[y-z]", "1/a/y 1/a/z 1/b/y 1/b/z 2/a/y 2/a/z 2/b/y 2/b/z "},
        {"[18446744073709551614-18446744073709551615]", "18446744073709551614 18446744073709551615 "},
        {"\\{a\\}\\[\\]", "{a}[] "},
        {"\\x\\", "\\x\\ "},
        {"{a\\,b,c\\}}", "a,b c} "},
        {"a[]b", "a[]b "},
        {"http://[::1]:80/{a}", "http://[::1]:80/a "},
        {"http://[fe80::1%25lo]/[1-2]", "http://[fe80::1%25lo]/1 http://[fe80::1%25lo]/2 "},
        {"{<size>s,l}[<n>1-2]", "s1 s2 l1 l2 "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error err = {0};
        struct glob *glob = glob_new(rows[i].url, &err);
        assert_string_equal(err.text, "");
        struct buf url = {0}, all = {0};
        uint64_t n = 0;
        for (; glob_next(glob, &url); n++) {
            buf_append(&all, buf_slice(&url));
            buf_append_byte(&all, ' ');
        }
        assert_string_equal(buf_text(&all), rows[i].all);
        assert_true(n == glob_count(glob));
        assert_false(glob_next(glob, &url));
        buf_done(&url);
        buf_done(&all);
        glob_free(glob);
    }
}

static void wrong_patterns_show_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *url, *text;
    } rows[] = {
        {"http://a/[1-", "unmatched bracket in position 10:\nhttp://a/[1-\n         ^"},
        {"http://a/{a", "unmatched brace in position 10:\nhttp://a/{a\n         ^"},
        {"{a,", "unmatched brace in position 1:\n{a,\n^"},
        {"x[5-1]y", "bad range in position 7:\nx[5-1]y\n      ^"},
        {"[1-99999999999999999999]", "bad range in position 2:\n[1-99999999999999999999]\n ^"},
        {"[0-18446744073709551615]", "a range of too many URLs in position 2:\n[0-18446744073709551615]\n ^"},
        {"[0-999999999]{a,b}", "too many URLs in position 14:\n[0-999999999]{a,b}\n             ^"},
        {"[1-2:0]", "bad range in position 8:\n[1-2:0]\n       ^"},
        {"[1-3:5]", "bad range in position 8:\n[1-3:5]\n       ^"},
        {"[1-5:x]", "bad range in position 2:\n[1-5:x]\n ^"},
        {"[a-9]", "bad range in position 2:\n[a-9]\n ^"},
        {"[a-Z]", "bad range in position 6:\n[a-Z]\n     ^"},
        {"[Z-a]", "bad range in position 6:\n[Z-a]\n     ^"},
        {"[1-2x]", "bad range in position 5:\n[1-2x]\n    ^"},
        {"[1]", "bad range in position 2:\n[1]\n ^"},
        {"[1-2", "unmatched bracket in position 1:\n[1-2\n^"},
        {"[", "unmatched bracket in position 1:\n[\n^"},
        {"[::1", "unmatched bracket in position 1:\n[::1\n^"},
        {"}", "unmatched close brace/bracket in position 1:\n}\n^"},
        {"a]", "unmatched close brace/bracket in position 2:\na]\n ^"},
        {"a{}", "empty string within braces in position 3:\na{}\n  ^"},
        {"{a,{b}}", "nested brace in position 4:\n{a,{b}}\n   ^"},
        {"{a]", "unexpected close bracket in position 3:\n{a]\n  ^"},
        {"{<a>b}{<a>c}", "a second pattern of the same name in position 9:\n{<a>b}{<a>c}\n        ^"},
        {"{<a", "bad name of a pattern in position 2:\n{<a\n ^"},
        {"http://u:secret@h/{", "unmatched brace in position 19:\nhttp://u:******@h/{\n                  ^"},
        {"\x1b[31m]", "bad range in position 3:\n\\x1b[31m]\n     ^"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error err = {0};
        assert_null(glob_new(rows[i].url, &err));
        assert_int_equal((int)err.code, PEEL_URL_MALFORMED);
        assert_string_equal(err.text, rows[i].text);
    }
    struct buf many = {0};
    for (int i = 0; i <= GLOB_PATTERNS_MAX; i++)
        buf_append_text(&many, "{a}");
    struct error err = {0};
    assert_null(glob_new(buf_text(&many), &err));
    assert_memory_equal(err.text, "too many {} sets in position 301:", 33);
    buf_done(&many);
}

static void names_are_filled_in_and_stay_in_their_folder(void **state)
{
    (void)state;
    static const struct {
        const char *url, *name, *filled; /* NULL: refused */
        int code;
    } rows[] = {
        {"{a}[01-02]", "x#1-#2.#3#0#", "xa-01.#3#0#", 0},
        {"{a}", "#1", "a", 0},
        {"a", "#1#<x>", "#1#<x>", 0},
        {"{<n>a}[<m>1-2]", "#<m>/#<n>", "1/a", 0},
        {"{<n>a}", "some/#<foo>", NULL, PEEL_BAD_FUNCTION_ARGUMENT},
        {"{a}", "#<", "#<", 0},
        {"{<n>a}", "x#<n", "x#<n", 0},
        {"{../a}", "#1", NULL, PEEL_WRITE_ERROR},
        {"{a/b}", "#1", NULL, PEEL_WRITE_ERROR},
        {"{/etc/passwd}", "#1", NULL, PEEL_WRITE_ERROR},
        {"{a\x01}", "#1", NULL, PEEL_WRITE_ERROR},
        {"{..}", "#1", NULL, PEEL_WRITE_ERROR},
        {"{..}", "d/#1/x", NULL, PEEL_WRITE_ERROR},
        {"{.}{.}", "#1#2/x", NULL, PEEL_WRITE_ERROR},
        {"{.}", "#1./x", NULL, PEEL_WRITE_ERROR},
        {"{..}", "#1.txt", "...txt", 0},
        {"{a}", "../#1", "../a", 0}, /* the user wrote it */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error err = {0};
        struct glob *glob = glob_new(rows[i].url, &err);
        if (!glob)
            continue;
        struct buf url = {0}, name = {0};
        assert_true(glob_next(glob, &url));
        assert_int_equal(glob_fill_name(glob, NULL, rows[i].name, &name, &err), rows[i].filled != NULL);
        assert_int_equal((int)err.code, rows[i].code);
        if (rows[i].filled)
            assert_string_equal(buf_text(&name), rows[i].filled);
        buf_done(&url);
        buf_done(&name);
        glob_free(glob);
    }
}

/* What is uploaded has patterns of its own, counted behind those of the URL. */
static void names_have_the_patterns_of_uploads_too(void **state)
{
    (void)state;
    static const struct {
        const char *url, *upload, *name, *filled;
    } rows[] = {
        {"[1-2]", "{a,b}", "#1#2#3", "1a#3"}, {"u", "{a,b}", "#1", "a"},        {"u", "{<n>a,b}", "#<n>", "a"},
        {"{<n>x}", "{<n>a,b}", "#<n>", "x"},  {"{<m>x}", "f", "#<m>#2", "x#2"}, {"u", "f", "#<m>#1", "#<m>#1"},
        {"u", "{<n>a}", "#<m>", NULL},        {"u", "{a/b}", "#1", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error err = {0};
        struct buf text = {0}, name = {0};
        struct glob *url = glob_new(rows[i].url, &err), *upload = glob_new(rows[i].upload, &err);
        assert_true(glob_next(url, &text) && glob_next(upload, &text));
        assert_int_equal(glob_fill_name(url, upload, rows[i].name, &name, &err), rows[i].filled != NULL);
        if (rows[i].filled)
            assert_string_equal(buf_text(&name), rows[i].filled);
        buf_done(&text);
        buf_done(&name);
        glob_free(url);
        glob_free(upload);
    }
}

static void a_plain_text_is_one_and_can_begin_anew(void **state)
{
    (void)state;
    struct glob *glob = glob_new_plain("{a,b}[1-");
    struct buf url = {0};
    assert_int_equal(glob_count(glob), 1);
    for (int i = 0; i < 2; i++) {
        assert_true(glob_next(glob, &url));
        assert_string_equal(buf_text(&url), "{a,b}[1-");
        assert_false(glob_next(glob, &url));
        glob_rewind(glob);
    }
    buf_done(&url);
    glob_free(glob);
}

static void starts_keep_their_distance(void **state)
{
    (void)state;
    static const struct {
        uint64_t last, now, interval, wait;
    } rows[] = {
        {0, 0, 0, 0},
        {100, 100, 50, 50},
        {100, 120, 50, 30},
        {100, 150, 50, 0},
        {100, 900, 50, 0},
        {100, 90, 50, 50},
        {5, 6, UINT64_MAX, UINT64_MAX - 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(pace_wait_us(rows[i].last, rows[i].now, rows[i].interval) == rows[i].wait);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_are_spelled_out),
        cmocka_unit_test(wrong_patterns_show_the_place),
        cmocka_unit_test(names_are_filled_in_and_stay_in_their_folder),
        cmocka_unit_test(names_have_the_patterns_of_uploads_too),
        cmocka_unit_test(a_plain_text_is_one_and_can_begin_anew),
        cmocka_unit_test(starts_keep_their_distance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* http/cookies: the jar as a file. */
#include "base/mem.h"
#include "http/cookies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW         1700000000
#define N_OF(array) (sizeof(array) / sizeof *(array))
#define HEAD                                                                                                           \
    "# Netscape HTTP Cookie File\n"                                                                                    \
    "# Written by peel; what is changed here while peel runs is lost.\n\n"

static char *text_of(struct cookie_jar *jar)
{
    struct buf out = {0};
    cookie_jar_write(jar, &out, NOW);
    return buf_take(&out);
}

static void a_line_is_kept_or_skipped(void **state)
{
    (void)state;
    static const struct {
        const char *line, *kept; /* as it is written again */
    } rows[] = {
        {"h.test\tFALSE\t/\tFALSE\t0\ta\tb", "h.test\tFALSE\t/\tFALSE\t0\ta\tb\n"},
        {".h.test\tTRUE\t/p/\tTRUE\t1800000000\ta\tb c", ".h.test\tTRUE\t/p\tTRUE\t1800000000\ta\tb c\n"},
        {"h.test\tTRUE\t/\tFALSE\t0\ta\tb", ".h.test\tTRUE\t/\tFALSE\t0\ta\tb\n"},
        {"#HttpOnly_h.test\tFALSE\t/\tFALSE\t0\ta\tb", "#HttpOnly_h.test\tFALSE\t/\tFALSE\t0\ta\tb\n"},
        {"h.test\tFALSE\t/\tFALSE\t0\ta\t", "h.test\tFALSE\t/\tFALSE\t0\ta\t\n"},
        {"h.test\tFALSE\t/\tFALSE\t0\ta", "h.test\tFALSE\t/\tFALSE\t0\ta\t\n"},
        {"h.test\tFALSE\tp\tFALSE\t0\ta\tb", "h.test\tFALSE\t/\tFALSE\t0\ta\tb\n"},
        {"h.test\tFALSE\t/\tFALSE\t99999999999999999999\ta\tb", "h.test\tFALSE\t/\tFALSE\t9223372036854775807\ta\tb\n"},
        {"# h.test\tFALSE\t/\tFALSE\t0\ta\tb", ""},
        {"#HttpOnly_# h.test\tFALSE\t/\tFALSE\t0\ta\tb", ""},
        {"", ""},
        {"h.test", ""},
        {"h.test\tFALSE\t/\tFALSE\t0", ""},
        {"h.test\tFALSE\t/\tFALSE\t0\ta\tb\tc", ""},
        {"h.test\tFALSE\t/\tFALSE\tsoon\ta\tb", ""},
        {"h.test\tFALSE\t/\tFALSE\t-1\ta\tb", ""},
        {"h.test\tFALSE\t/\tFALSE\t1600000000\ta\tb", ""}, /* over */
        {"h.test\tFALSE\t/\tFALSE\t0\t\tb", ""},
        {"\tFALSE\t/\tFALSE\t0\ta\tb", ""},
        {"h test\tFALSE\t/\tFALSE\t0\ta\tb", ""},
        {"h.test\tFALSE\t/\tFALSE\t0\ta\tb\x01", ""},
        {"h.test\tFALSE\t/\tFALSE\t0\t__Secure-a\tb", ""},
        {".co.uk\tTRUE\t/\tFALSE\t0\ta\tb", ""},
        {"Set-Cookie: a=b; domain=.h.test; path=/p; httponly", "#HttpOnly_.h.test\tTRUE\t/p\tFALSE\t0\ta\tb\n"},
        {"set-cookie: a=b", "unknown\tFALSE\t/\tFALSE\t0\ta\tb\n"},
        {"Set-Cookie: a=b; domain=com", ""},
        {"HTTP/1.1 200 OK", ""},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct cookie_jar *jar = cookie_jar_new();
        cookie_jar_read_line(jar, slice_of(rows[i].line), false, NOW);
        char *text = text_of(jar);
        char *expected = mem_printf(HEAD "%s", rows[i].kept);
        assert_string_equal(text, expected);
        mem_free(expected);
        mem_free(text);
        cookie_jar_free(jar);
    }
}

static void session_cookies_may_be_left_out(void **state)
{
    (void)state;
    struct cookie_jar *jar = cookie_jar_new();
    cookie_jar_read_line(jar, SLICE("h.test\tFALSE\t/\tFALSE\t0\ta\tb"), true, NOW);
    cookie_jar_read_line(jar, SLICE("Set-Cookie: c=d; domain=h.test"), true, NOW);
    assert_int_equal(cookie_jar_count(jar), 0);
    cookie_jar_read_line(jar, SLICE("h.test\tFALSE\t/\tFALSE\t1800000000\ta\tb"), true, NOW);
    assert_int_equal(cookie_jar_count(jar), 1);
    cookie_jar_free(jar);
}

/* H131: what the writer may write, the reader can read. */
static void the_longest_cookie_comes_back_with_those_behind_it(void **state)
{
    (void)state;
    struct cookie_jar *jar = cookie_jar_new(), *again = cookie_jar_new();
    struct cookie_origin origin = {.host = mem_alloc(256), .is_secure = true, .path = mem_strdup("/")};
    for (int i = 0; i < 253; i++)
        origin.host[i] = i % 60 == 59 ? '.' : 'h';
    const struct cookie *told = NULL;
    bool is_replaced = false;
    char *path = mem_printf("/%0*d", 880, 0);
    char *longest = mem_printf("%0*d=; Path=%s", 4094, 7, path);
    assert_int_equal(cookie_jar_set(jar, slice_of(longest), &origin, NOW, &told, &is_replaced), COOKIE_OK);
    for (int i = 0; i < 3; i++) {
        char line[] = "a0=1; Path=/; HttpOnly; Secure";
        line[1] = (char)('0' + i);
        assert_int_equal(cookie_jar_set(jar, slice_of(line), &origin, NOW, &told, &is_replaced), COOKIE_OK);
    }
    char *text = text_of(jar);
    for (struct slice rest = slice_of(text); rest.len > 0;) {
        struct slice line = slice_first(rest, slice_find(rest, '\n'));
        rest = slice_from(rest, line.len + 1);
        cookie_jar_read_line(again, line, false, NOW);
    }
    assert_int_equal(cookie_jar_count(again), 4);
    mem_free(text);
    mem_free(longest);
    mem_free(path);
    cookie_origin_done(&origin);
    cookie_jar_free(jar);
    cookie_jar_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_kept_or_skipped),
        cmocka_unit_test(session_cookies_may_be_left_out),
        cmocka_unit_test(the_longest_cookie_comes_back_with_those_behind_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

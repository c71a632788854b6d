/* http/hsts: who is to be reached over TLS. */
#include "base/mem.h"
#include "http/hsts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define NOW         1700000000
#define N_OF(array) (sizeof(array) / sizeof *(array))

/* The entries, without the comments; mem_free it. */
static char *text_of(const struct hsts *h, int64_t now)
{
    struct buf out = {0};
    hsts_write(h, &out, now);
    while (buf_slice(&out).len > 0 && buf_slice(&out).ptr[0] == '#')
        buf_consume(&out, slice_find(buf_slice(&out), '\n') + 1);
    return buf_take(&out);
}

static void fields_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        bool is_taken;
        const char *text; /* 2023-11-14 22:13:20 is now */
    } rows[] = {
        {"max-age=100", true, "h.test \"20231114 22:15:00\"\n"},
        {"MAX-AGE=\"100\" ; includeSubDomains", true, ".h.test \"20231114 22:15:00\"\n"},
        {"includesubdomains; max-age=100; preload", true, ".h.test \"20231114 22:15:00\"\n"},
        {";; max-age=100;", true, "h.test \"20231114 22:15:00\"\n"},
        {"max-age=9223372036854775807", true, "h.test \"20331111 22:13:20\"\n"},
        {"max-age=99999999999999999999", true, "h.test \"20331111 22:13:20\"\n"},
        {"max-age=0", true, ""},
        {"max-age=-1", false, ""},
        {"max-age=", false, ""},
        {"max-age", false, ""},
        {"max-age=1x", false, ""},
        {"max-age=\"100", false, ""},
        {"max-age=100; max-age=100", false, ""},
        {"max-age=100; includeSubDomains; includeSubDomains", false, ""},
        {"includeSubDomains", false, ""},
        {"", false, ""},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct hsts *h = hsts_new();
        if (hsts_take_field(h, "h.test", slice_of(rows[i].value), NOW) != rows[i].is_taken)
            fail_msg("%s", rows[i].value);
        char *text = text_of(h, NOW);
        assert_string_equal(text, rows[i].text);
        mem_free(text);
        hsts_free(h);
    }
}

/* CVE-2022-30115, CVE-2022-42916, CVE-2022-43551. */
static void names_are_looked_up_by_one_key(void **state)
{
    (void)state;
    static const struct {
        const char *line, *host;
        bool is_covered;
    } rows[] = {
        {"example.com \"20301231 23:59:59\"", "example.com", true},
        {"example.com \"20301231 23:59:59\"", "example.com.", true},
        {"example.com. \"20301231 23:59:59\"", "example.com", true},
        {"EXAMPLE.com \"20301231 23:59:59\"", "example.com", true},
        {"example\xe3\x80\x82"
         "com \"20301231 23:59:59\"",
         "example.com", true},
        {"example.com \"20301231 23:59:59\"", "a.example.com", false},
        {"example.com \"20301231 23:59:59\"", "badexample.com", false},
        {".example.com \"20301231 23:59:59\"", "example.com", true},
        {".example.com \"20301231 23:59:59\"", "a.b.example.com.", true},
        {".example.com \"20301231 23:59:59\"", "badexample.com", false},
        {".example.com \"unlimited\"", "a.example.com", true},
        {"  example.com   \"20301231 23:59:59\"  ", "example.com", true},
        {"example.com \"20221231 23:59:59\"", "example.com", false},
        {"example.com 20301231 23:59:59", "example.com", false},
        {"example.com \"soon\"", "example.com", false},
        {"example.com", "example.com", false},
        {"# example.com \"20301231 23:59:59\"", "example.com", false},
        {"1.2.3.4 \"unlimited\"", "1.2.3.4", false},
        {". \"unlimited\"", "example.com", false},
        {"\"unlimited\"", "example.com", false},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct hsts *h = hsts_new();
        assert_true(hsts_read_line(h, slice_of(rows[i].line)));
        if (hsts_covers(h, rows[i].host, NOW) != rows[i].is_covered)
            fail_msg("%s for %s", rows[i].line, rows[i].host);
        hsts_free(h);
    }
}

/* CVE-2024-9681. */
static void parent_and_child_have_their_own_time(void **state)
{
    (void)state;
    struct hsts *h = hsts_new();
    assert_true(hsts_take_field(h, "example.com", SLICE("max-age=1000; includeSubDomains"), NOW));
    assert_true(hsts_take_field(h, "a.example.com", SLICE("max-age=10"), NOW));
    assert_true(hsts_covers(h, "a.example.com", NOW + 11)); /* by its parent */
    assert_false(hsts_covers(h, "b.a.example.com", NOW + 1001));
    char *text = text_of(h, NOW);
    assert_string_equal(text, ".example.com \"20231114 22:30:00\"\na.example.com \"20231114 22:13:30\"\n");
    mem_free(text);
    assert_true(hsts_take_field(h, "example.com", SLICE("max-age=0"), NOW));
    assert_false(hsts_covers(h, "example.com", NOW));
    assert_true(hsts_covers(h, "a.example.com", NOW));
    assert_true(hsts_read_line(h, SLICE("a.example.com \"20231114 22:13:25\"")));
    assert_true(hsts_covers(h, "a.example.com", NOW + 9)); /* the longer one counts */
    hsts_free(h);
}

static void of_two_lines_the_wider_holds(void **state)
{
    (void)state;
    struct hsts *h = hsts_new();
    assert_true(hsts_read_line(h, SLICE("example.com \"20231114 22:30:00\"")));
    assert_false(hsts_covers(h, "a.example.com", NOW));
    assert_true(hsts_read_line(h, SLICE(".example.com. \"20231114 22:13:30\"")));
    assert_true(hsts_covers(h, "a.example.com", NOW));
    char *text = text_of(h, NOW);
    assert_string_equal(text, ".example.com \"20231114 22:30:00\"\n");
    mem_free(text);
    hsts_free(h);
}

static void the_list_is_bounded(void **state)
{
    (void)state;
    struct hsts *h = hsts_new();
    for (int i = 0; i < HSTS_ENTRIES_MAX + 5; i++) {
        char line[64];
        int len = snprintf(line, sizeof line, "h%d.test \"unlimited\"", i);
        assert_int_equal(hsts_read_line(h, slice_make(line, (size_t)len)), i < HSTS_ENTRIES_MAX);
    }
    assert_true(hsts_covers(h, "h0.test", NOW));
    assert_true(hsts_covers(h, "h9999.test", NOW));
    assert_false(hsts_covers(h, "h10000.test", NOW));
    assert_false(hsts_take_field(h, "one.more.test", SLICE("max-age=10"), NOW));
    assert_true(hsts_take_field(h, "h1.test", SLICE("max-age=10"), NOW));
    hsts_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_read),
        cmocka_unit_test(names_are_looked_up_by_one_key),
        cmocka_unit_test(parent_and_child_have_their_own_time),
        cmocka_unit_test(of_two_lines_the_wider_holds),
        cmocka_unit_test(the_list_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* http/date: every form that servers and people write. */
#include "http/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void dates_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t at;
    } rows[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Sun Nov  6 08:49:37 1994", 784111777},
        {"06 Nov 1994 08:49:37", 784111777},
        {"Nov 6 08:49:37 94", 784111777},
        {"08:49:37 1994-Nov-06", 784111777},
        {"Sun, 06 Nov 1994 08:49:37 UTC", 784111777},
        {"Sun, 06 Nov 1994 10:49:37 +0200", 784111777},
        {"Sun, 06 Nov 1994 10:49:37 CEST", 784111777},
        {"Sun, 06 Nov 1994 00:49:37 PST", 784111777},
        {"Sun, 06 Nov 1994 04:19:37 -0430", 784111777},
        {"Sun, 06 November 1994 08:49:37abc GMT", 784111777},
        {"19941106 08:49:37", 784111777},
        {"1994-Nov-06", 784080000},
        {"06 Nov 1994 08:49", 784111740},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Thu, 01-Jan-70 00:00:01 GMT", 1},
        {"31 Dec 69 23:59:59", 3155759999},
        {"29 Feb 2000 12:00:00", 951825600},
        {"Fri Feb 13 11:56:27 GMT 2525", 17517902187},
        {"99991001 04:47:41", 253394369261},
        {"1 Jan 1601 00:00:00", -11644473600},
        {"31 Dec 9999 23:59:59", 253402300799},
        {"Sun, 06 Nov 1994 08:49:60 GMT", 784111800},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t at = 42;
        if (!http_date_parse(slice_of(rows[i].text), &at))
            fail_msg("%s is a date", rows[i].text);
        if (at != rows[i].at)
            fail_msg("%s: %lld", rows[i].text, (long long)at);
    }
}

static void what_is_no_date_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "never",
        "08:49:37",
        "Nov 1994",
        "06 Nov",
        "30 Feb 2000 00:00:00",
        "29 Feb 1900 00:00:00",
        "00 Nov 1994 00:00:00",
        "32 Nov 1994 00:00:00",
        "06 Nov 1994 24:00:00",
        "06 Nov 1994 00:60:00",
        "06 Nov 1600 00:00:00",
        "06 Nov 19941 00:00:00",
        "20001332 00:00:00",
        "99999999999999999999999999",
        "06 Nov 00000000000000000000001994",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t at = 42;
        if (http_date_parse(slice_of(rows[i]), &at))
            fail_msg("%s is no date", rows[i]);
        assert_int_equal(at, 42);
    }
}

static void dates_are_printed(void **state)
{
    (void)state;
    static const struct {
        int64_t unix_s;
        const char *text;
    } rows[] = {
        {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
        {784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
        {951827696, "Tue, 29 Feb 2000 12:34:56 GMT"},
        {INT64_MAX, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf text = {0};
        http_date_print(&text, rows[i].unix_s);
        assert_string_equal(buf_text(&text), rows[i].text);
        buf_done(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(dates_are_read), cmocka_unit_test(what_is_no_date_is_refused),
                                       cmocka_unit_test(dates_are_printed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

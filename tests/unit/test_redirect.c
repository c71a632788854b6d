/* http/: what becomes of a request on a redirect; lists of header fields. */
#include "http/headers.h"
#include "http/redirect.h"
#include "http/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N_OF(array) (sizeof(array) / sizeof *(array))

static void every_3xx_is_followed(void **state)
{
    (void)state;
    for (int status = 100; status < 1000; status++)
        assert_int_equal(http_is_redirect(status), status / 100 == 3);
}

static void methods_change_as_with_curl(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        bool is_custom;
        const char *after[8]; /* 300, 301, 302, 303, 304, 305, 307, 308 */
    } rows[] = {
        {"GET", false, {"GET", "GET", "GET", "GET", "GET", "GET", "GET", "GET"}},
        {"HEAD", false, {"HEAD", "HEAD", "HEAD", "HEAD", "HEAD", "HEAD", "HEAD", "HEAD"}},
        {"POST", false, {"POST", "GET", "GET", "GET", "POST", "POST", "POST", "POST"}},
        {"PUT", false, {"PUT", "PUT", "PUT", "GET", "PUT", "PUT", "PUT", "PUT"}},
        {"POST", true, {"POST", "POST", "POST", "POST", "POST", "POST", "POST", "POST"}},
        {"PUT", true, {"PUT", "PUT", "PUT", "PUT", "PUT", "PUT", "PUT", "PUT"}},
    };
    static const int statuses[8] = {300, 301, 302, 303, 304, 305, 307, 308};
    for (size_t i = 0; i < N_OF(rows); i++)
        for (size_t k = 0; k < N_OF(statuses); k++)
            assert_string_equal(http_redirect_method(rows[i].method, statuses[k], rows[i].is_custom), rows[i].after[k]);
    for (size_t k = 0; k < N_OF(statuses); k++)
        assert_int_equal(http_redirect_keeps_body(statuses[k]), statuses[k] < 301 || statuses[k] > 303);
}

static void a_post_stays_one_where_it_is_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        unsigned kept;
        int status;
        bool stays;
    } rows[] = {
        {"POST", HTTP_KEEP_POST_301, 301, true},  {"POST", HTTP_KEEP_POST_301, 302, false},
        {"POST", HTTP_KEEP_POST_302, 302, true},  {"POST", HTTP_KEEP_POST_303, 303, true},
        {"PUT", HTTP_KEEP_POST_303, 303, false},  {"POST", 0, 301, false},
        {"POST", HTTP_KEEP_POST_303, 307, false},
    };
    for (size_t i = 0; i < N_OF(rows); i++)
        assert_int_equal(http_redirect_keeps_post(rows[i].method, rows[i].status, rows[i].kept), rows[i].stays);
}

static void header_lists_are_asked(void **state)
{
    (void)state;
    struct http_headers h = {0};
    assert_null(http_headers_get(&h, "a"));
    for (int i = 0; i < 40; i++)
        http_headers_add(&h, SLICE("Set-Cookie"), SLICE("x"));
    http_headers_add(&h, SLICE("Via"), SLICE(" \t one two\t"));
    http_headers_add(&h, SLICE("Empty"), SLICE("  "));
    http_headers_add(&h, SLICE("VIA"), SLICE("second"));
    assert_string_equal(http_headers_get(&h, "via"), "one two");
    assert_string_equal(http_headers_get(&h, "EMPTY"), "");
    assert_string_equal(h.list[40].name, "Via");
    assert_null(http_headers_get(&h, "vi"));
    assert_int_equal(http_headers_count(&h, "vIA"), 2);
    assert_int_equal(http_headers_count(&h, "set-cookie"), 40);
    assert_int_equal(http_headers_count(&h, "none"), 0);
    http_headers_done(&h);
    assert_int_equal(h.n, 0);
}

static void tokens_and_lists(void **state)
{
    (void)state;
    unsigned n = 0;
    for (int c = 0; c < 256; c++) {
        char byte = (char)c;
        n += http_is_token(slice_make(&byte, 1));
    }
    assert_int_equal(n, 10 + 26 + 26 + 15);
    assert_false(http_is_token(SLICE("")));
    assert_false(http_is_token(SLICE("a b")));
    assert_false(http_is_token(SLICE("a\0b")));
    assert_true(http_is_token(SLICE("X-a.b_c~1")));
    static const struct {
        struct slice value;
        bool has_close;
    } rows[] = {
        {SLICE_INIT("close"), true},         {SLICE_INIT("Keep-Alive, CLOSE"), true},
        {SLICE_INIT(" ,\tclose\t,,"), true}, {SLICE_INIT(""), false},
        {SLICE_INIT("closed"), false},       {SLICE_INIT("not close"), false},
        {SLICE_INIT("close;x"), false},      {SLICE_INIT(","), false},
        {SLICE_INIT("clos,e"), false},
    };
    for (size_t i = 0; i < N_OF(rows); i++)
        assert_int_equal(http_list_has(rows[i].value, SLICE("close")), rows[i].has_close);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_3xx_is_followed),
        cmocka_unit_test(methods_change_as_with_curl),
        cmocka_unit_test(a_post_stays_one_where_it_is_asked_for),
        cmocka_unit_test(header_lists_are_asked),
        cmocka_unit_test(tokens_and_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* url/: references seen from a base. */
#include "base/mem.h"
#include "url/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N_OF(array) (sizeof(array) / sizeof *(array))

struct row {
    const char *reference;
    const char *out; /* NULL: refused */
    enum peel_code code;
};

static void check_rows(const char *base_text, unsigned flags, const struct row *rows, size_t n)
{
    struct url base, u;
    struct error base_err = {0};
    assert_true(url_parse(&base, slice_of(base_text), NULL, flags, &base_err));
    for (size_t i = 0; i < n; i++) {
        struct error err = {0};
        bool ok = url_resolve(&u, &base, slice_of(rows[i].reference), flags, &err);
        struct buf text = {0};
        if (ok)
            url_print(&text, &u, URL_WITH_USERINFO | URL_WITH_FRAGMENT);
        if (ok != (rows[i].out != NULL) || (ok && strcmp(buf_text(&text), rows[i].out) != 0))
            fail_msg("\"%s\" gave \"%s\", not \"%s\"", rows[i].reference, ok ? buf_text(&text) : err.text,
                     rows[i].out ? rows[i].out : "an error");
        assert_int_equal(err.code, rows[i].code);
        if (!ok)
            assert_null(u.host);
        buf_done(&text);
        url_done(&u);
    }
    url_done(&base);
}

/* RFC 3986 sections 5.4.1 and 5.4.2; what has no authority is refused instead of being taken apart. */
static void examples_of_the_rfc(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"g:h", NULL, PEEL_UNSUPPORTED_PROTOCOL},
        {"g", "http://a/b/c/g", 0},
        {"./g", "http://a/b/c/g", 0},
        {"g/", "http://a/b/c/g/", 0},
        {"/g", "http://a/g", 0},
        {"//g", "http://g/", 0},
        {"?y", "http://a/b/c/d;p?y", 0},
        {"g?y", "http://a/b/c/g?y", 0},
        {"#s", "http://a/b/c/d;p?q#s", 0},
        {"g#s", "http://a/b/c/g#s", 0},
        {"g?y#s", "http://a/b/c/g?y#s", 0},
        {";x", "http://a/b/c/;x", 0},
        {"g;x", "http://a/b/c/g;x", 0},
        {"g;x?y#s", "http://a/b/c/g;x?y#s", 0},
        {"", "http://a/b/c/d;p?q", 0},
        {".", "http://a/b/c/", 0},
        {"./", "http://a/b/c/", 0},
        {"..", "http://a/b/", 0},
        {"../", "http://a/b/", 0},
        {"../g", "http://a/b/g", 0},
        {"../..", "http://a/", 0},
        {"../../", "http://a/", 0},
        {"../../g", "http://a/g", 0},
        {"../../../g", "http://a/g", 0},
        {"../../../../g", "http://a/g", 0},
        {"/./g", "http://a/g", 0},
        {"/../g", "http://a/g", 0},
        {"g.", "http://a/b/c/g.", 0},
        {".g", "http://a/b/c/.g", 0},
        {"g..", "http://a/b/c/g..", 0},
        {"..g", "http://a/b/c/..g", 0},
        {"./../g", "http://a/b/g", 0},
        {"./g/.", "http://a/b/c/g/", 0},
        {"g/./h", "http://a/b/c/g/h", 0},
        {"g/../h", "http://a/b/c/h", 0},
        {"g;x=1/./y", "http://a/b/c/g;x=1/y", 0},
        {"g;x=1/../y", "http://a/b/c/y", 0},
        {"g?y/./x", "http://a/b/c/g?y/./x", 0},
        {"g?y/../x", "http://a/b/c/g?y/../x", 0},
        {"g#s/./x", "http://a/b/c/g#s/./x", 0},
        {"g#s/../x", "http://a/b/c/g#s/../x", 0},
        {"http:g", NULL, PEEL_URL_MALFORMED},
    };
    check_rows("http://a/b/c/d;p?q", 0, rows, N_OF(rows));
}

static void locations_as_servers_send_them(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"/x", "https://u:p@h:8443/x", 0},
        {"?x", "https://u:p@h:8443/d/p?x", 0},
        {"", "https://u:p@h:8443/d/p?q", 0},
        {"//i/x", "https://i/x", 0},
        {"//h/x", "https://h/x", 0},
        {"//v:w@h:8443/x", "https://v:w@h:8443/x", 0},
        {"//i:80", "https://i:80/", 0},
        {"//i?y", "https://i/?y", 0},
        {"//i:/", "https://i/", 0},
        {"http://h/", "http://h/", 0},
        {"HTTP://H/", "http://h/", 0},
        {"http:/i/x", "http://i/x", 0},
        {"http:///i/x", "http://i/x", 0},
        {"/a b?c d+e#f g", "https://u:p@h:8443/a%20b?c+d+e#f%20g", 0},
        {"http://i/a b?c d", "http://i/a%20b?c+d", 0},
        {"/\xc3\xa9?\xc3\xa9#\xc3\xa9", "https://u:p@h:8443/%C3%A9?%C3%A9#%C3%A9", 0},
        {"/%0d%0a?%0a", "https://u:p@h:8443/%0d%0a?%0a", 0},
        {"/a\\b", "https://u:p@h:8443/a\\b", 0},
        {"\\\\i\\x", "https://u:p@h:8443/d/\\\\i\\x", 0},
        {"/\\i", "https://u:p@h:8443/\\i", 0},
        {"2:3", "https://u:p@h:8443/d/2:3", 0},
        {"x_y://z", "https://u:p@h:8443/d/x_y://z", 0},
        {"@i/", "https://u:p@h:8443/d/@i/", 0},
        {":80/", "https://u:p@h:8443/d/:80/", 0},
        {"///x", NULL, PEEL_URL_MALFORMED},
        {"////x", NULL, PEEL_URL_MALFORMED},
        {"//:80/", NULL, PEEL_URL_MALFORMED},
        {"//", NULL, PEEL_URL_MALFORMED},
        {"http://", NULL, PEEL_URL_MALFORMED},
        {"http:", NULL, PEEL_URL_MALFORMED},
        {"https:?x", NULL, PEEL_URL_MALFORMED},
        {"http://[::1", NULL, PEEL_URL_MALFORMED},
        {"http://a b/", NULL, PEEL_URL_MALFORMED},
        {"http://u v@i/", NULL, PEEL_URL_MALFORMED},
        {"http://i:8 0/", NULL, PEEL_URL_MALFORMED},
        {"http://a%0d%0ab/", NULL, PEEL_URL_MALFORMED},
        {"http://\xe2\x80\xae/", NULL, PEEL_URL_MALFORMED},
        {"/a\tb", NULL, PEEL_URL_MALFORMED},
        {"/a\rb", NULL, PEEL_URL_MALFORMED},
        {"?a\nb", NULL, PEEL_URL_MALFORMED},
        {"#a\x7f", NULL, PEEL_URL_MALFORMED},
        {"mailto:x@y", NULL, PEEL_UNSUPPORTED_PROTOCOL},
        {"javascript:alert(1)", NULL, PEEL_UNSUPPORTED_PROTOCOL},
        {"localhost:80/x", NULL, PEEL_UNSUPPORTED_PROTOCOL},
        {"file:/etc/passwd", NULL, PEEL_UNSUPPORTED_PROTOCOL},
        {"file:///etc/passwd", "file:///etc/passwd", 0}, /* for the caller to refuse */
        {"gopher://i", "gopher://i/", 0},
    };
    check_rows("https://u:p@h:8443/d/p?q#f", 0, rows, N_OF(rows));
}

static void paths_stay_as_they_are_when_told_so(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"../z", "http://h/z", 0},        {"./z/.", "http://h/b/z/", 0},
        {"z", "http://h/b/z", 0},         {"/x/./y/..", "http://h/x/./y/..", 0},
        {"?q", "http://h/a/../b/c?q", 0}, {"http://i/../x", "http://i/../x", 0},
    };
    check_rows("http://h/a/../b/c", URL_PATH_AS_IS, rows, N_OF(rows));
}

static void faults_name_place_and_url(void **state)
{
    (void)state;
    struct url base, u;
    struct error err = {0}, err_scheme = {0};
    assert_true(url_parse(&base, SLICE("http://h/"), NULL, 0, &err));
    assert_false(url_resolve(&u, &base, SLICE("http://a b/\x1b"), 0, &err));
    assert_string_equal(err.text, "host name has a space (URL byte 9): \"http://a b/\\x1b\"");
    assert_false(url_resolve(&u, &base, SLICE("dict:x"), 0, &err_scheme));
    assert_non_null(strstr(err_scheme.text, "\"dict\""));
    url_done(&base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_rfc),
        cmocka_unit_test(locations_as_servers_send_them),
        cmocka_unit_test(paths_stay_as_they_are_when_told_so),
        cmocka_unit_test(faults_name_place_and_url),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* http/cookies: what is kept of Set-Cookie, and what is sent to whom. */
#include "base/mem.h"
#include "http/cookies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW         1700000000
#define N_OF(array) (sizeof(array) / sizeof *(array))

static struct cookie_origin origin_of(const char *text, const char *custom_host)
{
    struct url url;
    struct error err = {0};
    struct cookie_origin origin;
    assert_true(url_parse(&url, slice_of(text), NULL, 0, &err));
    cookie_origin_init(&origin, &url, slice_of(custom_host));
    url_done(&url);
    return origin;
}

static enum cookie_fault set(struct cookie_jar *jar, const char *url, struct slice line)
{
    struct cookie_origin origin = origin_of(url, NULL);
    const struct cookie *told = NULL;
    bool is_replaced = false;
    enum cookie_fault fault = cookie_jar_set(jar, line, &origin, NOW, &told, &is_replaced);
    cookie_origin_done(&origin);
    return fault;
}

/* What a request to the URL carries; mem_free it. */
static char *sent(struct cookie_jar *jar, const char *url, int64_t now)
{
    struct cookie_origin origin = origin_of(url, NULL);
    struct buf out = {0};
    cookie_jar_print(jar, &out, &origin, now);
    cookie_origin_done(&origin);
    return buf_take(&out);
}

static void assert_sent(struct cookie_jar *jar, const char *url, const char *expected)
{
    char *got = sent(jar, url, NOW);
    assert_string_equal(got, expected);
    mem_free(got);
}

/* CVE-2013-1944, CVE-2014-3613, CVE-2014-3620, CVE-2022-27779, CVE-2023-46218. */
static void domains_are_matched_at_dots(void **state)
{
    (void)state;
    static const struct {
        const char *from, *domain;
        enum cookie_fault fault;
        const char *to;
        bool is_sent;
    } rows[] = {
        {"https://a.example.com/", "example.com", COOKIE_OK, "https://b.example.com/", true},
        {"https://a.example.com/", ".example.com", COOKIE_OK, "https://example.com/", true},
        {"https://a.example.com/", "example.com", COOKIE_OK, "https://badexample.com/", false},
        {"https://a.example.com/", "example.com", COOKIE_OK, "https://example.com.evil.org/", false},
        {"https://a.example.com/", "EXAMPLE.com", COOKIE_OK, "https://b.example.com/", true},
        {"https://A.EXAMPLE.com/", "example.com", COOKIE_OK, "https://b.example.com/", true},
        {"https://a.example.com/", "", COOKIE_OK, "https://a.example.com/", true},
        {"https://a.example.com/", "", COOKIE_OK, "https://b.a.example.com/", false},
        {"https://a.example.com/", ".", COOKIE_OK, "https://a.example.com/", true},
        {"https://a.example.com/", "b.example.com", COOKIE_BAD_DOMAIN, NULL, false},
        {"https://a.example.com/", "xample.com", COOKIE_BAD_DOMAIN, NULL, false},
        {"https://a.example.com/", "b.a.example.com", COOKIE_BAD_DOMAIN, NULL, false},
        {"https://a.example.com/", "..example.com", COOKIE_BAD_DOMAIN, NULL, false},
        {"https://a.example.com/", "example.com.", COOKIE_BAD_DOMAIN, NULL, false},
        {"https://a.example.com/", "ex%61mple.com", COOKIE_BAD_DOMAIN, NULL, false},
        {"https://a.example.com./", "example.com.", COOKIE_BAD_DOMAIN, NULL, false},
        {"https://a.example.com/", "com", COOKIE_PUBLIC, NULL, false},
        {"https://a.example.com/", ".com", COOKIE_PUBLIC, NULL, false},
        {"https://a.co.uk/", "co.uk", COOKIE_PUBLIC, NULL, false},
        {"https://a.co.uk/", "Co.UK", COOKIE_PUBLIC, NULL, false},
        {"https://a.co.uk/", "co.uk.", COOKIE_BAD_DOMAIN, NULL, false},
        {"https://a.co.uk./", "co.uk.", COOKIE_BAD_DOMAIN, NULL, false},
        {"https://a.unknown/", "unknown", COOKIE_PUBLIC, NULL, false},
        {"https://co.uk/", "co.uk", COOKIE_OK, "https://a.co.uk/", false},
        {"https://co.uk/", "co.uk", COOKIE_OK, "https://co.uk/", true},
        {"https://localhost/", "localhost", COOKIE_OK, "https://localhost/", true},
        {"https://1.2.3.4/", "3.4", COOKIE_BAD_DOMAIN, NULL, false},
        {"https://1.2.3.4/", ".2.3.4", COOKIE_BAD_DOMAIN, NULL, false},
        {"https://1.2.3.4/", "1.2.3.4", COOKIE_OK, "https://1.2.3.4/", true},
        {"https://1.2.3.4/", "1.2.3.4", COOKIE_OK, "https://a.1.2.3.4.example/", false},
        {"https://[::1]/", "[::1]", COOKIE_OK, "https://[::1]/", true},
        {"https://[::1]/", "", COOKIE_OK, "https://[::1]/", true},
        {"https://a.b\xc3\xbc"
         "cher.de/",
         "B\xc3\x9c"
         "CHER.de",
         COOKIE_OK, "https://xn--bcher-kva.de/", true},
        {"https://a.b\xc3\xbc"
         "cher.de/",
         "xn--bcher-kva.de", COOKIE_OK, "https://c.xn--bcher-kva.de/", true},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct cookie_jar *jar = cookie_jar_new();
        char *line = mem_printf("a=b; Path=/; Domain=%s", rows[i].domain);
        enum cookie_fault fault = set(jar, rows[i].from, slice_of(line));
        if (fault != rows[i].fault)
            fail_msg("%s from %s: %s", rows[i].domain, rows[i].from, cookie_fault_text(fault));
        char *got = rows[i].to ? sent(jar, rows[i].to, NOW) : NULL;
        if (got && strcmp(got, rows[i].is_sent ? "a=b" : "") != 0)
            fail_msg("%s from %s to %s: \"%s\"", rows[i].domain, rows[i].from, rows[i].to, got);
        mem_free(got);
        mem_free(line);
        cookie_jar_free(jar);
    }
}

/* CVE-2015-3145. */
static void paths_are_matched_at_slashes(void **state)
{
    (void)state;
    static const struct {
        const char *from, *path, *to;
        bool is_sent;
    } rows[] = {
        {"https://h/", "/a", "https://h/a", true},        {"https://h/", "/a", "https://h/a/b", true},
        {"https://h/", "/a/", "https://h/a", true}, /* as curl */
        {"https://h/", "/a", "https://h/ab", false},      {"https://h/", "/a", "https://h/A", false},
        {"https://h/", "/a", "https://h/", false},        {"https://h/", "/", "https://h/any", true},
        {"https://h/x/y", "", "https://h/x/z", true},     {"https://h/x/y", "", "https://h/x", true},
        {"https://h/x/y", "", "https://h/", false},       {"https://h/x/y", "a", "https://h/x/z", true},
        {"https://h/x/y?/z/z", "", "https://h/x/", true}, {"https://h/x", "", "https://h/", true},
        {"https://h/", "\"/a\"", "https://h/a", true},    {"https://h/x/y", "\"", "https://h/x/z", true},
        {"https://h/x/y", "\"\"", "https://h/x/z", true}, {"https://h/", "/a?b", "https://h/a?b", false},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct cookie_jar *jar = cookie_jar_new();
        char *line = mem_printf("a=b; path=%s", rows[i].path);
        assert_int_equal(set(jar, rows[i].from, slice_of(line)), COOKIE_OK);
        char *got = sent(jar, rows[i].to, NOW);
        if (strcmp(got, rows[i].is_sent ? "a=b" : "") != 0)
            fail_msg("%s from %s to %s: \"%s\"", rows[i].path, rows[i].from, rows[i].to, got);
        mem_free(got);
        mem_free(line);
        cookie_jar_free(jar);
    }
}

static void pairs_and_attributes(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum cookie_fault fault;
        const char *sent; /* to https at NOW */
    } rows[] = {
        {"a=b", COOKIE_OK, "a=b"},
        {"  a \t=  b c \t; x", COOKIE_OK, "a=b c"},
        {"a=", COOKIE_OK, "a="},
        {"a=b=c", COOKIE_OK, "a=b=c"},
        {"a=\"b\"", COOKIE_OK, "a=\"b\""},
        {"a", COOKIE_NO_PAIR, ""},
        {"=b", COOKIE_NO_PAIR, ""},
        {"", COOKIE_NO_PAIR, ""},
        {";a=b", COOKIE_NO_PAIR, ""},
        {"a=b; Max-Age=1", COOKIE_OK, "a=b"},
        {"a=b; Max-Age=0", COOKIE_OK, ""},
        {"a=b; Max-Age=-1", COOKIE_OK, ""},
        {"a=b; Max-Age=1x", COOKIE_OK, "a=b"},
        {"a=b; Max-Age=99999999999999999999999", COOKIE_OK, "a=b"},
        {"a=b; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT", COOKIE_OK, "a=b"},
        {"a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=10", COOKIE_OK, "a=b"},
        {"a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT", COOKIE_OK, ""},
        {"a=b; Expires=31 Dec 9999 00:00:00", COOKIE_OK, "a=b"},
        {"a=b; Expires=when hell freezes", COOKIE_OK, "a=b"},
        {"a=b; path=/nowhere; path=/", COOKIE_OK, "a=b"},
        {"a=b; path=/; path=/nowhere", COOKIE_OK, ""},
        {"__Secure-a=b", COOKIE_BAD_PREFIX, ""},
        {"__sEcUrE-a=b", COOKIE_BAD_PREFIX, ""},
        {"__Secure-a=b; Secure", COOKIE_OK, "__Secure-a=b"},
        {"__Host-a=b", COOKIE_BAD_PREFIX, ""},
        {"__Host-a=b; Path=/", COOKIE_BAD_PREFIX, ""},
        {"__Host-a=b; Secure; Path=/p", COOKIE_BAD_PREFIX, ""},
        {"__HOST-a=b; Secure; Path=/; Domain=example.com", COOKIE_BAD_PREFIX, ""},
        {"__Host-a=b; secure=no; Path=/", COOKIE_OK, "__Host-a=b"},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct cookie_jar *jar = cookie_jar_new();
        enum cookie_fault fault = set(jar, "https://a.example.com/", slice_of(rows[i].line));
        if (fault != rows[i].fault)
            fail_msg("%s: %s", rows[i].line, cookie_fault_text(fault));
        assert_sent(jar, "https://a.example.com/", rows[i].sent);
        cookie_jar_free(jar);
    }
}

/* CVE-2022-35252. */
static void control_bytes_drop_the_cookie(void **state)
{
    (void)state;
    static const char *const before[] = {"na", "name=va", "name=value; path=/pa", "name=value; domain=exa",
                                         "name=value; x"};
    static const char *const after[] = {"me=value", "lue", "th", "mple.com", "y"};
    for (unsigned c = 0; c < 256; c++)
        for (size_t i = 0; i < N_OF(before); i++) {
            struct cookie_jar *jar = cookie_jar_new();
            struct buf line = {0};
            buf_append_text(&line, before[i]);
            buf_append_byte(&line, (char)c);
            buf_append_text(&line, after[i]);
            bool is_control = c < 0x20 || c == 0x7f;
            enum cookie_fault fault = set(jar, "https://a.example.com/", buf_slice(&line));
            if (is_control)
                assert_int_equal(fault, COOKIE_BAD_BYTE);
            else if (i != 3) /* few bytes are of a domain */
                assert_true(fault == COOKIE_OK || (i == 0 && fault == COOKIE_NO_PAIR));
            buf_done(&line);
            cookie_jar_free(jar);
        }
}

static void expiry_is_at_most_400_days(void **state)
{
    (void)state;
    static const char *const lines[] = {"a=b; Max-Age=999999999", "a=b; Max-Age=9223372036854775808",
                                        "a=b; Expires=1 Jan 2900 00:00:00"};
    for (size_t i = 0; i < N_OF(lines); i++) {
        struct cookie c;
        struct cookie_origin origin = origin_of("https://h/", NULL);
        assert_int_equal(cookie_parse(&c, slice_of(lines[i]), &origin, NOW), COOKIE_OK);
        assert_in_range(c.expires, NOW + 400 * 86400 - 60, NOW + 400 * 86400 + 60);
        cookie_origin_done(&origin);
        cookie_done(&c);
    }
}

static void secure_cookies_are_for_secure_origins(void **state)
{
    (void)state;
    static const struct {
        const char *url, *custom_host;
        bool is_secure;
    } rows[] = {
        {"https://a/", NULL, true},           {"http://a/", NULL, false},
        {"http://localhost/", NULL, true},    {"http://127.0.0.1/", NULL, true},
        {"http://[::1]/", NULL, true},        {"http://127.0.0.2/", NULL, false},
        {"http://a.localhost/", NULL, false}, {"http://a/", "localhost", false},
        {"http://localhost/", "a", false},    {"http://127.0.0.1:8/", "127.0.0.1:8", true},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct cookie_origin origin = origin_of(rows[i].url, rows[i].custom_host);
        assert_int_equal(origin.is_secure, rows[i].is_secure);
        cookie_origin_done(&origin);
    }
    struct cookie_jar *jar = cookie_jar_new();
    assert_int_equal(set(jar, "http://h/", SLICE("s=1; Secure; Path=/")), COOKIE_NOT_SECURE);
    assert_int_equal(set(jar, "https://h/", SLICE("s=1; Secure; Path=/")), COOKIE_OK);
    assert_sent(jar, "http://h/", "");
    assert_sent(jar, "https://h/", "s=1");
    cookie_jar_free(jar);
}

/* CVE-2025-9086. */
static void an_insecure_origin_hides_no_secure_cookie(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum cookie_fault fault;
    } rows[] = {
        {"s=2; Path=/login", COOKIE_SHADOWS},
        {"s=2; Path=/login/en", COOKIE_SHADOWS},
        {"s=2; Path=/login; Domain=example.com", COOKIE_SHADOWS},
        {"s=2; Path=/login; Max-Age=0", COOKIE_SHADOWS},
        {"s=2; Path=/loginhelper", COOKIE_OK},
        {"s=2; Path=/", COOKIE_OK},
        {"t=2; Path=/login", COOKIE_OK},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct cookie_jar *jar = cookie_jar_new();
        assert_int_equal(set(jar, "https://a.example.com/", SLICE("s=1; Secure; Path=/login")), COOKIE_OK);
        assert_int_equal(set(jar, "http://a.example.com/", slice_of(rows[i].line)), rows[i].fault);
        assert_int_equal(set(jar, "https://a.example.com/", SLICE("s=3; Path=/login")), COOKIE_OK);
        cookie_jar_free(jar);
    }
}

static void order_is_curls(void **state)
{
    (void)state;
    struct cookie_jar *jar = cookie_jar_new();
    static const char *const lines[] = {
        "old=1; Path=/", "new=2; Path=/", "longer=3; Path=/", "deep=4; Path=/a/b", "wide=5; Path=/; Domain=example.com",
        "old=6; Path=/"};
    for (size_t i = 0; i < N_OF(lines); i++)
        assert_int_equal(set(jar, "https://a.example.com/a/b/", slice_of(lines[i])), COOKIE_OK);
    assert_sent(jar, "https://a.example.com/a/b/c", "deep=4; longer=3; new=2; old=6; wide=5");
    cookie_jar_free(jar);
}

/* CVE-2022-32205. */
static void the_caps_hold(void **state)
{
    (void)state;
    struct cookie_jar *jar = cookie_jar_new();
    char *big = mem_alloc(5002);
    memset(big, 'v', 5001);
    memcpy(big, "name=", 5);
    assert_int_equal(set(jar, "https://h/", slice_make(big, 5 + 4092)), COOKIE_OK);
    assert_int_equal(set(jar, "https://h/", slice_make(big, 5 + 4093)), COOKIE_TOO_LONG);
    memcpy(big, "=;", 2); /* too long before it is anything else */
    assert_int_equal(set(jar, "https://h/", slice_make(big, 5001)), COOKIE_TOO_LONG);
    cookie_jar_begin_response(jar);
    for (int i = 0; i < 60; i++) {
        char *line = mem_printf("c%d=%0*d; Path=/", i, 4000, 0);
        assert_int_equal(set(jar, "https://h/", slice_of(line)), i < COOKIE_PER_RESPONSE ? COOKIE_OK : COOKIE_TOO_MANY);
        mem_free(line);
    }
    char *got = sent(jar, "https://h/", NOW);
    assert_true(strlen(got) > 8000 && strlen(got) + strlen("Cookie: ") <= COOKIE_FIELD_MAX);
    mem_free(got);
    for (int i = 0; i < COOKIE_JAR_MAX + 10; i++) {
        char *line = mem_printf("j%d=1; Path=/many", i);
        cookie_jar_begin_response(jar);
        assert_int_equal(set(jar, "https://h/", slice_of(line)), COOKIE_OK);
        mem_free(line);
    }
    assert_in_range(cookie_jar_count(jar), COOKIE_JAR_MAX - COOKIE_JAR_MAX / 100, COOKIE_JAR_MAX);
    got = sent(jar, "https://h/many", NOW);
    size_t n = 1;
    for (const char *at = got; (at = strchr(at, ';')) != NULL; at++)
        n++;
    assert_int_equal(n, COOKIE_SENT_MAX);
    mem_free(got);
    mem_free(big);
    cookie_jar_free(jar);
}

static void time_ends_them(void **state)
{
    (void)state;
    struct cookie_jar *jar = cookie_jar_new();
    assert_int_equal(set(jar, "https://h/", SLICE("a=1; Max-Age=100")), COOKIE_OK);
    assert_int_equal(set(jar, "https://h/", SLICE("b=1")), COOKIE_OK);
    char *got = sent(jar, "https://h/", NOW + 101);
    assert_string_equal(got, "b=1");
    mem_free(got);
    assert_int_equal(set(jar, "https://h/", SLICE("b=; Max-Age=0")), COOKIE_OK);
    assert_int_equal(cookie_jar_count(jar), 0);
    cookie_jar_free(jar);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domains_are_matched_at_dots),
        cmocka_unit_test(paths_are_matched_at_slashes),
        cmocka_unit_test(pairs_and_attributes),
        cmocka_unit_test(control_bytes_drop_the_cookie),
        cmocka_unit_test(expiry_is_at_most_400_days),
        cmocka_unit_test(secure_cookies_are_for_secure_origins),
        cmocka_unit_test(an_insecure_origin_hides_no_secure_cookie),
        cmocka_unit_test(order_is_curls),
        cmocka_unit_test(the_caps_hold),
        cmocka_unit_test(time_ends_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

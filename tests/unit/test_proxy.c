/* net/: which proxy a URL is reached through, and which hosts need none. */
#include "base/mem.h"
#include "net/noproxy.h"
#include "net/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define N_OF(array) (sizeof(array) / sizeof *(array))

static struct url parsed(const char *text)
{
    struct url u;
    struct error err = {0};
    assert_true(url_parse(&u, slice_of(text), NULL, 0, &err));
    return u;
}

static void hosts_are_exempt_as_with_curl(void **state)
{
    (void)state;
    static const struct {
        const char *list, *url;
        bool is_exempt;
    } rows[] = {
        {NULL, "http://a.test/", false},
        {"", "http://a.test/", false},
        {"*", "http://a.test/", true},
        {" * ", "http://[::1]/", true},
        {"*,a", "http://b/", false},
        {"*.a.test", "http://b.a.test/", false},
        {"a.test", "http://a.test/", true},
        {"a.test", "https://A.TEST:8443/", true},
        {"a.test", "http://b.a.test/", true},
        {"a.test", "http://ba.test/", false},
        {"b.a.test", "http://a.test/", false},
        {".a.test", "http://b.a.test/", true},
        {".a.test", "http://a.test/", true},
        {"..a.test", "http://a.test/", false},
        {".", "http://a.test/", false},
        {",", "http://a.test/", false},
        {"a.test.", "http://a.test/", true},
        {"x, A.TEST ,y", "http://a.test./", true},
        {"x y\ta.test", "http://a.test/", true},
        {"x,,,a.test", "http://a.test/", true},
        {"a.test:80", "http://a.test/", false},
        {"127.0.0.1", "http://127.0.0.1/", true},
        {"127.0.0.1", "http://0x7f.1/", true}, /* compared as it is, not as it was typed */
        {"127.0.0.1", "http://2130706433/", true},
        {"0.0.1", "http://127.0.0.1/", false},
        {"192.0.2.0/24", "http://192.0.2.77/", true},
        {"192.0.2.0/28", "http://192.0.2.77/", false},
        {"192.0.2.64/28", "http://192.0.2.77/", true},
        {"0.0.0.0/0", "http://192.0.2.77/", true},
        {"192.0.2.0/33", "http://192.0.2.0/", false},
        {"192.0.2.0/", "http://192.0.2.0/", false},
        {"192.0.2.0/x", "http://192.0.2.0/", false},
        {"192.0.2.0/2x", "http://192.0.2.0/", false},
        {"192.0.2.0/0240", "http://192.0.2.0/", false},
        {"2001:db8::/33", "http://[2001:db8::1]/", true},
        {"2001:db8::/128", "http://[2001:db8::1]/", false},
        {"[2001:db8::1]", "http://[2001:db8::1]/", true},
        {"2001:DB8:0::1", "http://[2001:db8::1]/", true},
        {"[::1]", "http://[::1]/", true},
        {"::1", "http://127.0.0.1/", false},
        {"2.1", "http://192.0.2.1/", false},
        {"1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21", "http://192.0.2.1/", false},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct url url = parsed(rows[i].url);
        if (net_noproxy_has(rows[i].list, &url) != rows[i].is_exempt)
            fail_msg("%s in %s", rows[i].url, rows[i].list ? rows[i].list : "(none)");
        url_done(&url);
    }
}

static void unset_all(void)
{
    static const char *const variables[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                                            "all_proxy",  "ALL_PROXY",  "no_proxy",    "NO_PROXY"};
    for (size_t i = 0; i < N_OF(variables); i++)
        unsetenv(variables[i]);
}

static void proxies_are_found_as_curl_finds_them(void **state)
{
    (void)state;
    static const struct {
        const char *variable, *no_proxy, *option, *noproxy, *url, *source;
    } rows[] = {
        {NULL, NULL, NULL, NULL, "http://a.test/", NULL},
        {"http_proxy", NULL, NULL, NULL, "http://a.test/", "http_proxy"},
        {"http_proxy", NULL, NULL, NULL, "https://a.test/", NULL},
        {"HTTP_PROXY", NULL, NULL, NULL, "http://a.test/", NULL}, /* a CGI program's visitor may say that */
        {"https_proxy", NULL, NULL, NULL, "https://a.test/", "https_proxy"},
        {"HTTPS_PROXY", NULL, NULL, NULL, "https://a.test/", "HTTPS_PROXY"},
        {"HTTPS_PROXY", NULL, NULL, NULL, "http://a.test/", NULL},
        {"ALL_PROXY", NULL, NULL, NULL, "https://a.test/", "ALL_PROXY"},
        {"all_proxy", NULL, NULL, NULL, "http://a.test/", "all_proxy"},
        {"all_proxy", "a.test", NULL, NULL, "http://a.test/", NULL},
        {"all_proxy", "b.test", NULL, NULL, "http://a.test/", "all_proxy"},
        {"all_proxy", "a.test", NULL, "", "http://a.test/", "all_proxy"}, /* --noproxy stands for the variable */
        {"all_proxy", "b.test", NULL, "a.test", "http://a.test/", NULL},
        {NULL, NULL, "http://p.test", NULL, "http://a.test/", "--proxy"},
        {"http_proxy", NULL, "http://p.test", NULL, "http://a.test/", "--proxy"},
        {NULL, "a.test", "http://p.test", NULL, "http://a.test/", NULL},
        {NULL, NULL, "http://p.test", "a.test", "http://a.test/", NULL},
        {"all_proxy", NULL, "", NULL, "http://a.test/", NULL},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        unset_all();
        if (rows[i].variable)
            setenv(rows[i].variable, "http://proxy.test:3128", 1);
        if (rows[i].no_proxy)
            setenv("no_proxy", rows[i].no_proxy, 1);
        struct url url = parsed(rows[i].url);
        struct error err = {0};
        struct net_settings settings = {.proxy = (char *)rows[i].option, .noproxy = (char *)rows[i].noproxy};
        struct net_proxy proxy;
        assert_true(net_proxy_choose(&proxy, &settings, &url, &err));
        if (rows[i].source)
            assert_string_equal(proxy.source, rows[i].source);
        else
            assert_null(proxy.source);
        net_proxy_done(&proxy);
        url_done(&url);
    }
}

static void lower_case_comes_first(void **state)
{
    (void)state;
    struct url url = parsed("https://a.test/");
    struct error err = {0};
    struct net_settings settings = {0};
    struct net_proxy proxy;
    unset_all();
    setenv("HTTPS_PROXY", "http://upper.test", 1);
    setenv("https_proxy", "http://lower.test", 1);
    setenv("all_proxy", "http://all.test", 1);
    setenv("no_proxy", "", 1); /* empty is as good as not there */
    assert_true(net_proxy_choose(&proxy, &settings, &url, &err));
    assert_string_equal(proxy.url.host, "lower.test");
    net_proxy_done(&proxy);
    setenv("NO_PROXY", "a.test", 1);
    assert_true(net_proxy_choose(&proxy, &settings, &url, &err));
    assert_null(proxy.source);
    net_proxy_done(&proxy);
    url_done(&url);
    unset_all();
}

static void a_unix_socket_needs_no_proxy(void **state)
{
    (void)state;
    struct url url = parsed("https://a.test/");
    struct error err = {0};
    struct net_settings settings = {.proxy = "p", .unix_socket = "/s"};
    struct net_proxy proxy;
    assert_true(net_proxy_choose(&proxy, &settings, &url, &err));
    assert_null(proxy.source);
    url_done(&url);
}

static void check_text(const char *text, const char *wanted)
{
    if (text && wanted)
        assert_string_equal(text, wanted);
    else
        assert_ptr_equal(text, wanted);
}

static void proxy_texts_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int code;
        const char *host;
        unsigned port;
        const char *user, *password;
        const char *says; /* of a failure */
    } rows[] = {
        {"p.test", 0, "p.test", 1080, NULL, NULL, NULL},
        {"p.test:3128", 0, "p.test", 3128, NULL, NULL, NULL},
        {"http://p.test", 0, "p.test", 1080, NULL, NULL, NULL},
        {"HTTP://P.test:80/ignored?x#y", 0, "p.test", 80, NULL, NULL, NULL},
        {"http://a%40b:c%3Ad@p.test", 0, "p.test", 1080, "a@b", "c:d", NULL},
        {"u@p.test:1", 0, "p.test", 1, "u", NULL, NULL},
        {"[::1]:3128", 0, "::1", 3128, NULL, NULL, NULL},
        {"localhost:8080", 0, "localhost", 8080, NULL, NULL, NULL},
        {"https://p.test", 0, "p.test", 443, NULL, NULL, NULL},
        {"https://p.test:80", 0, "p.test", 80, NULL, NULL, NULL},
        {"socks5://p.test", 4, NULL, 0, NULL, NULL, "socks5://"},
        {"socks5h://p.test", 4, NULL, 0, NULL, NULL, "socks5h://"},
        {"socks4://p.test", 4, NULL, 0, NULL, NULL, "--proxy"},
        {"foo://p.test", 7, NULL, 0, NULL, NULL, "foo"},
        {"/server", 5, NULL, 0, NULL, NULL, "--proxy"},
        {"http://a:b@/x", 5, NULL, 0, NULL, NULL, "--proxy"},
        {"p.test:99999", 5, NULL, 0, NULL, NULL, "port"},
        {"p%0d%0a.test", 5, NULL, 0, NULL, NULL, "--proxy"},
        {"http://u%0d%0a:p@p.test", 5, NULL, 0, NULL, NULL, "--proxy"},
        {"p.test\r\nX: y", 5, NULL, 0, NULL, NULL, "--proxy"},
        {"p test", 5, NULL, 0, NULL, NULL, "--proxy"},
    };
    struct url url = parsed("http://a.test/");
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct error err = {0};
        struct net_settings settings = {.proxy = (char *)rows[i].text};
        struct net_proxy proxy;
        bool is_ok = net_proxy_choose(&proxy, &settings, &url, &err);
        if ((int)err.code != rows[i].code || is_ok != (rows[i].code == 0))
            fail_msg("%s: %d %s", rows[i].text, (int)err.code, err.text);
        if (is_ok) {
            check_text(proxy.url.host, rows[i].host);
            assert_int_equal(proxy.url.port, rows[i].port);
            check_text(proxy.url.user, rows[i].user);
            check_text(proxy.url.password, rows[i].password);
        } else if (!rows[i].says || !strstr(err.text, rows[i].says)) {
            fail_msg("%s: %s", rows[i].text, err.text);
        }
        net_proxy_done(&proxy);
    }
    url_done(&url);
}

static void proxies_are_compared_with_their_login(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool is_equal;
    } rows[] = {
        {"p", "p:1080", true},     {"p", "http://P/x", true}, {"p", "q", false},
        {"p", "p:80", false},      {"u:v@p", "u:v@p", true},  {"u:v@p", "u:w@p", false},
        {"u:v@p", "U:v@p", false}, {"u@p", "u:@p", false},    {"http://p:1", "https://p:1", false},
        {"u:v@p", "p", false},     {"p", "", false},          {"", "", true},
    };
    struct url url = parsed("http://a.test/");
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct error err = {0};
        struct net_settings first = {.proxy = (char *)rows[i].a}, second = {.proxy = (char *)rows[i].b};
        struct net_proxy a, b;
        assert_true(net_proxy_choose(&a, &first, &url, &err));
        assert_true(net_proxy_choose(&b, &second, &url, &err));
        if (net_proxy_equal(&a, &b) != rows[i].is_equal)
            fail_msg("%s, %s", rows[i].a, rows[i].b);
        net_proxy_done(&a);
        net_proxy_done(&b);
    }
    url_done(&url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_exempt_as_with_curl), cmocka_unit_test(proxies_are_found_as_curl_finds_them),
        cmocka_unit_test(lower_case_comes_first),        cmocka_unit_test(a_unix_socket_needs_no_proxy),
        cmocka_unit_test(proxy_texts_are_read),          cmocka_unit_test(proxies_are_compared_with_their_login),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

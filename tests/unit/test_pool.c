/* transfer/pool: two sets of settings that differ in anything that matters make two keys. */
#include "base/mem.h"
#include "transfer/pool.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char *key_of(const char *text, const struct settings *settings)
{
    struct url url = {0};
    struct error err = {0};
    assert_true(url_parse(&url, slice_of(text), NULL, 0, &err));
    struct route route = {0};
    if (settings->net.proxy)
        assert_true(route_choose(&route, settings, &url, &err));
    char *key = pool_key(&url, &route, settings);
    route_done(&route);
    url_done(&url);
    return key;
}

static void the_way_through_a_proxy_is_in_the_key(void **state)
{
    (void)state;
    static char *const lines[] = {"X: y"};
    static const struct settings all[] = {
        {0},
        {.net.proxy = "p"},
        {.net.proxy = "p:1"},
        {.net.proxy = "q"},
        {.net.proxy = "u@p"},
        {.net.proxy = "u:v@p"},
        {.net.proxy = "U:v@p"},
        {.net.proxy = "p", .http.proxy_user = "u:w"},
        {.net.proxy = "p", .http.proxy_user = "u:w", .http.proxy_auth = HTTP_AUTH_DIGEST},
        {.net.proxy = "p", .net.proxy_tunnel = true},
        {.net.proxy = "p", .net.is_proxy_old = true},
        {.net.proxy = "https://p:1080"},
        {.net.proxy = "https://p:1080", .proxy_tls.insecure = true},
        {.net.proxy = "https://p:1080", .proxy_tls.cacert = "x"},
        {.net.proxy = "https://p:1080", .proxy_tls.cert = "x"},
        {.net.proxy = "p", .http.proxy_headers = (char **)lines, .http.n_proxy_headers = 1},
    };
    enum {
        N = sizeof all / sizeof *all
    };
    char *keys[N];
    for (size_t i = 0; i < N; i++)
        keys[i] = key_of("http://a.test/", &all[i]);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(keys[i], keys[j]);
    for (size_t i = 0; i < N; i++)
        mem_free(keys[i]);
}

/* A proxy that fetches for us is one place for all hosts; a tunnel is for one. */
static void a_proxy_serves_many_hosts(void **state)
{
    (void)state;
    struct settings to_proxy = {.net.proxy = "p"}, tunnels = {.net.proxy = "p", .net.proxy_tunnel = true};
    char *a = key_of("http://a.test/", &to_proxy), *b = key_of("http://b.test:81/", &to_proxy);
    assert_string_equal(a, b);
    mem_free(a);
    mem_free(b);
    a = key_of("http://a.test/", &tunnels);
    b = key_of("http://b.test/", &tunnels);
    assert_string_not_equal(a, b);
    mem_free(a);
    mem_free(b);
    a = key_of("https://a.test/", &to_proxy);
    b = key_of("https://b.test/", &to_proxy);
    assert_string_not_equal(a, b);
    mem_free(a);
    mem_free(b);
}

static void every_part_of_the_origin_is_in_the_key(void **state)
{
    (void)state;
    static const char *const urls[] = {"https://a.test/",        "https://b.test/",     "http://a.test/",
                                       "http://a.test:443/",     "https://a.test:444/", "https://[fe80::1%25lo]/",
                                       "https://[fe80::1%251]/", "https://[fe80::1]/"};
    struct settings settings = {0};
    enum {
        N = sizeof urls / sizeof *urls
    };
    char *keys[N];
    for (size_t i = 0; i < N; i++)
        keys[i] = key_of(urls[i], &settings);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(keys[i], keys[j]);
    for (size_t i = 0; i < N; i++)
        mem_free(keys[i]);
    char *one = key_of("https://u:p@a.test/x?y", &settings), *other = key_of("https://A.TEST:443/z#f", &settings);
    assert_string_equal(one, other);
    mem_free(one);
    mem_free(other);
}

/* Every byte of struct tls_settings that can be set belongs to a field that is in the key: each string in turn gets a
 * value, and a size that has grown without a line here fails the build. */
static void every_tls_setting_is_in_the_key(void **state)
{
    (void)state;
    struct settings plain = {0};
    char *before = key_of("https://a.test/", &plain);
#define DIFFERS(field, value)                                                                                          \
    do {                                                                                                               \
        struct settings changed = {0};                                                                                 \
        changed.tls.field = value;                                                                                     \
        char *after = key_of("https://a.test/", &changed);                                                             \
        assert_string_not_equal(before, after);                                                                        \
        mem_free(after);                                                                                               \
    } while (0)
    DIFFERS(for_proxy, true);
    DIFFERS(insecure, true);
    DIFFERS(cacert, "x");
    DIFFERS(capath, "x");
    DIFFERS(cert, "x");
    DIFFERS(cert_type, "x");
    DIFFERS(key, "x");
    DIFFERS(key_type, "x");
    DIFFERS(pass, "x");
    DIFFERS(version_min, TLS_VERSION_1_3);
    DIFFERS(version_max, TLS_VERSION_1_2);
    DIFFERS(ciphers, "x");
    DIFFERS(tls13_ciphers, "x");
    DIFFERS(curves, "x");
    mem_free(before);
    struct two_enums_and_two_bools {
        bool insecure, for_proxy;
        char *strings[7];
        enum tls_version versions[2];
        char *more[3];
    };
    static_assert(sizeof(struct tls_settings) == sizeof(struct two_enums_and_two_bools),
                  "a new TLS setting: put it into pool_key() and above");
}

static void texts_do_not_run_together(void **state)
{
    (void)state;
    struct settings one = {0}, other = {0};
    one.tls.cacert = "a,-";
    other.tls.cacert = "a";
    other.tls.capath = NULL;
    char *first = key_of("https://a.test/", &one), *second = key_of("https://a.test/", &other);
    assert_string_not_equal(first, second);
    mem_free(first);
    mem_free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_of_the_origin_is_in_the_key),
        cmocka_unit_test(the_way_through_a_proxy_is_in_the_key),
        cmocka_unit_test(a_proxy_serves_many_hosts),
        cmocka_unit_test(every_tls_setting_is_in_the_key),
        cmocka_unit_test(texts_do_not_run_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

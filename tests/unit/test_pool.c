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
    char *key = pool_key(&url, settings, &(struct http_auth){0});
    url_done(&url);
    return key;
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
    struct two_enums_and_a_bool {
        bool insecure;
        char *strings[7];
        enum tls_version versions[2];
        char *more[3];
    };
    static_assert(sizeof(struct tls_settings) == sizeof(struct two_enums_and_a_bool),
                  "a new TLS setting: put it into pool_key() and above");
}

static void whoever_logs_in_is_in_the_key(void **state)
{
    (void)state;
    char u[] = "u", other[] = "U", p[] = "p", empty[] = "";
    const struct http_auth rows[] = {
        {.user = NULL},
        {.user = u, .password = empty},
        {.user = other, .password = empty},
        {.user = u, .password = p},
        {.user = u, .password = p, .wanted = HTTP_AUTH_DIGEST},
        {.bearer = p},
    };
    enum {
        N = sizeof rows / sizeof *rows
    };
    char *keys[N];
    struct url url = {0};
    struct error err = {0};
    assert_true(url_parse(&url, SLICE("https://a.test/"), NULL, 0, &err));
    for (size_t i = 0; i < N; i++)
        keys[i] = pool_key(&url, &(struct settings){0}, &rows[i]);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(keys[i], keys[j]);
    for (size_t i = 0; i < N; i++)
        mem_free(keys[i]);
    url_done(&url);
}

static void the_place_that_is_dialled_is_in_the_key(void **state)
{
    (void)state;
    static const struct {
        struct net_connect_to rule;
        bool is_same;
    } rows[] = {
        {{NULL, 0, "a.test", 443}, true},   {{NULL, 0, NULL, 443}, true},        {{"a.test", 443, NULL, 0}, true},
        {{"b.test", 0, "c.test", 1}, true}, {{"a.test", 80, "c.test", 1}, true}, {{NULL, 0, "b.test", 0}, false},
        {{NULL, 0, NULL, 444}, false},
    };
    struct settings plain = {0};
    char *before = key_of("https://a.test/", &plain);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct net_connect_to rule = rows[i].rule;
        struct settings changed = {.net = {.connect_to = &rule, .n_connect_to = 1}};
        char *after = key_of("https://a.test/", &changed);
        assert_int_equal(strcmp(before, after) == 0, rows[i].is_same);
        mem_free(after);
    }
    mem_free(before);
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
        cmocka_unit_test(every_tls_setting_is_in_the_key),
        cmocka_unit_test(whoever_logs_in_is_in_the_key),
        cmocka_unit_test(the_place_that_is_dialled_is_in_the_key),
        cmocka_unit_test(texts_do_not_run_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* transfer/pool: two sets of settings that differ in anything that matters make two keys. */
#include "base/mem.h"
#include "cli/setters.h"
#include "transfer/pool.h"

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
    char *key = pool_key(&url, &route, settings, &(struct http_auth){0});
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

/* The settings of a command line that goes through a proxy with TLS; command_done frees them. */
static struct command parsed(const char *option, const char *value)
{
    char *argv[] = {mem_strdup("peel"),
                    mem_strdup("u"),
                    mem_strdup("-xhttps://p.test"),
                    mem_strdup(option),
                    value ? mem_strdup(value) : NULL,
                    NULL};
    struct command command = {0};
    struct buf out = {0}, warnings = {0};
    struct error err = {0};
    cli_parse(&command, value ? 5 : 4, argv, NULL, &out, &warnings, &err);
    assert_string_equal(err.text, "");
    for (size_t i = 0; i < 5; i++)
        mem_free(argv[i]);
    buf_done(&out);
    buf_done(&warnings);
    return command;
}

/* The last of an option's choices ("default|1.2"), which is never its default, else some text; 0 is the first of two.
 */
static const char *value_of(const struct option *option, int which)
{
    static const char *const texts[] = {"x", "y"};
    const char *last = option->kind == TAKES_CHOICE ? strrchr(option->argument, '|') : NULL;
    if (!option_takes_value(option))
        return NULL;
    return last ? last + 1 : texts[which];
}

static void check_option(const struct option *option, const char *before)
{
    bool shows_no = option->kind == IS_OFF_SWITCH;
    char *name = mem_printf("--%s%s", shows_no ? "no-" : "", option->name);
    char *keys[2];
    for (int i = 0; i < 2; i++) {
        struct command command = parsed(name, value_of(option, i));
        char *key = keys[i] = key_of("https://a.test/", command.groups[0]);
        bool is_for_proxy = (option->categories & IN_PROXY) != 0;
        const struct settings *settings = command.groups[0];
        char *tls_key = pool_tls_key(is_for_proxy ? &settings->proxy_tls : &settings->tls);
        bool is_in_key = strcmp(before, key) != 0 && strstr(key, tls_key);
        if (is_in_key != (option->set != set_nothing))
            fail_msg("%s: a TLS setting %s the pool's key: add_tls() in transfer/pool.c", name,
                     is_in_key ? "without effect is in" : "that is not in");
        mem_free_secret(tls_key);
        command_done(&command);
    }
    if (option_takes_value(option) && option->kind != TAKES_CHOICE && option->set != set_nothing)
        assert_string_not_equal(keys[0], keys[1]);
    mem_free_secret(keys[0]);
    mem_free_secret(keys[1]);
    mem_free(name);
}

/* The table itself is gone through: an option of TLS that is new has to be in the key, by which connections, contexts
 * and with these sessions are kept apart, or say with set_nothing that it has no effect. */
static void every_tls_option_is_in_the_key(void **state)
{
    (void)state;
    struct settings plain = {.net.proxy = "https://p.test", .proxy_tls.for_proxy = true};
    struct command command = parsed("--silent", NULL);
    char *before = key_of("https://a.test/", command.groups[0]);
    char *empty = key_of("https://a.test/", &plain);
    size_t n = 0;
    for (size_t i = 0; i < option_table_len; i++) {
        /* What holds for the whole run cannot differ between two connections of it. */
        bool is_common = (option_table[i].field & OPTION_IS_COMMON) != 0;
        /* The connections of a probe are never kept. */
        bool is_probe = option_table[i].field == offsetof(struct settings, tls_probe);
        if ((option_table[i].categories & IN_TLS) == 0 || is_common || is_probe)
            continue;
        check_option(&option_table[i], before);
        n++;
    }
    assert_true(n > 30);
    assert_string_equal(before, empty);
    mem_free(before);
    mem_free(empty);
    command_done(&command);
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
        keys[i] = pool_key(&url, &(struct route){0}, &(struct settings){0}, &rows[i]);
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
        cmocka_unit_test(the_way_through_a_proxy_is_in_the_key),
        cmocka_unit_test(a_proxy_serves_many_hosts),
        cmocka_unit_test(every_tls_option_is_in_the_key),
        cmocka_unit_test(whoever_logs_in_is_in_the_key),
        cmocka_unit_test(the_place_that_is_dialled_is_in_the_key),
        cmocka_unit_test(texts_do_not_run_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

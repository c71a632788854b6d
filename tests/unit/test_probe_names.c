/* transfer/probe_names: names of the same owner, and nobody else's. */
#include "transfer/probe_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct row {
    const char *host;
    const char *names[PROBE_NAMES_MAX + 1];
} rows[] = {
    {"shop.example", {"www.shop.example"}},
    {"www.shop.example", {"shop.example"}},
    {"a.shop.example", {"www.a.shop.example", "shop.example"}},
    {"a.b.c.shop.example", {"www.a.b.c.shop.example", "b.c.shop.example", "shop.example"}},
    {"www.a.shop.example", {"a.shop.example", "shop.example"}},
    {"shop.example.", {"www.shop.example"}},
    {"shop.co.uk", {"www.shop.co.uk"}},
    {"www.shop.co.uk", {"shop.co.uk"}},
    /* Anybody can have names right below these. */
    {"co.uk", {NULL}},
    {"www.co.uk", {NULL}},
    {"github.io", {NULL}},
    {"me.github.io", {"www.me.github.io"}},
    {"xn--bcher-kva.example", {"www.xn--bcher-kva.example"}},
    /* Nobody can say whose these are. */
    {"localhost", {NULL}},
    {"intranet", {NULL}},
    {"", {NULL}},
    {".", {NULL}},
};

static void test_names(void **state)
{
    (void)state;
    const struct probe_change kind = {.told = {.name = "other", .options = "--sni", .words = "wants"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct probe_name names[PROBE_NAMES_MAX];
        size_t n = probe_names_make(names, rows[i].host, &kind), expected = 0;
        while (rows[i].names[expected])
            expected++;
        for (size_t j = 0; j < n && j < expected; j++)
            assert_string_equal(names[j].name, rows[i].names[j]);
        if (n != expected)
            fail_msg("%s: %zu names, not %zu", rows[i].host, n, expected);
        probe_names_done(names, n);
    }
}

static void test_what_is_told(void **state)
{
    (void)state;
    const struct probe_change kind = {.told = {.name = "other", .options = "--sni", .words = "wants", .risk = "r"}};
    struct probe_name names[PROBE_NAMES_MAX];
    assert_int_equal(probe_names_make(names, "www.shop.example", &kind), 1);
    const struct probe_change *change = &names[0].change;
    assert_string_equal(change->server_name, "shop.example");
    assert_string_equal(change->told.server_name, "shop.example");
    assert_string_equal(change->told.name, "other");
    assert_string_equal(change->told.options, "--sni shop.example");
    assert_string_equal(change->told.words, "wants shop.example");
    assert_string_equal(change->told.risk, "r");
    probe_names_done(names, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names), cmocka_unit_test(test_what_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* insight/known: a ring of facts about connections. */
#include "insight/known.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void add(struct known *known, unsigned connection, const char *fact)
{
    known_add(known, connection, mem_strdup(fact));
}

static void the_last_fact_counts(void **state)
{
    (void)state;
    struct known known = {.free = mem_free};
    assert_null(known_find(&known, 0));
    add(&known, 0, "proxy");
    add(&known, 7, "other");
    add(&known, 0, "origin");
    assert_string_equal(known_find(&known, 0), "origin");
    assert_string_equal(known_find(&known, 7), "other");
    assert_null(known_find(&known, 1));
    known_done(&known);
}

static void the_oldest_gives_way(void **state)
{
    (void)state;
    struct known known = {.free = mem_free};
    for (unsigned i = 0; i < 2 * KNOWN_CONNECTIONS + 1; i++) {
        char *fact = mem_printf("%u", i);
        add(&known, i, fact);
        assert_string_equal(known_find(&known, i), fact);
        mem_free(fact);
    }
    assert_null(known_find(&known, KNOWN_CONNECTIONS));
    assert_string_equal(known_find(&known, KNOWN_CONNECTIONS + 1), "65");
    /* The newest of two, also where the ring begins anew between them. */
    add(&known, 2 * KNOWN_CONNECTIONS - 1, "again");
    assert_string_equal(known_find(&known, 2 * KNOWN_CONNECTIONS - 1), "again");
    known_done(&known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_fact_counts),
        cmocka_unit_test(the_oldest_gives_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

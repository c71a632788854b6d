/* base/near: how near one word is to another. */
#include "base/near.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void edits_and_slips(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *name;
        size_t edits, distance;
    } rows[] = {
        {"expired", "expired", 0, 0},      {"Expired", "EXPIRED", 0, 0},
        {"expird", "expired", 1, 1},       {"expierd", "expired", 1, 1},
        {"exprirex", "expired", 2, 2},     {"missing", "missing-issuer", 7, 1},
        {"MISS", "missing-issuer", 10, 1}, {"mi", "missing-issuer", 12, NEAR_NOT},
        {"al", "alert", 3, NEAR_NOT},      {"alxx", "alert", 3, NEAR_NOT},
        {"", "alert", 5, NEAR_NOT},        {"", "", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(near_edits(slice_of(rows[i].typed), slice_of(rows[i].name)), rows[i].edits);
        assert_int_equal(near_edits(slice_of(rows[i].name), slice_of(rows[i].typed)), rows[i].edits);
        assert_int_equal(near_distance(slice_of(rows[i].typed), slice_of(rows[i].name)), rows[i].distance);
    }
}

static void long_words_are_not_near(void **state)
{
    (void)state;
    static const char text[254] = {0};
    assert_int_equal(near_edits(slice_make(text, 253), slice_make(text, 253)), 0);
    assert_int_equal(near_edits(slice_make(text, 254), slice_make(text, 253)), NEAR_NOT);
    assert_int_equal(near_distance(slice_make(text, 253), slice_make(text, 254)), 1);
    assert_int_equal(near_distance(slice_make(text, 254), slice_make(text, 254)), NEAR_NOT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_and_slips),
        cmocka_unit_test(long_words_are_not_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

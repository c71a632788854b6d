/* insight/: lists folded to a width, long ones told in short. */
#include "insight/fold.h"

#include "insight/message_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N_ROWS(rows) (sizeof(rows) / sizeof *(rows))

static void folding(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        size_t width;
        const char *values[4];
        const char *folded;
    } rows[] = {
        {"a", 40, {"one", "two"}, "* a       one, two\n"},
        {"a", 27, {"one", "twothree", "four"}, "* a       one, twothree,\n*         four\n"},
        {"a", 26, {"one", "twothree"}, "* a       one, twothree\n"},
        {"a", 26, {"123456789012345", "1"}, "* a       123456789012345,\n*         1\n"},
        {"a", 26, {"1234567890123456789012345"}, "* a       123456789012345\n*         6789012345\n"},
        {"a", 26, {"1234567890123456", "7"}, "* a       123456789012345\n*         6, 7\n"},
        {"a", 26, {"a 12345678901234 ", "b"}, "* a       a 12345678901234,\n*         b\n"},
        {"a", 26, {"a b1234567890123", "c"}, "* a       a\n*         b1234567890123,\n*         c\n"},
        {"a", 26, {"12345678901234567 90"}, "* a       1234567890123456\n*         7 90\n"},
        {"a", 26, {"a b c d e f g h i j", "k"}, "* a       a b c d e f g h\n*         i j, k\n"},
        {"a",
         26,
         {"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", "12345"},
         "* a       \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4, 12345\n"},
        {"a", 3, {"123456789", "b"}, "* a       123456789,\n*         b\n"},
        {"a", 23, {"123456789012", "b"}, "* a       123456789012,\n*         b\n"},
        {"a",
         26,
         {"\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5", "123456", "7"},
         "* a       \xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5,\n*         123456, 7\n"},
        {"longer than that", 40, {"one"}, "* longer than that one\n"},
        {"longer than that", 26, {"123456789"}, "* longer than that\n*         123456789\n"},
        {"a", 26, {""}, "* a       \n"},
    };
    struct buf out = {0};
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        struct fold fold;
        buf_clear(&out);
        fold_begin(&fold, &out, rows[i].width, 10, "* ", rows[i].label);
        for (size_t k = 0; k < 4 && rows[i].values[k]; k++)
            fold_value(&fold, slice_of(rows[i].values[k]));
        fold_end(&fold);
        assert_string_equal(buf_text(&out), rows[i].folded);
    }
    buf_done(&out);
}

static void long_lists_are_told_in_short(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        uint32_t codes[24];
        const char *shown;
    } rows[] = {
        {"signatures",
         {0x0403, 0x0503, 0x0603, 0x0403, 0x0807, 0x0808, 0x0809, 0x0804, 0x0401, 0x0303, 0x0402, 0x0203, 0x081a,
          0x0905},
         "*      signatures (14)   ecdsa P-256/384/521, ed25519, ed448, rsa-pss, rsa, sha224, dsa, sha1, brainpool, "
         "ml-dsa\n"},
        {"signatures", {0x0603, 0xfe01, 0x0601}, "*      signatures        ecdsa P-521, x, rsa\n"},
        {"signatures",
         {0xfe01, 0xfe02, 0xfe03, 0xfe04, 0xfe05, 0xfe06, 0xfe07, 0xfe08, 0xfe09, 0xfe0a, 0x0807},
         "*      signatures (11)   x, x, x, x, x, x, x, x, ed25519, +2 more (-vvv lists)\n"},
        {"ciphers", {0x1301, 0xc030, 0x1302}, "*      ciphers           x, x, +1 for TLS 1.2 (-vvv lists)\n"},
        {"ciphers", {0x1301}, "*      ciphers           x\n"},
        {"ciphers", {1, 2, 3, 4, 5}, "*      ciphers           x, x, x, +2 more (-vvv lists)\n"},
        {"groups",
         {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
         "*      groups (12)       x, x, x, x, x, x, x, x, x, x, x, x\n"},
        {"groups",
         {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13},
         "*      groups (13)       x, x, x, x, x, x, x, x, +5 more (-vvv lists)\n"},
        {"groups", {0}, "*      groups            none\n"},
    };
    struct message message = {0};
    struct buf out = {0};
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        message_clear(&message);
        buf_clear(&out);
        message_list(&message, rows[i].list);
        for (size_t k = 0; rows[i].codes[k] != 0; k++)
            message_value(&message, SLICE("x"), rows[i].codes[k], NO_SIZE);
        message_view_append(&out, &message, SLICE(""), MESSAGE_VIEW_BRIEF, 200);
        assert_string_equal(buf_text(&out), rows[i].shown);
    }
    message_done(&message);
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folding),
        cmocka_unit_test(long_lists_are_told_in_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

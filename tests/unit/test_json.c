/* base/json */
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void strings_are_json_whatever_is_in_them(void **state)
{
    (void)state;
    static const struct {
        struct slice in;
        const char *out;
    } rows[] = {
        {SLICE_INIT(""), "\"\""},
        {SLICE_INIT("plain / text"), "\"plain / text\""},
        {SLICE_INIT("\"\\\b\f\n\r\t"), "\"\\\"\\\\\\b\\f\\n\\r\\t\""},
        {SLICE_INIT("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\x7f\""},
        {SLICE_INIT("stra\xc3\x9f"
                    "e \xf0\x9f\x8d\x8a"),
         "\"stra\xc3\x9f"
         "e \xf0\x9f\x8d\x8a\""},
        {SLICE_INIT("\xe9t\xe9"), "\"\\u00e9t\\u00e9\""},
        {SLICE_INIT("\xc0\xaf\xed\xa0\x80"), "\"\\u00c0\\u00af\\u00ed\\u00a0\\u0080\""},
        {SLICE_INIT("\xf0\x9f"), "\"\\u00f0\\u009f\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf b = {0};
        json_string(&b, rows[i].in);
        assert_string_equal(buf_text(&b), rows[i].out);
        buf_done(&b);
    }
}

static void commas_come_by_themselves(void **state)
{
    (void)state;
    struct buf out = {0};
    struct json json = {.out = &out};
    json_open(&json, NULL, '{');
    json_text(&json, "a", SLICE("b"));
    json_open(&json, "empty", '[');
    json_close(&json, ']');
    json_open(&json, "list", '[');
    json_number(&json, NULL, -1);
    json_ms(&json, NULL, 12034);
    json_bool(&json, NULL, true);
    json_open(&json, NULL, '{');
    json_close(&json, '}');
    json_close(&json, ']');
    json_key(&json, "raw");
    buf_append_text(&out, "null");
    json_bool(&json, "\"", false);
    json_close(&json, '}');
    assert_string_equal(buf_text(&out),
                        "{\"a\":\"b\",\"empty\":[],\"list\":[-1,12.034,true,{}],\"raw\":null,\"\\\"\":false}");
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_json_whatever_is_in_them),
        cmocka_unit_test(commas_come_by_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

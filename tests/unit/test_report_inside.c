/* insight/report_json_inside: each kind of field, and what a peer that sends too much comes to. */
#include "base/mem.h"
#include "insight/report_json_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json_check.h"

/* The member in an object of its own; mem_free it. */
static char *json_of(struct message *m)
{
    struct buf out = {0};
    struct json json = {.out = &out};
    json_open(&json, NULL, '{');
    report_json_inside(&json, m);
    json_close(&json, '}');
    assert_true(json_check(buf_slice(&out)));
    message_done(m);
    return buf_take(&out);
}

static void expect(struct message *m, const char *expected)
{
    char *json = json_of(m);
    assert_string_equal(json, expected);
    mem_free(json);
}

static void each_kind(void **state)
{
    (void)state;
    struct message m = {0};
    expect(&m, "{}");
    m.is_unreadable = true;
    expect(&m, "{\"inside\":{\"fields\":[],\"unreadable\":true}}");
    message_list(&m, "groups");
    message_value(&m, SLICE("x25519"), 29, 32);
    message_value(&m, SLICE("\x1b[1m\"\xff"), NO_CODE, NO_SIZE);
    expect(&m, "{\"inside\":{\"fields\":[{\"name\":\"groups\",\"values\":["
               "{\"text\":\"x25519\",\"code\":29,\"size\":32},{\"text\":\"\\\\x1b[1m\\\"\\\\xff\"}]}]}}");
    message_list(&m, "none");
    message_text(&m, "staple", "asked for");
    message_name(&m, "cipher", "C", 0);
    message_number(&m, "plain", 0, UNIT_NONE);
    message_number(&m, "lifetime", 7200, UNIT_SECONDS);
    message_number(&m, "prime", 2048, UNIT_BITS);
    message_number(&m, "ticket", 1, UNIT_BYTES);
    message_bytes(&m, "nonce", SLICE("\0\xff"));
    message_bytes(&m, "context", SLICE(""));
    message_unreadable(&m, "ALPN");
    expect(
        &m,
        "{\"inside\":{\"fields\":[{\"name\":\"none\",\"values\":[]},"
        "{\"name\":\"staple\",\"values\":[{\"text\":\"asked for\"}]},"
        "{\"name\":\"cipher\",\"values\":[{\"text\":\"C\",\"code\":0}]},"
        "{\"name\":\"plain\",\"number\":0},{\"name\":\"lifetime\",\"number\":7200,\"unit\":\"seconds\"},"
        "{\"name\":\"prime\",\"number\":2048,\"unit\":\"bits\"},{\"name\":\"ticket\",\"number\":1,\"unit\":\"bytes\"},"
        "{\"name\":\"nonce\",\"hex\":\"00ff\",\"size\":2},{\"name\":\"context\",\"hex\":\"\",\"size\":0},"
        "{\"name\":\"ALPN\",\"unreadable\":true}]}}");
}

static void groups_hold_what_is_deeper(void **state)
{
    (void)state;
    struct message m = {0};
    message_enter(&m, "certificate", 0);
    message_value(&m, SLICE("CN=a"), NO_CODE, NO_SIZE);
    message_number(&m, "size", 1, UNIT_NONE);
    message_enter(&m, "part", 7);
    message_leave(&m);
    message_leave(&m);
    message_enter(&m, "certificate", 1);
    message_enter(&m, "part", 8);
    message_number(&m, "size", 2, UNIT_NONE);
    message_leave(&m);
    message_leave(&m);
    message_number(&m, "last", 3, UNIT_NONE);
    expect(&m, "{\"inside\":{\"fields\":["
               "{\"name\":\"certificate\",\"index\":0,\"values\":[{\"text\":\"CN=a\"}],\"fields\":["
               "{\"name\":\"size\",\"number\":1},{\"name\":\"part\",\"index\":7,\"values\":[],\"fields\":[]}]},"
               "{\"name\":\"certificate\",\"index\":1,\"values\":[],\"fields\":["
               "{\"name\":\"part\",\"index\":8,\"values\":[],\"fields\":[{\"name\":\"size\",\"number\":2}]}]},"
               "{\"name\":\"last\",\"number\":3}]}}");
}

enum {
    MANY = 20000,
    LONG = 100000,
};

/* left_out of the field or the message that is told last. */
static size_t left_out(const char *json)
{
    const char *key = "\"left_out\":", *at = NULL;
    for (const char *next = strstr(json, key); next; next = strstr(next + 1, key))
        at = next + strlen(key);
    return at ? strtoul(at, NULL, 10) : 0;
}

static size_t count(const char *json, const char *part)
{
    size_t n = 0;
    for (const char *at = strstr(json, part); at; at = strstr(at + 1, part))
        n++;
    return n;
}

static void a_long_list_is_bounded(void **state)
{
    (void)state;
    struct message m = {0};
    message_list(&m, "accepted issuers");
    for (size_t i = 0; i < MANY; i++)
        message_value(&m, SLICE("\x01\x02\x03"), NO_CODE, NO_SIZE);
    char *json = json_of(&m);
    size_t n = count(json, "\"text\"");
    assert_in_range(strlen(json), INSIDE_MAX, INSIDE_MAX + INSIDE_TEXT_MAX + 200);
    assert_true(n > 100 && n + left_out(json) == MANY);
    mem_free(json);
}

static void many_fields_are_bounded(void **state)
{
    (void)state;
    struct message m = {0};
    for (size_t i = 0; i < MANY; i++) {
        message_enter(&m, "certificate", i);
        message_number(&m, "size", i, UNIT_BYTES);
        message_leave(&m);
    }
    char *json = json_of(&m);
    size_t n = count(json, "\"name\"");
    assert_in_range(strlen(json), INSIDE_MAX, INSIDE_MAX + INSIDE_TEXT_MAX + 200);
    assert_true(n > 100 && n + left_out(json) == 2 * (size_t)MANY);
    mem_free(json);
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    struct message m = {0};
    char *text = mem_alloc(LONG + 1);
    memset(text, 'a', LONG);
    message_text(&m, "issuer", text);
    message_bytes(&m, "cookie", slice_make(text, LONG));
    char *json = json_of(&m);
    assert_in_range(strlen(json), INSIDE_TEXT_MAX, 2 * INSIDE_TEXT_MAX);
    assert_non_null(strstr(json, "aaa...\"}]}"));
    assert_non_null(strstr(json, "6161\",\"size\":100000}"));
    assert_int_equal(count(json, "61"), INSIDE_HEX_MAX);
    mem_free(json);
    mem_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind),
        cmocka_unit_test(groups_hold_what_is_deeper),
        cmocka_unit_test(a_long_list_is_bounded),
        cmocka_unit_test(many_fields_are_bounded),
        cmocka_unit_test(long_texts_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

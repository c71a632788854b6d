/* insight/: near names, blocks, pages. */
#include "insight/block.h"
#include "insight/command.h"
#include "insight/explain.h"
#include "insight/names.h"
#include "insight/near_name.h"
#include "insight/subject.h"

#include "base/error.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_nearest_name(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        const char *names[4];
        const char *name; /* proposed; NULL: none */
        const char *why;  /* a part of it; NULL: nothing is said */
    } rows[] = {
        {"good.test", {"DNS:god.test"}, "god.test", "differs only a little"},
        {"good.test", {"DNS:www.good.test"}, "www.good.test", "not for the bare good.test"},
        {"a.good.test", {"DNS:good.test"}, "good.test", "what is below it"},
        {"good.test", {"DNS:*.good.test"}, NULL, "not good.test itself"},
        {"a.b.good.test", {"DNS:*.good.test"}, NULL, "one label only"},
        {"good.test", {"DNS:far.example"}, "far.example", NULL},
        {"good.test", {"DNS:*.far.example"}, NULL, NULL},
        {"good.test", {"DNS:far.example", "DNS:b.example", "DNS:c.example", "DNS:d.example"}, NULL, NULL},
        {"good.test", {"DNS:far.example", "DNS:GOOD.tset"}, "GOOD.tset", "differs only a little"},
        {"good.test", {"IP:192.0.2.1"}, NULL, NULL},
        {"192.0.2.1", {"DNS:192.0.2.1"}, NULL, "as an address"},
        {"192.0.2.1", {"DNS:good.test"}, "good.test", "as an address"},
        {"2001:db8::1", {"IP:2001:db8::2"}, NULL, "as an address"},
        {"good.test", {"DNS:g`id`.test"}, NULL, "differs only a little"},
        {"good.test", {"DNS:good;test"}, NULL, "differs only a little"},
        {"good.test", {"DNS:-o.test"}, NULL, "differs only a little"},
        {"good.test", {NULL}, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = 0;
        while (n < 4 && rows[i].names[n])
            n++;
        struct near_name near = near_name_find(rows[i].host, rows[i].names, n);
        bool is_name = rows[i].name ? near.name && strcmp(near.name, rows[i].name) == 0 : !near.name;
        bool is_why = rows[i].why ? near.why && strstr(near.why, rows[i].why) : !near.why;
        if (!is_name || !is_why)
            fail_msg("%zu: '%s' '%s'", i, near.name ? near.name : "-", near.why ? near.why : "-");
        near_name_done(&near);
    }
}

static void short_subjects(void **state)
{
    (void)state;
    static const struct {
        const char *subject, *shortened;
    } rows[] = {
        {"C=US; O=Some; CN=Root X1", "Root X1"}, {"CN=a; O=b", "a"}, {"O=NoCN=x", "O=NoCN=x"}, {"", ""}, {"CN=", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *got = subject_short(rows[i].subject);
        assert_string_equal(got, rows[i].shortened);
        mem_free(got);
    }
    assert_string_equal(subject_bare_name("DNS:a.test"), "a.test");
    assert_string_equal(subject_bare_name("IP:::1"), "::1");
    assert_string_equal(subject_bare_name("other"), "other");
}

static void a_block_is_folded_and_escaped(void **state)
{
    (void)state;
    struct buf out = {0};
    struct block_place place = {.url = "https://a.test/", .host = "a.test", .port = 443, .width = 32};
    struct block b = {.out = &out, .place = &place};
    block_head(&b, 60, "certificate of %s", "a\x1b[31m");
    block_say(&b, "cause", "%s", "one two three four five six averyveryverylongwordindeed seven");
    block_row(&b, "evidence", "%s", "a row that is longer than the width of prose");
    block_row(&b, "evidence", "%s", "second");
    block_row(&b, "evidence", "%s", "[0] a.test          RSA 2048  FAIL");
    block_command(&b, "or:", "", "https://a.test/");
    block_command(&b, "with its authority:", "--cacert FILE", "https://a.test/");
    block_command(&b, "", "--cacert FILE", "https://a.test/?a=1&b='2'");
    block_more(&b, CAUSE_EXPIRED);
    assert_string_equal(buf_text(&out), "peel: (60) certificate of a\\x1b[31m\n"
                                        "  cause     one two three four\n"
                                        "            five six\n"
                                        "            averyveryverylongwordindeed\n"
                                        "            seven\n"
                                        "  evidence  a row that is longer\n"
                                        "            than the width of\n"
                                        "            prose\n"
                                        "            second\n"
                                        "            [0] a.test\n"
                                        "                RSA 2048  FAIL\n"
                                        "  fix       or:\n"
                                        "            peel https://a.test/\n"
                                        "            with its authority:\n"
                                        "            peel --cacert FILE https://a.test/\n"
                                        "            peel --cacert FILE 'https://a.test/?a=1&b='\\''2'\\'''\n"
                                        "  more      peel --explain expired\n");
    buf_done(&out);
}

static void a_command_says_again_what_was_said(void **state)
{
    (void)state;
    struct trace_option options[] = {{.name = "proxy", .letter = 'x', .value = (char[]){"http://p:1"}},
                                     {.name = "alpn", .is_off = true},
                                     {.name = "ipv6", .letter = '6'},
                                     {.name = "cert", .letter = 'E', .value = (char[]){"it's me.pem"}},
                                     {.name = "key-type", .value = (char[]){"DER"}},
                                     {.name = "proxy-cacert", .value = (char[]){"$(id)"}},
                                     {.name = "tlsv1.3"}};
    const struct trace_way way = {options, sizeof options / sizeof *options};
#define CERT "--cert 'it'\\''s me.pem' --key-type DER "
    static const struct {
        struct command_line line;
        const char *text;
    } rows[] = {
        {{.options = "", .url = "u"}, "peel -x http://p:1 --no-alpn -6 " CERT "--proxy-cacert '$(id)' --tlsv1.3 u"},
        {{.options = "--sni a", .without = "key alpn tlsv1 proxy ipv6 proxy-cacert cert", .url = "u&v"},
         "peel --sni a 'u&v'"},
        {{.options = "--cert FILE --key FILE", .without = "ipv6", .url = "u"},
         "peel --cert FILE --key FILE -x http://p:1 --no-alpn --proxy-cacert '$(id)' --tlsv1.3 u"},
        {{.options = "--tlsv1.0 --no-alpn", .without = "cert proxy-cacert", .url = "u"},
         "peel --tlsv1.0 --no-alpn -x http://p:1 -6 u"},
        {{.options = "--cacert FILE", .without = "cert alpn", .is_for_proxy = true, .proxy = "https://q:2", .url = "u"},
         "peel -x https://q:2 --proxy-cacert FILE -6 --tlsv1.3 u"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf out = {0};
        struct command_line line = rows[i].line;
        line.way = &way;
        command_append(&out, &line);
        assert_string_equal(buf_text(&out), rows[i].text);
        buf_done(&out);
    }
}

static void ids_lead_back(void **state)
{
    (void)state;
    for (enum cause cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
        struct buf page = {0};
        assert_int_equal(cause_by_id(slice_of(cause_id(cause))), cause);
        assert_true(*cause_title(cause));
        assert_true(explain_append(&page, slice_of(cause_id(cause)), 79));
        buf_done(&page);
    }
    assert_int_equal(cause_by_id(SLICE("")), CAUSE_NONE);
    assert_string_equal(cause_id(CAUSE_NONE), "");
}

static void pages_keep_to_the_width(void **state)
{
    (void)state;
    for (size_t width = 40; width <= 80; width += 20) {
        struct buf pages = {0};
        explain_append(&pages, SLICE("list"), width);
        for (enum cause cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
            explain_append(&pages, slice_of(cause_id(cause)), width);
        explain_append(&pages, SLICE("80"), width);
        struct slice rest = buf_slice(&pages);
        size_t widest = 0;
        while (rest.len > 0) {
            struct slice line = slice_first(rest, slice_find(rest, '\n'));
            bool has_words = memchr(slice_trim(line).ptr, ' ', slice_trim(line).len); /* one alone is not broken */
            widest = has_words && line.len > widest ? line.len : widest;
            rest = slice_from(rest, line.len + 1);
        }
        assert_in_range(widest, width - 2, width);
        buf_done(&pages);
    }
}

static void words_without_a_page(void **state)
{
    (void)state;
    static const char *const words[] = {"",    "unknown",  "999",           "1234",  "-1",
                                        "6 0", "expired ", "close_notify2", "0x0010"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct buf page = {0};
        if (explain_append(&page, slice_of(words[i]), 79) || page.len > 0)
            fail_msg("'%s' has a page", words[i]);
    }
}

static void words_with_a_page(void **state)
{
    (void)state;
    static const struct {
        const char *word, *start;
    } rows[] = {
        {"Missing-ISSUER", "missing-issuer: "},
        {"Handshake_Failure", "alert 40: handshake_failure\n"},
        {"server_name", "extension 0: server_name (SNI)\n"},
        {"sni", "extension 0: server_name (SNI)\n"},
        {"alpn", "extension 16: application_layer_protocol_negotiation (ALPN)\n"},
        {"Key_Share", "extension 51: key_share\n"},
        {"renegotiation_info", "extension 65281: renegotiation_info\n"},
        {"LIST", "Causes:\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf page = {0};
        assert_true(explain_append(&page, slice_of(rows[i].word), 79));
        if (strncmp(buf_text(&page), rows[i].start, strlen(rows[i].start)) != 0)
            fail_msg("'%s': %s", rows[i].word, buf_text(&page));
        buf_done(&page);
    }
}

/* What a ClientHello of peel's holds has a page under the name that -vv shows it by. */
static void extensions_that_are_sent_have_a_page(void **state)
{
    (void)state;
    static const uint16_t codes[] = {0, 5, 10, 11, 13, 16, 22, 23, 27, 35, 41, 42, 43, 44, 45, 47, 49, 50, 51, 0xff01};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct buf page = {0};
        char number[NAME_SIZE];
        if (!explain_append(&page, slice_of(name_of_extension(number, codes[i])), 79))
            fail_msg("extension %u has no page", codes[i]);
        buf_done(&page);
    }
}

static void near_words_are_proposed(void **state)
{
    (void)state;
    static const struct {
        const char *word, *said;
    } rows[] = {
        {"missing", "; did you mean missing-issuer, missing_extension?"},
        {"clock", "; did you mean clock-wrong?"},
        {"issuer", "; did you mean missing-issuer?"},
        {"EXPIRD", "; did you mean expired?"},
        {"key-share", "; did you mean key_share?"},
        {"weak", "; did you mean weak-certificate, weak-key-exchange, weak-signature?"},
        {"certificate",
         "; did you mean certificate_revoked, certificate_expired, certificate_unknown, certificate_unobtainable?"},
        {"nonsense", ""},
        {"su", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf said = {0};
        explain_suggest(&said, slice_of(rows[i].word));
        assert_string_equal(buf_text(&said), rows[i].said);
        buf_done(&said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_name),
        cmocka_unit_test(short_subjects),
        cmocka_unit_test(a_block_is_folded_and_escaped),
        cmocka_unit_test(a_command_says_again_what_was_said),
        cmocka_unit_test(ids_lead_back),
        cmocka_unit_test(words_without_a_page),
        cmocka_unit_test(pages_keep_to_the_width),
        cmocka_unit_test(words_with_a_page),
        cmocka_unit_test(extensions_that_are_sent_have_a_page),
        cmocka_unit_test(near_words_are_proposed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

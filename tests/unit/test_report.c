/* insight/report: events in, reports out; what follows from them; text for pages. */
#include "base/mem.h"
#include "insight/block.h"
#include "insight/html.h"
#include "insight/report_gather.h"
#include "insight/report_show.h"
#include "insight/waterfall.h"
#include "json_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define N_ROWS(rows) (sizeof(rows) / sizeof *(rows))

struct fixture {
    struct report_gather *gather;
    uint64_t at_us;
    const struct report *last; /* that was over by the last event */
};

static void begin(struct fixture *f, int warn_days)
{
    *f = (struct fixture){.gather = report_gather_new(1764000000000000, warn_days), .at_us = 1000};
}

/* Each event a millisecond after the one before. */
static void tell(struct fixture *f, enum trace_kind kind, const void *data)
{
    struct trace_event event = {.kind = kind, .at_us = f->at_us, .data = data};
    f->last = report_gather_event(f->gather, &event);
    f->at_us += 1000;
}

static void tell_hop(struct fixture *f, const char *url)
{
    tell(f, TRACE_HOP, &(struct trace_hop){.url = slice_of(url), .method = SLICE("GET")});
}

static void tell_line(struct fixture *f, const char *text)
{
    tell(f, TRACE_RESPONSE_LINE, &(struct trace_line){slice_of(text)});
}

static const struct trace_address shop = {SLICE_INIT("shop.example"), "192.0.2.1", 443, 0, 0, 7, NULL};
static const struct tls_certificate chain[] = {
    {.subject = "CN=shop\x1b[1m<b>",
     .issuer = "CN=E7",
     .from = "2026-10-01T00:00:00Z",
     .until = "2026-12-30T00:00:00Z",
     .left_s = 36 * 86400,
     .key = "EC 256"},
    {.subject = "CN=E7", .issuer = "CN=Root", .left_s = 9 * 86400, .key = "EC 384"},
};

static void tell_message(struct fixture *f, bool is_sent, enum tls_message_kind kind, struct slice bytes)
{
    tell(f, TRACE_TLS_MESSAGE,
         &(struct tls_message){.is_sent = is_sent, .kind = kind, .version = 0x0304, .bytes = bytes});
}

static void tell_connection(struct fixture *f)
{
    struct tls_verdict verdict = {.chain = chain,
                                  .n_chain = N_ROWS(chain),
                                  .leaf = chain,
                                  .n_sent = 2,
                                  .matched_name = "DNS:shop.example",
                                  .anchor = "CN=E7",
                                  .trust = "ca.pem (--cacert)"};
    tell(f, TRACE_RESOLVED, &(struct trace_resolved){.took_us = 400});
    tell(f, TRACE_CONNECTED, &shop);
    tell(f, TRACE_TLS_OFFER, &(struct tls_offer){.server_name = SLICE("shop.example"), .trust = "t"});
    tell(f, TRACE_TLS_CERTIFICATE, &verdict);
    tell(f, TRACE_TLS_ESTABLISHED, &(struct tls_facts){.round_trips = 1});
    tell(f, TRACE_TLS_SUMMARY, &(struct tls_summary){.version = "TLSv1.3", .cipher = "C", .alpn = "h\x01"});
}

static void tell_exchange(struct fixture *f)
{
    tell_line(f, "HTTP/1.1 103 Early Hints");
    tell_line(f, "HTTP/1.1 200 OK");
    tell_line(f, "ALT-SVC: h3=\":443\"\x1b");
    tell_line(f, "Strict-Transport-Security:max-age=1");
    tell_line(f, "strict-transport-security: max-age=2");
    tell_line(f, "");
    uint64_t first_us = f->at_us - 4000;
    tell(f, TRACE_EXCHANGED, &(struct trace_exchanged){.first_byte_us = first_us});
}

static char *json_of(const struct report *report)
{
    struct buf out = {0};
    report_json_append(&out, report);
    struct slice line = slice_first(buf_slice(&out), slice_find(buf_slice(&out), '\n'));
    assert_int_equal(line.len + 1, out.len);
    assert_true(json_check(line));
    return buf_take(&out);
}

static void expect(const char *text, const char *part)
{
    assert_non_null(text);
    if (!strstr(text, part))
        fail_msg("no %s\nin %s", part, text);
}

static void a_request_is_a_report(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 14);
    tell_hop(&f, "https://shop.example/a?b");
    tell_connection(&f);
    tell_exchange(&f);
    assert_null(f.last);
    tell(&f, TRACE_DONE, &(struct trace_done){0});
    assert_non_null(f.last);
    assert_true(report_is_ending(f.last));
    assert_string_equal(report_first_end(f.last->tls).subject, "CN=E7");
    char *json = json_of(f.last);
    expect(json, "{\"peel\":1,\"url\":\"https://shop.example/a?b\",\"host\":\"shop.example\",\"port\":443,"
                 "\"ip\":\"192.0.2.1\",\"proxy\":null,\"at\":\"2025-11-24T16:00:00.001Z\",\"reused\":false,"
                 "\"result\":{\"ok\":true,\"code\":0,\"cause\":null,\"error\":null,\"causes\":[]},");
    expect(json, "\"version\":\"TLSv1.3\",\"cipher\":\"C\",\"group\":null,\"sigalg\":null,\"alpn\":\"h\\\\x01\"");
    expect(json, "\"subject\":\"CN=shop\\\\x1b[1m<b>\"");
    expect(json, "\"http\":{\"status\":200,\"version\":\"HTTP/1.1\",\"hsts\":\"max-age=1\","
                 "\"alt_svc\":\"h3=\\\":443\\\"\\\\x1b\"}");
    expect(json, "\"time\":{\"dns\":0.400,\"tcp\":1.000,\"tls\":3.000,\"wait\":4.000,\"body\":4.000,\"total\":12.400}");
    expect(json, "\"warn\":{\"ending\":true,\"days_left\":9,\"limit\":14}}\n");
    mem_free(json);
    /* On the same connection: what is known of it stays so. */
    tell_hop(&f, "https://shop.example/c");
    tell(&f, TRACE_REUSED, &shop);
    tell(&f, TRACE_DONE, &(struct trace_done){.code = 28, .error = "Timed out"});
    json = json_of(f.last);
    expect(json, "\"reused\":true,\"result\":{\"ok\":false,\"code\":28,\"cause\":null,\"error\":\"Timed out\",");
    expect(json, "\"version\":\"TLSv1.3\"");
    expect(json, "\"time\":{\"dns\":null,\"tcp\":null,\"tls\":null,\"wait\":2.000,\"body\":null,\"total\":2.000}");
    mem_free(json);
    report_gather_free(f.gather);
}

/* A redirect is a report, an attempt that came to nothing none. */
static void which_attempts_count(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, -1);
    tell(&f, TRACE_DONE, &(struct trace_done){.code = 3});
    assert_null(f.last);
    tell_hop(&f, "http://a.example/");
    tell(&f, TRACE_CONNECTED, &shop);
    tell_hop(&f, "http://a.example/");
    assert_null(f.last);
    tell_exchange(&f);
    tell_hop(&f, "http://b.example/");
    assert_non_null(f.last);
    assert_string_equal(f.last->url, "http://a.example/");
    assert_null(f.last->tls);
    tell(&f, TRACE_CONNECTED, &(struct trace_address){.address = "/run/a.socket"});
    tell(&f, TRACE_DONE, &(struct trace_done){.code = 1, .cause = CAUSE_TLS_ON_HTTP, .error = "E"});
    char *json = json_of(f.last);
    expect(json, "\"ip\":null,");
    expect(json, "\"cause\":\"tls-on-http\"");
    expect(json, "\"fix\":[\"peel https://b.example/\"]");
    expect(json, "\"tls\":null,\"messages\":[],\"chain\":[],\"trust\":null,\"http\":null,");
    mem_free(json);
    report_gather_free(f.gather);
}

/* Through a proxy that speaks TLS too: what counts is the server's, also on the connection that is kept. */
static void a_proxys_tls_gives_way(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 40);
    tell_hop(&f, "https://shop.example/");
    tell(&f, TRACE_CONNECTED, &shop);
    tell(&f, TRACE_TLS_OFFER, &(struct tls_offer){.server_name = SLICE("proxy.example")});
    tell_line(&f, "HTTP/1.1 407 Proxy Authentication Required");
    tell_line(&f, "Alt-Svc: proxy");
    tell(&f, TRACE_TLS_OFFER, &(struct tls_offer){.server_name = SLICE("shop.example")});
    struct tls_certificate leaf = {.subject = "CN=shop.example", .issuer = "CN=E7", .left_s = 37 * 86400};
    tell(
        &f, TRACE_TLS_RESUMED,
        &(struct tls_verdict){.leaf = &leaf, .chain = &leaf, .n_chain = 1, .trust = "t", .store = "t", .n_trusted = 3});
    tell(&f, TRACE_TLS_SUMMARY, &(struct tls_summary){.version = "TLSv1.3"});
    tell(&f, TRACE_DONE, &(struct trace_done){.code = 56, .error = "E"});
    char *json = json_of(f.last);
    expect(json, "\"http\":null,");
    expect(json, "\"sni\":\"shop.example\"");
    expect(json, "\"warn\":{\"ending\":true,\"days_left\":37,\"limit\":40}");
    expect(json, "\"certificates\":3,\"places\":\"t\",\"anchor\":null,");
    expect(json, "\"from_session\":true,\"sent\":0}");
    mem_free(json);
    tell_hop(&f, "https://shop.example/");
    tell(&f, TRACE_REUSED, &shop);
    tell(&f, TRACE_DONE, &(struct trace_done){0});
    assert_string_equal(f.last->tls->server_name, "shop.example");
    report_gather_free(f.gather);
}

static void messages_are_bounded(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, -1);
    tell_hop(&f, "https://shop.example/");
    tell_connection(&f);
    tell_message(&f, false, TLS_MESSAGE_ALERT, SLICE("\x01\x5a"));
    tell_message(&f, true, TLS_MESSAGE_ALERT, SLICE("\x02\x30"));
    for (unsigned i = 0; i < 2 * REPORT_MESSAGES; i++)
        tell_message(&f, false, TLS_MESSAGE_HANDSHAKE, SLICE("\x04\0\0\x02x"));
    tell_message(&f, false, TLS_MESSAGE_ALERT, SLICE("\x02\x28"));
    tell(&f, TRACE_DONE, &(struct trace_done){0});
    assert_int_equal(f.last->tls->n_messages, REPORT_MESSAGES);
    assert_int_equal(f.last->tls->n_messages_more, REPORT_MESSAGES + 3);
    char *json = json_of(f.last);
    expect(json, "\"alert\":{\"dir\":\"out\",\"number\":48,\"name\":\"unknown_ca\"}");
    expect(json, "\"messages_left_out\":67,");
    mem_free(json);
    report_gather_free(f.gather);
}

/* NewSessionTicket (RFC 8446 section 4.6.1) with this many unknown, empty extensions. */
static void append_ticket(struct buf *out, unsigned n_extensions)
{
    unsigned body = 4 + 4 + 1 + 2 + 1 + 2 + 4 * n_extensions;
    const char head[] = {4, (char)(body >> 16), (char)(body >> 8), (char)body, 0, 0, 28, 32, 1, 2, 3, 4, 0, 0, 1, 't'};
    buf_append(out, slice_make(head, sizeof head));
    buf_append_byte(out, (char)(4 * n_extensions >> 8));
    buf_append_byte(out, (char)(4 * n_extensions));
    for (unsigned i = 0; i < n_extensions; i++) {
        const char extension[] = {(char)(0x40 + (i >> 8)), (char)i, 0, 0};
        buf_append(out, slice_make(extension, sizeof extension));
    }
}

static void what_messages_say_is_bounded(void **state)
{
    (void)state;
    struct fixture f;
    struct buf large = {0}, small = {0};
    append_ticket(&large, 16000);
    append_ticket(&small, 1);
    begin(&f, -1);
    tell_hop(&f, "https://shop.example/");
    tell_connection(&f);
    for (unsigned i = 0; i < 20; i++)
        tell_message(&f, false, TLS_MESSAGE_HANDSHAKE, buf_slice(&large));
    tell_message(&f, false, TLS_MESSAGE_HANDSHAKE, buf_slice(&small));
    tell(&f, TRACE_DONE, &(struct trace_done){0});
    assert_in_range(f.last->tls->inside_size, 1, REPORT_INSIDE);
    const struct report_message *last = &f.last->tls->messages[f.last->tls->n_messages - 1];
    assert_true(last->inside.n_fields > 0 && last->inside.n_left_out == 0);
    assert_int_equal(last[-1].inside.n_fields, 0);
    assert_true(last[-1].inside.n_left_out > 0);
    char *json = json_of(f.last);
    expect(json, "\"inside\":{\"fields\":[],\"left_out\":");
    mem_free(json);
    buf_done(&large);
    buf_done(&small);
    report_gather_free(f.gather);
}

static void staples_are_told(void **state)
{
    (void)state;
    static const struct {
        struct tls_staple staple;
        const char *text[3], *json, *html;
    } rows[] = {
        {{.status = TLS_STAPLE_NONE},
         {"ALL GOOD\n", "  staple none\n"},
         "\"staple\":false,\"revocation\":{\"status\":\"none\",\"checked\":false,",
         "<dd>no staple</dd>"},
        {{.status = TLS_STAPLE_GOOD,
          .from = "2026-11-24T01:02:03Z",
          .until = "2026-12-01T00:00:00Z",
          .responder = "O=R; CN=Re\x1b"},
         {"ALL GOOD\n", "  staple good\n",
          "\nrevocation  staple good, from 2026-11-24, next due 2026-12-01, by Re\\x1b\n"},
         "\"staple\":true,\"revocation\":{\"status\":\"good\",\"checked\":true,\"this_update\":"
         "\"2026-11-24T01:02:03Z\",\"next_update\":\"2026-12-01T00:00:00Z\",\"revoked_at\":null,\"reason\":null,"
         "\"responder\":\"O=R; CN=Re\\\\x1b\",\"detail\":null}",
         "<dd>staple good, from 2026-11-24, next due 2026-12-01</dd>"},
        {{.status = TLS_STAPLE_REVOKED,
          .from = "2026-11-24T01:02:03Z",
          .revoked = "2026-11-18T00:00:00Z",
          .reason = "keyCompromise"},
         {" REVOKED\n", "  staple revoked\n",
          "\nrevocation  REVOKED since 2026-11-18 (keyCompromise), says the staple, from\n            2026-11-24\n"
          "            let pass"},
         "\"status\":\"revoked\",\"checked\":true,\"this_update\":\"2026-11-24T01:02:03Z\",\"next_update\":null,"
         "\"revoked_at\":\"2026-11-18T00:00:00Z\",\"reason\":\"keyCompromise\",\"responder\":null",
         "<article class=\"report bad\">"},
        {{.status = TLS_STAPLE_STALE,
          .from = "2026-11-02T01:02:03Z",
          .until = "2026-11-03T00:00:00Z",
          .revoked = "2026-11-01T00:00:00Z"},
         {" REVOKED\n", "  staple stale\n", "\nrevocation  REVOKED since 2026-11-01, staple stale, from 2026-11-02,"},
         "\"status\":\"stale\",\"checked\":true,",
         "The certificate was revoked by its issuer."},
        {{.status = TLS_STAPLE_WRONG_SIGNER,
          .from = "2026-11-02T01:02:03Z",
          .revoked = "2026-11-01T00:00:00Z",
          .detail = "why"},
         {"ALL GOOD\n", "  staple wrong-signer\n", "\nrevocation  staple not signed by the issuer (why)\n"},
         "\"status\":\"wrong-signer\",\"checked\":false,",
         "<article class=\"report good\">"},
    };
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        struct fixture f;
        struct buf text = {0}, html = {0};
        begin(&f, -1);
        tell_hop(&f, "https://shop.example/");
        tell_connection(&f);
        tell(&f, TRACE_TLS_STAPLE, &rows[i].staple);
        tell_exchange(&f);
        tell(&f, TRACE_DONE, &(struct trace_done){0});
        report_text_append(&text, f.last, false, 0);
        report_html_append(&html, f.last);
        for (size_t j = 0; j < N_ROWS(rows[i].text) && rows[i].text[j]; j++)
            expect(buf_text(&text), rows[i].text[j]);
        assert_int_equal(strstr(buf_text(&text), "revocation") != NULL, rows[i].text[2] != NULL);
        expect(buf_text(&html), rows[i].html);
        char *json = json_of(f.last);
        expect(json, rows[i].json);
        mem_free(json);
        buf_done(&text);
        buf_done(&html);
        report_gather_free(f.gather);
    }
}

static void spans_of_time_are_told(void **state)
{
    (void)state;
    static const struct {
        uint64_t seconds;
        const char *text;
    } rows[] = {{0, "0 s"},       {59, "59 s"},       {60, "1 min"},        {90, "90 s"},         {7200, "2 h"},
                {86400, "1 day"}, {172800, "2 days"}, {31536000, "1 year"}, {63072000, "2 years"}};
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        struct buf out = {0};
        report_append_seconds(&out, rows[i].seconds);
        assert_string_equal(buf_text(&out), rows[i].text);
        buf_done(&out);
    }
}

static void what_is_left_is_told_in_its_largest_unit(void **state)
{
    (void)state;
    static const struct {
        int64_t left_s, starts_s;
        int days;
        const char *text;
    } rows[] = {{37 * 86400 + 5, -1, 37, "37 days left"},
                {86400, -1, 1, "1 day left"},
                {86399, -1, 0, "23 hours left"},
                {5 * 3600 + 59, -1, 0, "5 hours left"},
                {3600, -1, 0, "1 hour left"},
                {3599, -1, 0, "59 minutes left"},
                {59, -1, 0, "59 seconds left"},
                {0, -1, 0, "0 seconds left"},
                {-1, -1, -1, "ended 1 second ago"},
                {-20 * 60, -1, -1, "ended 20 minutes ago"},
                {-86400, -1, -1, "ended 1 day ago"},
                {-86401, -1, -2, "ended 1 day ago"},
                {-13 * 86400, -1, -13, "ended 13 days ago"},
                {37 * 86400, 7200, 37, "starts in 2 hours"},
                {37 * 86400, 0, 37, "37 days left"}};
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        struct buf out = {0};
        struct tls_certificate certificate = {.left_s = rows[i].left_s, .starts_s = rows[i].starts_s};
        report_append_validity(&out, &certificate);
        assert_string_equal(buf_text(&out), rows[i].text);
        assert_int_equal(tls_days(rows[i].left_s), rows[i].days);
        buf_done(&out);
    }
}

static void text_for_pages_is_text(void **state)
{
    (void)state;
    static const struct {
        struct slice text;
        const char *html;
    } rows[] = {
        {SLICE_INIT(""), ""},
        {SLICE_INIT("<a href=\"x\" o='y'>&lt;"), "&lt;a href=&quot;x&quot; o=&#39;y&#39;&gt;&amp;lt;"},
        {SLICE_INIT("\xc3\xa9\xe2\x80\xae\n\0"), "\xc3\xa9\\xe2\\x80\\xae\\x0a\\x00"},
    };
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        struct buf out = {0};
        html_text(&out, rows[i].text);
        assert_string_equal(buf_text(&out), rows[i].html);
        buf_done(&out);
    }
}

static void blocks_are_read_back(void **state)
{
    (void)state;
    struct buf out = {0};
    struct block_place place = {.url = "https://a/", .host = "a", .port = 443, .width = 40};
    struct block b = {.out = &out, .place = &place};
    for (unsigned i = 0; i < 2; i++) {
        if (i == 0)
            block_head(&b, 60, "head");
        block_say(&b, "cause", "one two");
        block_row(&b, "evidence", "  a  b");
        block_row(&b, "evidence", "second");
        block_more(&b, i == 0 ? CAUSE_EXPIRED : CAUSE_REVOKED);
        b.label = NULL;
    }
    static const char *const lines[][2] = {{"", "peel: (60) head"},
                                           {"cause", "one two"},
                                           {"evidence", "  a  b"},
                                           {"evidence", "second"},
                                           {"more", "peel --explain expired"}};
    struct slice rest = buf_slice(&out), block, inside;
    struct block_line line = {0};
    assert_true(block_next_whole(&rest, &block));
    assert_int_equal(block_cause(block), CAUSE_EXPIRED);
    inside = block;
    for (size_t i = 0; i < N_ROWS(lines); i++) {
        assert_true(block_next(&inside, &line));
        assert_true(slice_equal(line.label, slice_of(lines[i][0])) && slice_equal(line.text, slice_of(lines[i][1])));
    }
    assert_false(block_next(&inside, &line));
    assert_true(block_next_whole(&rest, &block));
    assert_int_equal(block_cause(block), CAUSE_REVOKED);
    assert_false(block_next_whole(&rest, &block));
    buf_done(&out);
}

static void bars_share_an_axis(void **state)
{
    (void)state;
    const struct waterfall_row rows[] = {
        {.name = "a.example/",
         .status = 200,
         .begun_us = 5000,
         .over_us = 10000,
         .spans = {{true, false, 0, 1000},
                   {true, false, 1000, 1000},
                   {true, false, 2000, 1000},
                   {true, false, 3000, 1000},
                   {true, false, 4000, 1000}}},
        {.name = "b.example/a-path-that-is-long",
         .code = 35,
         .begun_us = 10000,
         .over_us = 15000,
         .spans = {{true, false, 0, 0}, {true, false, 0, 2000}, {true, true, 2000, 3000}}},
        {.name = "c", .code = 3, .begun_us = 15000, .over_us = 15000},
    };
    struct buf out = {0};
    waterfall_append(&out, rows, 0, 60);
    assert_int_equal(out.len, 0);
    waterfall_append(&out, rows, N_ROWS(rows), 62);
    assert_string_equal(buf_text(&out), "a.example/                200|..--==~~##          |     5.0 ms\n"
                                        "b.exampl...t-is-long  FAIL 35|          ----xxxxxx|     5.0 ms\n"
                                        "c                      FAIL 3|                    |     0.0 ms\n"
                                        "                              0            10.0 ms\n"
                                        ". dns   - tcp   = tls   ~ wait   # body   x failed\n");
    buf_clear(&out);
    waterfall_append(&out, &rows[2], 1, 0); /* no time passed, no room */
    assert_non_null(strstr(buf_text(&out), "|          |"));
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_a_report),
        cmocka_unit_test(which_attempts_count),
        cmocka_unit_test(staples_are_told),
        cmocka_unit_test(messages_are_bounded),
        cmocka_unit_test(what_messages_say_is_bounded),
        cmocka_unit_test(spans_of_time_are_told),
        cmocka_unit_test(text_for_pages_is_text),
        cmocka_unit_test(what_is_left_is_told_in_its_largest_unit),
        cmocka_unit_test(blocks_are_read_back),
        cmocka_unit_test(a_proxys_tls_gives_way),
        cmocka_unit_test(bars_share_an_axis),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

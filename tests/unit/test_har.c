/* insight/har: events in, entries out. */
#include "insight/har.h"
#include "tls/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define N_ROWS(rows) (sizeof(rows) / sizeof *(rows))

struct fixture {
    struct har *har;
    struct buf out;
    uint64_t at_us;
    unsigned n_entries;
};

static void begin(struct fixture *f, bool with_secrets)
{
    *f = (struct fixture){.har = har_new(1764000000000000, with_secrets), .at_us = 1000};
}

/* Each event a millisecond after the one before. */
static void tell(struct fixture *f, enum trace_kind kind, const void *data)
{
    struct trace_event event = {.kind = kind, .at_us = f->at_us, .data = data};
    f->n_entries += har_event(f->har, &event, &f->out);
    f->at_us += 1000;
}

static void tell_hop(struct fixture *f, const char *url)
{
    tell(f, TRACE_HOP, &(struct trace_hop){.url = slice_of(url), .method = SLICE("GET")});
}

static void tell_bytes(struct fixture *f, enum trace_bytes_what what, struct slice bytes)
{
    tell(f, TRACE_BYTES, &(struct trace_bytes){what, bytes});
}

static void tell_head(struct fixture *f, const char *head)
{
    while (*head) {
        size_t len = strcspn(head, "\n") + 1;
        tell_bytes(f, TRACE_RECEIVED_HEAD, slice_make(head, len));
        head += len;
    }
}

static void expect(struct fixture *f, const char *part)
{
    if (!strstr(buf_text(&f->out), part))
        fail_msg("no %s\nin %s", part, buf_text(&f->out));
}

static void end(struct fixture *f)
{
    har_free(f->har);
    buf_done(&f->out);
}

static const struct trace_address shop = {SLICE_INIT("shop.example"), "192.0.2.1", 443, 0, 0, 7, NULL};

static void tell_connection(struct fixture *f)
{
    static const struct tls_certificate leaf = {.subject = "CN=shop.example",
                                                .issuer = "CN=\"E7\"",
                                                .not_before = "Oct  1 00:00:00 2026 GMT",
                                                .not_after = "Dec 30 00:00:00 2026 GMT"};
    tell(f, TRACE_RESOLVED, &(struct trace_resolved){.took_us = 400});
    tell(f, TRACE_CONNECTED, &shop);
    tell(f, TRACE_TLS_OFFER, &(struct tls_offer){0});
    tell(f, TRACE_TLS_CERTIFICATE, &(struct tls_verdict){.leaf = &leaf});
    tell(f, TRACE_TLS_ESTABLISHED, &(struct tls_facts){.version = "TLSv1.3", .cipher = "C", .group = "x25519"});
}

static const char security[] =
    "\"_securityDetails\":{\"protocol\":\"TLSv1.3\",\"cipher\":\"C\",\"keyExchangeGroup\":\"x25519\","
    "\"resumed\":false,\"subjectName\":\"CN=shop.example\",\"issuer\":\"CN=\\\"E7\\\"\","
    "\"validFrom\":\"2026-10-01T00:00:00.000Z\",\"validTo\":\"2026-12-30T00:00:00.000Z\"}}";

static void a_fetch_is_an_entry(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, false);
    tell_hop(&f, "https://shop.example/a?q=%C3%A9+x&&e");
    tell_connection(&f);
    f.at_us -= 3000;
    tell_bytes(&f, TRACE_SENT_HEAD, SLICE("CONNECT shop.example:443 HTTP/1.1\r\n\r\n"));
    tell_head(&f, "HTTP/1.1 200 Tunnel\r\n\r\n");
    tell_bytes(&f, TRACE_SENT_HEAD, SLICE("GET /a?q=%C3%A9+x&&e HTTP/1.1\r\nHost: shop.example\r\n\r\n"));
    tell_head(&f,
              "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 All right\r\nContent-Type: text/plain\r\n\r\n");
    tell_head(&f, "X-Trailer: HTTP/1.1 500\r\n\r\n");
    tell(
        &f, TRACE_EXCHANGED,
        &(struct trace_exchanged){
            .body_bytes = 10, .content_bytes = 30, .is_decoded = true, .request_sent_us = 7500, .first_byte_us = 8000});
    assert_int_equal(f.n_entries, 0);
    tell(&f, TRACE_DONE, &(struct trace_done){0});
    assert_int_equal(f.n_entries, 1);
    expect(&f, "{\"startedDateTime\":\"2025-11-24T16:00:00.001Z\",\"time\":15.000,");
    expect(
        &f,
        "\"request\":{\"method\":\"GET\",\"url\":\"https://shop.example/a?q=%C3%A9+x&&e\",\"httpVersion\":\"HTTP/1.1\","
        "\"cookies\":[],\"headers\":[{\"name\":\"Host\",\"value\":\"shop.example\"}],"
        "\"queryString\":[{\"name\":\"q\",\"value\":\"\xc3\xa9 x\"},{\"name\":\"e\",\"value\":\"\"}],"
        "\"headersSize\":53,\"bodySize\":0},");
    expect(&f, "\"response\":{\"status\":200,\"statusText\":\"All right\",\"httpVersion\":\"HTTP/1.1\",\"cookies\":[],"
               "\"headers\":[{\"name\":\"Content-Type\",\"value\":\"text/plain\"}],"
               "\"content\":{\"size\":30,\"compression\":20,\"mimeType\":\"text/plain\"},\"redirectURL\":\"\","
               "\"headersSize\":52,\"bodySize\":10},");
    expect(&f,
           "\"timings\":{\"blocked\":0.600,\"dns\":0.400,\"connect\":5.000,\"ssl\":4.000,\"send\":0.500,\"wait\":0.500,"
           "\"receive\":8.000},\"serverIPAddress\":\"192.0.2.1\",\"connection\":\"7\",");
    expect(&f, security);
    /* Once more on the same connection: what is known of it stays so. */
    buf_clear(&f.out);
    tell_hop(&f, "https://shop.example/b");
    tell(&f, TRACE_REUSED, &shop);
    tell_bytes(&f, TRACE_SENT_HEAD, SLICE("GET /b HTTP/1.1\r\n\r\n"));
    tell(&f, TRACE_DONE, &(struct trace_done){.code = 28, .error = "Timed out"});
    expect(&f, "\"dns\":-1,\"connect\":-1,\"ssl\":-1,\"send\":1.000,\"wait\":0.000,\"receive\":0.000}");
    expect(&f, "\"response\":{\"status\":0,\"statusText\":\"\",\"httpVersion\":\"\",\"cookies\":[],\"headers\":[],"
               "\"content\":{\"size\":0,\"mimeType\":\"\"},\"redirectURL\":\"\",\"headersSize\":-1,\"bodySize\":-1,"
               "\"_error\":\"Timed out\"}");
    expect(&f, security);
    end(&f);
}

static void every_hop_is_an_entry(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, false);
    tell_hop(&f, "http://a.example/");
    tell(&f, TRACE_RESOLVED, &(struct trace_resolved){0});
    tell(&f, TRACE_CONNECT_FAILED, &(struct trace_address){.address = "192.0.2.1"});
    f.at_us += 5000000; /* until it is tried once more */
    tell_hop(&f, "http://b.example/");
    assert_int_equal(f.n_entries, 1);
    expect(&f, "\"time\":2.000,");
    expect(&f, "\"blocked\":1.000,\"dns\":0.000,\"connect\":1.000,\"ssl\":-1,");
    assert_null(strstr(buf_text(&f.out), "serverIPAddress"));
    buf_clear(&f.out);
    assert_true(har_finish(f.har, &f.out));
    expect(&f, "http://b.example/");
    assert_false(har_finish(f.har, &f.out));
    /* Nothing has begun: there is nothing to tell of. */
    tell(&f, TRACE_DONE, &(struct trace_done){.code = 3, .error = "No URL"});
    assert_int_equal(f.n_entries, 1);
    end(&f);
}

static const char sent[] = "POST / HTTP/1.1\r\nAuthorization: Basic c2VjcmV0\r\nCookie: a=SECRET; SECRET\r\n"
                           "Referer: http://u:SECRET@h/\r\nContent-Type: text/x\r\nX: \xff\"\x1b\r\n\r\n";
static const char received[] = "HTTP/1.1 302\r\nSet-Cookie: s=SECRET; path=/; Path=/p; Secure; "
                               "Expires=Sun, 06 Nov 2044 08:49:37 GMT; samesite=Lax\r\nLocation: //u:SECRET@h/\r\n"
                               "no field\r\n folded: line\r\n\r\n";

static void tell_secrets(struct fixture *f)
{
    tell_hop(f, "http://a.example/");
    tell_bytes(f, TRACE_SENT_HEAD, slice_of(sent));
    tell_bytes(f, TRACE_SENT_BODY, SLICE("pw=SECRET"));
    tell_bytes(f, TRACE_SENT_BODY, SLICE("&more"));
    tell_head(f, received);
    tell(f, TRACE_EXCHANGED, &(struct trace_exchanged){.upload_bytes = 14});
    tell(f, TRACE_DONE, &(struct trace_done){0});
}

static void secrets_are_masked(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, false);
    tell_secrets(&f);
    assert_null(strstr(buf_text(&f.out), "SECRET"));
    assert_null(strstr(buf_text(&f.out), "c2VjcmV0"));
    expect(&f, "\"value\":\"Basic ****\"");
    expect(&f, "{\"name\":\"Cookie\",\"value\":\"a=****; ****\"}");
    expect(&f, "\"cookies\":[{\"name\":\"a\",\"value\":\"****\"},{\"name\":\"\",\"value\":\"****\"}]");
    expect(&f, "{\"name\":\"Referer\",\"value\":\"http://****@h/\"}");
    expect(&f, "{\"name\":\"X\",\"value\":\"\\u00ff\\\"\\u001b\"}");
    expect(&f, "\"postData\":{\"mimeType\":\"text/x\",\"text\":\"\",\"comment\":\"14 bytes, left out");
    expect(&f, "\"redirectURL\":\"//****@h/\"");
    expect(&f, "\"cookies\":[{\"name\":\"s\",\"value\":\"****\",\"path\":\"/p\",\"sameSite\":\"Lax\",\"secure\":true,"
               "\"expires\":\"2044-11-06T08:49:37.000Z\"}]");
    end(&f);
}

static void with_secrets_they_are_not(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, true);
    tell_secrets(&f);
    assert_null(strstr(buf_text(&f.out), "****"));
    expect(&f, "\"value\":\"Basic c2VjcmV0\"");
    expect(&f, "{\"name\":\"a\",\"value\":\"SECRET\"}");
    expect(&f, "\"postData\":{\"mimeType\":\"text/x\",\"text\":\"pw=SECRET&more\"}");
    expect(&f, "\"redirectURL\":\"//u:SECRET@h/\"");
    end(&f);
}

static void a_large_body_is_cut(void **state)
{
    (void)state;
    static char piece[50000];
    struct fixture f;
    begin(&f, true);
    memset(piece, 'x', sizeof piece);
    tell_hop(&f, "http://a.example/");
    tell_bytes(&f, TRACE_SENT_HEAD, SLICE("POST / HTTP/1.1\r\n\r\n"));
    for (int i = 0; i < 3; i++)
        tell_bytes(&f, TRACE_SENT_BODY, slice_make(piece, sizeof piece));
    tell(&f, TRACE_EXCHANGED, &(struct trace_exchanged){.upload_bytes = 3 * sizeof piece});
    tell(&f, TRACE_DONE, &(struct trace_done){0});
    expect(&f, "xx\",\"comment\":\"the first 65536 of 150000 bytes\"}");
    assert_in_range(f.out.len, 65536, 67000);
    end(&f);
}

static void odd_heads_do_no_harm(void **state)
{
    (void)state;
    static const struct {
        const char *head, *status;
    } rows[] = {
        {"HTTP/1.1 404\r\n\r\n", "\"status\":404,\"statusText\":\"\",\"httpVersion\":\"HTTP/1.1\""},
        {"HTTP/1.0 200 \r\n\r\n", "\"status\":200,\"statusText\":\"\",\"httpVersion\":\"HTTP/1.0\""},
        {"HTTP/1.1\r\n\r\n", "\"status\":0,\"statusText\":\"\",\"httpVersion\":\"HTTP/1.1\""},
        {"HTTP/1.1 99999999999 x\r\n", "\"status\":999,\"statusText\":\"x\""},
        {"\r\n", "\"status\":0,"},
        {"HTTP/1.1 101 Switching\r\nA: b\r\n\r\nno: head\r\n\r\n", "\"status\":101,"},
    };
    for (size_t i = 0; i < N_ROWS(rows); i++) {
        struct fixture f;
        begin(&f, false);
        tell_hop(&f, "x");
        tell_head(&f, rows[i].head);
        tell(&f, TRACE_DONE, &(struct trace_done){0});
        expect(&f, rows[i].status);
        assert_null(strstr(buf_text(&f.out), "\"no\""));
        end(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fetch_is_an_entry), cmocka_unit_test(every_hop_is_an_entry),
        cmocka_unit_test(secrets_are_masked),  cmocka_unit_test(with_secrets_they_are_not),
        cmocka_unit_test(a_large_body_is_cut), cmocka_unit_test(odd_heads_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* insight/verbose: events in, the exact text out. */
#include "base/buf.h"
#include "base/mem.h"
#include "insight/redact.h"
#include "insight/verbose.h"
#include "tls/facts.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* A -v that writes into a file. */
struct fixture {
    char path[64];
    int fd;
    struct trace trace;
    struct console *console;
    struct verbose *verbose;
    struct buf text;
};

static void begin(struct fixture *f)
{
    *f = (struct fixture){.path = "/tmp/peel-test-XXXXXX"};
    f->fd = mkstemp(f->path);
    assert_true(f->fd >= 0);
    f->console = console_new(&(struct console_settings){.stderr_file = f->path});
    f->verbose = verbose_new(f->console, 1, &f->trace);
}

/* What was written since the last call. */
static const char *told(struct fixture *f)
{
    buf_clear(&f->text);
    for (;;) {
        struct span room = buf_reserve(&f->text, 4096);
        ssize_t n = read(f->fd, room.ptr, room.len);
        assert_true(n >= 0);
        if (n == 0)
            return buf_text(&f->text);
        buf_added(&f->text, (size_t)n);
    }
}

static void end(struct fixture *f)
{
    verbose_free(f->verbose);
    console_free(f->console);
    close(f->fd);
    unlink(f->path);
    buf_done(&f->text);
}

static void tell(struct fixture *f, uint64_t at_us, enum trace_kind kind, const void *data)
{
    f->trace.now_us = at_us;
    trace_tell(&f->trace, kind, data);
}

static void tell_lines(struct fixture *f, enum trace_kind kind, const char *const *lines)
{
    for (; *lines; lines++) {
        struct trace_line line = {slice_of(*lines)};
        tell(f, 0, kind, &line);
    }
}

static void tell_note(struct fixture *f, enum trace_note_id id, const char *text, uint64_t number)
{
    struct trace_note note = {id, slice_of(text), number};
    tell(f, 0, TRACE_NOTE, &note);
}

static void tell_message(struct fixture *f, bool is_sent, enum tls_message_kind kind, uint64_t since_us,
                         struct slice bytes)
{
    struct tls_message m = {
        .is_sent = is_sent, .kind = kind, .version = 0x0304, .bytes = bytes, .since_hello_us = since_us};
    tell(f, 0, TRACE_TLS_MESSAGE, &m);
}

#define FINISHED                                                                                                       \
    "\x14\0\0\x04"                                                                                                     \
    "done"

static const struct tls_certificate leaf = {
    .subject = "CN=shop.example",
    .issuer = "C=US; O=Let's Encrypt; CN=E7",
    .not_before = "Oct  1 00:00:00 2026 GMT",
    .not_after = "Dec 30 00:00:00 2026 GMT",
    .left_s = 37 * 86400,
};

static const struct tls_facts facts = {
    .version = "TLSv1.3",
    .cipher = "TLS_AES_256_GCM_SHA384",
    .group = "x25519",
    .key_type = "ECDSA",
    .alpn = SLICE_INIT("http/1.1"),
    .round_trips = 1,
    .cpu_us = 1500,
};

static const struct trace_address address = {
    .host = SLICE_INIT("shop.example"), .address = "2001:db8::10", .port = 443, .took_us = 14900};

static void connect_to_shop(struct fixture *f)
{
    const char *addresses[] = {"2001:db8::10", "192.0.2.10", "192.0.2.11"};
    struct trace_resolved resolved = {
        .host = SLICE("shop.example"), .port = 443, .took_us = 3100, .addresses = addresses, .n_addresses = 3};
    tell(f, 3100, TRACE_RESOLVED, &resolved);
    tell(f, 3100, TRACE_CONNECTING, &address);
    tell(f, 14900, TRACE_CONNECTED, &address);
}

static void a_good_fetch_reads_as_designed(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    connect_to_shop(&f);
    struct slice alpn[] = {SLICE("h2"), SLICE("http/1.1")};
    tell(&f, 0, TRACE_TLS_OFFER, &(struct tls_offer){.server_name = SLICE("shop.example"), .alpn = alpn, .n_alpn = 2});
    tell_message(&f, false, TLS_MESSAGE_HANDSHAKE, 12400, SLICE("\x08\0\0\x0b\0\x09\0\x10\0\x05\0\x03\x02h2"));
    tell(&f, 0, TRACE_TLS_CERTIFICATE,
         &(struct tls_verdict){.leaf = &leaf,
                               .n_sent = 2,
                               .matched_name = "DNS:shop.example",
                               .anchor = "C=US; O=ISRG; CN=ISRG Root X1",
                               .trust = "/etc/ssl/certs (system store)"});
    tell_message(&f, false, TLS_MESSAGE_HANDSHAKE, 12400, SLICE(FINISHED));
    tell_message(&f, true, TLS_MESSAGE_HANDSHAKE, 13900, SLICE(FINISHED));
    tell(&f, 0, TRACE_TLS_ESTABLISHED, &facts);
    tell_lines(&f, TRACE_REQUEST_LINE,
               (const char *const[]){"GET / HTTP/1.1", "Host: shop.example", "Accept: */*", "", NULL});
    tell_lines(&f, TRACE_RESPONSE_LINE,
               (const char *const[]){"HTTP/1.1 200 OK", "content-type: text/html\x1b[2J", "", NULL});
    tell_note(&f, NOTE_LEFT_INTACT, "shop.example", 0);
    tell(&f, 0, TRACE_DONE, &(struct trace_done){0, 24310, 10, 3100, 14900, 28800, 38000, 41000, NULL, CAUSE_NONE});
    assert_string_equal(told(&f), "* Host shop.example:443 was resolved in 3.1 ms\n"
                                  "* IPv6: 2001:db8::10\n"
                                  "* IPv4: 192.0.2.10, 192.0.2.11\n"
                                  "*   Trying [2001:db8::10]:443...\n"
                                  "* Connected to shop.example (2001:db8::10) port 443 in 11.8 ms\n"
                                  "* ALPN: peel offers h2,http/1.1\n"
                                  "* TLS  +12.4 ms < EncryptedExtensions   15  ALPN h2\n"
                                  "* TLS  +12.4 ms < Finished               8\n"
                                  "* TLS  +13.9 ms > Finished               8  1 round trip, 1.5 ms of CPU\n"
                                  "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384 / x25519 / ECDSA\n"
                                  "* ALPN: server accepted http/1.1\n"
                                  "* Server certificate:\n"
                                  "*  subject: CN=shop.example\n"
                                  "*  start date: Oct  1 00:00:00 2026 GMT\n"
                                  "*  expire date: Dec 30 00:00:00 2026 GMT (37 days left)\n"
                                  "*  subjectAltName: host \"shop.example\" matched cert's \"shop.example\"\n"
                                  "*  issuer: C=US; O=Let's Encrypt; CN=E7\n"
                                  "*  SSL certificate verify ok.\n"
                                  "*  trust: ISRG Root X1, /etc/ssl/certs (system store)\n"
                                  "> GET / HTTP/1.1\n"
                                  "> Host: shop.example\n"
                                  "> Accept: */*\n"
                                  "> \n"
                                  "< HTTP/1.1 200 OK\n"
                                  "< content-type: text/html\\x1b[2J\n"
                                  "< \n"
                                  "* Connection #0 to host shop.example left intact\n"
                                  "* 24 310 bytes in 41.0 ms: dns 3.1 | tcp 11.8 | tls 13.9 | wait 9.2 | body 3.0\n");
    end(&f);
}

/* After the handshake nothing is held back any more, and without ESTABLISHED the last Finished comes all the same. */
static void held_lines_come_out(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    tell(&f, 0, TRACE_TLS_OFFER, &(struct tls_offer){0});
    tell_message(&f, false, TLS_MESSAGE_HANDSHAKE, 0, SLICE(FINISHED));
    assert_string_equal(told(&f), "* TLS   +0.0 ms < Finished               8\n");
    tell_message(&f, true, TLS_MESSAGE_HANDSHAKE, 1000, SLICE(FINISHED));
    assert_string_equal(told(&f), "");
    tell_message(&f, false, TLS_MESSAGE_ALERT, 2000, SLICE("\x02\x74"));
    assert_string_equal(told(&f), "* TLS   +1.0 ms > Finished               8\n"
                                  "* TLS   +2.0 ms < Alert                  2  fatal: certificate_required (116)\n");
    /* the next handshake counts anew */
    tell(&f, 0, TRACE_TLS_OFFER, &(struct tls_offer){0});
    tell_message(&f, false, TLS_MESSAGE_HANDSHAKE, 0, SLICE(FINISHED));
    assert_string_equal(told(&f), "* TLS   +0.0 ms < Finished               8\n");
    tell_message(&f, true, TLS_MESSAGE_HANDSHAKE, 123456, SLICE(FINISHED));
    verbose_free(f.verbose);
    f.verbose = NULL;
    assert_string_equal(told(&f), "* TLS +123.5 ms > Finished               8\n");
    end(&f);
}

static void a_bad_certificate_is_told_with_all_its_faults(void **state)
{
    (void)state;
    struct tls_certificate expired = leaf;
    expired.left_s = -86400;
    strcpy(expired.subject, "CN=\x1b[31mevil");
    const char *names[] = {"DNS:a.example", "IP:192.0.2.1"};
    struct tls_verdict verdict = {
        .leaf = &expired,
        .names = names,
        .n_names = 2,
        .trust = "ca.pem (--cacert)",
        .errors = {{1, 20, "unable to get local issuer certificate", CAUSE_MISSING_ISSUER, ""},
                   {0, 62, "hostname mismatch", CAUSE_WRONG_NAME, ""}},
        .n_errors = 2,
    };
    static const char *const endings[] = {
        "* SSL certificate problem: unable to get local issuer certificate (20) at certificate 1\n"
        "* SSL certificate problem: hostname mismatch (62) at certificate 0\n",
        "*  SSL certificate verify result: unable to get local issuer certificate (20), continuing anyway.\n"
        "*  SSL certificate verify result: hostname mismatch (62), continuing anyway.\n",
    };
    for (size_t i = 0; i < 2; i++) {
        struct fixture f;
        struct buf expected = {0};
        begin(&f);
        connect_to_shop(&f);
        told(&f);
        verdict.is_ignored = i == 1;
        tell(&f, 0, TRACE_TLS_OFFER, &(struct tls_offer){0});
        tell(&f, 0, TRACE_TLS_CERTIFICATE, &verdict);
        if (verdict.is_ignored)
            tell_note(&f, NOTE_VERIFY_SKIPPED, "said by the verdict already", 0);
        tell_message(&f, true, TLS_MESSAGE_ALERT, 2000, SLICE("\x02\x30"));
        tell(&f, 0, TRACE_DONE, &(struct trace_done){60, 0, 1100, 3100, 14900, 0, 0, 41000, NULL, CAUSE_NONE});
        buf_printf(&expected,
                   "* TLS   +2.0 ms > Alert                  2  fatal: unknown_ca (48)\n"
                   "* Server certificate:\n"
                   "*  subject: CN=\\x1b[31mevil\n"
                   "*  start date: Oct  1 00:00:00 2026 GMT\n"
                   "*  expire date: Dec 30 00:00:00 2026 GMT (ended 1 day ago)\n"
                   "*  subjectAltName does not match shop.example\n"
                   "*  it names: a.example, 192.0.2.1\n"
                   "*  issuer: C=US; O=Let's Encrypt; CN=E7\n"
                   "%s"
                   "*  trust: no anchor found in ca.pem (--cacert)\n"
                   "* 0 bytes in 41.0 ms: setup 1.1 | dns 2.0 | tcp 11.8 | tls 26.1 (failed)\n",
                   endings[i]);
        assert_string_equal(told(&f), buf_text(&expected));
        end(&f);
        buf_done(&expected);
    }
}

/* With the certificate that it is about, and what is known of that one's transparency. */
static void staples_are_told(void **state)
{
    (void)state;
    static const struct {
        unsigned n_scts;
        struct tls_staple staple;
        const char *line;
    } rows[] = {
        {2, {.status = TLS_STAPLE_NONE}, "no staple; CT: 2 timestamps, first 2026-10-01"},
        {1, {.status = TLS_STAPLE_UNREADABLE}, "staple cannot be decoded; CT: 1 timestamp, first 2026-10-01"},
        {0,
         {.status = TLS_STAPLE_GOOD, .from = "2026-11-24T00:00:00Z", .until = "2026-12-01T00:00:00Z"},
         "staple good, from 2026-11-24, next due 2026-12-01; CT: none"},
        {0, {.status = TLS_STAPLE_GOOD, .from = "2026-11-24T00:00:00Z"}, "staple good, from 2026-11-24; CT: none"},
        {0,
         {.status = TLS_STAPLE_REVOKED,
          .from = "2026-11-24T00:00:00Z",
          .revoked = "2026-11-18T00:00:00Z",
          .reason = "superseded"},
         "REVOKED since 2026-11-18 (superseded), says the staple, from 2026-11-24; CT: none"},
        {0,
         {.status = TLS_STAPLE_UNKNOWN, .from = "2026-11-24T00:00:00Z"},
         "staple unknown (the responder does not know the certificate), from 2026-11-24; CT: none"},
        {0,
         {.status = TLS_STAPLE_STALE, .from = "2026-11-02T00:00:00Z", .until = "2026-11-03T00:00:00Z"},
         "staple stale, from 2026-11-02, a new one was due 2026-11-03; CT: none"},
        {0,
         {.status = TLS_STAPLE_EARLY, .from = "2026-12-24T00:00:00Z"},
         "staple not yet valid, from 2026-12-24; CT: none"},
        {0, {.status = TLS_STAPLE_OTHER}, "staple about another certificate; CT: none"},
        {0,
         {.status = TLS_STAPLE_WRONG_SIGNER, .from = "2026-11-24T00:00:00Z", .detail = "why"},
         "staple not signed by the issuer (why); CT: none"},
        {0, {.status = TLS_STAPLE_UNCHECKED}, "staple not checked, as the issuer is not trusted here; CT: none"},
        {0, {.status = TLS_STAPLE_NO_ANSWER, .detail = "trylater"}, "staple without an answer (trylater); CT: none"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        struct tls_certificate stamped = leaf;
        stamped.n_scts = rows[i].n_scts;
        stamped.first_sct_s = 1790899199; /* the last second of that day */
        char *expected = mem_printf("*  revocation: %s\n", rows[i].line);
        begin(&f);
        tell(&f, 0, TRACE_TLS_OFFER, &(struct tls_offer){0});
        tell(&f, 0, TRACE_TLS_CERTIFICATE, &(struct tls_verdict){.leaf = &stamped, .trust = "here"});
        tell(&f, 0, TRACE_TLS_STAPLE, &rows[i].staple);
        assert_string_equal(told(&f), "");
        tell(&f, 0, TRACE_TLS_ESTABLISHED, &facts);
        const char *text = told(&f), *found = strstr(text, "*  trust: no anchor found in here\n");
        assert_non_null(found);
        assert_string_equal(strchr(found, '\n') + 1, expected);
        mem_free(expected);
        end(&f);
    }
}

static void connections_are_told_as_curl_tells_them(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct trace_address loopback = {
        .host = SLICE("127.0.0.1"), .address = "127.0.0.1", .port = 80, .error = ECONNREFUSED, .took_us = 1000};
    const char *itself[] = {"127.0.0.1"};
    struct trace_resolved resolved = {.host = SLICE("127.0.0.1"), .port = 80, .addresses = itself, .n_addresses = 1};
    tell(&f, 0, TRACE_RESOLVED, &resolved);
    tell(&f, 0, TRACE_CONNECTING, &loopback);
    tell(&f, 0, TRACE_CONNECT_FAILED, &loopback);
    tell(&f, 1000, TRACE_DONE, &(struct trace_done){.code = 7, .total_us = 1000});
    resolved.is_override = true;
    resolved.host = SLICE("a.example");
    tell(&f, 0, TRACE_RESOLVED, &resolved);
    loopback.connection = 3;
    tell(&f, 5000, TRACE_REUSED, &loopback);
    tell_note(&f, NOTE_CLOSING, "127.0.0.1", 0);
    tell(&f, 0, TRACE_DONE,
         &(struct trace_done){.code = 22, .body_bytes = 1000, .starttransfer_us = 2000, .total_us = 2500});
    tell(&f, 0, TRACE_DONE, &(struct trace_done){.body_bytes = 1, .starttransfer_us = 2000, .total_us = 2500});
    assert_string_equal(told(&f), "*   Trying 127.0.0.1:80...\n"
                                  "* connect to 127.0.0.1 port 80 failed: Connection refused\n"
                                  "* 0 bytes in 1.0 ms: tcp 1.0 (failed)\n"
                                  "* Host a.example:80 was set by --resolve\n"
                                  "* IPv6: (none)\n"
                                  "* IPv4: 127.0.0.1\n"
                                  "* Re-using existing connection #3 with host 127.0.0.1\n"
                                  "* Closing connection 3\n"
                                  "* 1 000 bytes in 2.5 ms: wait 2.0 | body 0.5\n"
                                  "* 1 byte in 2.5 ms: wait 2.0 | body 0.5\n");
    end(&f);
}

static void established_leaves_out_what_is_not_there(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    struct slice alpn[] = {SLICE("http/1.1")};
    tell(&f, 0, TRACE_TLS_OFFER, &(struct tls_offer){.alpn = alpn, .n_alpn = 1});
    struct tls_facts resumed = {.version = "TLSv1.2", .cipher = "AES128-SHA", .is_resumed = true, .round_trips = 2};
    tell(&f, 0, TRACE_TLS_ESTABLISHED, &resumed);
    assert_string_equal(told(&f), "* ALPN: peel offers http/1.1\n"
                                  "* SSL connection using TLSv1.2 / AES128-SHA\n"
                                  "* ALPN: server did not agree on a protocol. Uses default.\n"
                                  "* SSL session resumed: the certificate was checked in an earlier handshake\n");
    end(&f);
}

static void why_no_session_was_resumed(void **state)
{
    (void)state;
    static const struct {
        enum tls_resumption resumption;
        const char *said;
    } rows[] = {
        {TLS_SESSION_UNUSED, ""},
        {TLS_SESSION_UNKNOWN, "* SSL session not resumed: none is kept for this server\n"},
        {TLS_SESSION_EXPIRED, "* SSL session not resumed: the one that was kept has expired\n"},
        {TLS_SESSION_UNTAKEN,
         "* SSL session not resumed: the file that has one cannot be written, and a ticket is used once\n"},
        {TLS_SESSION_OFFERED, "* SSL session not resumed: the server declined it\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        begin(&f);
        struct tls_facts told_facts = {.version = "TLSv1.3", .resumption = rows[i].resumption, .round_trips = 1};
        tell(&f, 0, TRACE_TLS_ESTABLISHED, &told_facts);
        char *expected = mem_printf("* SSL connection using TLSv1.3\n%s", rows[i].said);
        assert_string_equal(told(&f), expected);
        mem_free(expected);
        end(&f);
    }
}

static void every_note_has_its_line(void **state)
{
    (void)state;
    static const struct {
        enum trace_note_id id;
        const char *text;
        uint64_t number;
        const char *line;
    } rows[] = {
        {NOTE_LENIENT, "bare LF", 0, "* Lenient with the server: bare LF\n"},
        {NOTE_EXCESS_BYTES, "", 7, "* Excess found in a read: 7 bytes behind the response, dropped\n"},
        {NOTE_CLOSED_WITHOUT_NOTIFY, "", 0, "* TLS was closed without close_notify; the body is whole all the same\n"},
        {NOTE_REDIRECT, "https://b/\x07", 302, "* Issue another request to this URL: 'https://b/\\x07'\n"},
        {NOTE_CREDENTIALS_DROPPED, "b", 0, "* Credentials are not sent to b: it is not the host they were given for\n"},
        {NOTE_RETRY_DEAD, "", 0, "* Connection died, retrying a fresh connect\n"},
        {NOTE_GOES_ON, "\"v1\"", 5, "* Going on at byte 5 if the server still has \"v1\"\n"},
        {NOTE_BEGINS_ANEW, "", 5, "* The server does not go on at byte 5: from the beginning\n"},
        {NOTE_LEFT_INTACT, "b", 0, "* Connection #0 to host b left intact\n"},
        {NOTE_CLOSING, "b", 0, "* Closing connection 0\n"},
        {NOTE_RENEGOTIATION_REFUSED, "", 0, "* Server wants to renegotiate TLS: refused\n"},
        {NOTE_EARLY_SENT, "b", 78, "* TLS early data: the request goes with the ClientHello, 78 bytes\n"},
        {NOTE_EARLY_ACCEPTED, "b", 78, "* TLS early data: accepted by the server\n"},
        {NOTE_EARLY_REJECTED, "b", 78, "* TLS early data: rejected by the server, the request is sent again\n"},
        {NOTE_EARLY_UNUSED, "b", 9, "* TLS early data: not used, the session allows only 9 bytes\n"},
        {NOTE_EARLY_UNUSED, "b", 0, "* TLS early data: not used, there is no session that allows it\n"},
        {NOTE_EARLY_FAILED, "b", 0, "* TLS early data: the handshake failed with it, once more without\n"},
        {NOTE_TOO_EARLY, "b", 0,
         "* The request came too early for the server (425): once more, behind the handshake\n"},
        {NOTE_CLIENT_CERT_LACKING, "b", 403,
         "* A client certificate was asked for and none sent: likely why it answers 403 (--cert FILE --key FILE)\n"},
        {NOTE_CONNECT_TO, "b:1", 0, "* Connecting to b:1 instead (--connect-to)\n"},
        {NOTE_VERIFY_SKIPPED, "self-signed certificate", 0, "* Not verified (-k): self-signed certificate\n"},
        {NOTE_METHOD_CHANGED, "POST to GET", 0, "* Redirect changes the method from POST to GET\n"},
        {NOTE_IDN, "xn--a", 0, "* Host name in ASCII: xn--a\n"},
        {NOTE_COOKIE_ADDED, "a for domain d, path /", 9, "* Added cookie a for domain d, path /, expire 9\n"},
        {NOTE_COOKIE_REPLACED, "a for domain d, path /", 9, "* Replaced cookie a for domain d, path /, expire 9\n"},
        {NOTE_COOKIE_REFUSED, "why", 0, "* Skipped a cookie: why\n"},
        {NOTE_HSTS_UPGRADE, "https://b/", 0, "* Switched from HTTP to HTTPS due to HSTS => https://b/\n"},
        {NOTE_FILE_UNREADABLE, "\"c\": why", 0, "* WARNING: failed to open \"c\": why\n"},
        {NOTE_AUTH_CHOSEN, "Digest", 0, "* Server wants to know who we are: once more with Digest\n"},
        {NOTE_AUTH_REFUSED, "why", 0, "* No further try to log in: why\n"},
        {NOTE_PROXY, "http_proxy == 'http://p:1/'", 0, "* Uses proxy env variable http_proxy == 'http://p:1/'\n"},
        {NOTE_TUNNEL, "{b}:1", 0, "* Establish HTTP proxy tunnel to {b}:1\n"},
        {NOTE_TUNNEL_OPEN, "", 200, "* CONNECT tunnel established, response 200\n"},
        {NOTE_ISSUER_ASKED, "http://b/\x07", 0, "* The issuer's certificate was not sent: asking http://b/\\x07\n"},
        {NOTE_ISSUER_CAME, "", 700, "* 700 bytes came from there\n"},
        {NOTE_ISSUER_FAILED, "why", 0, "* Nothing came from there: why\n"},
        {NOTE_SEND_FAILED, "Broken pipe", 337, "* Sending failed: Broken pipe; 337 bytes did not leave\n"},
        {NOTE_WOULD_CONNECT, "b:1", 0, "* Would connect to b:1\n"},
        {NOTE_WOULD_SEND_BODY, "", UINT64_MAX, "* and 18446744073709551615 bytes of body\n"},
    };
    struct fixture f;
    bool has_row[NOTE_COUNT] = {false};
    begin(&f);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        has_row[rows[i].id] = true;
        tell_note(&f, rows[i].id, rows[i].text, rows[i].number);
        assert_string_equal(told(&f), rows[i].line);
    }
    for (unsigned id = 0; id < NOTE_COUNT; id++)
        if (!has_row[id])
            fail_msg("note %u has no row", id);
    end(&f);
}

static void secrets_of_the_request_are_not_shown(void **state)
{
    (void)state;
    static const struct {
        struct slice in;
        const char *out;
    } rows[] = {
        {SLICE_INIT("GET /?Cookie:secret HTTP/1.1"), "GET /?Cookie:secret HTTP/1.1"},
        {SLICE_INIT("Authorization: Basic dXNlcjpwYXNz"), "Authorization: Basic ****"},
        {SLICE_INIT("authorization:Bearer secret"), "authorization: Bearer ****"},
        {SLICE_INIT("Authorization: secret"), "Authorization: ****"},
        {SLICE_INIT("Authorization:"), "Authorization:"},
        {SLICE_INIT("Authorization : Basic secret"), "Authorization : Basic ****"},
        {SLICE_INIT("Proxy-Authorization: Digest username=\"secret\""), "Proxy-Authorization: Digest ****"},
        {SLICE_INIT("Cookie: a=secret; b=secret=; c=;secret"), "Cookie: a=****; b=****; c=****; ****"},
        {SLICE_INIT("COOKIE: secret"), "COOKIE: ****"},
        {SLICE_INIT("Set-Cookie: a=secret; Path=/; HttpOnly"), "Set-Cookie: a=****; Path=/; HttpOnly"},
        {SLICE_INIT("Set-Cookie: secret"), "Set-Cookie: ****"},
        {SLICE_INIT("Referer:http://a.example/@b"), "Referer:http://a.example/@b"},
        {SLICE_INIT("Referer: http://u:secret@a.example/@b"), "Referer: http://****@a.example/@b"},
        {SLICE_INIT("Location: https:/u:secr@et@a.example?x"), "Location: https:/****@a.example?x"},
        {SLICE_INIT("Location: //u:secret@a.example"), "Location: //****@a.example"},
        {SLICE_INIT("Location: /p:q@r"), "Location: /p:q@r"},
        {SLICE_INIT("Location: p@q"), "Location: p@q"},
        {SLICE_INIT("Location: mailto:a@b"), "Location: mailto:a@b"},
        {SLICE_INIT("X-Authorization: hidden"), "X-Authorization: ****"},
        {SLICE_INIT("private-token: hidden"), "private-token: ****"},
        {SLICE_INIT("X-Api-Key: hidden"), "X-Api-Key: ****"},
        {SLICE_INIT("X-Amz-Security-Token: hidden"), "X-Amz-Security-Token: ****"},
        {SLICE_INIT("X-Session-Id: hidden"), "X-Session-Id: ****"},
        {SLICE_INIT("X-Author: shown\x1b"), "X-Author: shown\\x1b"},
        {SLICE_INIT(""), ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf out = {0};
        redact_request_line(&out, rows[i].in);
        assert_string_equal(buf_text(&out), rows[i].out);
        buf_done(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_fetch_reads_as_designed),
        cmocka_unit_test(held_lines_come_out),
        cmocka_unit_test(a_bad_certificate_is_told_with_all_its_faults),
        cmocka_unit_test(staples_are_told),
        cmocka_unit_test(connections_are_told_as_curl_tells_them),
        cmocka_unit_test(established_leaves_out_what_is_not_there),
        cmocka_unit_test(why_no_session_was_resumed),
        cmocka_unit_test(every_note_has_its_line),
        cmocka_unit_test(secrets_of_the_request_are_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

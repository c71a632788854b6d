/* tls/: what it tells of a connection that failed (TRACE_TLS_FAILED, TRACE_TLS_REFUSED), and of one that stands (the
 * summary and the certificates for -w). */
#include "tls_sim.h"

#include "base/mem.h"
#include "tls/facts.h"
#include "tls/summary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* What a subscriber heard, in text. */
struct heard {
    struct buf text;
    unsigned n;
    enum cause cause;
    char options[80];
};

static void on_event(void *ctx, const struct trace_event *event)
{
    struct heard *heard = ctx;
    heard->n++;
    if (event->kind == TRACE_TLS_FAILED) {
        const struct tls_breakdown *b = event->data;
        heard->cause = b->cause;
        buf_printf(&heard->text, "%d %s sni:%.*s %s alert:%d after:%u awaited:%s got:%zu proto:%s answered:%x %x-%x",
                   b->code, b->where, (int)b->server_name.len, b->server_name.ptr,
                   b->is_established ? "established" : "handshake", b->alert, (unsigned)b->after_us,
                   b->awaited ? b->awaited : "-", (size_t)b->n_received, b->protocol ? b->protocol : "-",
                   (unsigned)b->answered_version, (unsigned)b->version_min, (unsigned)b->version_max);
        if (b->record_came > 0)
            buf_printf(&heard->text, " record:%zu/%zu", b->record_came, b->record_len);
        buf_printf(&heard->text, " alpn:%zu asked:%d has:%d issuers:%zu+%zu", b->n_alpn, b->is_certificate_asked,
                   b->has_certificate, b->n_issuers, b->n_issuers_more);
        if (b->n_issuers > 0)
            buf_printf(&heard->text, " %s", b->issuers[0]);
        assert_true(b->n_ciphers > 0);
        assert_true(strlen(b->text) > 10);
        assert_true(strlen(b->options) < sizeof heard->options && strstr(b->text, b->options));
        memcpy(heard->options, b->options, strlen(b->options) + 1);
    } else {
        const struct tls_verdict *v = event->data;
        heard->cause = v->errors[0].cause;
        buf_printf(&heard->text, "%s chain:%zu sent:%zu errors:%zu %s %s", v->where, v->n_chain, v->n_sent, v->n_errors,
                   v->chain[0].key, v->chain[0].is_self_issued ? "self-issued" : "issued");
        assert_int_equal(strlen(v->chain[0].from), strlen("2026-10-01T00:00:00Z"));
    }
}

/* A client and a server, and a connection between them that is listened to. */
struct fixture {
    struct tls_context *client;
    SSL_CTX *server;
    struct sim sim;
    struct heard heard;
    struct trace trace;
    struct trace_subscriber subscriber;
};

/* root: whom the client trusts, NULL for nobody. */
static void begin(struct fixture *f, const struct tls_settings *settings, const struct sim_identity *root,
                  const struct sim_identity *leaf)
{
    *f = (struct fixture){.client = sim_client(settings, root), .server = sim_server(leaf), .trace = {.now_us = 1000}};
    f->subscriber = (struct trace_subscriber){
        .mask = TRACE_BIT(TRACE_TLS_FAILED) | TRACE_BIT(TRACE_TLS_REFUSED), .on_event = on_event, .ctx = &f->heard};
    trace_subscribe(&f->trace, &f->subscriber);
}

static void start(struct fixture *f, struct tls_peer peer)
{
    sim_start(&f->sim, f->client, f->server, &peer, &f->trace);
}

static void expect_heard(struct fixture *f, enum cause cause, const char *text)
{
    assert_int_equal(f->heard.n, 1);
    assert_int_equal(f->heard.cause, cause);
    assert_string_equal(buf_text(&f->heard.text), text);
}

static void end(struct fixture *f)
{
    sim_done(&f->sim);
    tls_context_free(f->client);
    SSL_CTX_free(f->server);
    buf_done(&f->heard.text);
}

/* A fatal alert of the server's. */
#define REFUSED(number)       SLICE_INIT("\x15\x03\x03\x00\x02\x02" number)
#define HANDSHAKE_FAILURE     REFUSED("\x28")
#define PROTOCOL_VERSION      REFUSED("\x46")
#define INSUFFICIENT_SECURITY REFUSED("\x47")
#define INTERNAL_ERROR        REFUSED("\x50")

/* What the peer says first, and what is told of it. */
static void first_bytes_are_told(void **state)
{
    struct sim_pki *pki = *state;
    static const struct {
        struct slice bytes;
        enum cause cause;
        const char *text;
    } rows[] = {
        {SLICE_INIT("HTTP/1.1 400 Bad Request\r\n"), CAUSE_NOT_TLS,
         "35 good.test:443 sni:good.test handshake alert:-1 after:500 awaited:ServerHello got:26 proto:it answered in "
         "plain HTTP; try http:// answered:ffffffff 303-304 alpn:1 asked:0 has:0 issuers:0+0"},
        {SLICE_INIT("SSH-2.0-OpenSSH_9.2\r\n"), CAUSE_NOT_TLS,
         "35 good.test:443 sni:good.test handshake alert:-1 after:500 awaited:ServerHello got:21 proto:it speaks SSH "
         "answered:ffffffff 303-304 alpn:1 asked:0 has:0 issuers:0+0"},
        {SLICE_INIT("\x15\x03\x03\x00\x02\x02\x28"), CAUSE_HANDSHAKE_REFUSED,
         "35 good.test:443 sni:good.test handshake alert:40 after:500 awaited:ServerHello got:7 proto:- "
         "answered:ffffffff 303-304 alpn:1 asked:0 has:0 issuers:0+0"},
        {SLICE_INIT("\x15\x03\x03\x00\x02\x02\x46"), CAUSE_OLD_TLS,
         "35 good.test:443 sni:good.test handshake alert:70 after:500 awaited:ServerHello got:7 proto:- "
         "answered:ffffffff 303-304 alpn:1 asked:0 has:0 issuers:0+0"},
        {SLICE_INIT("\x15\x03\x03\x00\x02\x02\x70"), CAUSE_UNKNOWN_NAME,
         "35 good.test:443 sni:good.test handshake alert:112 after:500 awaited:ServerHello got:7 proto:- "
         "answered:ffffffff 303-304 alpn:1 asked:0 has:0 issuers:0+0"},
        {SLICE_INIT("\x15\x03\x03\x00\x02\x02\x50"), CAUSE_ALERT,
         "35 good.test:443 sni:good.test handshake alert:80 after:500 awaited:ServerHello got:7 proto:- "
         "answered:ffffffff 303-304 alpn:1 asked:0 has:0 issuers:0+0"},
        {SLICE_INIT("\x16\x03\x03\x48\x01"), CAUSE_BAD_RECORD,
         "35 good.test:443 sni:good.test handshake alert:-1 after:500 awaited:ServerHello got:5 proto:- "
         "answered:ffffffff 303-304 record:5/18438 alpn:1 asked:0 has:0 issuers:0+0"},
        {SLICE_INIT("\x15\x03\x03\x00\x02\x01\x5a\x15\x03\x03\x00\x02\x01\x00"), CAUSE_CLOSED_IN_HANDSHAKE,
         "35 good.test:443 sni:good.test handshake alert:0 after:500 awaited:ServerHello got:14 proto:- "
         "answered:ffffffff 303-304 alpn:1 asked:0 has:0 issuers:0+0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        begin(&f, &(struct tls_settings){0}, &pki->root, &pki->leaf);
        start(&f, sim_peer());
        f.sim.down_limit = 0;
        tls_engine_handshake(f.sim.client);
        f.trace.now_us += 500;
        sim_inject(&f.sim, rows[i].bytes);
        assert_int_equal(f.sim.status, TLS_FAILED);
        assert_int_equal(tls_engine_error(f.sim.client)->cause, rows[i].cause);
        expect_heard(&f, rows[i].cause, rows[i].text);
        end(&f);
    }
}

/* The user's own options are named where they may be why, and nowhere else. */
static void options_that_narrow_are_named(void **state)
{
    struct sim_pki *pki = *state;
    static char few[] = "AES128-SHA", more[] = "DEFAULT:AES128-SHA", less[] = "DEFAULT:!DHE",
                level[] = "DEFAULT@SECLEVEL=0", suites[] = "TLS_AES_128_GCM_SHA256", signatures[] = "RSA+SHA256",
                curves[] = "P-256", no_use[] = "P-224";
    static const struct {
        struct tls_settings settings;
        struct slice answer; /* empty: what is told comes before any */
        enum cause cause;
        const char *options;
    } rows[] = {
        {{.version_max = TLS_VERSION_1_2}, PROTOCOL_VERSION, CAUSE_VERSION_RANGE, "--tls-max 1.2"},
        {{.version_max = TLS_VERSION_1_1, .ciphers = few}, PROTOCOL_VERSION, CAUSE_VERSION_RANGE, "--tls-max 1.1"},
        {{.version_min = TLS_VERSION_1_3}, PROTOCOL_VERSION, CAUSE_VERSION_RANGE, "--tlsv1.3"},
        {{.version_min = TLS_VERSION_1_2, .version_max = TLS_VERSION_1_3}, PROTOCOL_VERSION, CAUSE_OLD_TLS, ""},
        {{.version_min = TLS_VERSION_1_0}, PROTOCOL_VERSION, CAUSE_OLD_TLS, ""},
        {{.ciphers = few}, PROTOCOL_VERSION, CAUSE_OLD_TLS, ""},
        {{.version_max = TLS_VERSION_1_2, .ciphers = few},
         HANDSHAKE_FAILURE,
         CAUSE_HANDSHAKE_REFUSED,
         "--tls-max 1.2 and --ciphers"},
        {{.tls13_ciphers = suites, .sigalgs = signatures, .curves = curves},
         HANDSHAKE_FAILURE,
         CAUSE_HANDSHAKE_REFUSED,
         "--tls13-ciphers, --sigalgs and --curves"},
        {{.ciphers = less}, HANDSHAKE_FAILURE, CAUSE_HANDSHAKE_REFUSED, "--ciphers"},
        {{.ciphers = more}, HANDSHAKE_FAILURE, CAUSE_HANDSHAKE_REFUSED, ""},
        {{.ciphers = level}, HANDSHAKE_FAILURE, CAUSE_HANDSHAKE_REFUSED, ""},
        {{.ciphers = few}, INSUFFICIENT_SECURITY, CAUSE_ALERT, "--ciphers"},
        {{.ciphers = few}, INTERNAL_ERROR, CAUSE_ALERT, ""},
        {{.curves = no_use, .ciphers = few}, SLICE_INIT(""), CAUSE_NOTHING_TO_OFFER, "--curves"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        begin(&f, &rows[i].settings, &pki->root, &pki->leaf);
        start(&f, sim_peer());
        f.sim.down_limit = 0;
        tls_engine_handshake(f.sim.client);
        if (rows[i].answer.len > 0)
            sim_inject(&f.sim, rows[i].answer);
        assert_int_equal(f.heard.n, 1);
        assert_int_equal(f.heard.cause, rows[i].cause);
        assert_string_equal(f.heard.options, rows[i].options);
        end(&f);
    }
}

/* A proxy's have other names. */
static void options_for_a_proxy_are_named(void **state)
{
    struct sim_pki *pki = *state;
    static char few[] = "AES128-SHA", suites[] = "TLS_AES_128_GCM_SHA256";
    struct tls_peer peer = sim_peer();
    struct fixture f;
    peer.is_proxy = true;
    begin(&f, &(struct tls_settings){.ciphers = few, .tls13_ciphers = suites}, &pki->root, &pki->leaf);
    start(&f, peer);
    f.sim.down_limit = 0;
    tls_engine_handshake(f.sim.client);
    sim_inject(&f.sim, (struct slice)HANDSHAKE_FAILURE);
    assert_string_equal(f.heard.options, "--proxy-ciphers and --proxy-tls13-ciphers");
    end(&f);
}

/* A connection whose end comes from outside. */
static void what_the_owner_knows_is_told(void **state)
{
    struct sim_pki *pki = *state;
    struct fixture f;
    begin(&f, &(struct tls_settings){0}, &pki->root, &pki->leaf);
    start(&f, (struct tls_peer){.host = "192.0.2.7", .is_ip = true, .port = 8443});
    tls_engine_handshake(f.sim.client);
    struct error err = {.cause = CAUSE_SILENT_IN_HANDSHAKE};
    error_set(&err, PEEL_OPERATION_TIMEDOUT, "the time is up");
    tls_engine_tell_broken(f.sim.client, &err);
    expect_heard(
        &f, CAUSE_SILENT_IN_HANDSHAKE,
        "28 192.0.2.7:8443 sni: handshake alert:-1 after:0 awaited:ServerHello got:0 proto:- answered:ffffffff "
        "303-304 alpn:0 asked:0 has:0 issuers:0+0");
    end(&f);
}

static void a_cut_handshake_is_told(void **state)
{
    struct sim_pki *pki = *state;
    struct fixture f;
    begin(&f, &(struct tls_settings){.curves = "X25519"}, &pki->root, &pki->leaf); /* whose ServerHello is small */
    start(&f, sim_peer());
    f.sim.down_limit = 60;
    sim_run(&f.sim);
    sim_cut(&f.sim);
    expect_heard(&f, CAUSE_CLOSED_IN_HANDSHAKE,
                 "35 good.test:443 sni:good.test handshake alert:-1 after:0 awaited:ServerHello got:60 proto:- "
                 "answered:303 303-304 record:60/127 alpn:1 asked:0 has:0 issuers:0+0");
    end(&f);
}

/* More accepted issuers than are told one by one. */
static void accepted_issuers_are_told(void **state)
{
    struct sim_pki *pki = *state;
    enum {
        N = 10
    };
    struct fixture f;
    begin(&f, &(struct tls_settings){.version_max = TLS_VERSION_1_2}, &pki->root, &pki->leaf);
    SSL_CTX_set_verify(f.server, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    for (int i = 0; i < N; i++)
        SSL_CTX_add1_to_CA_list(f.server, pki->root.certificate);
    start(&f, sim_peer());
    sim_run(&f.sim);
    assert_int_equal(f.sim.status, TLS_FAILED);
    expect_heard(&f, CAUSE_CLIENT_CERT_WANTED,
                 "35 good.test:443 sni:good.test handshake alert:40 after:0 awaited:ChangeCipherSpec got:871 proto:- "
                 "answered:303 303-303 alpn:1 asked:1 has:0 issuers:8+2 CN=Peel Test Root");
    end(&f);
}

static void a_refused_certificate_is_told(void **state)
{
    struct sim_pki *pki = *state;
    struct fixture f;
    begin(&f, &(struct tls_settings){0}, NULL, &pki->leaf);
    start(&f, sim_peer());
    sim_run(&f.sim);
    assert_int_equal(f.sim.status, TLS_FAILED);
    expect_heard(&f, CAUSE_MISSING_ISSUER, "good.test:443 chain:1 sent:1 errors:1 ED25519 256 issued");
    end(&f);
}

/* Who sent it and when, once for several messages: how many there are is OpenSSL's affair. */
static void on_message(void *ctx, const struct trace_event *event)
{
    const struct tls_message *message = event->data;
    struct buf *text = ctx;
    char said[24];
    size_t len =
        (size_t)snprintf(said, sizeof said, "%c%u ", message->is_sent ? '>' : '<', (unsigned)message->since_hello_us);
    bool is_same = text->len >= len && memcmp(buf_text(text) + text->len - len, said, len) == 0;
    if (!is_same)
        buf_append(text, slice_make(said, len));
}

static void tick(void *clock)
{
    ((struct trace *)clock)->now_us += 10;
}

/* What came out of one read bears its time; what is made of it, its own. */
static void messages_of_ours_have_times_of_their_own(void **state)
{
    struct sim_pki *pki = *state;
    static const struct {
        enum tls_version version;
        const char *told;
    } rows[] = {{TLS_VERSION_1_3, ">0 <0 >10 >20 <20 >30 "}, {TLS_VERSION_1_2, ">0 <0 >10 >20 >30 <30 >40 "}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        struct buf text = {0};
        begin(&f, &(struct tls_settings){.version_max = rows[i].version}, &pki->root, &pki->leaf);
        f.trace.tick = tick;
        f.trace.clock = &f.trace;
        struct trace_subscriber messages = {.mask = TRACE_BIT(TRACE_TLS_MESSAGE), .on_event = on_message, .ctx = &text};
        trace_subscribe(&f.trace, &messages);
        start(&f, sim_peer());
        sim_run(&f.sim);
        assert_string_equal(buf_text(&text), rows[i].told);
        buf_done(&text);
        end(&f);
    }
}

/* For -w, where nobody need listen. */

static void a_summary_says_what_came_of_it(void **state)
{
    struct sim_pki *pki = *state;
    static const struct {
        enum tls_version version;
        const char *name, *cipher, *group, *sigalg;
    } rows[] = {
        {TLS_VERSION_1_3, "TLSv1.3", "TLS_AES_256_GCM_SHA384", NULL, "ed25519"},
        {TLS_VERSION_1_2, "TLSv1.2", NULL, NULL, "ed25519"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tls_peer peer = sim_peer();
        struct fixture f;
        peer.wants_summary = true;
        begin(&f, &(struct tls_settings){.version_max = rows[i].version}, &pki->root, &pki->leaf);
        sim_start(&f.sim, f.client, f.server, &peer, NULL);
        sim_run(&f.sim);
        assert_int_equal(f.sim.status, TLS_CLOSED);
        const struct tls_summary *summary = tls_engine_summary(f.sim.client);
        assert_string_equal(summary->version, rows[i].name);
        if (rows[i].cipher)
            assert_string_equal(summary->cipher, rows[i].cipher);
        assert_true(*summary->group);
        assert_string_equal(summary->sigalg, rows[i].sigalg);
        assert_string_equal(summary->anchor, "CN=Peel Test Root");
        assert_int_equal(strncmp(summary->pin, "sha256//", 8), 0);
        assert_string_equal(summary->days_left, "30");
        assert_int_equal(strlen(summary->ja4), strlen("t13d1516h2_8daaf6152771_e5627efa2ab1"));
        assert_false(summary->is_resumed);
        end(&f);
    }
}

/* One with every part that is told of, by its kind of key. */
static void certificates_are_told_in_full(void **state)
{
    struct sim_pki *pki = *state;
    static const struct {
        struct sim_certificate what;
        const char *key; /* a line about it */
    } rows[] = {
        {{.name = "good.test", .san = "DNS:good.test", .extended_key_usage = "serverAuth"},
         "Public Key Algorithm:ED25519"},
        {{.name = "good.test", .san = "DNS:good.test", .rsa_bits = 2048, .digest = "SHA256"},
         "Public Key Algorithm:rsaEncryption"},
        {{.name = "x\x1b[31m\n", .san = "DNS:good.test", .aia = "caIssuers;URI:http://aia.test/"}, "Subject:CN = x"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sim_identity leaf = sim_identity_make(&rows[i].what, &pki->root);
        struct tls_peer peer = sim_peer();
        struct fixture f;
        struct buf text = {0};
        begin(&f, &(struct tls_settings){0}, &pki->root, &leaf);
        sim_start(&f.sim, f.client, f.server, &peer, NULL);
        assert_int_equal(tls_engine_certificates(f.sim.client, &text), 0);
        sim_run(&f.sim);
        assert_int_equal(f.sim.status, TLS_CLOSED);
        assert_int_equal(tls_engine_certificates(f.sim.client, &text), 1);
        const char *all = buf_text(&text);
        if (!strstr(all, rows[i].key) || !strstr(all, "Issuer:CN = Peel Test Root\n") ||
            !strstr(all, "-----BEGIN CERTIFICATE-----\n") || strchr(all, '\x1b'))
            fail_msg("%s", all);
        buf_done(&text);
        end(&f);
        sim_identity_free(&leaf);
    }
}

static int set_up(void **state)
{
    struct sim_pki *pki = mem_alloc(sizeof *pki);
    *pki = sim_pki_make();
    *state = pki;
    return 0;
}

static int tear_down(void **state)
{
    sim_pki_free(*state);
    mem_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_bytes_are_told),           cmocka_unit_test(what_the_owner_knows_is_told),
        cmocka_unit_test(a_cut_handshake_is_told),        cmocka_unit_test(accepted_issuers_are_told),
        cmocka_unit_test(a_refused_certificate_is_told),  cmocka_unit_test(messages_of_ours_have_times_of_their_own),
        cmocka_unit_test(a_summary_says_what_came_of_it), cmocka_unit_test(certificates_are_told_in_full),
        cmocka_unit_test(options_that_narrow_are_named),  cmocka_unit_test(options_for_a_proxy_are_named),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* --aia: the engine asks for an issuer that was not sent, and what it does with what it is given. */
#include "tls_sim.h"

#include "base/mem.h"
#include "tls/facts.h"

#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum {
    LEVELS_MAX = 5, /* intermediates in a row */
};

/* root - levels[n - 1] - ... - levels[0] - leaf, of which the server sends the leaf alone. */
struct ladder {
    struct sim_identity root, leaf, stranger;
    struct sim_identity levels[LEVELS_MAX];
    size_t n;
};

static struct ladder ladder_make(size_t n, const char *leaf_aia)
{
    struct ladder ladder = {.n = n};
    ladder.root = sim_identity_make(&(struct sim_certificate){.name = "Root", .constraints = "critical,CA:TRUE"}, NULL);
    ladder.stranger =
        sim_identity_make(&(struct sim_certificate){.name = "Stranger", .constraints = "critical,CA:TRUE"}, NULL);
    const struct sim_identity *above = &ladder.root;
    for (size_t i = n; i-- > 0; above = &ladder.levels[i]) {
        char name[20], aia[60];
        snprintf(name, sizeof name, "Level %zu", i);
        snprintf(aia, sizeof aia, "caIssuers;URI:http://ca.test/%zu.der", i + 1);
        struct sim_certificate what = {.name = name, .constraints = "critical,CA:TRUE", .aia = aia};
        ladder.levels[i] = sim_identity_make(&what, above);
    }
    struct sim_certificate leaf = {.name = "leaf", .san = "DNS:good.test", .aia = leaf_aia};
    ladder.leaf = sim_identity_make(&leaf, above);
    return ladder;
}

static void ladder_free(struct ladder *ladder)
{
    sim_identity_free(&ladder->root);
    sim_identity_free(&ladder->leaf);
    sim_identity_free(&ladder->stranger);
    for (size_t i = 0; i < ladder->n; i++)
        sim_identity_free(&ladder->levels[i]);
}

/* Answers. */

enum form {
    FORM_DER,
    FORM_PEM,
    FORM_PEM_WITH_TEXT,
    FORM_PKCS7,
    FORM_PKCS7_PEM,
};

static PKCS7 *container_of(X509 *certificate)
{
    PKCS7 *container = PKCS7_new();
    PKCS7_set_type(container, NID_pkcs7_signed);
    PKCS7_content_new(container, NID_pkcs7_data);
    PKCS7_add_certificate(container, certificate);
    return container;
}

static void append_form(struct buf *out, X509 *certificate, enum form form)
{
    BIO *bio = BIO_new(BIO_s_mem());
    PKCS7 *container = container_of(certificate);
    if (form == FORM_PEM_WITH_TEXT)
        BIO_puts(bio, "Subject: somebody\r\n\r\n");
    if (form == FORM_DER)
        i2d_X509_bio(bio, certificate);
    else if (form == FORM_PKCS7)
        i2d_PKCS7_bio(bio, container);
    else if (form == FORM_PKCS7_PEM)
        PEM_write_bio_PKCS7(bio, container);
    else
        PEM_write_bio_X509(bio, certificate);
    char *data = NULL;
    long n = BIO_get_mem_data(bio, &data);
    buf_append(out, slice_make(data, (size_t)n));
    PKCS7_free(container);
    BIO_free(bio);
}

/* A connection in which every wish is answered by one level further up, as far as there are any. */
struct seen {
    char finding[300]; /* of the last verdict */
    size_t n_sent, n_chain;
    char asked[200];
    unsigned n_asked;
};

static void on_event(void *ctx, const struct trace_event *event)
{
    struct seen *seen = ctx;
    const struct tls_verdict *verdict = event->data;
    snprintf(seen->finding, sizeof seen->finding, "%s", verdict->issuer_finding ? verdict->issuer_finding : "");
    seen->n_sent = verdict->n_sent;
    seen->n_chain = verdict->n_chain;
}

struct visit {
    struct tls_context *context;
    SSL_CTX *server;
    struct trace trace;
    struct trace_subscriber subscriber;
    struct seen seen;
    struct sim sim;
};

static void visit_begin(struct visit *v, const struct ladder *ladder, enum tls_aia mode,
                        const struct sim_identity *root)
{
    struct tls_settings settings = {.aia = mode};
    struct tls_peer peer = sim_peer();
    *v = (struct visit){.context = sim_client(&settings, root), .server = sim_server(&ladder->leaf)};
    v->subscriber =
        (struct trace_subscriber){.mask = TRACE_BIT(TRACE_TLS_CERTIFICATE), .on_event = on_event, .ctx = &v->seen};
    trace_subscribe(&v->trace, &v->subscriber);
    sim_start(&v->sim, v->context, v->server, &peer, &v->trace);
    sim_run(&v->sim);
}

static void visit_end(struct visit *v)
{
    sim_done(&v->sim);
    SSL_CTX_free(v->server);
    tls_context_free(v->context);
}

static void answer(struct visit *v, struct slice bytes, const char *failure)
{
    v->seen.n_asked++;
    snprintf(v->seen.asked, sizeof v->seen.asked, "%s", tls_engine_wanted_issuer(v->sim.client));
    tls_engine_supply_issuer(v->sim.client, bytes, failure);
    sim_run(&v->sim);
}

static void answer_with(struct visit *v, X509 *certificate, enum form form)
{
    struct buf bytes = {0};
    append_form(&bytes, certificate, form);
    answer(v, buf_slice(&bytes), NULL);
    buf_done(&bytes);
}

#define AIA "caIssuers;URI:http://ca.test/0.der"

static void every_form_is_used(void **state)
{
    (void)state;
    for (enum form form = FORM_DER; form <= FORM_PKCS7_PEM; form++) {
        struct ladder ladder = ladder_make(1, AIA);
        struct visit v;
        visit_begin(&v, &ladder, TLS_AIA_USE, &ladder.root);
        assert_int_equal(v.sim.status, TLS_WANT_VERIFY);
        assert_int_equal(tls_engine_handshake(v.sim.client), TLS_WANT_VERIFY); /* however often one asks */
        assert_string_equal(tls_engine_wanted_issuer(v.sim.client), "http://ca.test/0.der");
        answer_with(&v, ladder.levels[0].certificate, form);
        assert_int_equal(v.sim.status, TLS_CLOSED);
        assert_true(slice_equal(buf_slice(&v.sim.client_got), SLICE("HTTP/1.1 200 OK\r\n\r\nhello")));
        assert_int_equal(tls_engine_verify_result(v.sim.client), X509_V_OK);
        assert_string_equal(v.seen.finding, "it delivers a certificate that fits");
        assert_int_equal(v.seen.n_sent, 1);
        assert_int_equal(v.seen.n_chain, 3);
        visit_end(&v);
        ladder_free(&ladder);
    }
}

static void both_versions(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t i = 0; i < 2; i++) {
        struct ladder ladder = ladder_make(1, AIA);
        struct visit v;
        struct tls_settings settings = {.aia = TLS_AIA_USE};
        struct tls_peer peer = sim_peer();
        v = (struct visit){.context = sim_client(&settings, &ladder.root), .server = sim_server(&ladder.leaf)};
        SSL_CTX_set_max_proto_version(v.server, versions[i]);
        sim_start(&v.sim, v.context, v.server, &peer, NULL);
        v.sim.socket_size = 1; /* the wish comes in the middle of a flight */
        sim_run(&v.sim);
        assert_int_equal(v.sim.status, TLS_WANT_VERIFY);
        answer_with(&v, ladder.levels[0].certificate, FORM_DER);
        assert_int_equal(v.sim.status, TLS_CLOSED);
        visit_end(&v);
        ladder_free(&ladder);
    }
}

/* What does not help: the connection fails as it would have without asking. */
static void refused(void **state)
{
    (void)state;
    struct ladder ladder = ladder_make(1, AIA);
    struct buf stranger = {0}, huge = {0}, container = {0};
    append_form(&stranger, ladder.stranger.certificate, FORM_DER);
    append_form(&container, ladder.stranger.certificate, FORM_PKCS7);
    append_form(&huge, ladder.levels[0].certificate, FORM_PEM);
    while (huge.len <= 64 * 1024)
        buf_append_text(&huge, "and more of it\n");
    const struct {
        struct slice bytes;
        const char *failure, *finding;
    } rows[] = {
        {SLICE(""), "Connection refused", "nothing came of asking it: Connection refused"},
        {SLICE(""), "it answered \x1b[31m", "nothing came of asking it: it answered \\x1b[31m"},
        {SLICE(""), NULL, "what it delivers is no certificate"},
        {SLICE("<html>not found</html>"), NULL, "what it delivers is no certificate"},
        {SLICE("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n"), NULL,
         "what it delivers is no certificate"},
        {buf_slice(&huge), NULL, "what it delivers is no certificate"},
        {buf_slice(&stranger), NULL, "it delivers a certificate, but another than the one that is missing"},
        {buf_slice(&container), NULL, "it delivers a certificate, but another than the one that is missing"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct visit v;
        visit_begin(&v, &ladder, TLS_AIA_USE, &ladder.root);
        assert_int_equal(v.sim.status, TLS_WANT_VERIFY);
        answer(&v, rows[i].bytes, rows[i].failure);
        assert_int_equal(v.sim.status, TLS_FAILED);
        assert_int_equal(tls_engine_error(v.sim.client)->code, PEEL_PEER_FAILED_VERIFICATION);
        assert_int_equal(tls_engine_error(v.sim.client)->cause, CAUSE_MISSING_ISSUER);
        assert_string_equal(v.seen.finding, rows[i].finding);
        assert_true(v.sim.is_server_failed && v.sim.server_got.len == 0);
        visit_end(&v);
    }
    buf_done(&stranger);
    buf_done(&container);
    buf_done(&huge);
    ladder_free(&ladder);
}

/* A certificate with the issuer's name and another key, as an attacker on the way to http:// would send. */
static void forged(void **state)
{
    (void)state;
    struct ladder ladder = ladder_make(1, AIA);
    struct sim_identity forgery =
        sim_identity_make(&(struct sim_certificate){.name = "Level 0", .constraints = "critical,CA:TRUE"}, NULL);
    struct visit v;
    visit_begin(&v, &ladder, TLS_AIA_USE, &ladder.root);
    answer_with(&v, forgery.certificate, FORM_DER);
    assert_int_equal(v.sim.status, TLS_FAILED);
    assert_string_equal(v.seen.finding, "it delivers a certificate, but another than the one that is missing");
    visit_end(&v);
    sim_identity_free(&forgery);
    ladder_free(&ladder);
}

/* What is fetched is never an anchor: a root that nobody trusts stays one. */
static void never_an_anchor(void **state)
{
    (void)state;
    struct ladder ladder = ladder_make(0, AIA);
    struct visit v;
    visit_begin(&v, &ladder, TLS_AIA_USE, &ladder.stranger);
    assert_int_equal(v.sim.status, TLS_WANT_VERIFY);
    answer_with(&v, ladder.root.certificate, FORM_DER);
    assert_int_equal(v.sim.status, TLS_FAILED);
    assert_int_equal(tls_engine_error(v.sim.client)->code, PEEL_PEER_FAILED_VERIFICATION);
    assert_string_equal(v.seen.finding,
                        "it delivers a certificate that fits, but that leads to no authority that is trusted here");
    visit_end(&v);
    ladder_free(&ladder);
}

/* Three in a row, and no more. */
static void three_hops(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 4; n++) {
        struct ladder ladder = ladder_make(n, AIA);
        struct visit v;
        visit_begin(&v, &ladder, TLS_AIA_USE, &ladder.root);
        for (size_t i = 0; i < n && v.sim.status == TLS_WANT_VERIFY; i++) {
            answer_with(&v, ladder.levels[i].certificate, FORM_DER);
            char address[40];
            snprintf(address, sizeof address, "http://ca.test/%zu.der", i);
            assert_string_equal(v.seen.asked, address);
        }
        assert_int_equal(v.seen.n_asked, n < 3 ? n : 3);
        assert_int_equal(v.sim.status, n <= 3 ? TLS_CLOSED : TLS_FAILED);
        if (n > 3)
            assert_string_equal(v.seen.finding, "asked three times, and the chain is still not whole");
        visit_end(&v);
        ladder_free(&ladder);
    }
}

static void report_fails_all_the_same(void **state)
{
    (void)state;
    struct ladder ladder = ladder_make(1, AIA);
    struct visit v;
    visit_begin(&v, &ladder, TLS_AIA_REPORT, &ladder.root);
    answer_with(&v, ladder.levels[0].certificate, FORM_DER);
    assert_int_equal(v.sim.status, TLS_FAILED);
    assert_int_equal(tls_engine_error(v.sim.client)->cause, CAUSE_MISSING_ISSUER);
    assert_string_equal(v.seen.finding, "it delivers a certificate that fits");
    assert_int_equal(v.seen.n_chain, 1);
    visit_end(&v);
    ladder_free(&ladder);
}

/* Nobody is asked: it is off, there is no address, or it is not of a kind that is asked. */
static void not_asked(void **state)
{
    (void)state;
    static const struct {
        enum tls_aia mode;
        const char *aia, *finding;
    } rows[] = {
        {TLS_AIA_OFF, AIA, ""},
        {TLS_AIA_USE, NULL, ""},
        {TLS_AIA_USE, "OCSP;URI:http://ocsp.test/", ""},
        {TLS_AIA_USE, "caIssuers;URI:https://ca.test/", ""},
        {TLS_AIA_USE, "caIssuers;URI:file:///etc/passwd", ""},
        {TLS_AIA_USE, "caIssuers;URI:ldap://ca.test/", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ladder ladder = ladder_make(1, rows[i].aia);
        struct visit v;
        visit_begin(&v, &ladder, rows[i].mode, &ladder.root);
        assert_int_equal(v.sim.status, TLS_FAILED);
        assert_string_equal(v.seen.finding, rows[i].finding);
        visit_end(&v);
        ladder_free(&ladder);
    }
}

/* Of two addresses the one that can be asked. */
static void second_address(void **state)
{
    (void)state;
    struct ladder ladder = ladder_make(1, "caIssuers;URI:ldap://ca.test/,caIssuers;URI:HTTP://ca.test/b");
    struct visit v;
    visit_begin(&v, &ladder, TLS_AIA_USE, &ladder.root);
    assert_int_equal(v.sim.status, TLS_WANT_VERIFY);
    assert_string_equal(tls_engine_wanted_issuer(v.sim.client), "HTTP://ca.test/b");
    visit_end(&v);
    ladder_free(&ladder);
}

/* Other faults stay faults. */
static void expired_too(void **state)
{
    (void)state;
    struct ladder ladder = ladder_make(1, AIA);
    sim_identity_free(&ladder.leaf);
    ladder.leaf = sim_identity_make(
        &(struct sim_certificate){.name = "leaf", .san = "DNS:good.test", .aia = AIA, .from_days = -40, .to_days = -9},
        &ladder.levels[0]);
    struct visit v;
    visit_begin(&v, &ladder, TLS_AIA_USE, &ladder.root);
    answer_with(&v, ladder.levels[0].certificate, FORM_DER);
    assert_int_equal(v.sim.status, TLS_FAILED);
    assert_int_equal(tls_engine_error(v.sim.client)->cause, CAUSE_EXPIRED);
    visit_end(&v);
    ladder_free(&ladder);
}

/* The chain to save: all but the root, in the order in which a server sends it. */
static void chain_in_pem(void **state)
{
    (void)state;
    struct ladder ladder = ladder_make(1, AIA);
    struct visit v;
    struct buf saved = {0}, wanted = {0};
    visit_begin(&v, &ladder, TLS_AIA_SAVE, &ladder.root);
    answer_with(&v, ladder.levels[0].certificate, FORM_DER);
    tls_engine_chain(v.sim.client, &saved);
    append_form(&wanted, ladder.leaf.certificate, FORM_PEM);
    append_form(&wanted, ladder.levels[0].certificate, FORM_PEM);
    assert_string_equal(buf_text(&saved), buf_text(&wanted));
    buf_done(&saved);
    buf_done(&wanted);
    visit_end(&v);
    ladder_free(&ladder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_used),
        cmocka_unit_test(both_versions),
        cmocka_unit_test(refused),
        cmocka_unit_test(forged),
        cmocka_unit_test(never_an_anchor),
        cmocka_unit_test(three_hops),
        cmocka_unit_test(report_fails_all_the_same),
        cmocka_unit_test(not_asked),
        cmocka_unit_test(second_address),
        cmocka_unit_test(expired_too),
        cmocka_unit_test(chain_in_pem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

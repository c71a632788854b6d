/* tls/: what has been taken back. Revocation lists from a file and OCSP responses from a server, made here. */
#include "tls_sim.h"

#include "base/mem.h"
#include "tls/facts.h"

#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

struct made {
    char path[64]; /* of the file with lists */
    struct sim_pki pki;
    struct sim_pki other;
};

static ASN1_TIME *days_from_now(int days)
{
    return X509_time_adj_ex(NULL, days, 0, NULL);
}

/* A list that is new until then, with one certificate on it or none. */
static X509_CRL *list_make(const struct sim_identity *issuer, int until_days, X509 *revoked)
{
    X509_CRL *list = X509_CRL_new();
    ASN1_TIME *from = days_from_now(-20), *until = days_from_now(until_days), *when = days_from_now(-7);
    X509_CRL_set_version(list, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer->certificate));
    X509_CRL_set1_lastUpdate(list, from);
    X509_CRL_set1_nextUpdate(list, until);
    if (revoked) {
        X509_REVOKED *entry = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(revoked));
        X509_REVOKED_set_revocationDate(entry, when);
        X509_CRL_add0_revoked(list, entry);
    }
    assert_true(X509_CRL_sign(list, issuer->key, NULL) > 0);
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
    ASN1_TIME_free(when);
    return list;
}

static void list_write(const char *path, X509_CRL *list)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    PEM_write_X509_CRL(file, list);
    fclose(file);
    X509_CRL_free(list);
}

static int set_up(void **state)
{
    unsetenv("CURL_CA_BUNDLE");
    unsetenv("SSL_CERT_FILE");
    unsetenv("SSL_CERT_DIR");
    struct made *made = mem_alloc(sizeof *made);
    made->pki = sim_pki_make();
    made->other = sim_pki_make();
    snprintf(made->path, sizeof made->path, "%s", "/tmp/peel-test-XXXXXX");
    int fd = mkstemp(made->path);
    close(fd);
    *state = made;
    return fd < 0;
}

static int tear_down(void **state)
{
    struct made *made = *state;
    unlink(made->path);
    sim_pki_free(&made->pki);
    sim_pki_free(&made->other);
    mem_free(made);
    return 0;
}

enum list_kind {
    CLEAN,
    LEAF_REVOKED,
    ROOT_REVOKED,
    OUT_OF_DATE,
    OF_ANOTHER, /* same name, other key: it proves nothing */
};

static X509_CRL *list_of(const struct made *made, enum list_kind kind)
{
    const struct sim_identity *root = &made->pki.root;
    switch (kind) {
    case CLEAN:
        return list_make(root, 7, NULL);
    case LEAF_REVOKED:
        return list_make(root, 7, made->pki.leaf.certificate);
    case ROOT_REVOKED:
        return list_make(root, 7, root->certificate);
    case OUT_OF_DATE:
        return list_make(root, -3, NULL);
    case OF_ANOTHER:
        break;
    }
    return list_make(&made->other.root, 7, NULL);
}

static void certificates_are_looked_up_in_the_lists(void **state)
{
    struct made *made = *state;
    static const struct {
        enum list_kind list;
        bool is_insecure;
        const char *words; /* NULL: accepted */
    } rows[] = {
        {CLEAN, false, NULL},
        {LEAF_REVOKED, false, "it was revoked by its issuer: "},
        {LEAF_REVOKED, false, ", 7 days ago (--crlfile)"},
        {ROOT_REVOKED, false, "the certificate above it (1, CN=Peel Test Root) was revoked by its issuer"},
        {OUT_OF_DATE, false,
         "the revocation list of CN=Peel Test Root in --crlfile is out of date: a new one was due "},
        {OF_ANOTHER, false, "CRL signature failure"},
        {LEAF_REVOKED, true, NULL},
    };
    SSL_CTX *server = sim_server(&made->pki.leaf);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        list_write(made->path, list_of(made, rows[i].list));
        struct tls_settings settings = {.crlfile = made->path, .insecure = rows[i].is_insecure};
        struct tls_context *client = sim_client(&settings, &made->pki.root);
        struct tls_peer peer = sim_peer();
        struct sim sim;
        sim_start(&sim, client, server, &peer, NULL);
        sim_run(&sim);
        const struct error *err = tls_engine_error(sim.client);
        if (err->code != (rows[i].words ? PEEL_PEER_FAILED_VERIFICATION : PEEL_OK) ||
            (rows[i].words && !strstr(err->text, rows[i].words)))
            fail_msg("row %zu: (%d) '%s'", i, (int)err->code, err->text);
        assert_int_equal(sim.server_got.len > 0, !rows[i].words);
        sim_done(&sim);
        tls_context_free(client);
    }
    SSL_CTX_free(server);
}

static void an_issuer_without_a_list_is_named(void **state)
{
    struct made *made = *state;
    struct sim_identity stranger =
        sim_identity_make(&(struct sim_certificate){.name = "Stranger", .constraints = "critical,CA:TRUE"}, NULL);
    list_write(made->path, list_make(&stranger, 7, NULL));
    SSL_CTX *server = sim_server(&made->pki.leaf);
    struct tls_context *client = sim_client(&(struct tls_settings){.crlfile = made->path}, &made->pki.root);
    struct tls_peer peer = sim_peer();
    struct sim sim;
    sim_start(&sim, client, server, &peer, NULL);
    sim_run(&sim);
    assert_int_equal(tls_engine_error(sim.client)->code, PEEL_PEER_FAILED_VERIFICATION);
    assert_non_null(strstr(tls_engine_error(sim.client)->text,
                           "whether it was revoked is not known: --crlfile has no list of CN=Peel Test Root"));
    sim_done(&sim);
    tls_context_free(client);
    SSL_CTX_free(server);
    sim_identity_free(&stranger);
}

static void a_file_without_lists_is_told(void **state)
{
    struct made *made = *state;
    FILE *file = fopen(made->path, "we");
    fputs("no list\n", file);
    fclose(file);
    const struct {
        char *path;
        const char *words;
    } rows[] = {{(char[]){"/nonexistent/list"}, "/nonexistent/list (--crlfile): No such file or directory"},
                {(char[]){"/"}, "/ (--crlfile): Is a directory"},
                {made->path, "(--crlfile): no list in it"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows * 2; i++) {
        struct error err = {0};
        struct tls_settings settings = {.crlfile = rows[i / 2].path, .insecure = i % 2 == 1};
        assert_null(tls_context_new(&settings, &err));
        assert_int_equal(err.code, PEEL_SSL_CRL_BADFILE);
        assert_non_null(strstr(err.text, rows[i / 2].words));
    }
}

/* Stapled responses. */

enum signer {
    THE_ISSUER,
    A_DELEGATE, /* of the issuer, made for it */
    A_SIBLING,  /* under the issuer, but not made for it */
    A_STRANGER, /* another CA of the same name */
};

enum {
    NOTHING = -1,   /* nothing is sent */
    GARBAGE = -2,   /* no OCSP response */
    TRY_LATER = -3, /* no answer within */
    NO_END = 1000,
};

static const struct staple_row {
    int status; /* V_OCSP_CERTSTATUS_*, or one of the above */
    enum signer signer;
    bool is_about_other;
    int from_days, until_days; /* until NO_END: the response does not say */
    bool is_insecure, is_untrusted;
    const char *words; /* NULL: accepted */
    enum tls_staple_status told;
} staple_rows[] = {
    {V_OCSP_CERTSTATUS_GOOD, THE_ISSUER, false, -1, 3, false, false, NULL, TLS_STAPLE_GOOD},
    {V_OCSP_CERTSTATUS_GOOD, THE_ISSUER, false, -1, NO_END, false, false, NULL, TLS_STAPLE_GOOD},
    {V_OCSP_CERTSTATUS_GOOD, A_DELEGATE, false, -1, 3, false, false, NULL, TLS_STAPLE_GOOD},
    {V_OCSP_CERTSTATUS_GOOD, THE_ISSUER, false, -1, 3, true, false, NULL, TLS_STAPLE_GOOD},
    {NOTHING, THE_ISSUER, false, 0, 0, false, false, "the server sent no OCSP response", TLS_STAPLE_NONE},
    {NOTHING, THE_ISSUER, false, 0, 0, true, false, "the server sent no OCSP response", TLS_STAPLE_NONE},
    {GARBAGE, THE_ISSUER, false, 0, 0, false, false, "cannot be decoded", TLS_STAPLE_UNREADABLE},
    {TRY_LATER, THE_ISSUER, false, 0, 0, false, false, "gave the server no answer: trylater", TLS_STAPLE_NO_ANSWER},
    {V_OCSP_CERTSTATUS_GOOD, A_SIBLING, false, -1, 3, false, false, "not signed by the certificate's issuer (",
     TLS_STAPLE_WRONG_SIGNER},
    {V_OCSP_CERTSTATUS_GOOD, A_STRANGER, false, -1, 3, false, false, "not signed by the certificate's issuer (",
     TLS_STAPLE_WRONG_SIGNER},
    {V_OCSP_CERTSTATUS_GOOD, THE_ISSUER, false, -1, 3, true, true, "not signed by the certificate's issuer (",
     TLS_STAPLE_UNCHECKED},
    {V_OCSP_CERTSTATUS_GOOD, THE_ISSUER, true, -1, 3, false, false, "about another certificate", TLS_STAPLE_OTHER},
    {V_OCSP_CERTSTATUS_GOOD, THE_ISSUER, false, -9, -2, false, false, "has expired: a new one was due ",
     TLS_STAPLE_STALE},
    {V_OCSP_CERTSTATUS_GOOD, THE_ISSUER, false, 2, 9, false, false, "is not yet valid: from ", TLS_STAPLE_EARLY},
    {V_OCSP_CERTSTATUS_REVOKED, THE_ISSUER, false, -1, 3, false, false,
     "it was revoked by its issuer: ", TLS_STAPLE_REVOKED},
    {V_OCSP_CERTSTATUS_REVOKED, A_DELEGATE, false, -1, 3, true, false, ", 7 days ago (keyCompromise)",
     TLS_STAPLE_REVOKED},
    {V_OCSP_CERTSTATUS_UNKNOWN, THE_ISSUER, false, -1, 3, false, false, "does not know the certificate",
     TLS_STAPLE_UNKNOWN},
};

static ASN1_GENERALIZEDTIME *general_time(int days)
{
    return ASN1_GENERALIZEDTIME_adj(NULL, time(NULL), days, 0);
}

static void status_add(OCSP_BASICRESP *basic, const struct staple_row *row, const struct sim_pki *pki)
{
    X509 *about = row->is_about_other ? pki->root.certificate : pki->leaf.certificate;
    OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha256(), about, pki->root.certificate);
    ASN1_TIME *from = general_time(row->from_days), *when = general_time(-7);
    ASN1_TIME *until = row->until_days == NO_END ? NULL : general_time(row->until_days);
    bool is_revoked = row->status == V_OCSP_CERTSTATUS_REVOKED;
    OCSP_basic_add1_status(basic, id, row->status, OCSP_REVOKED_STATUS_KEYCOMPROMISE, is_revoked ? when : NULL, from,
                           until);
    OCSP_CERTID_free(id);
    ASN1_TIME_free(from);
    ASN1_TIME_free(when);
    ASN1_TIME_free(until);
}

static struct sim_identity signer_make(const struct made *made, enum signer signer)
{
    struct sim_certificate what = {.name = "Responder",
                                   .extended_key_usage = signer == A_DELEGATE ? "OCSPSigning" : "serverAuth"};
    return sim_identity_make(&what, &made->pki.root);
}

static OCSP_RESPONSE *response_make(const struct staple_row *row, const struct made *made)
{
    if (row->status == TRY_LATER)
        return OCSP_response_create(OCSP_RESPONSE_STATUS_TRYLATER, NULL);
    struct sim_identity under = signer_make(made, row->signer);
    const struct sim_identity *signer = row->signer == THE_ISSUER   ? &made->pki.root
                                        : row->signer == A_STRANGER ? &made->other.root
                                                                    : &under;
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    status_add(basic, row, &made->pki);
    assert_int_equal(OCSP_basic_sign(basic, signer->certificate, signer->key, NULL, NULL, 0), 1);
    OCSP_RESPONSE *response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    OCSP_BASICRESP_free(basic);
    sim_identity_free(&under);
    return response;
}

static struct slice staple_make(const struct staple_row *row, const struct made *made)
{
    unsigned char *bytes = NULL;
    if (row->status == NOTHING)
        return slice_make(NULL, 0);
    if (row->status == GARBAGE)
        return slice_make(OPENSSL_memdup("\x30\x03nothing", 9), 9);
    OCSP_RESPONSE *response = response_make(row, made);
    int len = i2d_OCSP_RESPONSE(response, &bytes);
    OCSP_RESPONSE_free(response);
    return slice_make(bytes, (size_t)len);
}

/* The server's side: OpenSSL takes the copy over. */
static int staple_send(SSL *ssl, void *ctx)
{
    const struct slice *staple = ctx;
    if (staple->len == 0)
        return SSL_TLSEXT_ERR_NOACK;
    SSL_set_tlsext_status_ocsp_resp(ssl, OPENSSL_memdup(staple->ptr, staple->len), (long)staple->len);
    return SSL_TLSEXT_ERR_OK;
}

/* Who hears what is told of staples. */
struct listener {
    struct trace trace;
    struct trace_subscriber subscriber;
    struct tls_staple staple; /* the last */
    unsigned n;
};

static void on_staple(void *ctx, const struct trace_event *event)
{
    struct listener *listener = ctx;
    assert_int_equal(event->kind, TRACE_TLS_STAPLE);
    listener->staple = *(const struct tls_staple *)event->data;
    listener->n++;
}

static void listen(struct listener *listener)
{
    *listener = (struct listener){.subscriber = {.mask = TRACE_BIT(TRACE_TLS_STAPLE), .on_event = on_staple}};
    listener->subscriber.ctx = listener;
    trace_subscribe(&listener->trace, &listener->subscriber);
}

static void check_told(const struct staple_row *row, const struct tls_staple *told, bool is_demanded)
{
    bool is_decoded = row->status >= 0;
    bool is_found = is_decoded && !row->is_about_other && !row->is_untrusted; /* by an issuer in the chain */
    if (told->status != row->told)
        fail_msg("row %d: told %d, wanted %d", (int)(row - staple_rows), (int)told->status, (int)row->told);
    assert_int_equal(told->is_demanded, is_demanded);
    assert_int_equal(strlen(told->from), is_found ? strlen("2026-10-01T00:00:00Z") : 0);
    assert_int_equal(strlen(told->until), is_found && row->until_days != NO_END ? strlen("2026-10-01T00:00:00Z") : 0);
    assert_int_equal(*told->revoked != '\0', row->status == V_OCSP_CERTSTATUS_REVOKED);
    assert_string_equal(told->reason, row->status == V_OCSP_CERTSTATUS_REVOKED ? "keyCompromise" : "");
    assert_string_equal(told->responder, !is_decoded                 ? ""
                                         : row->signer == A_DELEGATE ? "CN=Responder"
                                         : row->signer == A_SIBLING  ? "CN=Responder"
                                                                     : "CN=Peel Test Root");
    assert_int_equal(*told->detail != '\0', row->told == TLS_STAPLE_NO_ANSWER || row->told == TLS_STAPLE_UNCHECKED ||
                                                row->told == TLS_STAPLE_WRONG_SIGNER);
}

/* With --cert-status, or for somebody who only wants to know. */
static void check_staple(const struct made *made, const struct staple_row *row, int version, bool is_demanded)
{
    SSL_CTX *server = sim_server(&made->pki.leaf);
    struct slice staple = staple_make(row, made);
    SSL_CTX_set_max_proto_version(server, version);
    SSL_CTX_set_tlsext_status_cb(server, staple_send);
    SSL_CTX_set_tlsext_status_arg(server, &staple);
    struct tls_settings settings = {.cert_status = is_demanded, .insecure = row->is_insecure};
    struct tls_context *client = sim_client(&settings, row->is_untrusted ? NULL : &made->pki.root);
    struct tls_peer peer = sim_peer();
    struct listener listener;
    struct sim sim;
    listen(&listener);
    sim_start(&sim, client, server, &peer, &listener.trace);
    sim_run(&sim);
    const char *words = is_demanded ? row->words : NULL;
    const struct error *err = tls_engine_error(sim.client);
    if (err->code != (words ? PEEL_SSL_INVALIDCERTSTATUS : PEEL_OK) || (words && !strstr(err->text, words)))
        fail_msg("row %d: (%d) '%s'", (int)(row - staple_rows), (int)err->code, err->text);
    assert_int_equal(sim.server_got.len > 0, !words);
    assert_int_equal(listener.n, 1);
    check_told(row, &listener.staple, is_demanded);
    sim_done(&sim);
    tls_context_free(client);
    SSL_CTX_free(server);
    OPENSSL_free((void *)staple.ptr);
}

static void a_staple_has_to_be_good(void **state)
{
    for (size_t i = 0; i < sizeof staple_rows / sizeof *staple_rows; i++) {
        check_staple(*state, &staple_rows[i], TLS1_2_VERSION, true);
        check_staple(*state, &staple_rows[i], TLS1_3_VERSION, true);
    }
}

static void a_staple_is_told_and_no_more(void **state)
{
    for (size_t i = 0; i < sizeof staple_rows / sizeof *staple_rows; i++) {
        check_staple(*state, &staple_rows[i], TLS1_2_VERSION, false);
        check_staple(*state, &staple_rows[i], TLS1_3_VERSION, false);
    }
}

/* A resumed session shows no certificate, so nothing is to be said of one. */
static void a_resumed_session_has_no_staple(void **state)
{
    struct made *made = *state;
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        struct slice staple = staple_make(&staple_rows[0], made);
        SSL_CTX *server = sim_server(&made->pki.leaf);
        SSL_CTX_set_max_proto_version(server, version);
        SSL_CTX_set_tlsext_status_cb(server, staple_send);
        SSL_CTX_set_tlsext_status_arg(server, &staple);
        SSL_CTX_set_session_id_context(server, (const unsigned char *)"peel", 4);
        struct tls_context *client = sim_client(&(struct tls_settings){0}, &made->pki.root);
        struct listener listener;
        listen(&listener);
        for (int again = 0; again < 2; again++) {
            struct tls_peer peer = sim_peer();
            struct sim sim;
            sim_start(&sim, client, server, &peer, &listener.trace);
            sim_run(&sim);
            assert_int_equal(sim.status, TLS_CLOSED);
            assert_int_equal(SSL_session_reused(sim.server), again);
            assert_int_equal(listener.n, 1);
            sim_done(&sim);
        }
        tls_context_free(client);
        SSL_CTX_free(server);
        OPENSSL_free((void *)staple.ptr);
    }
}

/* -k spares the system's bundle, but who signs for the status has to be known. */
static void the_bundle_is_read_for_a_staple(void **state)
{
    struct made *made = *state;
    FILE *file = fopen(made->path, "we");
    PEM_write_X509(file, made->pki.root.certificate);
    fclose(file);
    const struct tls_trust_system system = {"/nonexistent/certs", made->path};
    struct slice staple = staple_make(&staple_rows[0], made);
    SSL_CTX *server = sim_server(&made->pki.leaf);
    SSL_CTX_set_tlsext_status_cb(server, staple_send);
    SSL_CTX_set_tlsext_status_arg(server, &staple);
    struct error err = {0};
    struct tls_context *client =
        tls_context_new_with(&(struct tls_settings){.cert_status = true, .insecure = true}, &system, &err);
    struct tls_peer peer = sim_peer();
    struct sim sim;
    sim_start(&sim, client, server, &peer, NULL);
    sim_run(&sim);
    assert_string_equal(tls_engine_error(sim.client)->text, "");
    assert_int_equal(sim.status, TLS_CLOSED);
    sim_done(&sim);
    tls_context_free(client);
    SSL_CTX_free(server);
    OPENSSL_free((void *)staple.ptr);
}

/* Without the option the ClientHello asks too, whoever listens; what comes is for nobody then. */
static void a_staple_for_nobody_is_let_pass(void **state)
{
    struct made *made = *state;
    struct slice staple = SLICE("no OCSP response");
    SSL_CTX *server = sim_server(&made->pki.leaf);
    SSL_CTX_set_tlsext_status_cb(server, staple_send);
    SSL_CTX_set_tlsext_status_arg(server, &staple);
    struct tls_context *client = sim_client(&(struct tls_settings){0}, &made->pki.root);
    struct tls_peer peer = sim_peer();
    struct sim sim;
    sim_start(&sim, client, server, &peer, NULL);
    sim_run(&sim);
    assert_int_equal(sim.status, TLS_CLOSED);
    assert_int_equal(SSL_get_tlsext_status_type(sim.server), TLSEXT_STATUSTYPE_ocsp);
    sim_done(&sim);
    tls_context_free(client);
    SSL_CTX_free(server);
}

/* A resumed handshake shows no certificate: where that matters, and where it is not wanted, none is kept or offered. */
static void sessions_are_resumed_only_where_they_may(void **state)
{
    struct made *made = *state;
    static const struct {
        struct tls_settings settings;
        bool is_resumed;
    } rows[] = {{{0}, true}, {{.no_session_id = true}, false}, {{.cert_status = true}, false}};
    struct slice staple = staple_make(&staple_rows[0], made);
    SSL_CTX *server = sim_server(&made->pki.leaf);
    SSL_CTX_set_tlsext_status_cb(server, staple_send);
    SSL_CTX_set_tlsext_status_arg(server, &staple);
    SSL_CTX_set_session_id_context(server, (const unsigned char *)"peel", 4);
    for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
        struct tls_settings settings = rows[i / 2].settings;
        settings.version_max = i % 2 == 0 ? TLS_VERSION_1_2 : TLS_VERSION_1_3;
        struct tls_context *client = sim_client(&settings, &made->pki.root);
        for (int again = 0; again < 2; again++) {
            struct tls_peer peer = sim_peer();
            struct sim sim;
            sim_start(&sim, client, server, &peer, NULL);
            sim_run(&sim);
            assert_int_equal(sim.status, TLS_CLOSED);
            assert_int_equal(SSL_session_reused(sim.server), again == 1 && rows[i / 2].is_resumed);
            sim_done(&sim);
        }
        assert_int_equal(client->sessions->n > 0, rows[i / 2].is_resumed);
        tls_context_free(client);
    }
    SSL_CTX_free(server);
    OPENSSL_free((void *)staple.ptr);
}

/* A certificate that seems not to be valid yet, and a staple that was made later than now: then it is later than now.
 */
static void a_staple_proves_the_clock_wrong(void **state)
{
    struct made *made = *state;
    static const struct {
        int version, from_days;
        enum signer signer;
        bool listens;
        enum cause cause;
    } rows[] = {
        {TLS1_3_VERSION, 6, THE_ISSUER, true, CAUSE_CLOCK_WRONG},
        {TLS1_3_VERSION, -1, THE_ISSUER, true, CAUSE_NOT_YET_VALID},
        {TLS1_3_VERSION, 6, A_STRANGER, true, CAUSE_NOT_YET_VALID},
        {TLS1_3_VERSION, 6, THE_ISSUER, false, CAUSE_CLOCK_WRONG},
        {TLS1_2_VERSION, 6, THE_ISSUER, true, CAUSE_NOT_YET_VALID}, /* it comes behind the certificate */
    };
    struct sim_certificate what = {.name = "good.test", .san = "DNS:good.test", .from_days = 5};
    struct sim_identity young = sim_identity_make(&what, &made->pki.root);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct made about = {.pki = {made->pki.root, young}, .other = made->other};
        struct staple_row row = {V_OCSP_CERTSTATUS_GOOD, rows[i].signer, .from_days = rows[i].from_days,
                                 .until_days = 9};
        struct slice staple = staple_make(&row, &about);
        SSL_CTX *server = sim_server(&young);
        SSL_CTX_set_max_proto_version(server, rows[i].version);
        SSL_CTX_set_tlsext_status_cb(server, staple_send);
        SSL_CTX_set_tlsext_status_arg(server, &staple);
        struct tls_context *client = sim_client(&(struct tls_settings){0}, &made->pki.root);
        struct tls_peer peer = sim_peer();
        struct listener listener;
        struct sim sim;
        listen(&listener);
        sim_start(&sim, client, server, &peer, rows[i].listens ? &listener.trace : NULL);
        sim_run(&sim);
        assert_int_equal(tls_engine_error(sim.client)->code, PEEL_PEER_FAILED_VERIFICATION);
        if (tls_engine_error(sim.client)->cause != rows[i].cause)
            fail_msg("row %zu: %s", i, cause_id(tls_engine_error(sim.client)->cause));
        sim_done(&sim);
        tls_context_free(client);
        SSL_CTX_free(server);
        OPENSSL_free((void *)staple.ptr);
    }
    sim_identity_free(&young);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificates_are_looked_up_in_the_lists),
        cmocka_unit_test(an_issuer_without_a_list_is_named),
        cmocka_unit_test(a_file_without_lists_is_told),
        cmocka_unit_test(a_staple_has_to_be_good),
        cmocka_unit_test(a_staple_is_told_and_no_more),
        cmocka_unit_test(a_resumed_session_has_no_staple),
        cmocka_unit_test(a_staple_proves_the_clock_wrong),
        cmocka_unit_test(the_bundle_is_read_for_a_staple),
        cmocka_unit_test(a_staple_for_nobody_is_let_pass),
        cmocka_unit_test(sessions_are_resumed_only_where_they_may),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

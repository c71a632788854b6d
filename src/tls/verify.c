/* Running X509_verify_cert so that every fault is seen and none is let through. */
#include "tls/verify.h"

#include "base/escape.h"
#include "base/mem.h"
#include "tls/certificate.h"
#include "tls/engine_state.h"
#include "tls/staple.h"
#include "tls/summary_fill.h"
#include "tls/tell.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

bool tls_verify_prepare(SSL *ssl, struct tls_verify *verify)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(param, TLS_NAME_FLAGS);
    if (verify->is_ip) {
        /* The zone of a link-local IPv6 address is ours alone; no certificate can name it. */
        char *address = mem_dup_slice(slice_first(slice_of(verify->host), slice_find(slice_of(verify->host), '%')));
        bool is_good = X509_VERIFY_PARAM_set1_ip_asc(param, address) == 1;
        mem_free(address);
        return is_good;
    }
    /* For OpenSSL the empty name means no check, and one that starts with a dot any name below it. */
    if (verify->host[0] == '\0' || verify->host[0] == '.')
        return false;
    return X509_VERIFY_PARAM_set1_host(param, verify->host, 0) == 1;
}

static bool fault_is_known(const struct tls_faults *faults, int depth, int x509)
{
    for (size_t i = 0; i < faults->n; i++)
        if (faults->list[i].depth == depth && faults->list[i].x509 == x509)
            return true;
    return false;
}

static void fault_add(struct tls_faults *faults, struct tls_fault fault)
{
    if (faults->n == TLS_MAX_VERIFY_ERRORS || fault_is_known(faults, fault.depth, fault.x509))
        return;
    if (fault.certificate)
        X509_up_ref(fault.certificate);
    if (fault.crl)
        X509_CRL_up_ref(fault.crl);
    faults->list[faults->n++] = fault;
}

static void faults_done(struct tls_faults *faults)
{
    for (size_t i = 0; i < faults->n; i++) {
        X509_free(faults->list[i].certificate);
        X509_CRL_free(faults->list[i].crl);
    }
    faults->n = 0;
}

/* OpenSSL's verify callback: note it, and let the check go on to the next fault. */
static int fault_record(int is_good, X509_STORE_CTX *run)
{
    if (!is_good)
        fault_add(X509_STORE_CTX_get_app_data(run),
                  (struct tls_fault){X509_STORE_CTX_get_error_depth(run), X509_STORE_CTX_get_error(run),
                                     X509_STORE_CTX_get_current_cert(run), X509_STORE_CTX_get0_current_crl(run),
                                     CAUSE_NONE});
    return 1;
}

/* The chain as it was sent, and behind it what was fetched. To be freed without its certificates. */
static STACK_OF(X509) * untrusted_with(X509_STORE_CTX *given, STACK_OF(X509) * fetched)
{
    STACK_OF(X509) *all = sk_X509_new_null();
    STACK_OF(X509) * parts[] = {X509_STORE_CTX_get0_untrusted(given), fetched};
    for (size_t part = 0; all && part < 2; part++)
        for (int i = 0; i < sk_X509_num(parts[part]); i++)
            sk_X509_push(all, sk_X509_value(parts[part], i));
    return all;
}

/* One run over a chain: what OpenSSL built, and all that is wrong with it. */
struct check {
    X509_STORE_CTX *run; /* NULL: there was no memory */
    STACK_OF(X509) * untrusted;
    struct tls_faults faults; /* the certificate is good if and only if there is none */
    struct tls_staple staple; /* looked at only where it may prove that the clock is wrong */
};

static void check_done(struct check *check)
{
    X509_STORE_CTX_free(check->run);
    sk_X509_free(check->untrusted);
    faults_done(&check->faults);
}

/* With everything that OpenSSL had set up in given, in a X509_STORE_CTX of its own, since none can be used twice. The
 * faults must stay where they are while it runs. */
static void check_run(struct check *check, X509_STORE_CTX *given, STACK_OF(X509) * fetched)
{
    *check = (struct check){.run = X509_STORE_CTX_new(), .untrusted = untrusted_with(given, fetched)};
    struct tls_faults *faults = &check->faults;
    X509_STORE_CTX *run = check->run;
    X509 *leaf = X509_STORE_CTX_get0_cert(given);
    bool is_ready = run && X509_STORE_CTX_init(run, X509_STORE_CTX_get0_store(given), leaf, check->untrusted) == 1 &&
                    X509_STORE_CTX_set_default(run, "ssl_server") == 1 &&
                    X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(run), X509_STORE_CTX_get0_param(given)) == 1 &&
                    X509_STORE_CTX_set_app_data(run, faults) == 1;
    if (is_ready)
        X509_STORE_CTX_set_verify_cb(run, fault_record);
    if (is_ready && X509_verify_cert(run) == 1)
        return;
    /* It gave up by itself: that must never look like success. */
    int x509 = is_ready ? X509_STORE_CTX_get_error(run) : X509_V_ERR_UNSPECIFIED;
    if (faults->n == 0)
        fault_add(faults,
                  (struct tls_fault){0, x509 == X509_V_OK ? X509_V_ERR_UNSPECIFIED : x509, leaf, NULL, CAUSE_NONE});
}

/* The cause that comes first in the order of telling; CAUSE_NONE when there is no fault. */
static enum cause faults_worst(const struct tls_faults *faults)
{
    enum cause worst = CAUSE_NONE;
    for (size_t i = 0; i < faults->n; i++)
        worst = worst == CAUSE_NONE || faults->list[i].cause < worst ? faults->list[i].cause : worst;
    return worst;
}

bool tls_fault_is_anchorless(int x509)
{
    switch (x509) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return true;
    }
    return false;
}

static bool faults_lack_anchor(const struct tls_faults *faults)
{
    for (size_t i = 0; i < faults->n; i++)
        if (tls_fault_is_anchorless(faults->list[i].x509))
            return true;
    return false;
}

/* The name in the certificate that the host was found to match. */
static const char *name_matched(const struct tls_verify *verify, X509_STORE_CTX *run, X509 *leaf)
{
    if (!verify->is_ip)
        return X509_VERIFY_PARAM_get0_peername(X509_STORE_CTX_get0_param(run));
    return X509_check_ip_asc(leaf, verify->host, 0) == 1 ? verify->host : NULL;
}

/* The end of the chain, where there is one that is trusted. */
static X509 *anchor_of(X509_STORE_CTX *run, const struct tls_faults *faults)
{
    STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(run);
    bool is_found = chain && sk_X509_num(chain) > 0 && !faults_lack_anchor(faults);
    return is_found ? sk_X509_value(chain, sk_X509_num(chain) - 1) : NULL;
}

/* What its issuer signed cannot have been signed later than now. Only TLS 1.3 brings the staple along with the
 * certificate, in time. */
static bool staple_is_later(struct check *check, SSL *ssl)
{
    struct buf ignored = {0};
    struct tls_staple_question about = {.ssl = ssl,
                                        .leaf = X509_STORE_CTX_get0_cert(check->run),
                                        .chain = X509_STORE_CTX_get0_chain(check->run),
                                        .is_anchored = anchor_of(check->run, &check->faults) != NULL};
    tls_staple_judge(&about, &check->staple, &ignored);
    buf_done(&ignored);
    return check->staple.status == TLS_STAPLE_EARLY;
}

/* Gives each fault its cause. */
static void check_find_causes(struct check *check, SSL *ssl)
{
    for (size_t i = 0; i < check->faults.n; i++) {
        struct tls_fault *fault = &check->faults.list[i];
        fault->cause = tls_fault_cause(fault);
        if (fault->cause == CAUSE_NOT_YET_VALID && check->run && staple_is_later(check, ssl))
            fault->cause = CAUSE_CLOCK_WRONG;
    }
}

/* Tells kind: TRACE_TLS_CERTIFICATE or TRACE_TLS_REFUSED. n_sent: by the server. */
static void verdict_tell(const struct tls_verify *verify, enum trace_kind kind, const struct check *check, int n_sent)
{
    X509 *leaf = X509_STORE_CTX_get0_cert(check->run);
    const struct tls_seen seen = {
        .leaf = leaf,
        .chain = X509_STORE_CTX_get0_chain(check->run),
        .anchor = anchor_of(check->run, &check->faults),
        .n_sent = n_sent > 0 ? (size_t)n_sent : 0,
        .matched_name = name_matched(verify, check->run, leaf),
        .stapled_later = check->staple.status == TLS_STAPLE_EARLY ? check->staple.from : NULL,
        .faults = &check->faults,
    };
    tls_tell_verdict(verify, kind, &seen);
}

/* Says what is wrong where it belongs: as the error, or with -k as a note. */
static void faults_tell(const struct tls_verify *verify, const struct tls_faults *faults)
{
    if (faults->n == 0 || (verify->is_insecure && !trace_wants(verify->trace, TRACE_NOTE)))
        return;
    struct buf words = {0};
    tls_verify_words(&words, faults, verify);
    if (verify->is_insecure) {
        struct trace_note note = {NOTE_VERIFY_SKIPPED, buf_slice(&words), faults->n};
        trace_tell(verify->trace, TRACE_NOTE, &note);
    } else {
        error_set(verify->error, PEEL_PEER_FAILED_VERIFICATION, "%s", buf_text(&words));
        verify->error->cause = faults_worst(faults);
    }
    buf_done(&words);
}

/* On the certificate that OpenSSL verified, whatever it thought of it: -k does not make a pin void. */
static bool pin_holds(struct tls_engine *engine, X509 *leaf)
{
    char found[TLS_PIN_SIZE];
    char host[200];
    const struct tls_verify *verify = &engine->verify;
    if (!verify->pins || tls_pins_hold(verify->pins, leaf, found))
        return true;
    snprintf(engine->pin, sizeof engine->pin, "sha256//%s", found);
    error_set(verify->error, PEEL_SSL_PINNEDPUBKEYNOTMATCH,
              "certificate of %s: its public key does not match the pinned public key; found: %s",
              escape_into(host, sizeof host, slice_of(verify->where)), engine->pin);
    verify->error->cause = CAUSE_WRONG_PIN;
    tls_tell_failed(engine, verify->error, -1, true);
    return false;
}

/* What came of it, for whoever listens. */
static void check_tell(const struct tls_engine *engine, const struct check *check, int n_sent)
{
    const struct tls_verify *verify = &engine->verify;
    bool is_refused = check->faults.n > 0 && !verify->is_insecure;
    if (check->run && trace_wants(verify->trace, TRACE_TLS_CERTIFICATE))
        verdict_tell(verify, TRACE_TLS_CERTIFICATE, check, n_sent);
    faults_tell(verify, &check->faults);
    if (is_refused)
        tls_tell_summary(engine);
    if (check->run && is_refused && trace_wants(verify->trace, TRACE_TLS_REFUSED))
        verdict_tell(verify, TRACE_TLS_REFUSED, check, n_sent);
}

/* Once more with the system's bundle, where that could change anything. With -k and nobody listening it is not worth
 * its time: it could change words only. */
static void check_widen(struct check *check, X509_STORE_CTX *given, const struct tls_verify *verify)
{
    bool is_told = !verify->is_insecure || verify->has_use_for_status || verify->summary ||
                   trace_wants(verify->trace, TRACE_NOTE) || trace_wants(verify->trace, TRACE_TLS_CERTIFICATE);
    if (!is_told || !faults_lack_anchor(&check->faults) || !tls_trust_widen(verify->trust))
        return;
    check_done(check);
    check_run(check, given, NULL);
}

/* The certificate at the end of the chain whose issuer nobody knows; NULL when it does not end so. */
static X509 *end_without_issuer(const struct tls_faults *faults)
{
    for (size_t i = 0; i < faults->n; i++)
        switch (faults->list[i].x509) {
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
            return faults->list[i].certificate;
        }
    return NULL;
}

/* --aia. True: an issuer is to be fetched before anything can be said. Else, with --aia use, check is now that of the
 * longer chain where it helps; the faults that it had are said where it does not. */
static bool check_wants_issuer(struct check *check, X509_STORE_CTX *given, const struct tls_verify *verify)
{
    struct tls_issuers *issuers = verify->issuers;
    if (issuers->mode == TLS_AIA_OFF || verify->is_insecure || !end_without_issuer(&check->faults))
        return false;
    struct check longer;
    check_run(&longer, given, issuers->fetched);
    bool is_complete = !faults_lack_anchor(&longer.faults);
    bool is_wanting = !is_complete && tls_issuers_want(issuers, end_without_issuer(&longer.faults));
    if (!is_wanting)
        tls_issuers_judge(issuers, is_complete);
    if (is_complete && issuers->mode != TLS_AIA_REPORT) {
        struct check plain = *check;
        *check = longer;
        longer = plain;
    }
    check_done(&longer);
    return is_wanting;
}

int tls_verify_callback(X509_STORE_CTX *given, void *unused)
{
    (void)unused;
    SSL *ssl = X509_STORE_CTX_get_ex_data(given, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls_engine *engine = SSL_get_app_data(ssl);
    const struct tls_verify *verify = &engine->verify;
    struct check check;
    check_run(&check, given, NULL);
    check_widen(&check, given, verify);
    if (check_wants_issuer(&check, given, verify)) {
        check_done(&check);
        ERR_clear_error();
        return SSL_set_retry_verify(ssl);
    }
    X509_STORE_CTX *run = check.run;
    check_find_causes(&check, ssl);
    if (run && verify->summary)
        tls_summary_note_chain(verify->summary, X509_STORE_CTX_get0_cert(run), anchor_of(run, &check.faults));
    check_tell(engine, &check, sk_X509_num(X509_STORE_CTX_get0_untrusted(given)));
    /* For SSL_get0_verified_chain(): given itself was never run. */
    if (run && X509_STORE_CTX_get0_chain(run))
        X509_STORE_CTX_set0_verified_chain(given, X509_STORE_CTX_get1_chain(run));
    /* OpenSSL makes the alert and SSL_get_verify_result() of the first. */
    bool is_good = check.faults.n == 0;
    X509_STORE_CTX_set_error(given, is_good ? X509_V_OK : check.faults.list[0].x509);
    bool is_accepted = (is_good || verify->is_insecure) && pin_holds(engine, X509_STORE_CTX_get0_cert(given));
    check_done(&check);
    return is_accepted ? 1 : 0;
}

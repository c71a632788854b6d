/* Telling the trace which certificates a server has, and what is wrong with them. */
#include "tls/tell.h"

#include "base/mem.h"
#include "tls/certificate.h"

#include <openssl/x509v3.h>

/* The certificates of a verdict, and how each is encoded. */
struct told_chain {
    struct tls_certificate list[TLS_MAX_CHAIN];
    struct slice ders[TLS_MAX_CHAIN]; /* OpenSSL's to free */
    size_t n;
};

static struct slice encode(X509 *certificate)
{
    unsigned char *der = NULL;
    int len = i2d_X509(certificate, &der);
    return slice_make(len > 0 ? der : NULL, len > 0 ? (size_t)len : 0);
}

static struct told_chain *told_chain_new(STACK_OF(X509) * built)
{
    struct told_chain *chain = mem_alloc(sizeof *chain);
    int n = built ? sk_X509_num(built) : 0;
    n = n < TLS_MAX_CHAIN ? n : TLS_MAX_CHAIN;
    for (int i = 0; i < n; i++) {
        tls_certificate_fill(sk_X509_value(built, i), &chain->list[i]);
        chain->ders[i] = encode(sk_X509_value(built, i));
    }
    chain->n = (size_t)n;
    return chain;
}

static void told_chain_free(struct told_chain *chain)
{
    for (size_t i = 0; i < chain->n; i++)
        OPENSSL_free((void *)chain->ders[i].ptr);
    mem_free(chain);
}

static struct tls_verify_error told_error(const struct tls_fault *fault)
{
    struct tls_verify_error told = {.depth = fault->depth,
                                    .x509 = fault->x509,
                                    .text = X509_verify_cert_error_string(fault->x509),
                                    .cause = fault->cause};
    struct buf since = {0};
    tls_fault_append_since(&since, fault);
    snprintf(told.since, sizeof told.since, "%s", buf_text(&since));
    buf_done(&since);
    return told;
}

void tls_tell_verdict(const struct tls_verify *verify, enum trace_kind kind, const struct tls_seen *seen)
{
    const struct tls_faults *faults = seen->faults;
    struct tls_certificate certificate = {0};
    tls_certificate_fill(seen->leaf, &certificate);
    struct told_chain *chain = told_chain_new(seen->chain);
    struct tls_names names = tls_names_of(seen->leaf);
    struct buf store = {0}, problem = {0};
    size_t n_trusted = tls_trust_count(verify->trust, &store, &problem);
    struct tls_verdict verdict = {
        .where = verify->where,
        .host = verify->host,
        .proxy = verify->proxy,
        .leaf = &certificate,
        .chain = chain->list,
        .ders = chain->ders,
        .n_chain = chain->n,
        .n_sent = seen->n_sent,
        .names = (const char *const *)names.list,
        .n_names = names.n,
        .matched_name = seen->matched_name,
        .trust = tls_trust_words(verify->trust),
        .store = buf_text(&store),
        .store_problem = problem.len > 0 ? buf_text(&problem) : NULL,
        .n_trusted = n_trusted,
        .issuer_finding = verify->issuers->finding,
        .stapled_later = seen->stapled_later,
        .is_issuer_found = verify->issuers->is_complete,
        .n_errors = faults ? faults->n : 0,
        .is_ignored = verify->is_insecure,
    };
    for (size_t i = 0; i < verdict.n_errors; i++)
        verdict.errors[i] = told_error(&faults->list[i]);
    char anchor[512];
    char place[512];
    if (seen->anchor) {
        verdict.anchor = tls_certificate_name(X509_get_subject_name(seen->anchor), anchor, sizeof anchor);
        verdict.trust = tls_trust_place(verify->trust, seen->anchor, place, sizeof place);
    }
    trace_tell(verify->trace, kind, &verdict);
    buf_done(&store);
    buf_done(&problem);
    tls_names_done(&names);
    told_chain_free(chain);
}

/* As long as it was not in a file, a session remembers all that was sent; a file has the server's own alone. */
void tls_tell_resumed(const struct tls_engine *engine)
{
    const struct tls_verify *verify = &engine->verify;
    X509 *leaf = SSL_get0_peer_certificate(engine->ssl);
    if (!leaf || !trace_wants(engine->trace, TRACE_TLS_RESUMED))
        return;
    STACK_OF(X509) *sent = SSL_get_peer_cert_chain(engine->ssl), *alone = sk_X509_new_null();
    char *name = NULL;
    if (alone)
        sk_X509_push(alone, leaf);
    bool is_match = verify->is_ip ? X509_check_ip_asc(leaf, verify->host, 0) == 1
                                  : X509_check_host(leaf, verify->host, 0, TLS_NAME_FLAGS, &name) == 1;
    const struct tls_seen seen = {.leaf = leaf,
                                  .chain = sent ? sent : alone,
                                  .matched_name = !is_match       ? NULL
                                                  : verify->is_ip ? verify->host
                                                                  : name};
    tls_tell_verdict(verify, TRACE_TLS_RESUMED, &seen);
    OPENSSL_free(name);
    sk_X509_free(alone);
}

/* A stapled OCSP response looked at, fault by fault. */
#include "tls/staple.h"

#include "base/escape.h"
#include "tls/certificate.h"
#include "tls/engine_state.h"
#include "tls/tell.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <stdio.h>

enum {
    CLOCK_LEEWAY_S = 300, /* the responder's clock and ours need not agree to the second */
};

/* One response while it is looked at. */
struct staple {
    const struct tls_staple_question *about;
    X509_STORE *store;
    OCSP_RESPONSE *response;
    OCSP_BASICRESP *basic;
    struct tls_staple *told;
    struct buf *words; /* what is wrong */
};

static enum tls_staple_status fail(const struct staple *s, enum tls_staple_status status, const char *words)
{
    buf_append_text(s->words, words);
    return status;
}

/* The subject of the certificate that it is signed with; where that is not at hand, what the response says of it. */
static void note_responder(const struct staple *s)
{
    char name[sizeof s->told->responder];
    struct buf text = {0};
    const ASN1_OCTET_STRING *key = NULL;
    const X509_NAME *subject = NULL;
    X509 *signer = NULL;
    if (OCSP_resp_get0_signer(s->basic, &signer, s->about->chain) == 1)
        subject = X509_get_subject_name(signer);
    else
        OCSP_resp_get0_id(s->basic, &key, &subject);
    if (subject)
        buf_append_text(&text, tls_certificate_name(subject, name, sizeof name));
    else if (key)
        buf_append_text(&text, "key ");
    for (int i = 0; key && i < ASN1_STRING_length(key); i++)
        buf_printf(&text, "%02x", ASN1_STRING_get0_data(key)[i]);
    snprintf(s->told->responder, sizeof s->told->responder, "%s", buf_text(&text));
    buf_done(&text);
}

static X509 *issuer_of(STACK_OF(X509) * chain, X509 *certificate)
{
    for (int i = 0; i < sk_X509_num(chain); i++)
        if (X509_check_issued(sk_X509_value(chain, i), certificate) == X509_V_OK)
            return sk_X509_value(chain, i);
    return NULL;
}

/* The responder chose the digest under which it names certificates. */
static bool is_about(const OCSP_SINGLERESP *single, X509 *certificate, X509 *issuer)
{
    /* The getters below want it without const, and change nothing. */
    OCSP_CERTID *id = (OCSP_CERTID *)OCSP_SINGLERESP_get0_id(single);
    ASN1_OBJECT *digest = NULL;
    OCSP_id_get0_info(NULL, &digest, NULL, NULL, id);
    const EVP_MD *md = digest ? EVP_get_digestbyobj(digest) : NULL;
    OCSP_CERTID *ours = md ? OCSP_cert_to_id(md, certificate, issuer) : NULL;
    bool is_it = ours && OCSP_id_cmp(ours, id) == 0;
    OCSP_CERTID_free(ours);
    return is_it;
}

static OCSP_SINGLERESP *find(const struct staple *s, X509 *issuer)
{
    for (int i = 0; issuer && i < OCSP_resp_count(s->basic); i++)
        if (is_about(OCSP_resp_get0(s->basic, i), s->about->leaf, issuer))
            return OCSP_resp_get0(s->basic, i);
    return NULL;
}

/* What OCSP_single_get0_status gives. */
struct answer {
    int status, reason;
    ASN1_GENERALIZEDTIME *revoked, *from, *until;
};

/* Signed or not. */
static struct answer read_answer(const struct staple *s, OCSP_SINGLERESP *single)
{
    struct answer a = {.reason = OCSP_REVOKED_STATUS_NOSTATUS};
    struct tls_staple *told = s->told;
    a.status = OCSP_single_get0_status(single, &a.reason, &a.revoked, &a.from, &a.until);
    tls_certificate_iso(a.from, told->from, sizeof told->from);
    tls_certificate_iso(a.until, told->until, sizeof told->until);
    if (a.status != V_OCSP_CERTSTATUS_REVOKED)
        return a;
    tls_certificate_iso(a.revoked, told->revoked, sizeof told->revoked);
    if (a.reason != OCSP_REVOKED_STATUS_NOSTATUS)
        snprintf(told->reason, sizeof told->reason, "%s", OCSP_crl_reason_str(a.reason));
    return a;
}

/* By the issuer itself, or by a responder that the issuer made a certificate for (RFC 6960 section 4.2.2.2). */
static bool is_signed(const struct staple *s)
{
    ERR_clear_error();
    if (OCSP_basic_verify(s->basic, s->about->chain, s->store, 0) == 1)
        return true;
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    snprintf(s->told->detail, sizeof s->told->detail, "%s", reason ? reason : "?");
    buf_printf(s->words, "the OCSP response is not signed by the certificate's issuer (%s)", s->told->detail);
    return false;
}

static enum tls_staple_status judge_time(const struct staple *s, const struct answer *a)
{
    ERR_clear_error();
    if (OCSP_check_validity(a->from, a->until, CLOCK_LEEWAY_S, -1) == 1)
        return TLS_STAPLE_GOOD;
    bool is_early = ERR_GET_REASON(ERR_peek_error()) == OCSP_R_STATUS_NOT_YET_VALID;
    buf_printf(s->words, "the OCSP response %s ",
               is_early ? "is not yet valid: from" : "has expired: a new one was due");
    tls_certificate_append_when(s->words, is_early || !a->until ? a->from : a->until);
    return is_early ? TLS_STAPLE_EARLY : TLS_STAPLE_STALE;
}

static enum tls_staple_status judge_answer(const struct staple *s, const struct answer *a)
{
    enum tls_staple_status timely = judge_time(s, a);
    if (timely != TLS_STAPLE_GOOD || a->status == V_OCSP_CERTSTATUS_GOOD)
        return timely;
    if (a->status != V_OCSP_CERTSTATUS_REVOKED)
        return fail(s, TLS_STAPLE_UNKNOWN, "the OCSP responder does not know the certificate");
    buf_append_text(s->words, "it was revoked by its issuer: ");
    tls_certificate_append_when(s->words, a->revoked);
    if (*s->told->reason)
        buf_printf(s->words, " (%s)", s->told->reason);
    return TLS_STAPLE_REVOKED;
}

static enum tls_staple_status judge_basic(const struct staple *s)
{
    X509 *issuer = issuer_of(s->about->chain, s->about->leaf);
    OCSP_SINGLERESP *single = find(s, issuer);
    struct answer answer = {0};
    note_responder(s);
    if (single)
        answer = read_answer(s, single);
    if (!is_signed(s))
        return s->about->is_anchored ? TLS_STAPLE_WRONG_SIGNER : TLS_STAPLE_UNCHECKED;
    if (!issuer)
        return fail(s, TLS_STAPLE_UNCHECKED,
                    "the OCSP response cannot be matched: the certificate's issuer was not found");
    if (!single)
        return fail(s, TLS_STAPLE_OTHER, "the OCSP response is about another certificate");
    return judge_answer(s, &answer);
}

static enum tls_staple_status judge(struct staple *s, const unsigned char *bytes, long len)
{
    if (!bytes || len <= 0)
        return fail(s, TLS_STAPLE_NONE, "the server sent no OCSP response");
    s->response = d2i_OCSP_RESPONSE(NULL, &bytes, len);
    if (!s->response)
        return fail(s, TLS_STAPLE_UNREADABLE, "what the server sent for an OCSP response cannot be decoded");
    int status = OCSP_response_status(s->response);
    if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
        snprintf(s->told->detail, sizeof s->told->detail, "%s", OCSP_response_status_str(status));
        buf_printf(s->words, "the OCSP responder gave the server no answer: %s", s->told->detail);
        return TLS_STAPLE_NO_ANSWER;
    }
    s->basic = OCSP_response_get1_basic(s->response);
    return s->basic ? judge_basic(s)
                    : fail(s, TLS_STAPLE_UNREADABLE, "the OCSP response is of a kind that is not known");
}

void tls_staple_judge(const struct tls_staple_question *about, struct tls_staple *told, struct buf *words)
{
    const struct tls_engine *engine = SSL_get_app_data(about->ssl);
    const unsigned char *bytes = NULL;
    long len = SSL_get_tlsext_status_ocsp_resp(about->ssl, &bytes);
    *told = (struct tls_staple){.is_demanded = engine->context->demands_status};
    struct staple s = {
        .about = about, .store = SSL_CTX_get_cert_store(engine->context->ssl_ctx), .told = told, .words = words};
    told->status = judge(&s, bytes, len);
    OCSP_BASICRESP_free(s.basic);
    OCSP_RESPONSE_free(s.response);
    ERR_clear_error();
}

const char *tls_staple_id(enum tls_staple_status status)
{
    static const char *const ids[TLS_STAPLE_STATUSES] = {
        [TLS_STAPLE_NONE] = "none",
        [TLS_STAPLE_GOOD] = "good",
        [TLS_STAPLE_REVOKED] = "revoked",
        [TLS_STAPLE_UNKNOWN] = "unknown",
        [TLS_STAPLE_STALE] = "stale",
        [TLS_STAPLE_EARLY] = "not-yet-valid",
        [TLS_STAPLE_OTHER] = "other-certificate",
        [TLS_STAPLE_WRONG_SIGNER] = "wrong-signer",
        [TLS_STAPLE_UNCHECKED] = "unchecked",
        [TLS_STAPLE_NO_ANSWER] = "no-answer",
        [TLS_STAPLE_UNREADABLE] = "unreadable",
    };
    return ids[status];
}

static void refuse(struct tls_engine *engine, enum tls_staple_status status, const char *words)
{
    char host[200];
    error_set(&engine->error, PEEL_SSL_INVALIDCERTSTATUS, "certificate status of %s (--cert-status): %s",
              escape_into(host, sizeof host, slice_of(engine->where)), words);
    engine->error.cause = status == TLS_STAPLE_REVOKED ? CAUSE_REVOKED : CAUSE_BAD_STAPLE;
    tls_tell_failed(engine, &engine->error, -1, true);
}

int tls_staple_callback(SSL *ssl, void *unused)
{
    (void)unused;
    struct tls_engine *engine = SSL_get_app_data(ssl);
    bool is_demanded = engine->context->demands_status;
    if (!engine->verify.has_use_for_status || (SSL_session_reused(ssl) == 1 && !is_demanded))
        return 1;
    struct tls_staple_question about = {.ssl = ssl,
                                        .leaf = SSL_get0_peer_certificate(ssl),
                                        .chain = SSL_get0_verified_chain(ssl),
                                        .is_anchored = !tls_fault_is_anchorless((int)SSL_get_verify_result(ssl))};
    struct tls_staple told;
    struct buf words = {0};
    tls_staple_judge(&about, &told, &words);
    trace_tell(engine->trace, TRACE_TLS_STAPLE, &told);
    if (engine->summary)
        snprintf(engine->summary->staple, sizeof engine->summary->staple, "%s", tls_staple_id(told.status));
    bool is_refused = is_demanded && told.status != TLS_STAPLE_GOOD;
    if (is_refused)
        refuse(engine, told.status, buf_text(&words));
    buf_done(&words);
    return is_refused ? 0 : 1;
}

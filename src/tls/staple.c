/* The check of a stapled OCSP response, fault by fault. */
#include "tls/staple.h"

#include "base/escape.h"
#include "tls/certificate.h"
#include "tls/engine_state.h"
#include "tls/tell.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>

enum {
    CLOCK_LEEWAY_S = 300, /* the responder's clock and ours need not agree to the second */
};

/* One response while it is looked at. */
struct staple {
    STACK_OF(X509) * chain; /* as built by verification; the server's own certificate first */
    X509 *leaf;
    X509_STORE *store;
    OCSP_BASICRESP *basic;
    struct buf words; /* what is wrong */
    bool is_revoked;  /* that is it */
};

static bool fail(struct staple *s, const char *words)
{
    buf_append_text(&s->words, words);
    return false;
}

static bool decode(struct staple *s, OCSP_RESPONSE *response)
{
    if (!response)
        return fail(s, "what the server sent for an OCSP response cannot be decoded");
    int status = OCSP_response_status(response);
    if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
        buf_printf(&s->words, "the OCSP responder gave the server no answer: %s", OCSP_response_status_str(status));
        return false;
    }
    s->basic = OCSP_response_get1_basic(response);
    return s->basic || fail(s, "the OCSP response is of a kind that is not known");
}

/* By the issuer itself, or by a responder that the issuer made a certificate for (RFC 6960 section 4.2.2.2). */
static bool check_signature(struct staple *s)
{
    ERR_clear_error();
    if (OCSP_basic_verify(s->basic, s->chain, s->store, 0) == 1)
        return true;
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    buf_printf(&s->words, "the OCSP response is not signed by the certificate's issuer (%s)", reason ? reason : "?");
    return false;
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

static OCSP_SINGLERESP *find(struct staple *s)
{
    X509 *issuer = issuer_of(s->chain, s->leaf);
    for (int i = 0; issuer && i < OCSP_resp_count(s->basic); i++)
        if (is_about(OCSP_resp_get0(s->basic, i), s->leaf, issuer))
            return OCSP_resp_get0(s->basic, i);
    fail(s, issuer ? "the OCSP response is about another certificate"
                   : "the OCSP response cannot be matched: the certificate's issuer was not found");
    return NULL;
}

static bool check_time(struct staple *s, ASN1_GENERALIZEDTIME *from, ASN1_GENERALIZEDTIME *until)
{
    ERR_clear_error();
    if (OCSP_check_validity(from, until, CLOCK_LEEWAY_S, -1) == 1)
        return true;
    bool is_early = ERR_GET_REASON(ERR_peek_error()) == OCSP_R_STATUS_NOT_YET_VALID;
    buf_printf(&s->words, "the OCSP response %s ",
               is_early ? "is not yet valid: from" : "has expired: a new one was due");
    tls_certificate_append_when(&s->words, is_early || !until ? from : until);
    return false;
}

static bool check_status(struct staple *s, OCSP_SINGLERESP *single)
{
    ASN1_GENERALIZEDTIME *revoked = NULL, *from = NULL, *until = NULL;
    int reason = OCSP_REVOKED_STATUS_NOSTATUS;
    int status = OCSP_single_get0_status(single, &reason, &revoked, &from, &until);
    if (!check_time(s, from, until))
        return false;
    if (status == V_OCSP_CERTSTATUS_GOOD)
        return true;
    if (status != V_OCSP_CERTSTATUS_REVOKED)
        return fail(s, "the OCSP responder does not know the certificate");
    s->is_revoked = true;
    buf_append_text(&s->words, "it was revoked by its issuer: ");
    tls_certificate_append_when(&s->words, revoked);
    if (reason != OCSP_REVOKED_STATUS_NOSTATUS)
        buf_printf(&s->words, " (%s)", OCSP_crl_reason_str(reason));
    return false;
}

static bool staple_is_good(struct staple *s, OCSP_RESPONSE *response)
{
    if (!decode(s, response) || !check_signature(s))
        return false;
    OCSP_SINGLERESP *single = find(s);
    return single && check_status(s, single);
}

int tls_staple_callback(SSL *ssl, void *unused)
{
    (void)unused;
    struct tls_engine *engine = SSL_get_app_data(ssl);
    const unsigned char *bytes = NULL;
    long len = SSL_get_tlsext_status_ocsp_resp(ssl, &bytes);
    struct staple s = {.chain = SSL_get0_verified_chain(ssl),
                       .leaf = SSL_get0_peer_certificate(ssl),
                       .store = SSL_CTX_get_cert_store(engine->context->ssl_ctx)};
    OCSP_RESPONSE *response = bytes && len > 0 ? d2i_OCSP_RESPONSE(NULL, &bytes, len) : NULL;
    bool is_good = bytes && len > 0 ? staple_is_good(&s, response) : fail(&s, "the server sent no OCSP response");
    char host[200];
    if (!is_good) {
        error_set(&engine->error, PEEL_SSL_INVALIDCERTSTATUS, "certificate status of %s (--cert-status): %s",
                  escape_into(host, sizeof host, slice_of(engine->where)), buf_text(&s.words));
        engine->error.cause = s.is_revoked ? CAUSE_REVOKED : CAUSE_BAD_STAPLE;
        tls_tell_failed(engine, &engine->error, -1, true);
    }
    OCSP_BASICRESP_free(s.basic);
    OCSP_RESPONSE_free(response);
    buf_done(&s.words);
    ERR_clear_error();
    return is_good ? 1 : 0;
}

/* Issuers that are fetched. */
#include "tls/issuers.h"

#include "base/escape.h"
#include "base/mem.h"
#include "tls/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509v3.h>

void tls_issuers_done(struct tls_issuers *issuers)
{
    sk_X509_pop_free(issuers->fetched, X509_free);
    X509_free(issuers->subject);
    mem_free(issuers->wanted);
    mem_free(issuers->finding);
    *issuers = (struct tls_issuers){0};
}

static void find(struct tls_issuers *issuers, const char *what)
{
    mem_free(issuers->finding);
    issuers->finding = mem_strdup(what);
}

/* The end of asking. */
static bool give_up(struct tls_issuers *issuers, const char *why)
{
    issuers->is_given_up = true;
    find(issuers, why);
    return false;
}

bool tls_issuers_want(struct tls_issuers *issuers, X509 *subject)
{
    struct buf url = {0};
    if (issuers->is_given_up || !subject || !tls_certificate_issuer_url(subject, &url))
        return false;
    bool is_fetchable = tls_certificate_is_fetchable(buf_slice(&url)) && slice_find(buf_slice(&url), '\0') == url.len;
    bool is_enough = issuers->n_asked == TLS_ISSUERS_ASKED_MAX;
    if (is_fetchable && !is_enough) {
        issuers->n_asked++;
        issuers->wanted = buf_take(&url);
        X509_up_ref(subject);
        issuers->subject = subject;
        return true;
    }
    buf_done(&url);
    if (is_enough)
        return give_up(issuers, "asked three times, and the chain is still not whole");
    if (issuers->n_asked > 0)
        return give_up(issuers,
                       "it delivers a certificate that fits, but the issuer of that one has no http:// address");
    issuers->is_given_up = true;
    return false;
}

/* Certificates out of an answer. */

static void keep(STACK_OF(X509) * into, X509 *certificate)
{
    bool is_kept = certificate && sk_X509_num(into) < TLS_ISSUERS_KEPT_MAX && sk_X509_push(into, certificate) > 0;
    if (!is_kept)
        X509_free(certificate);
}

static void keep_pkcs7(STACK_OF(X509) * into, PKCS7 *container)
{
    bool is_signed = container && PKCS7_type_is_signed(container) && container->d.sign;
    STACK_OF(X509) *inside = is_signed ? container->d.sign->cert : NULL;
    for (int i = 0; i < sk_X509_num(inside); i++)
        if (X509_up_ref(sk_X509_value(inside, i)) == 1)
            keep(into, sk_X509_value(inside, i));
    PKCS7_free(container);
}

/* Text before and between the blocks is skipped. The empty pass phrase keeps an encrypted one from asking a terminal.
 */
static void keep_pem(STACK_OF(X509) * into, struct slice bytes)
{
    char empty[] = "";
    BIO *bio = BIO_new_mem_buf(bytes.ptr, (int)bytes.len);
    X509 *certificate;
    while (bio && sk_X509_num(into) < TLS_ISSUERS_KEPT_MAX && (certificate = PEM_read_bio_X509(bio, NULL, NULL, empty)))
        keep(into, certificate);
    if (bio && sk_X509_num(into) == 0 && BIO_reset(bio) == 1)
        keep_pkcs7(into, PEM_read_bio_PKCS7(bio, NULL, NULL, empty));
    BIO_free(bio);
}

static void keep_der(STACK_OF(X509) * into, struct slice bytes)
{
    const unsigned char *at = (const unsigned char *)bytes.ptr;
    keep(into, d2i_X509(NULL, &at, (long)bytes.len));
    at = (const unsigned char *)bytes.ptr;
    if (sk_X509_num(into) == 0)
        keep_pkcs7(into, d2i_PKCS7(NULL, &at, (long)bytes.len));
}

static bool has_issuer(STACK_OF(X509) * among, X509 *subject)
{
    for (int i = 0; i < sk_X509_num(among); i++) {
        X509 *issuer = sk_X509_value(among, i);
        EVP_PKEY *key = X509_get0_pubkey(issuer);
        if (X509_check_issued(issuer, subject) == X509_V_OK && key && X509_verify(subject, key) == 1)
            return true;
    }
    return false;
}

/* All that came with the issuer is kept, as a container may hold the next one too. */
static void take(struct tls_issuers *issuers, STACK_OF(X509) * brought)
{
    if (!issuers->fetched)
        issuers->fetched = sk_X509_new_null();
    while (issuers->fetched && sk_X509_num(brought) > 0) {
        X509 *certificate = sk_X509_shift(brought);
        if (sk_X509_push(issuers->fetched, certificate) <= 0)
            X509_free(certificate);
    }
}

void tls_issuers_supply(struct tls_issuers *issuers, struct slice bytes, const char *failure)
{
    STACK_OF(X509) *brought = sk_X509_new_null();
    bool is_read = !failure && brought && bytes.len > 0 && bytes.len < TLS_ISSUERS_BYTES_MAX;
    if (is_read)
        keep_der(brought, bytes);
    if (is_read && sk_X509_num(brought) == 0)
        keep_pem(brought, bytes);
    if (failure) {
        char shown[400];
        char *words = mem_printf("nothing came of asking it: %s", escape_into(shown, sizeof shown, slice_of(failure)));
        give_up(issuers, words);
        mem_free(words);
    } else if (sk_X509_num(brought) <= 0) {
        give_up(issuers, "what it delivers is no certificate");
    } else if (!has_issuer(brought, issuers->subject)) {
        give_up(issuers, "it delivers a certificate, but another than the one that is missing");
    } else {
        take(issuers, brought);
    }
    sk_X509_pop_free(brought, X509_free);
    X509_free(issuers->subject);
    issuers->subject = NULL;
    mem_free(issuers->wanted);
    issuers->wanted = NULL;
    ERR_clear_error();
}

void tls_issuers_judge(struct tls_issuers *issuers, bool is_complete)
{
    issuers->is_complete = is_complete;
    if (is_complete)
        find(issuers, "it delivers a certificate that fits");
    else if (issuers->fetched && !issuers->is_given_up)
        find(issuers, "it delivers a certificate that fits, but that leads to no authority that is trusted here");
}

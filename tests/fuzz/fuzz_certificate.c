/* A server's certificate, its issuer's, and an OCSP response about it, each with its length in two bytes in front: what
 * is told of them must be text that can be shown. */
#include "base/cursor.h"
#include "base/escape.h"
#include "base/mem.h"
#include "tls/certificate.h"
#include "tls/context_state.h"
#include "tls/engine_state.h"
#include "tls/staple.h"

#include <openssl/err.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_printable(const char *text, size_t room)
{
    size_t len = strnlen(text, room);
    if (len == room)
        abort();
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            abort();
}

#define EXPECT_PRINTABLE(array) expect_printable(array, sizeof(array))

static X509 *read_certificate(struct cursor *c)
{
    struct slice der = cursor_vector(c, 2).rest;
    const unsigned char *p = (const unsigned char *)der.ptr;
    return der.len > 0 ? d2i_X509(NULL, &p, (long)der.len) : NULL;
}

static void check_certificate(X509 *certificate)
{
    struct tls_certificate facts;
    tls_certificate_fill(certificate, &facts);
    EXPECT_PRINTABLE(facts.subject);
    EXPECT_PRINTABLE(facts.issuer);
    EXPECT_PRINTABLE(facts.not_before);
    EXPECT_PRINTABLE(facts.not_after);
    EXPECT_PRINTABLE(facts.from);
    EXPECT_PRINTABLE(facts.until);
    EXPECT_PRINTABLE(facts.key);
    EXPECT_PRINTABLE(facts.digest);
    EXPECT_PRINTABLE(facts.aia);
    EXPECT_PRINTABLE(facts.limits);
    struct tls_names names = tls_names_of(certificate);
    for (size_t i = 0; i < names.n; i++)
        expect_printable(names.list[i], strlen(names.list[i]) + 1);
    tls_names_done(&names);
}

static void check_staple(X509 *leaf, X509 *issuer, struct slice response)
{
    static const struct tls_trust_system nowhere = {"/nonexistent", "/nonexistent"};
    static struct tls_context *context;
    struct error err = {0};
    if (!context)
        context = tls_context_new_with(&(struct tls_settings){0}, &nowhere, &err);
    struct tls_engine *engine = tls_engine_new(context, &(struct tls_peer){.host = "fuzz.test", .port = 443}, NULL);
    STACK_OF(X509) *chain = sk_X509_new_null();
    sk_X509_push(chain, leaf);
    sk_X509_push(chain, issuer);
    SSL_set_tlsext_status_ocsp_resp(engine->ssl, OPENSSL_memdup(response.ptr, response.len), (long)response.len);
    struct tls_staple_question about = {.ssl = engine->ssl, .leaf = leaf, .chain = chain, .is_anchored = true};
    struct tls_staple told;
    struct buf words = {0};
    tls_staple_judge(&about, &told, &words);
    if (!tls_staple_id(told.status) || (told.status == TLS_STAPLE_GOOD) != (words.len == 0))
        abort();
    EXPECT_PRINTABLE(told.from);
    EXPECT_PRINTABLE(told.until);
    EXPECT_PRINTABLE(told.revoked);
    EXPECT_PRINTABLE(told.reason);
    EXPECT_PRINTABLE(told.detail);
    EXPECT_PRINTABLE(told.responder);
    expect_printable(buf_text(&words), words.len + 1);
    buf_done(&words);
    sk_X509_free(chain);
    tls_engine_free(engine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cursor c = {.rest = slice_make(data, size)};
    X509 *leaf = read_certificate(&c), *issuer = read_certificate(&c);
    if (leaf)
        check_certificate(leaf);
    if (leaf && issuer)
        check_staple(leaf, issuer, cursor_vector(&c, 2).rest);
    X509_free(leaf);
    X509_free(issuer);
    ERR_clear_error();
    return 0;
}

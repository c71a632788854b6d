/* Telling the trace how a connection ended by a fault: what was offered, what came, what was awaited. */
#include "tls/tell.h"

#include "base/mem.h"
#include "tls/certificate.h"
#include "tls/narrowed.h"
#include "tls/sniff.h"

enum {
    ISSUERS_TOLD = 8,
};

const char *tls_tell_awaited(SSL *ssl)
{
    bool is_13 = SSL_version(ssl) >= TLS1_3_VERSION;
    switch (SSL_get_state(ssl)) {
    case TLS_ST_BEFORE:
    case TLS_ST_CW_CLNT_HELLO:
        return "ServerHello";
    case TLS_ST_CR_SRVR_HELLO:
        return is_13 ? "EncryptedExtensions" : "Certificate";
    case TLS_ST_CR_ENCRYPTED_EXTENSIONS:
    case TLS_ST_CR_CERT_REQ:
        return is_13 ? "Certificate" : "ServerHelloDone";
    case TLS_ST_CR_CERT:
        return is_13 ? "CertificateVerify" : "ServerKeyExchange";
    case TLS_ST_CR_CERT_STATUS:
        return "ServerKeyExchange";
    case TLS_ST_CR_KEY_EXCH:
        return "ServerHelloDone";
    case TLS_ST_CR_SESSION_TICKET:
    case TLS_ST_CW_FINISHED:
        return "ChangeCipherSpec";
    default:
        return "Finished";
    }
}

/* The names that the server accepts as issuers of a client certificate. */
static size_t issuers_fill(SSL *ssl, char **issuers, size_t *n_all)
{
    const STACK_OF(X509_NAME) *names = SSL_get0_peer_CA_list(ssl);
    int n = names ? sk_X509_NAME_num(names) : 0;
    *n_all = n > 0 ? (size_t)n : 0;
    size_t n_told = *n_all < ISSUERS_TOLD ? *n_all : ISSUERS_TOLD;
    for (size_t i = 0; i < n_told; i++) {
        char name[256];
        issuers[i] = mem_strdup(tls_certificate_name(sk_X509_NAME_value(names, (int)i), name, sizeof name));
    }
    return n_told;
}

static bool is_among(const STACK_OF(X509_NAME) * names, const X509_NAME *name)
{
    for (int i = 0; i < sk_X509_NAME_num(names); i++)
        if (X509_NAME_cmp(sk_X509_NAME_value(names, i), name) == 0)
            return true;
    return false;
}

static bool is_own_listed(SSL *ssl)
{
    const STACK_OF(X509_NAME) *names = SSL_get0_peer_CA_list(ssl);
    STACK_OF(X509) *chain = NULL;
    X509 *own = SSL_get_certificate(ssl);
    bool is_listed = own && names && is_among(names, X509_get_issuer_name(own));
    SSL_get0_chain_certs(ssl, &chain);
    for (int i = 0; names && !is_listed && i < sk_X509_num(chain); i++)
        is_listed = is_among(names, X509_get_issuer_name(sk_X509_value(chain, i)));
    return is_listed;
}

static size_t ciphers_offered(SSL *ssl)
{
    STACK_OF(SSL_CIPHER) *ciphers = SSL_get1_supported_ciphers(ssl);
    int n = ciphers ? sk_SSL_CIPHER_num(ciphers) : 0;
    sk_SSL_CIPHER_free(ciphers);
    return n > 0 ? (size_t)n : 0;
}

/* OpenSSL's name of a cipher suite; NULL for one that it does not know, that can be read by all, or that says nothing
 * of who the server is. */
static const char *cipher_name(SSL *ssl, int suite)
{
    unsigned char id[2] = {(unsigned char)(suite >> 8), (unsigned char)suite};
    const SSL_CIPHER *cipher = suite >= 0 ? SSL_CIPHER_find(ssl, id) : NULL;
    bool is_fit =
        cipher && SSL_CIPHER_get_bits(cipher, NULL) >= 112 && SSL_CIPHER_get_auth_nid(cipher) != NID_auth_null;
    return is_fit ? SSL_CIPHER_get_name(cipher) : NULL;
}

static bool is_stapled(SSL *ssl)
{
    const unsigned char *response = NULL;
    return SSL_get_tlsext_status_ocsp_resp(ssl, &response) > 0;
}

void tls_tell_failed(const struct tls_engine *engine, const struct error *error, int alert, bool is_in_handshake)
{
    tls_tell_summary(engine);
    if (!trace_wants(engine->trace, TRACE_TLS_FAILED))
        return;
    SSL *ssl = engine->ssl;
    struct slice hello = slice_make(engine->first, engine->n_first);
    struct slice first = is_in_handshake ? hello : slice_make(engine->refused, engine->n_refused);
    const char *protocol = tls_sniff_protocol(first);
    bool is_framed = is_in_handshake && !protocol;
    char *issuers[ISSUERS_TOLD];
    size_t n_all = 0;
    size_t n_issuers = issuers_fill(ssl, issuers, &n_all);
    X509 *own = SSL_get_certificate(ssl);
    struct tls_certificate own_facts;
    if (own)
        tls_certificate_fill(own, &own_facts);
    int suite = tls_sniff_cipher(hello);
    struct buf options = {0};
    tls_narrowed_append(&options, engine, engine->blamed);
    struct tls_breakdown told = {
        .cause = error->cause,
        .code = (int)error->code,
        .where = engine->where,
        .host = engine->host,
        .proxy = engine->verify.proxy,
        .text = error->text,
        .server_name = slice_of(engine->server_name),
        .is_name_chosen = engine->context->server_name != NULL,
        .is_established = !is_in_handshake,
        .alert = alert,
        .is_hello_sent = engine->has_sent || !engine->is_mute,
        .after_us = engine->trace->now_us - engine->started_us,
        .awaited = is_in_handshake ? tls_tell_awaited(ssl) : NULL,
        .n_received = engine->n_received,
        .record_came = is_framed ? engine->framing.came : 0,
        .record_len = is_framed ? tls_framing_len(&engine->framing) : 0,
        .first = first,
        .protocol = protocol,
        .answered_version = tls_sniff_version(hello),
        .dh_bits = engine->chosen.dh_bits,
        .group = engine->chosen.group,
        .signature = engine->chosen.signature,
        .suite = suite,
        .cipher = cipher_name(ssl, suite),
        .is_stapled = is_stapled(ssl),
        .pin = engine->pin[0] ? engine->pin : NULL,
        .version_min = (int)SSL_get_min_proto_version(ssl),
        .version_max = (int)SSL_get_max_proto_version(ssl),
        .n_ciphers = ciphers_offered(ssl),
        .options = buf_text(&options),
        .alpn = engine->alpn,
        .n_alpn = engine->n_alpn,
        .is_certificate_asked = engine->is_certificate_asked,
        .has_certificate = own != NULL,
        .own = own ? &own_facts : NULL,
        .issuers = (const char *const *)issuers,
        .n_issuers = n_issuers,
        .n_issuers_more = n_all - n_issuers,
        .is_own_listed = is_own_listed(ssl),
    };
    trace_tell(engine->trace, TRACE_TLS_FAILED, &told);
    buf_done(&options);
    for (size_t i = 0; i < n_issuers; i++)
        mem_free(issuers[i]);
}

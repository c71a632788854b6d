/* The versions offered, the old ones too. */
#include "tls/versions.h"

static int version_number(enum tls_version version, int otherwise)
{
    switch (version) {
    case TLS_VERSION_1_0:
        return TLS1_VERSION;
    case TLS_VERSION_1_1:
        return TLS1_1_VERSION;
    case TLS_VERSION_1_2:
        return TLS1_2_VERSION;
    case TLS_VERSION_1_3:
        return TLS1_3_VERSION;
    case TLS_VERSION_ANY:
        break;
    }
    return otherwise;
}

/* RFC 4346 section 4.7: an old version's signature is over MD5 and SHA-1 with RSA, else over SHA-1. */
static bool is_old_signature(const SSL *ssl, int op, int hash)
{
    bool is_signature = ((unsigned)op & SSL_SECOP_OTHER_TYPE) == SSL_SECOP_OTHER_SIGALG;
    bool is_old = ssl && SSL_version(ssl) < TLS1_2_VERSION;
    return is_signature && is_old && (hash == NID_md5_sha1 || hash == NID_sha1);
}

static int allow_old_versions(const SSL *ssl, const SSL_CTX *ctx, int op, int bits, int nid, void *other, void *ex)
{
    const struct tls_context *context = ex;
    if (op == SSL_SECOP_VERSION || is_old_signature(ssl, op, nid))
        return 1;
    return context->usual_security(ssl, ctx, op, bits, nid, other, NULL);
}

bool tls_versions_use(struct tls_context *context, const struct tls_settings *settings, struct error *err)
{
    SSL_CTX *ctx = context->ssl_ctx;
    int max = version_number(settings->version_max, TLS1_3_VERSION);
    int min = version_number(settings->version_min, max < TLS1_2_VERSION ? TLS1_VERSION : TLS1_2_VERSION);
    if (min > max)
        return error_set(err, PEEL_SSL_CONNECT_ERROR, "no TLS version is left: the minimum is above --tls-max");
    if (min < TLS1_2_VERSION) {
        context->usual_security = SSL_CTX_get_security_callback(ctx);
        SSL_CTX_set0_security_ex_data(ctx, context);
        SSL_CTX_set_security_callback(ctx, allow_old_versions);
    }
    /* Said in numbers even for "any", so that the limits of openssl.cnf cannot bring back TLS 1.0. */
    return (SSL_CTX_set_min_proto_version(ctx, min) == 1 && SSL_CTX_set_max_proto_version(ctx, max) == 1) ||
           error_set(err, PEEL_SSL_CONNECT_ERROR, "this OpenSSL cannot speak the TLS versions asked for");
}

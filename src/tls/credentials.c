/* Reading client certificates and keys: PEM, DER, PKCS #12. */
#include "tls/credentials.h"

#include "base/mem.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* What OpenSSL gets instead of a prompt, and whether it came to ask. */
struct passphrase {
    const char *text; /* NULL: none was given */
    bool is_asked;
};

static int passphrase_give(char *into, int size, int is_for_writing, void *ctx)
{
    struct passphrase *pass = ctx;
    (void)is_for_writing;
    pass->is_asked = true;
    size_t len = pass->text ? strlen(pass->text) : 0;
    if (!pass->text || len > (size_t)size)
        return -1;
    memcpy(into, pass->text, len);
    return (int)len;
}

static bool fail(struct error *err, const char *what, const char *path, const char *why)
{
    return error_set(err, PEEL_SSL_CERTPROBLEM, "%s %s: %s", what, path, why);
}

/* The reading end of a file that is really there. NULL with err filled. */
static BIO *file_open(const char *what, const char *path, struct error *err)
{
    struct stat about;
    BIO *file = NULL;
    if (stat(path, &about) != 0)
        fail(err, what, path, strerror(errno));
    else if (S_ISDIR(about.st_mode))
        fail(err, what, path, strerror(EISDIR));
    else if (!(file = BIO_new_file(path, "rb")))
        fail(err, what, path, strerror(errno));
    return file;
}

static bool is_type(const char *type, const char *name)
{
    return strcasecmp(type, name) == 0;
}

/* The words for a key or container that could not be opened. */
static const char *locked_words(const struct passphrase *pass, const char *otherwise)
{
    if (!pass->is_asked)
        return otherwise;
    return pass->text ? "wrong pass phrase" : "it is encrypted, and no pass phrase was given (--pass)";
}

/* The certificate, then whatever else the file holds as its chain. */
static bool chain_read(SSL_CTX *ctx, BIO *file, struct passphrase *pass)
{
    X509 *own = PEM_read_bio_X509_AUX(file, NULL, passphrase_give, pass);
    bool is_good = own && SSL_CTX_use_certificate(ctx, own) == 1;
    X509_free(own);
    X509 *next;
    while (is_good && (next = PEM_read_bio_X509(file, NULL, passphrase_give, pass)))
        if (SSL_CTX_add0_chain_cert(ctx, next) != 1) {
            X509_free(next);
            return false;
        }
    return is_good;
}

/* OpenSSL's own words for why a certificate was not taken, unless that is only that there is none. */
static const char *certificate_words(unsigned long code)
{
    bool is_too_weak = ERR_GET_LIB(code) == ERR_LIB_SSL;
    const char *reason = is_too_weak ? ERR_reason_error_string(code) : NULL;
    return reason ? reason : "no certificate in it";
}

static bool certificate_use(SSL_CTX *ctx, const char *path, bool is_der, struct passphrase *pass, struct error *err)
{
    BIO *file = file_open("client certificate", path, err);
    if (!file)
        return false;
    ERR_clear_error();
    X509 *own = is_der ? d2i_X509_bio(file, NULL) : NULL;
    bool is_good = is_der ? own && SSL_CTX_use_certificate(ctx, own) == 1 : chain_read(ctx, file, pass);
    unsigned long code = ERR_peek_last_error();
    X509_free(own);
    BIO_free(file);
    ERR_clear_error();
    return is_good || fail(err, "client certificate", path, certificate_words(code));
}

/* Puts the key into ctx, which has the certificate already and compares. */
static bool key_fit(SSL_CTX *ctx, EVP_PKEY *key, const char *path, struct error *err)
{
    ERR_clear_error();
    bool is_good = SSL_CTX_use_PrivateKey(ctx, key) == 1 && SSL_CTX_check_private_key(ctx) == 1;
    ERR_clear_error();
    return is_good || fail(err, "private key", path, "it is the key of another certificate");
}

static bool key_use(SSL_CTX *ctx, const char *path, bool is_der, struct passphrase *pass, struct error *err)
{
    BIO *file = file_open("private key", path, err);
    if (!file)
        return false;
    ERR_clear_error();
    pass->is_asked = false;
    EVP_PKEY *key =
        is_der ? d2i_PrivateKey_bio(file, NULL) : PEM_read_bio_PrivateKey(file, NULL, passphrase_give, pass);
    BIO_free(file);
    ERR_clear_error();
    bool is_good =
        key ? key_fit(ctx, key, path, err) : fail(err, "private key", path, locked_words(pass, "no private key in it"));
    EVP_PKEY_free(key);
    return is_good;
}

/* Certificate, key and chain out of one PKCS #12 file; a key is needed only if no --key names one. */
static bool pkcs12_use(SSL_CTX *ctx, const struct tls_settings *settings, struct error *err)
{
    const char *what = "client certificate";
    BIO *file = file_open(what, settings->cert, err);
    if (!file)
        return false;
    ERR_clear_error();
    PKCS12 *container = d2i_PKCS12_bio(file, NULL);
    BIO_free(file);
    EVP_PKEY *key = NULL;
    X509 *own = NULL;
    STACK_OF(X509) *chain = NULL;
    struct passphrase pass = {settings->pass, true};
    bool is_good = true;
    bool is_open = container && PKCS12_parse(container, settings->pass, &key, &own, &chain) == 1;
    /* Without a key in it, OpenSSL does not see which of the certificates is the client's: it is the first. */
    if (is_open && !own && sk_X509_num(chain) > 0)
        own = sk_X509_shift(chain);
    if (!container)
        is_good = fail(err, what, settings->cert, "no PKCS #12 container");
    else if (!is_open)
        is_good = fail(err, what, settings->cert, locked_words(&pass, ""));
    else if (!own || SSL_CTX_use_certificate(ctx, own) != 1)
        is_good = fail(err, what, settings->cert, certificate_words(ERR_peek_last_error()));
    else if (chain && SSL_CTX_set1_chain(ctx, chain) != 1)
        is_good = fail(err, what, settings->cert, certificate_words(ERR_peek_last_error()));
    else if (!settings->key && !key)
        is_good = fail(err, "private key", settings->cert, "no private key in it");
    else if (!settings->key)
        is_good = key_fit(ctx, key, settings->cert, err);
    ERR_clear_error();
    sk_X509_pop_free(chain, X509_free);
    X509_free(own);
    EVP_PKEY_free(key);
    PKCS12_free(container);
    return is_good;
}

bool tls_credentials_use(SSL_CTX *ctx, const struct tls_settings *settings, struct error *err)
{
    if (!settings->cert && !settings->key)
        return true;
    if (!settings->cert)
        return fail(err, "private key", settings->key, "a key needs its certificate (--cert)");
    const char *cert_type = settings->cert_type ? settings->cert_type : "PEM";
    const char *key_type = settings->key_type ? settings->key_type : "PEM";
    struct passphrase pass = {settings->pass, false};
    bool is_pkcs12 = is_type(cert_type, "P12");
    if (!is_pkcs12 && !is_type(cert_type, "PEM") && !is_type(cert_type, "DER"))
        return fail(err, "certificate type", cert_type, "not known; PEM, DER and P12 are");
    if (!is_type(key_type, "PEM") && !is_type(key_type, "DER"))
        return fail(err, "key type", key_type, "not known; PEM and DER are");
    if (is_pkcs12 ? !pkcs12_use(ctx, settings, err)
                  : !certificate_use(ctx, settings->cert, is_type(cert_type, "DER"), &pass, err))
        return false;
    if (is_pkcs12 && !settings->key)
        return true;
    const char *key = settings->key ? settings->key : settings->cert;
    return key_use(ctx, key, is_type(key_type, "DER"), &pass, err);
}

/* An SSL_CTX from the user's settings. */
#include "base/escape.h"
#include "base/mem.h"
#include "tls/binding.h"
#include "tls/context_state.h"
#include "tls/credentials.h"
#include "tls/staple.h"
#include "tls/verify.h"
#include "tls/versions.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdio.h>

static bool cipher_error(struct error *err, const char *option, const char *value)
{
    char shown[200];
    return error_set(err, PEEL_SSL_CIPHER, "%s '%s': nothing in it that this OpenSSL knows", option,
                     escape_into(shown, sizeof shown, slice_of(value)));
}

static bool ciphers_set(SSL_CTX *ctx, const struct tls_settings *settings, struct error *err)
{
    if (settings->ciphers && SSL_CTX_set_cipher_list(ctx, settings->ciphers) != 1)
        return cipher_error(err, "--ciphers", settings->ciphers);
    if (settings->tls13_ciphers && SSL_CTX_set_ciphersuites(ctx, settings->tls13_ciphers) != 1)
        return cipher_error(err, "--tls13-ciphers", settings->tls13_ciphers);
    if (settings->sigalgs && SSL_CTX_set1_sigalgs_list(ctx, settings->sigalgs) != 1)
        return cipher_error(err, "--sigalgs", settings->sigalgs);
    if (settings->curves && SSL_CTX_set1_groups_list(ctx, settings->curves) != 1)
        return cipher_error(err, "--curves", settings->curves);
    return true;
}

static void behaviour_set(SSL_CTX *ctx, const struct tls_settings *settings)
{
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    /* openssl.cnf can set it, and then a cut connection would look like a closed one. */
    SSL_CTX_clear_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
    /* A write that could not start, since half a post-handshake message has been read, may come again from elsewhere.
     */
    SSL_CTX_set_mode(ctx, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
    if (settings->legacy_server)
        SSL_CTX_set_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT);
    /* Kept by us, under the peer's name: resume.c. */
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ctx, tls_engine_on_session);
    SSL_CTX_set_timeout(ctx, TLS_SESSION_AGE_MAX_S);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(ctx, tls_verify_callback, NULL);
    /* Called only where an engine asks for a status. */
    SSL_CTX_set_tlsext_status_cb(ctx, tls_staple_callback);
}

/* "DEFAULT@SECLEVEL=0", "DEFAULT:AES128-SHA": no less than without it. */
static bool is_at_least_default(const char *ciphers)
{
    return slice_starts_with(slice_of(ciphers), SLICE("DEFAULT")) && !strstr(ciphers, ":!") && !strstr(ciphers, ":-");
}

static unsigned narrowed_by(const struct tls_settings *settings)
{
    enum tls_version min = settings->version_min, max = settings->version_max;
    return (min > TLS_VERSION_1_2 ? TLS_BY_VERSION_MIN : 0u) |
           (max != TLS_VERSION_ANY && max < TLS_VERSION_1_3 ? TLS_BY_VERSION_MAX : 0u) |
           (settings->ciphers && !is_at_least_default(settings->ciphers) ? TLS_BY_CIPHERS : 0u) |
           (settings->tls13_ciphers ? TLS_BY_TLS13_CIPHERS : 0u) | (settings->sigalgs ? TLS_BY_SIGALGS : 0u) |
           (settings->curves ? TLS_BY_CURVES : 0u);
}

static bool context_set_up(struct tls_context *context, const struct tls_settings *settings,
                           const struct tls_trust_system *system, struct error *err)
{
    ERR_clear_error();
    SSL_CTX *ctx = context->ssl_ctx = SSL_CTX_new(TLS_client_method());
    if (!ctx)
        return error_set(err, PEEL_FAILED_INIT, "OpenSSL does not start: %s",
                         ERR_reason_error_string(ERR_peek_error()));
    behaviour_set(ctx, settings);
    context->is_insecure = settings->insecure;
    context->demands_status = settings->cert_status;
    context->server_name = mem_strdup(settings->server_name);
    context->aia = settings->aia;
    context->narrowed = narrowed_by(settings);
    /* A resumed handshake asks for no status, and shows no chain. */
    context->never_resumes = settings->no_session_id || settings->cert_status || settings->aia == TLS_AIA_SAVE;
    if (!tls_versions_use(context, settings, err) || !ciphers_set(ctx, settings, err))
        return false;
    context->trust = tls_trust_new(SSL_CTX_get_cert_store(ctx), settings, system, err);
    if (!context->trust)
        return false;
    if (settings->pinned_key && !(context->pins = tls_pins_new(settings->pinned_key, err)))
        return false;
    return tls_credentials_use(ctx, settings, err);
}

struct tls_context *tls_context_new(const struct tls_settings *settings, struct error *err)
{
    return tls_context_new_with(settings, &tls_trust_debian, err);
}

struct tls_context *tls_context_new_with(const struct tls_settings *settings, const struct tls_trust_system *system,
                                         struct error *err)
{
    struct tls_context *context = mem_alloc(sizeof *context);
    context->n_references = 1;
    context->sessions = &context->own_sessions;
    bool is_good = context_set_up(context, settings, system, err);
    ERR_clear_error();
    if (is_good)
        return context;
    tls_context_free(context);
    return NULL;
}

void tls_context_use_sessions(struct tls_context *context, struct tls_sessions *store, struct slice said,
                              const struct tls_settings *settings)
{
    context->sessions = store;
    tls_binding_make(context->session_binding, said, settings, context->trust);
    /* Without a digest nothing holds them apart. */
    context->never_resumes = context->never_resumes || context->session_binding[0] == '\0';
}

struct tls_context *tls_context_share(struct tls_context *context)
{
    context->n_references++;
    return context;
}

void tls_context_free(struct tls_context *context)
{
    if (!context || --context->n_references > 0)
        return;
    tls_sessions_done(&context->own_sessions);
    tls_trust_free(context->trust);
    tls_pins_free(context->pins);
    mem_free(context->server_name);
    SSL_CTX_free(context->ssl_ctx);
    mem_free(context);
}

const char *tls_library_version(void)
{
    static char text[64];
    snprintf(text, sizeof text, "OpenSSL/%s", OpenSSL_version(OPENSSL_FULL_VERSION_STRING));
    return text;
}

bool tls_offers_hybrid_groups(void)
{
    return OpenSSL_version_num() >= 0x30500000UL; /* the library in use, not the one of the build */
}

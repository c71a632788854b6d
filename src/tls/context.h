/* What many connections share: the SSL_CTX made from the user's settings, with its trust store. */
#ifndef PEEL_TLS_CONTEXT_H
#define PEEL_TLS_CONTEXT_H

#include "base/error.h"
#include "base/slice.h"
#include "tls/settings.h"

struct tls_context;

/* Checks the files that the settings name, so that a wrong one is told before any network traffic:
 * PEEL_SSL_CACERT_BADFILE (77) for --cacert, CURL_CA_BUNDLE, SSL_CERT_FILE that cannot be used, PEEL_SSL_CRL_BADFILE
 * (82) for --crlfile, PEEL_SSL_CERTPROBLEM
 * (58) for -E, --key and --pass, PEEL_SSL_PINNEDPUBKEYNOTMATCH (90) for --pinnedpubkey, PEEL_SSL_CIPHER (59) for
 * ciphers, curves and signature algorithms. NULL with err filled. Starts OpenSSL up
 * when it is the first. The settings are copied where they are kept. */
struct tls_context *tls_context_new(const struct tls_settings *settings, struct error *err);
/* Takes NULL. Engines hold a reference of their own. */
void tls_context_free(struct tls_context *context);

struct tls_sessions;
/* Before the first engine: its sessions go into this store and come from there, apart from those of contexts that trust
 * otherwise. said: the settings as text, without secrets. The store outlives all engines. */
void tls_context_use_sessions(struct tls_context *context, struct tls_sessions *store, struct slice said,
                              const struct tls_settings *settings);

/* "OpenSSL/3.0.19": the library in use, for -V. */
const char *tls_library_version(void);

/* Does the ClientHello offer groups of which one half is post-quantum (X25519MLKEM768), unless --curves says otherwise?
 * OpenSSL 3.5 does. */
bool tls_offers_hybrid_groups(void);

#endif

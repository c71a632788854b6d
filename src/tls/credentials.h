/* The client's own certificate and key (-E, --key, --pass), put into an SSL_CTX. Room-private. */
#ifndef PEEL_TLS_CREDENTIALS_H
#define PEEL_TLS_CREDENTIALS_H

#include "base/error.h"
#include "tls/settings.h"

#include <openssl/ssl.h>

/* Reads the files; true also when the settings name none. False with PEEL_SSL_CERTPROBLEM (58) when a file is missing
 * or holds something else, the pass phrase is wrong or not given, or the key is not the certificate's. Never prompts.
 */
bool tls_credentials_use(SSL_CTX *ctx, const struct tls_settings *settings, struct error *err);

#endif

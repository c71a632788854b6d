/* What the certificate's issuer says of it today, as an OCSP response (RFC 6960) that the server brings along (RFC 6066
 * section 8, RFC 8446 section 4.4.2.1): demanded by --cert-status, told to whoever listens to TRACE_TLS_STAPLE.
 * Room-private. */
#ifndef PEEL_TLS_STAPLE_H
#define PEEL_TLS_STAPLE_H

#include "base/buf.h"
#include "tls/facts.h"

#include <openssl/ssl.h>

/* Of which certificate, and whom to believe. */
struct tls_staple_question {
    SSL *ssl; /* an engine's; it has the response */
    X509 *leaf;
    STACK_OF(X509) * chain; /* as verification built it, the leaf first; may be NULL */
    bool is_anchored;       /* ... and its end is trusted */
};

/* Fills told; appends to words, unless all is good, what is wrong, in words for behind "certificate status of HOST: ".
 * Clears OpenSSL's error queue. */
void tls_staple_judge(const struct tls_staple_question *about, struct tls_staple *told, struct buf *words);

/* For SSL_CTX_set_tlsext_status_cb; OpenSSL calls it where a response was asked for. Without --cert-status it tells and
 * returns 1. With it, 1: there is one, signed by whom it must be, about this certificate, new enough, and it says
 * "good". 0: the handshake ends with alert 113 and PEEL_SSL_INVALIDCERTSTATUS (91), which says what is wrong. It is not
 * called for a resumed session of TLS 1.2, so none may be resumed where it counts. */
int tls_staple_callback(SSL *ssl, void *unused);

#endif

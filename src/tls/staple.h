/* --cert-status: what the certificate's issuer says of it today, as an OCSP response (RFC 6960) that the server brings
 * along (RFC 6066 section 8, RFC 8446 section 4.4.2.1). Room-private. */
#ifndef PEEL_TLS_STAPLE_H
#define PEEL_TLS_STAPLE_H

#include <openssl/ssl.h>

/* For SSL_CTX_set_tlsext_status_cb. 1: there is one, signed by whom it must be, about this certificate, new enough, and
 * it says "good". 0: the handshake ends with alert 113 and PEEL_SSL_INVALIDCERTSTATUS (91), which says what is wrong.
 * It is not called for a resumed session, so none may be resumed where it counts. */
int tls_staple_callback(SSL *ssl, void *unused);

#endif

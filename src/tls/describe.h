/* Certificates in full, as text: for -w's %{certs}. Room-private. */
#ifndef PEEL_TLS_DESCRIBE_H
#define PEEL_TLS_DESCRIBE_H

#include "base/buf.h"

#include <openssl/x509.h>

/* Lines "Subject:...", "Issuer:...", one for each extension and so on, in curl's words, then the PEM. What stands in
 * the certificate is escaped. */
void tls_describe_append(struct buf *out, X509 *certificate);
/* The PEM alone. */
void tls_describe_append_pem(struct buf *out, X509 *certificate);

#endif

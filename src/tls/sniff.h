/* What a peer's first bytes give away, for messages only: another protocol, or a ServerHello that OpenSSL refused.
 * Room-private. */
#ifndef PEEL_TLS_SNIFF_H
#define PEEL_TLS_SNIFF_H

#include "base/slice.h"

/* What the bytes look like when they are no TLS record: "it speaks SSH". NULL when they could be TLS, or are none. */
const char *tls_sniff_protocol(struct slice first);
/* legacy_version and cipher_suite of a ServerHello in plain; -1 when there is none (RFC 8446 section 4.1.3). */
int tls_sniff_version(struct slice first);
int tls_sniff_cipher(struct slice first);

#endif

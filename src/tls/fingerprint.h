/* Fingerprints of a ClientHello: by them a server, or a box on the way, tells one client program from another. Pure
 * functions of bytes; GREASE (RFC 8701) is left out, as both say. */
#ifndef PEEL_TLS_FINGERPRINT_H
#define PEEL_TLS_FINGERPRINT_H

#include "base/buf.h"

enum {
    TLS_JA3_SIZE = 33, /* an MD5 in hexadecimal */
    TLS_JA4_SIZE = 37, /* "t13d1516h2_8daaf6152771_e5627efa2ab1" */
};

/* hello: the message with its four-byte header. False, and an empty text, when it is no whole ClientHello, or when this
 * system's OpenSSL does not have the digest (MD5 for JA3, where only approved algorithms are allowed). */
bool tls_fingerprint_ja3(struct slice hello, char into[TLS_JA3_SIZE]);
bool tls_fingerprint_ja4(struct slice hello, char into[TLS_JA4_SIZE]);

/* What JA3 is the digest of: "771,4866-4867,0-11,29-23,0". False as above. */
bool tls_fingerprint_ja3_text(struct slice hello, struct buf *out);

#endif

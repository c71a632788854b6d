/* What the server chose for the key exchange, read from its own messages: OpenSSL refuses a choice without saying what
 * it was. Room-private. */
#ifndef PEEL_TLS_CHOSEN_H
#define PEEL_TLS_CHOSEN_H

#include "base/slice.h"

/* 0 each: the server has not said it. */
struct tls_chosen {
    int dh_bits;   /* of the prime of a Diffie-Hellman key exchange */
    int group;     /* the named group of one by curves (RFC 8422 section 5.1.1) */
    int signature; /* the SignatureScheme that the server signs with (RFC 8446 section 4.2.3) */
};

/* Notes what a handshake message of the server (with its four-byte header) says: ServerKeyExchange of TLS 1.2,
 * CertificateVerify of TLS 1.3; others say nothing. is_dhe: the cipher's key exchange is Diffie-Hellman by a prime. */
void tls_chosen_note(struct tls_chosen *chosen, struct slice message, bool is_dhe);

#endif

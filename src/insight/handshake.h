/* TLS handshake messages told in words: what each is called and what it means for the one who looks. Pure functions of
 * bytes (RFC 8446 for TLS 1.3, RFC 5246 for TLS 1.2); every field is bounds-checked, a message that cannot be read is
 * said to be so. */
#ifndef PEEL_INSIGHT_HANDSHAKE_H
#define PEEL_INSIGHT_HANDSHAKE_H

#include "base/buf.h"
#include "base/cursor.h"
#include "insight/codes.h"
#include "tls/facts.h"

/* What earlier messages of the same handshake told and later ones need: handshake_begin, or all zero. */
struct handshake_view {
    uint16_t version; /* from ServerHello; 0 before it */
    uint16_t cipher;  /* from ServerHello: tells how a TLS 1.2 ServerKeyExchange is built */
    /* Of our own certificate, for who wants to see the inside of a CertificateRequest; empty when there is none. */
    char own_subject[512], own_issuer[512];
};

/* A handshake begins, with this offer. */
void handshake_begin(struct handshake_view *view, const struct tls_offer *offer);

/* Appends the name ("ServerHello") and, when there is something to say, a few words of meaning ("TLS 1.3, AES-256-GCM,
 * x25519"). Both are safe to print. */
void handshake_describe(struct handshake_view *view, const struct tls_message *message, struct buf *name,
                        struct buf *meaning);

/* Appends the name alone. */
void handshake_name(const struct tls_message *message, struct buf *name);
/* The type of a handshake message and what stands behind its header. False when that is not whole, or the type not
 * known; what there is of it is in body all the same. */
bool handshake_open(const struct tls_message *message, enum message_type *type, struct cursor *body);
/* Whether the message follows the rules of TLS 1.3. */
bool handshake_is_1_3(const struct handshake_view *view, const struct tls_message *message);

/* A Finished message: with the second one the handshake is over. */
bool handshake_is_finished(const struct tls_message *message);
/* An alert that ends the connection because of a fault. */
bool handshake_is_fatal_alert(const struct tls_message *message);

#endif

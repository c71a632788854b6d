/* Words for the end of a connection: what OpenSSL's error queue, the peer's first bytes and the state of the handshake
 * say together. Room-private. */
#ifndef PEEL_TLS_FAILURE_H
#define PEEL_TLS_FAILURE_H

#include "tls/engine_state.h"

/* Where in the connection's life it happened. */
enum tls_phase {
    TLS_PHASE_HANDSHAKE, /* PEEL_SSL_CONNECT_ERROR */
    TLS_PHASE_READ,      /* PEEL_RECV_ERROR */
    TLS_PHASE_WRITE,     /* PEEL_SEND_ERROR */
};

/* The peer's end came as FIN, without close_notify. */
bool tls_failure_is_cut(void);

/* Fills engine->error from OpenSSL's error queue, unless verification did already, and empties the queue. */
void tls_failure_explain(struct tls_engine *engine, enum tls_phase phase);
/* The handshake ended by FIN or close_notify. */
void tls_failure_closed_early(struct tls_engine *engine, const char *how);
/* The peer picked a protocol that was not offered. */
void tls_failure_alpn(struct tls_engine *engine);
/* Whether it did. */
bool tls_failure_is_alpn(const struct tls_engine *engine);

#endif

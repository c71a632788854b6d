/* Telling the trace what TLS did, out of OpenSSL's objects. Room-private. */
#ifndef PEEL_TLS_TELL_H
#define PEEL_TLS_TELL_H

#include "tls/engine_state.h"

/* Listens to ssl's messages and secrets, if anybody wants what comes of that. */
void tls_tell_prepare(struct tls_engine *engine);
/* TRACE_TLS_OFFER */
void tls_tell_offer(const struct tls_engine *engine);
/* TRACE_TLS_ESTABLISHED */
void tls_tell_established(const struct tls_engine *engine);
/* TRACE_TLS_SUMMARY */
void tls_tell_summary(const struct tls_engine *engine);
/* TRACE_TLS_FAILED, with error's cause and words. alert is the peer's, or -1. */
void tls_tell_failed(const struct tls_engine *engine, const struct error *error, int alert, bool is_in_handshake);
/* The handshake message that was awaited, from the last one that came or went. */
const char *tls_tell_awaited(SSL *ssl);
/* CPU time of this thread in microseconds, 0 when nobody wants it. */
uint64_t tls_tell_cpu_us(const struct tls_engine *engine);

#endif

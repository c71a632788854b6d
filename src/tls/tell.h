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
/* What is known of a server's certificates. */
struct tls_seen {
    X509 *leaf;
    STACK_OF(X509) * chain;
    X509 *anchor; /* NULL: none was found */
    size_t n_sent;
    const char *matched_name, *stapled_later; /* as in struct tls_verdict */
    const struct tls_faults *faults;          /* NULL: nothing was checked */
};

/* kind: TRACE_TLS_CERTIFICATE, TRACE_TLS_REFUSED or TRACE_TLS_RESUMED */
void tls_tell_verdict(const struct tls_verify *verify, enum trace_kind kind, const struct tls_seen *seen);
/* TRACE_TLS_RESUMED, for a session that was. */
void tls_tell_resumed(const struct tls_engine *engine);
/* TRACE_TLS_SUMMARY */
void tls_tell_summary(const struct tls_engine *engine);
/* TRACE_TLS_FAILED, with error's cause and words. alert is the peer's, or -1. */
void tls_tell_failed(const struct tls_engine *engine, const struct error *error, int alert, bool is_in_handshake);
/* The handshake message that was awaited, from the last one that came or went. */
const char *tls_tell_awaited(SSL *ssl);
/* CPU time of this thread in microseconds, 0 when nobody wants it. */
uint64_t tls_tell_cpu_us(const struct tls_engine *engine);

#endif

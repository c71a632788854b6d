/* What failure.c and failure_reasons.c share. Nobody else includes this. */
#ifndef PEEL_TLS_FAILURE_PARTS_H
#define PEEL_TLS_FAILURE_PARTS_H

#include "tls/failure.h"

#include "base/buf.h"

/* One failure while it is put into words. */
struct failure {
    struct tls_engine *engine;
    enum tls_phase phase;
    unsigned long code; /* OpenSSL's, the one that says most */
    enum cause cause;
    int alert; /* the peer's; -1: none */
    struct buf words;
};

/* failure.c: the name in the server's answer to ALPN: a list of one (RFC 7301 section 3.1); empty when there is none.
 */
struct slice tls_failure_alpn_picked(const struct tls_engine *engine);

/* failure_reasons.c */
/* What the peer said first. */
struct slice tls_failure_first(const struct tls_engine *engine);
/* What the server could choose from. */
void tls_failure_append_offer(struct buf *out, const struct tls_engine *engine);
/* Cause and words for one of libssl's reasons, SSL_R_*; 0: for another library's error. */
void tls_failure_say_reason(struct failure *f, int reason);
/* The same for an extension in the server's answer, the one for ALPN among them. */
void tls_failure_say_extension(struct failure *f);

#endif

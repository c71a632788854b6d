/* One failure while it is put into words: what the files failure*.c share. Nobody else includes this. */
#ifndef PEEL_TLS_FAILURE_PARTS_H
#define PEEL_TLS_FAILURE_PARTS_H

#include "base/buf.h"
#include "tls/failure.h"

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

/* failure_reasons.c: what the peer said first. */
struct slice tls_failure_first(const struct tls_engine *engine);
/* Of these options (enum tls_narrowing), those that the user gave: it may be due to them. */
bool tls_failure_blame(struct failure *f, unsigned options);
/* Their names. */
void tls_failure_append_blamed(struct failure *f);
/* What the server could choose from. */
void tls_failure_append_offer(struct failure *f);
/* Cause and words for one of libssl's reasons, SSL_R_*; 0: for another library's error. */
void tls_failure_say_reason(struct failure *f, int reason);
/* The same for an extension in the server's answer, the one for ALPN among them. */
void tls_failure_say_extension(struct failure *f);

/* failure_alert.c: the peer ended it by this alert. */
void tls_failure_say_alert(struct failure *f, int alert);
/* What it is called, or that nobody knows. */
const char *tls_failure_alert_name(int alert);

#endif

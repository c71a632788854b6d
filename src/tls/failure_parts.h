/* One failure while it is put into words: what failure.c and failure_alert.c share. Nobody else includes this. */
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

/* failure.c: of these options (enum tls_narrowing), those that the user gave: it may be due to them. */
bool tls_failure_blame(struct failure *f, unsigned options);
/* Their names. */
void tls_failure_append_blamed(struct failure *f);
/* What the server could choose from. */
void tls_failure_append_offer(struct failure *f);

/* failure_alert.c: the peer ended it by this alert. */
void tls_failure_say_alert(struct failure *f, int alert);

#endif

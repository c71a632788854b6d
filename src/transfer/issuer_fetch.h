/* --aia: fetches one certificate that a server did not send, while that server's handshake waits. The address comes
 * from a stranger, so nothing of ours goes there: no login, no cookie, no header of the user's; http:// alone, no
 * redirect is followed, and neither the answer nor the time may be large. The way there (proxy, interface, --resolve)
 * is the user's. */
#ifndef PEEL_TRANSFER_ISSUER_FETCH_H
#define PEEL_TRANSFER_ISSUER_FETCH_H

#include "transfer/connection.h"
#include "transfer/run.h"

enum {
    ISSUER_FETCH_BYTES = 64 * 1024,
    ISSUER_FETCH_MS = 5000, /* for all that one connection asks for */
};

struct issuer_fetch;

/* wake: something came of it; called from the event loop only, so that the fetch may be freed then. */
struct issuer_fetch *issuer_fetch_new(struct run *run, const char *url, uint64_t limit_ms, connection_wake_fn wake,
                                      void *owner);
/* Takes NULL. */
void issuer_fetch_free(struct issuer_fetch *f);

bool issuer_fetch_is_over(const struct issuer_fetch *f);
/* When it is over: what came. */
struct slice issuer_fetch_bytes(const struct issuer_fetch *f);
/* Why nothing did; NULL when something did. */
const char *issuer_fetch_failure(const struct issuer_fetch *f);

#endif

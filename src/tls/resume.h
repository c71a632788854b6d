/* An engine's side of resumption (RFC 8446 section 2.2); what is kept for it is session.h's. Room-private. */
#ifndef PEEL_TLS_RESUME_H
#define PEEL_TLS_RESUME_H

#include "tls/engine_state.h"

/* Offers to resume the newest session with this peer. The server may decline: then all is as in a first handshake. */
void tls_resume_offer(struct tls_engine *engine);

#endif

/* Early data (RFC 8446 section 2.3): the request travels with the ClientHello. Room-private. */
#ifndef PEEL_TLS_EARLY_H
#define PEEL_TLS_EARLY_H

#include "tls/engine_state.h"

/* SSL_do_handshake, with the early data in front of it the first time; as that one returns. */
int tls_early_handshake(struct tls_engine *engine);
/* The handshake is done: what the server did not take goes out now, as ordinary data. 1, or what SSL_write_ex returned.
 */
int tls_early_settle(struct tls_engine *engine);

#endif

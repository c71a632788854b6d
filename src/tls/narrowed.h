/* The user's options that made the offer smaller, by their names. Room-private. */
#ifndef PEEL_TLS_NARROWED_H
#define PEEL_TLS_NARROWED_H

#include "tls/engine_state.h"

/* "--tls-max 1.2 and --ciphers"; of a proxy "--proxy-ciphers". which: of enum tls_narrowing; 0: nothing is appended. */
void tls_narrowed_append(struct buf *out, const struct tls_engine *engine, unsigned which);

#endif

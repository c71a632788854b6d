/* Where in a stream of TLS records the bytes that came so far end (RFC 8446 section 5.1). Room-private. */
#ifndef PEEL_TLS_FRAMING_H
#define PEEL_TLS_FRAMING_H

#include "base/slice.h"

/* Zeroed at the start. */
struct tls_framing {
    unsigned char head[5]; /* of the record at hand */
    size_t came;           /* bytes of it, its header among them; 0: the last one was whole, or none came */
};

/* More bytes came. */
void tls_framing_take(struct tls_framing *framing, struct slice bytes);
/* The length of the record at hand, with its header; 0 as long as that is not whole. */
size_t tls_framing_len(const struct tls_framing *framing);

#endif

/* Numbers as bytes, in the order that a format wants. */
#ifndef PEEL_BASE_BYTES_H
#define PEEL_BASE_BYTES_H

#include "base/buf.h"

#include <stdint.h>

/* The low n bytes of the number, the most significant first (network order). */
static inline void bytes_append_be(struct buf *out, uint64_t number, unsigned n)
{
    while (n-- > 0)
        buf_append_byte(out, (char)(number >> 8 * n));
}

/* The same, the least significant first. */
static inline void bytes_append_le(struct buf *out, uint64_t number, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        buf_append_byte(out, (char)(number >> 8 * i));
}

#endif

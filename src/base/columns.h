/* How wide escaped text (base/escape.h) is on a terminal. */
#ifndef PEEL_BASE_COLUMNS_H
#define PEEL_BASE_COLUMNS_H

#include "base/slice.h"

/* How many columns the character that starts with this byte of UTF-8 takes: 0 for its other bytes, 2 for those from
 * U+3000 on, where nearly all are wide. A guess that is too large only leaves a column free. */
static inline size_t columns_of_byte(char lead)
{
    unsigned char c = (unsigned char)lead;
    if ((c & 0xc0) == 0x80)
        return 0;
    return c >= 0xe3 ? 2 : 1;
}

static inline size_t columns_of(struct slice text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += columns_of_byte(text.ptr[i]);
    return n;
}

/* How many bytes of it fit in so many columns; no character is cut. */
static inline size_t columns_fit(struct slice text, size_t room)
{
    size_t at = 0, used = 0;
    while (at < text.len && used + columns_of_byte(text.ptr[at]) <= room)
        used += columns_of_byte(text.ptr[at++]);
    return at;
}

#endif

/* A bounds-checked reader of TLS's presentation language (RFC 8446 section 3): numbers, vectors, extensions. */
#ifndef PEEL_BASE_CURSOR_H
#define PEEL_BASE_CURSOR_H

#include "base/slice.h"

#include <stdint.h>

/* Reads from the front. Once something was missing, it stays broken and yields zeros and empty slices, so that a parser
 * asks once, at its end. */
struct cursor {
    struct slice rest;
    bool is_broken;
};

static inline struct slice cursor_take(struct cursor *c, size_t n)
{
    if (c->is_broken || n > c->rest.len) {
        *c = (struct cursor){.rest = SLICE(""), .is_broken = true};
        return SLICE("");
    }
    struct slice taken = slice_first(c->rest, n);
    c->rest = slice_from(c->rest, n);
    return taken;
}

/* A big-endian number of 1 to 4 bytes. */
static inline uint32_t cursor_number(struct cursor *c, size_t n_bytes)
{
    struct slice bytes = cursor_take(c, n_bytes);
    uint32_t number = 0;
    for (size_t i = 0; i < bytes.len; i++)
        number = number << 8 | (unsigned char)bytes.ptr[i];
    return number;
}

static inline uint16_t cursor_u16(struct cursor *c)
{
    return (uint16_t)cursor_number(c, 2);
}

/* What a length of n_bytes bytes counts. */
static inline struct cursor cursor_vector(struct cursor *c, size_t n_bytes)
{
    size_t len = cursor_number(c, n_bytes);
    struct slice content = cursor_take(c, len);
    return (struct cursor){.rest = content, .is_broken = c->is_broken};
}

static inline bool cursor_has_more(const struct cursor *c)
{
    return !c->is_broken && c->rest.len > 0;
}

/* The extension of that type, in list (the content of an extensions block); false when it is not there. */
static inline bool cursor_extension(struct cursor list, uint16_t type, struct cursor *content)
{
    while (cursor_has_more(&list)) {
        uint16_t found = cursor_u16(&list);
        *content = cursor_vector(&list, 2);
        if (!list.is_broken && found == type)
            return true;
    }
    return false;
}

#endif

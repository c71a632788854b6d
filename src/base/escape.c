/* Bytes from outside made safe to show. */
#include "base/escape.h"

#include <stdint.h>
#include <stdio.h>

/* The length of the well-formed UTF-8 character at the front of s (RFC 3629), its code point in *point; 0 when there
 * is none. */
static size_t utf8_character(struct slice s, uint32_t *point)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : (p[0] & 0xf0) == 0xe0 ? 3 : 0;
    if (p[0] >= 0xf0 && p[0] < 0xf5)
        len = 4;
    if (len == 0 || len > s.len)
        return 0;
    static const unsigned char lead_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    *point = p[0] & lead_mask[len];
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        *point = *point << 6 | (p[i] & 0x3f);
    }
    bool is_overlong = (len == 3 && *point < 0x800) || (len == 4 && *point < 0x10000);
    bool is_surrogate = *point >= 0xd800 && *point < 0xe000;
    return is_overlong || is_surrogate || *point > 0x10ffff ? 0 : len;
}

size_t escape_utf8_length(struct slice bytes)
{
    uint32_t point = 0;
    return utf8_character(bytes, &point);
}

static bool is_shown(uint32_t point)
{
    if (point < 0x20 || (point >= 0x7f && point < 0xa0))
        return false;
    if (point == 0x61c || point == 0x200e || point == 0x200f)
        return false;
    return !(point >= 0x202a && point <= 0x202e) && !(point >= 0x2066 && point <= 0x2069);
}

/* The next piece of s as it is shown, in piece (at least 20 bytes); returns how many bytes of s it stands for. */
static size_t escape_next(struct slice s, char *piece)
{
    uint32_t point = 0;
    size_t len = utf8_character(s, &point);
    if (len > 0 && is_shown(point)) {
        memcpy(piece, s.ptr, len);
        piece[len] = '\0';
        return len;
    }
    len = len > 0 ? len : 1;
    for (size_t i = 0; i < len; i++)
        snprintf(piece + 4 * i, 5, "\\x%02x", (unsigned char)s.ptr[i]);
    return len;
}

void escape_append(struct buf *out, struct slice bytes)
{
    char piece[20];
    while (bytes.len > 0) {
        bytes = slice_from(bytes, escape_next(bytes, piece));
        buf_append_text(out, piece);
    }
}

const char *escape_into(char *into, size_t size, struct slice bytes)
{
    char piece[20];
    size_t used = 0, fits = 0; /* fits: up to where "..." still has room behind it */
    while (bytes.len > 0) {
        bytes = slice_from(bytes, escape_next(bytes, piece));
        size_t len = strlen(piece);
        if (used + len + 1 > size) {
            memcpy(into + fits, "...", 4);
            return into;
        }
        memcpy(into + used, piece, len);
        used += len;
        if (used + 4 <= size)
            fits = used;
    }
    into[used] = '\0';
    return into;
}

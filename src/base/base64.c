/* Base64, three bytes to four letters. */
#include "base/base64.h"

#include <stdint.h>

void base64_append(struct buf *out, struct slice bytes)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    while (bytes.len > 0) {
        struct slice three = slice_first(bytes, 3);
        uint32_t bits = 0;
        for (size_t i = 0; i < 3; i++)
            bits = bits << 8 | (i < three.len ? (unsigned char)three.ptr[i] : 0);
        char four[4];
        for (size_t i = 0; i < 4; i++)
            four[i] = i <= three.len ? letters[bits >> (18 - 6 * i) & 63] : '=';
        buf_append(out, slice_make(four, sizeof four));
        bytes = slice_from(bytes, three.len);
    }
}

/* Bytes written as hexadecimal, for tests. */
#ifndef PEEL_TESTS_FROM_HEX_H
#define PEEL_TESTS_FROM_HEX_H

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

/* The bytes, in memory of exactly their size, so that a sanitizer sees every byte read too many. mem_free. */
static inline struct span from_hex(const char *hex)
{
    size_t len = strlen(hex) / 2;
    struct span bytes = {mem_alloc(len), len};
    for (size_t i = 0; i < len; i++) {
        unsigned value = 0;
        if (sscanf(hex + 2 * i, "%2x", &value) != 1)
            abort();
        bytes.ptr[i] = (char)value;
    }
    return bytes;
}

#endif

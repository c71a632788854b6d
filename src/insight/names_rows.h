/* Tables from code points to names. For names.c and its kin alone. */
#ifndef PEEL_INSIGHT_NAMES_ROWS_H
#define PEEL_INSIGHT_NAMES_ROWS_H

#include <stddef.h>
#include <stdint.h>

struct name_row {
    uint16_t code;
    const char *name;
};

/* The name, or the number in into, an array of NAME_SIZE bytes. */
const char *name_or_number(char *into, const struct name_row *rows, size_t n, uint16_t code);

#define NAME_OR_NUMBER(into, rows, code) name_or_number((into), (rows), sizeof(rows) / sizeof *(rows), (code))

#endif

/* A line as the user types it for -H or --proxy-header, and what it asks for. */
#ifndef PEEL_HTTP_LINE_H
#define PEEL_HTTP_LINE_H

#include "base/buf.h"

enum line_kind {
    LINE_FIELD,   /* "Name: value" */
    LINE_EMPTY,   /* "Name;" : a field without a value */
    LINE_REMOVES, /* "Name:" : not even what is sent by itself */
    LINE_NOTHING, /* neither */
};

/* The name is what stands before the colon or the semicolon. */
enum line_kind line_read(struct slice line, struct slice *name);

/* Appends the field with its line end; nothing for a line that is none. */
void line_print(struct buf *out, struct slice line);

/* The first of n lines that speaks of this field, were it only to remove it; NULL when none does. */
const char *line_find(char *const *lines, size_t n, const char *name);

#endif

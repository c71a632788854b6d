/* Bytes from outside made safe to show: on a terminal, in a message, in a report. Printable ASCII and well-formed UTF-8
 * pass; control bytes, DEL, C1 controls (raw and as UTF-8), bidi controls (U+061C, U+200E, U+200F, U+202A-U+202E,
 * U+2066-U+2069) and ill-formed bytes become \xNN, one for each byte. A backslash stays as it is. */
#ifndef PEEL_BASE_ESCAPE_H
#define PEEL_BASE_ESCAPE_H

#include "base/buf.h"

void escape_append(struct buf *out, struct slice bytes);

/* As escape_append, into a caller's array of size bytes; always NUL-terminated, cut at a whole character with "..."
 * when it does not fit. Returns into, for use as a printf argument. size is at least 8. */
const char *escape_into(char *into, size_t size, struct slice bytes);

/* The length of the well-formed UTF-8 character (RFC 3629) at the front of bytes, which are not empty; 0 when there is
 * none. */
size_t escape_utf8_length(struct slice bytes);

#endif

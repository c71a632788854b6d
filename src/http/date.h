/* Dates in header fields (RFC 9110 section 5.6.7). */
#ifndef PEEL_HTTP_DATE_H
#define PEEL_HTTP_DATE_H

#include "base/slice.h"

#include <stdint.h>

/* "Sun, 06 Nov 1994 08:49:37 GMT" and the two older forms. False when it is none of them. */
bool http_date_parse(struct slice text, int64_t *unix_seconds);

#endif

/* Dates as servers and people write them: cookie-date of RFC 6265 section 5.1.1, which takes in all forms of RFC 9110
 * section 5.6.7, and what curl reads beyond it. */
#ifndef PEEL_HTTP_DATE_H
#define PEEL_HTTP_DATE_H

#include "base/buf.h"

#include <stdint.h>

/* Finds day, month and year in any order and between any punctuation, and a time of day, without which it is midnight.
 * Words that are none of these (names of days, "at") are passed over. As curl, also "20191231 23:59:59", "hh:mm", a
 * zone as "+0200" and the names of zones of RFC 5322 and of Central Europe; without a zone it is UTC. Years of two
 * digits are 1970 to 2069, others 1601 to 9999. False when it is no date or one that no calendar has. */
bool http_date_parse(struct slice text, int64_t *unix_seconds);

/* "Sun, 06 Nov 1994 08:49:37 GMT": IMF-fixdate of RFC 9110 section 5.6.7. Nothing for a time that no calendar has. */
void http_date_print(struct buf *out, int64_t unix_seconds);

#endif

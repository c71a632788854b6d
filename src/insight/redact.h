/* A line of a request head as it may be shown: without what would let another act as the user. */
#ifndef PEEL_INSIGHT_REDACT_H
#define PEEL_INSIGHT_REDACT_H

#include "base/buf.h"

/* Appends the value of a header field, not escaped. Authorization and Proxy-Authorization keep their scheme, cookies
 * their names and attributes, URLs all but user and password; the rest becomes "****", as does all that stands in a
 * field whose name speaks of a token, a key to an API, a session or the like. False when nothing was to be hidden. */
bool redact_value(struct buf *out, struct slice name, struct slice value);

/* Appends the line (without CRLF), escaped, its value as redact_value has it. */
void redact_request_line(struct buf *out, struct slice line);

#endif

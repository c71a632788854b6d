/* A line of a request head as it may be shown: without what would let another act as the user. */
#ifndef PEEL_INSIGHT_REDACT_H
#define PEEL_INSIGHT_REDACT_H

#include "base/buf.h"

/* Appends the line (without CRLF), escaped. Authorization and Proxy-Authorization keep their scheme, Cookie its names;
 * the rest of their values becomes "****". Every other line stays. */
void redact_request_line(struct buf *out, struct slice line);

#endif

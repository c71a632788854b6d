/* Reading the values of WWW-Authenticate: challenges with parameters (RFC 9110 section 11). Both walk through a slice
 * and take from its front; nothing is an error, since what cannot be understood is only a challenge that nobody meets.
 */
#ifndef PEEL_HTTP_CHALLENGE_H
#define PEEL_HTTP_CHALLENGE_H

#include "base/buf.h"

/* The next challenge of one field value: its scheme, and all that belongs to it. False when there is none. */
bool challenge_next(struct slice *value, struct slice *scheme, struct slice *params);

/* The next "name=value" of the parameters; the value unquoted into *value, which is cleared first. Pieces without "="
 * are passed over. False when there is none. */
bool challenge_param(struct slice *params, struct slice *name, struct buf *value);

#endif

/* Where a redirect leads and what becomes of the request (RFC 9110 section 15.4, with curl's method rules). Pure
 * functions. */
#ifndef PEEL_HTTP_REDIRECT_H
#define PEEL_HTTP_REDIRECT_H

#include "base/error.h"
#include "url/url.h"

/* Is it 301, 302, 303, 307, 308? (300, 304, 305, 306 are not followed; curl follows any 3xx with Location, and so does
 * this: see .c) */
bool http_is_redirect(int status);

/* The method after a redirect: with -X the user's own method stays; POST becomes GET after 301, 302 and 303, any other
 * but GET and HEAD becomes GET after 303; 307 and 308 keep it. The body goes when the method becomes GET. */
const char *http_redirect_method(const char *method, int status, bool is_custom);

/* May what the user gave for the first origin (password, Authorization, Cookie, client certificate) be sent to this
 * one? Only when scheme, host and port are the same. Compare with the first origin at each hop; once false it stays
 * false for the rest of the chain: *dropped remembers that. */
bool http_may_send_credentials(const struct url *first, const struct url *now, bool *dropped);

#endif

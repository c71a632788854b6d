/* Where a redirect leads and what becomes of the request (RFC 9110 section 15.4, with curl's method rules). Pure
 * functions. */
#ifndef PEEL_HTTP_REDIRECT_H
#define PEEL_HTTP_REDIRECT_H

#include "base/error.h"
#include "url/url.h"

/* Any 3xx: curl follows each of them that has a Location (also 300, 304, 305, 306 and unassigned ones), and so does
 * this. Without a Location, or with an empty one, there is nothing to follow: the response is the result. */
bool http_is_redirect(int status);

/* The method after a redirect: with -X the user's own method stays; POST becomes GET after 301, 302 and 303, any other
 * but GET and HEAD becomes GET after 303; all else keeps it. */
const char *http_redirect_method(const char *method, int status, bool is_custom);

/* Is the body sent again? Not after 301, 302 and 303, also where -X keeps the method, as curl has it. */
bool http_redirect_keeps_body(int status);

/* May what the user gave for the first origin (password, Authorization, Cookie, client certificate) be sent to this
 * one? Only when scheme, host and port are the same. Compare with the first origin at each hop; once false it stays
 * false for the rest of the chain: *dropped remembers that. */
bool http_may_send_credentials(const struct url *first, const struct url *now, bool *dropped);

#endif

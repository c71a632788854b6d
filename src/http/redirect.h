/* Where a redirect leads and what becomes of the request (RFC 9110 section 15.4, with curl's method rules). Pure
 * functions. */
#ifndef PEEL_HTTP_REDIRECT_H
#define PEEL_HTTP_REDIRECT_H

#include <stdbool.h>

/* Any 3xx: curl follows each of them that has a Location (also 300, 304, 305, 306 and unassigned ones), and so does
 * this. Without a Location, or with an empty one, there is nothing to follow: the response is the result. */
bool http_is_redirect(int status);

/* The method after a redirect: with -X the user's own method stays; POST becomes GET after 301, 302 and 303, any other
 * but GET and HEAD becomes GET after 303; all else keeps it. */
const char *http_redirect_method(const char *method, int status, bool is_custom);

/* Is the body sent again? Not after 301, 302 and 303, also where -X keeps the method, as curl has it. */
bool http_redirect_keeps_body(int status);

/* --post301 and its kin: does this POST stay one, with its body? kept: enum http_keep_post. */
bool http_redirect_keeps_post(const char *method, int status, unsigned kept);

#endif

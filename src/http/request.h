/* Settings + URL -> the bytes of a request head (RFC 9112 section 3). */
#ifndef PEEL_HTTP_REQUEST_H
#define PEEL_HTTP_REQUEST_H

#include "base/buf.h"
#include "base/error.h"
#include "http/settings.h"
#include "url/url.h"

/* What this hop sends; made by transfer/ from the settings, changed by redirects. Borrowed pointers. */
struct http_request {
    const struct http_settings *settings;
    const struct url *url;
    const char *method; /* "GET", "POST", or what -X said */
    bool has_body;
    struct slice body;
    bool may_send_credentials; /* http_may_send_credentials() for this hop */
    const char *referer;       /* of this hop, or NULL */
    const char *range;         /* "0-99": what a Range field asks for, in bytes; NULL: all of it */
    const char *if_none_match; /* an entity tag, with its quotes; NULL: unconditional */
    const struct url *first;   /* where the chain of redirects began; NULL: here. A -H Host counts only for its host */
};

/* Appends the head with its empty line. curl's order: Host, Authorization, Range, User-Agent, Accept, Accept-Encoding,
 * Referer, then -H as typed, then what --json adds, then Content-Length and Content-Type for a body. A -H replaces (at
 * its own place, but for Host) or removes what would be sent by itself. Left out are -H fields that are credentials
 * (Authorization, Cookie, Proxy-Authorization) where they may not be sent, and -H Content-Length and Transfer-Encoding
 * when a redirect took the body away (curl sends those, and the server waits).
 *
 * Basic credentials (RFC 7617): -u where credentials may be sent, else those in this hop's own URL. */
void http_request_print(struct buf *out, const struct http_request *request);

/* Did -H say Transfer-Encoding: chunked for a body? Then there is no Content-Length, and the caller frames the body in
 * chunks (RFC 9112 section 7.1), in HTTP/1.0 too, as curl. */
bool http_request_is_chunked(const struct http_request *request);

/* The method of the first hop: -X, else HEAD (-I), POST (a body), GET. */
const char *http_request_method(const struct http_settings *settings);

/* Bytes that may not stand in a request: CR and LF in a -H line, the user agent, the referer or the user; a space or
 * any control byte in the method, which may not be empty either. PEEL_BAD_FUNCTION_ARGUMENT (43) naming the option and
 * the place, never the value. Before any socket is opened. */
bool http_settings_check(const struct http_settings *settings, struct error *err);

#endif

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
};

/* curl's order: Host, Authorization, User-Agent, Accept, Accept-Encoding, Referer, then -H, then Content-Length and
 * Content-Type for a body. A -H replaces (at its own place) or removes what would be sent by itself. -H fields that are
 * credentials (Authorization, Cookie) are left out when they may not be sent. */
void http_request_print(struct buf *out, const struct http_request *request);

/* Is the body to be framed in chunks, because -H said Transfer-Encoding: chunked? */
bool http_request_is_chunked(const struct http_request *request);

/* The method of the first hop: -X, else HEAD (-I), POST (a body), GET. */
const char *http_request_method(const struct http_settings *settings);

/* Bytes that may not stand in a request: CR, LF, NUL in a header line, the user agent, the referer, the method, the
 * user. PEEL_BAD_FUNCTION_ARGUMENT (43) naming the option. Before any socket is opened. */
bool http_settings_check(const struct http_settings *settings, struct error *err);

#endif

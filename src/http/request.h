/* Settings + URL -> the bytes of a request head (RFC 9112 section 3). */
#ifndef PEEL_HTTP_REQUEST_H
#define PEEL_HTTP_REQUEST_H

#include "base/buf.h"
#include "base/error.h"
#include "http/body.h"
#include "http/headers.h"
#include "http/settings.h"
#include "url/url.h"

/* What this hop sends; made by transfer/ from the settings, changed by redirects. Borrowed pointers. */
struct http_request {
    const struct http_settings *settings;
    const struct url *url;
    const char *method; /* "GET", "POST", or what -X said */
    bool has_body;
    bool has_lost_body;   /* a redirect took it away */
    bool is_upload;       /* -T: the body has no media type of its own */
    uint64_t body_length; /* or BODY_LENGTH_UNKNOWN */
    const char *boundary; /* of a form, else NULL */
    struct body *body;    /* at its start; for the sender */
    bool is_part;         /* -C with -T: the body is what comes after body_offset, to the end */
    uint64_t body_offset;
    bool is_expect_refused;    /* a server said 417: no Expect any more */
    bool may_send_credentials; /* http_secret_may_go(): is this hop one for what the user gave? */
    const char *authorization; /* http_auth_print() for this hop; NULL or empty: none */
    struct slice signature;    /* http_request_sign() for this hop, lines of the head; empty: none */
    bool is_probe;             /* the body waits for the server's challenge: none is sent, though there is one */
    bool is_old_server;        /* it answered with HTTP/1.0 before: so is this request */
    bool is_to_proxy;          /* a proxy gets it, to fetch it for us (RFC 9112 section 3.2.2): its target is absolute,
                                  and the --proxy-header lines come along */
    const char *proxy_authorization; /* http_auth_print() for that proxy; NULL or empty: none */
    const char *referer;             /* of this hop, or NULL */
    struct slice cookies;            /* what the jar has for this hop, "a=b; c=d"; empty: nothing */
    const char *range;               /* "0-99": what a Range field asks for, in bytes; NULL: all of it */
    const char *if_range;      /* the part only if this is still its validator, else the whole; NULL: in any case */
    const char *if_none_match; /* an entity tag, with its quotes; NULL: unconditional */
    const struct url *first;   /* where the chain of redirects began; NULL: here. A -H Host counts only for its host */
};

/* Appends the head with its empty line. curl's order: Host, Proxy-Authorization, Authorization, Range, User-Agent,
 * Accept, TE, Accept-Encoding, Referer, Proxy-Connection, Cookie, then -H as typed, then --proxy-header, then what
 * --json adds, then Content-Length and Content-Type for a body, then Connection. A -H replaces (at its own place, but
 * for Host and Connection) or removes what would be sent by itself. Left out are -H fields that are credentials
 * (Authorization, Cookie, Proxy-Authorization) where they may not be sent, and -H Content-Length and Transfer-Encoding
 * when a redirect took the body away (curl sends those, and the server waits).
 *
 * Cookie has what is in the jar and then what -b said, the latter only where credentials may be sent and no -H Cookie
 * is in force; a -H Cookie is a field of its own, as with curl.
 *
 * A -H Authorization in force comes before request->authorization. */
void http_request_print(struct buf *out, const struct http_request *request);

/* The value of a -H Host that is in force on this hop; empty when there is none. */
struct slice http_request_custom_host(const struct http_request *request);

/* Does a -H line in force speak of this field, were it only to remove it? */
bool http_request_has_line(const struct http_request *request, const char *name);

/* Likewise, for a request to a proxy: does a --proxy-header line? */
bool http_request_has_proxy_line(const struct http_request *request, const char *name);

/* Adds the -H fields in force on this hop, but for Host. */
void http_request_own_fields(const struct http_request *request, struct http_headers *into);

/* --aws-sigv4: appends the fields that sign the request with a key and its secret; the body is at its start, and is
 * again afterwards. False with err filled: 3 and 43 as sigv4.h says, 25 for a body that comes out of a pipe, 26. */
bool http_request_sign(struct buf *out, const struct http_request *request, const char *key, const char *secret,
                       int64_t now_unix_s, struct error *err);

/* What stands in the request line of a request to its origin: --request-target, else path and query. Digest takes this
 * as the URI toward a proxy too, as curl. */
void http_request_print_target(struct buf *out, const struct http_settings *settings, const struct url *url);

/* Is the body framed in chunks (RFC 9112 section 7.1), by the caller? When its length is unknown, unless -H
 * "Transfer-Encoding:" forbids it; and when -H says Transfer-Encoding: chunked, in HTTP/1.0 too, as curl. Then there is
 * no Content-Length. */
bool http_request_is_chunked(const struct http_request *request);

/* Does the head ask for 100 (Continue) before the body is sent (RFC 9110 section 10.1.1)? As curl: with HTTP/1.1, for
 * more than 1 MiB or an unknown length, or when -H says so; -H "Expect:" switches it off. */
bool http_request_expects_continue(const struct http_request *request);

/* A body of unknown length cannot be sent with HTTP/1.0: false with err filled (25). */
bool http_request_check(const struct http_request *request, struct error *err);

/* The method of the first hop: -X, else HEAD (-I), PUT (-T), POST (a body), GET. */
const char *http_request_method(const struct http_settings *settings, bool is_upload);

/* The body that settings and -T (NULL: none) ask for, ready to be read; NULL with err filled (26) when a file of it is
 * not there. boundary is filled for a form and else empty. The settings outlive it. */
struct body *http_request_body(const struct http_settings *settings, const char *upload, char *boundary,
                               struct error *err);

/* Bytes that may not stand in a request: CR and LF in whatever an option puts into a line of its head; a space or any
 * control byte in the method, which may not be empty either; what --aws-sigv4 is no name of. PEEL_BAD_FUNCTION_ARGUMENT
 * (43) naming the option and the place, never the value. Before any socket is opened. */
bool http_settings_check(const struct http_settings *settings, struct error *err);

#endif

/* A way through an HTTP proxy (CONNECT, RFC 9110 section 9.3.6). Bytes in, bytes out, and a verdict; no socket.
 *
 * On a connection to the proxy that stands: http_tunnel_begin; then send what is unsent, and hand in what comes, until
 * the verdict is another than HTTP_TUNNEL_GOES_ON. With HTTP_TUNNEL_REDIAL make a new connection and begin again.
 *
 * What is sent is made for the proxy alone: its login, the --proxy-header lines, the user agent of -A, and where to.
 * The user's -H lines, cookies and login are the origin's. Of the answer, only its status counts, and with 407 what
 * Proxy-Authenticate says; a 401 is a refusal like any other, since who we are to the origin is not the proxy's to
 * ask. */
#ifndef PEEL_HTTP_TUNNEL_H
#define PEEL_HTTP_TUNNEL_H

#include "base/buf.h"
#include "base/error.h"
#include "base/trace.h"
#include "http/auth.h"

struct http_tunnel;

/* Borrowed, as long as the tunnel is not open. */
struct http_tunnel_plan {
    const struct http_settings *settings;
    const char *target;     /* "host:port", an IPv6 address in brackets, of a host that url_parse or url_parse_host let
                               through: nothing in it ends a line */
    const char *proxy;      /* "host port N": for messages */
    struct http_auth *auth; /* toward the proxy */
    bool is_old;            /* ask with HTTP/1.0 */
};

enum http_tunnel_status {
    HTTP_TUNNEL_GOES_ON,
    HTTP_TUNNEL_OPEN,   /* the bytes that were not used, and all that follow, are the tunnel's */
    HTTP_TUNNEL_REDIAL, /* the proxy wants to be asked again, and not on this connection */
    HTTP_TUNNEL_FAILED, /* http_tunnel_error() */
};

struct http_tunnel *http_tunnel_new(const struct http_tunnel_plan *plan, const struct trace *trace);
/* Takes NULL. */
void http_tunnel_free(struct http_tunnel *t);

void http_tunnel_begin(struct http_tunnel *t);

/* What the proxy must still be sent. */
struct slice http_tunnel_unsent(const struct http_tunnel *t);
void http_tunnel_sent(struct http_tunnel *t, size_t n);

/* Bytes from the proxy; *n_used of them were its answer. */
enum http_tunnel_status http_tunnel_received(struct http_tunnel *t, struct slice bytes, size_t *n_used);
/* The proxy will send no more. Never HTTP_TUNNEL_GOES_ON. */
enum http_tunnel_status http_tunnel_ended(struct http_tunnel *t);

/* Code 7: the proxy refuses (any final status but 2xx); 56: what came is no answer, or not all of one; else what the
 * codec finds wrong with it. */
const struct error *http_tunnel_error(const struct http_tunnel *t);
/* Of the last answer; 0: none came. */
int http_tunnel_answer(const struct http_tunnel *t);
/* The lines of all heads that came, as they came, moved to out: for -i and -D. */
void http_tunnel_take_heads(struct http_tunnel *t, struct buf *out);

#endif

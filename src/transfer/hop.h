/* Where the next request of a transfer goes and what it is: the URL, the method, the body, the credentials; and how a
 * redirect changes all that. No I/O. */
#ifndef PEEL_TRANSFER_HOP_H
#define PEEL_TRANSFER_HOP_H

#include "base/trace.h"
#include "http/auth.h"
#include "http/request.h"
#include "transfer/route.h"
#include "transfer/settings.h"
#include "url/url.h"

struct hop {
    const struct settings *settings;
    struct url first; /* of the transfer: what the user gave belongs to this origin */
    struct url now;
    char *method;
    bool has_body;
    bool has_lost_body; /* a redirect took it away */
    bool is_upload;     /* -T */
    char *referer;
    bool is_credential_dropped;
    unsigned n_redirects;
    struct route route;             /* to now */
    struct http_auth auth;          /* toward the origin of now */
    struct buf authorization;       /* of the request */
    struct buf proxy_authorization; /* of the request, where a proxy gets it */
    struct buf signature;           /* of the request */
    bool is_authorization_typed;    /* a -H line says it, or that there is none: nothing is negotiated */
    bool is_proxy_authorization_typed;
    bool is_again;      /* the response asks for the same request once more, with what it said about login */
    bool is_old_server; /* it spoke HTTP/1.0 */
};

/* The first hop. The name of a file to upload goes behind a path that ends in "/". False with err filled; hop_done
 * either way. */
bool hop_begin(struct hop *h, const struct settings *settings, const struct fetch *fetch, struct error *err);
void hop_done(struct hop *h);

/* May we go there at all, and how: a protocol that is spoken and allowed (1), and the route. */
bool hop_check(struct hop *h, const struct trace *trace, struct error *err);

/* The request, without its body; it borrows from the hop. What had to be left out is told to the trace. */
struct http_request hop_request(struct hop *h, const struct trace *trace);

/* --aws-sigv4: signs the request, which has its body now, where there are credentials for this hop. False with err
 * filled. */
bool hop_sign(struct hop *h, struct http_request *request, int64_t now_unix_s, struct error *err);

/* The TLS settings for the connection of this request: without the client certificate where it may not be shown, and
 * without the name of --sni for another host. They borrow from the settings. */
struct tls_settings hop_tls(const struct hop *h);

struct hop_answer {
    int status, http_version;
    struct slice challenges, proxy_challenges; /* as for http_auth_hear */
};

/* The final head of a response. is_again tells what to do. */
void hop_hear(struct hop *h, const struct hop_answer *answer, const struct trace *trace);

/* On to where the Location of a response with this status points. False with err filled: too many redirects (47), no
 * URL (3), a user in it where none is allowed (67). */
bool hop_follow(struct hop *h, const char *location, int status, const struct trace *trace, struct error *err);

/* Where hop_follow would go, as text; NULL when location is NULL, the status no redirect, or the target no URL.
 * mem_free it. */
char *hop_target(const struct hop *h, const char *location, int status);

#endif

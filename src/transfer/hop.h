/* Where the next request of a transfer goes and what it is: the URL, the method, the body, the credentials; and how a
 * redirect changes all that. No I/O. */
#ifndef PEEL_TRANSFER_HOP_H
#define PEEL_TRANSFER_HOP_H

#include "base/trace.h"
#include "http/request.h"
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
};

/* The first hop. The name of a file to upload goes behind a path that ends in "/". False with err filled; hop_done
 * either way. */
bool hop_begin(struct hop *h, const struct settings *settings, const struct fetch *fetch, struct error *err);
void hop_done(struct hop *h);

/* May we go there at all: a protocol that is spoken and allowed (1), and no proxy in between (4)? */
bool hop_check(const struct hop *h, struct error *err);

/* The request, without its body; it borrows from the hop. What had to be left out is told to the trace. */
struct http_request hop_request(struct hop *h, const struct trace *trace);

/* On to where the Location of a response with this status points. False with err filled: too many redirects (47), no
 * URL (3). */
bool hop_follow(struct hop *h, const char *location, int status, const struct trace *trace, struct error *err);

/* Where hop_follow would go, as text; NULL when location is NULL, the status no redirect, or the target no URL.
 * mem_free it. */
char *hop_target(const struct hop *h, const char *location, int status);

#endif

/* Who we are, toward one origin or one proxy: which secrets may go there, how they are shown (RFC 9110 section 11;
 * Basic RFC 7617, Digest RFC 7616, Bearer RFC 6750), and what a 401 (of a proxy: a 407) asks for.
 *
 * One struct http_auth belongs to one origin and one set of credentials. A redirect elsewhere, or to a URL with a
 * userinfo of its own, gets a new one: nothing that was learnt or meant for one origin is ever shown to another. */
#ifndef PEEL_HTTP_AUTH_H
#define PEEL_HTTP_AUTH_H

#include "base/error.h"
#include "base/trace.h"
#include "http/digest.h"
#include "http/settings.h"
#include "url/url.h"

enum http_secret {
    HTTP_SECRET_GIVEN, /* on the command line: -u, --oauth2-bearer, -b, -H Authorization and Cookie, a certificate */
    HTTP_SECRET_NETRC, /* the netrc file's, for the host that it names */
};

/* THE rule of which secret may go where. Compare with the first origin at each hop: what was given goes only where
 * scheme, host and port are the same, and once it was dropped it stays so for the rest of the chain, which *dropped
 * remembers. A netrc entry is looked up afresh for each origin, since the file names hosts; but it names no port and no
 * scheme, so that a redirect to the same host elsewhere gets nothing, nor one from https to http. is_trusted
 * (--location-trusted) allows all. What stands in the userinfo of a hop's own URL was said by that URL: no secret of
 * ours. */
bool http_secret_may_go(enum http_secret secret, const struct url *first, const struct url *now, bool is_trusted,
                        bool *dropped);

/* Whether that is what a server answers to who came without a client certificate: 495 and 496 are nginx's own, which
 * others see as 400. */
static inline bool http_may_want_certificate(int status)
{
    return status == 400 || status == 401 || status == 403 || status == 495 || status == 496;
}

struct http_auth {
    int status;      /* which asks who we are: 401, or a proxy's 407; never the other */
    unsigned wanted; /* enum http_auth_scheme: those that the user wants and we have a secret for */
    unsigned picked; /* one of them; 0: the server is to say first what it takes */
    bool is_over;    /* the credentials were refused, or nothing that is offered can be done */
    char *user;      /* owned, as the others; NULL: none */
    char *password;
    char *bearer;
    struct digest digest;
    bool has_answered; /* the last request bore credentials */
    bool is_accepted;  /* and such a one was not refused */
    bool is_probe;     /* the last request had to go without its body */
    unsigned n_stale;
};

/* Which of the secrets may be used for an origin. */
struct http_reach {
    bool given, netrc;
};

/* The state for the origin of now, from -u, --oauth2-bearer, netrc and the URL's userinfo, in curl's order. False with
 * err filled when the netrc file cannot be understood; http_auth_done either way. */
bool http_auth_begin(struct http_auth *a, const struct http_settings *settings, const struct url *now,
                     struct http_reach reach, struct error *err);
/* The state for a proxy: its URL's userinfo, else -U. */
void http_auth_begin_proxy(struct http_auth *a, const struct http_settings *settings, const struct url *proxy);
void http_auth_done(struct http_auth *a);

/* The next request: its (Proxy-)Authorization value is appended to out, or nothing. With has_body, is_probe tells
 * afterwards that the body must wait, as the server would refuse it anyhow: send "Content-Length: 0" in its place. */
void http_auth_print(struct buf *out, struct http_auth *a, const char *method, struct slice target, bool has_body);

/* The final head of its response: the values of all WWW-Authenticate (Proxy-Authenticate) lines, joined with line
 * feeds. True: make the request once more; the body of this response is nobody's. */
bool http_auth_hear(struct http_auth *a, int status, struct slice challenges, const struct trace *trace);

#endif

/* Which proxy stands between us and a URL: what the user said, or the variables as curl reads them: http_proxy only in
 * lower case (a CGI server sets HTTP_PROXY from a request), the others in either, lower case first. */
#ifndef PEEL_NET_PROXY_H
#define PEEL_NET_PROXY_H

#include "net/settings.h"
#include "url/url.h"

enum {
    NET_PROXY_PORT = 1080, /* curl's, where none is written; but 443 for https:// */
};

/* All zero: none. */
struct net_proxy {
    const char *source; /* the option or the variable that names it; NULL: there is none */
    struct url
        url; /* where it is; its scheme is http or https, its path means nothing, its userinfo is a login there */
};

/* The proxy for this URL, chosen afresh for each: out is filled, or left empty for a direct connection, as also for
 * --unix-socket. Nothing that
 * is not a URL comes into it (url_parse: no CR, LF or blank in a host). False with err filled: it is no proxy's URL
 * (5, as curl), its scheme is unknown (7), or is none that can be spoken (4). net_proxy_done either way. */
bool net_proxy_choose(struct net_proxy *out, const struct net_settings *settings, const struct url *url,
                      struct error *err);
void net_proxy_done(struct net_proxy *proxy);

/* The same place and the same login. */
bool net_proxy_equal(const struct net_proxy *a, const struct net_proxy *b);

#endif

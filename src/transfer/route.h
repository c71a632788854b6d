/* How a hop is reached: directly, through a proxy that is asked to fetch it, or through a tunnel that a proxy makes.
 * Chosen afresh for each hop, with the login that belongs to that proxy. No I/O. */
#ifndef PEEL_TRANSFER_ROUTE_H
#define PEEL_TRANSFER_ROUTE_H

#include "http/auth.h"
#include "net/proxy.h"
#include "transfer/settings.h"

/* All zero is a direct one. */
struct route {
    struct net_proxy proxy; /* proxy.source NULL: directly */
    bool is_tunnel;         /* CONNECT; else the proxy gets the request */
    struct http_auth auth;  /* toward the proxy: what it said of itself is kept while the next hop goes there too */
};

/* The route to now, in place of what *r was before. A tunnel for https, with --proxytunnel, and where --connect-to
 * leads elsewhere. False with err filled as for net_proxy_choose. route_done either way. */
bool route_choose(struct route *r, const struct settings *settings, const struct url *now, struct error *err);
void route_done(struct route *r);

static inline bool route_is_direct(const struct route *r)
{
    return !r->proxy.source;
}

/* Does a proxy get the request itself? */
static inline bool route_is_to_proxy(const struct route *r)
{
    return r->proxy.source && !r->is_tunnel;
}

/* --connect-to: the rule for this host and port, NULL when there is none. */
const struct net_connect_to *route_rule(const struct net_settings *net, const char *host, uint16_t port);

/* "host:port", an IPv6 address in brackets, that a tunnel leads to: the URL's, as typed, or what --connect-to
 * says. Appended. */
void route_print_target(struct buf *out, const struct net_settings *net, const struct url *now);

#endif

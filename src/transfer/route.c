/* The way to a hop. */
#include "transfer/route.h"

/* The first that fits decides (an empty part fits everything). */
const struct net_connect_to *route_rule(const struct net_settings *net, const char *host, uint16_t port)
{
    for (size_t i = 0; i < net->n_connect_to; i++) {
        const struct net_connect_to *rule = &net->connect_to[i];
        bool fits = (!rule->from_host || strcasecmp(rule->from_host, host) == 0) &&
                    (rule->from_port == 0 || rule->from_port == port);
        if (fits)
            return rule;
    }
    return NULL;
}

static bool leads_elsewhere(const struct net_settings *net, const struct url *now)
{
    const struct net_connect_to *rule = route_rule(net, now->host, now->port);
    return rule && ((rule->to_host && strcmp(rule->to_host, now->host) != 0) ||
                    (rule->to_port != 0 && rule->to_port != now->port));
}

bool route_choose(struct route *r, const struct settings *settings, const struct url *now, struct error *err)
{
    const struct net_settings *net = &settings->net;
    struct net_proxy chosen;
    bool is_ok = net_proxy_choose(&chosen, net, now, err);
    bool is_known = is_ok && chosen.source && net_proxy_equal(&chosen, &r->proxy);
    if (!is_known)
        http_auth_done(&r->auth);
    net_proxy_done(&r->proxy);
    r->proxy = chosen;
    r->is_tunnel =
        chosen.source && (strcmp(now->scheme, "https") == 0 || net->proxy_tunnel || leads_elsewhere(net, now));
    if (is_ok && chosen.source && !is_known)
        http_auth_begin_proxy(&r->auth, &settings->http, &chosen.url);
    return is_ok;
}

void route_done(struct route *r)
{
    net_proxy_done(&r->proxy);
    http_auth_done(&r->auth);
    *r = (struct route){0};
}

void route_print_target(struct buf *out, const struct net_settings *net, const struct url *now)
{
    const struct net_connect_to *rule = route_rule(net, now->host, now->port);
    struct url target = *now;
    if (rule && rule->to_port != 0)
        target.port = rule->to_port;
    if (rule && rule->to_host) {
        bool has_colon = strchr(rule->to_host, ':') != NULL;
        buf_printf(out, "%s%s%s:%u", has_colon ? "[" : "", rule->to_host, has_colon ? "]" : "", target.port);
        return;
    }
    url_print_authority(out, &target);
    if (target.port == url_default_port(target.scheme))
        buf_printf(out, ":%u", target.port);
}

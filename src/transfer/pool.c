/* Connections kept for the next URL. */
#include "transfer/pool.h"

#include "base/mem.h"

struct pool {
    struct connection *kept[POOL_MAX]; /* oldest first */
    size_t n;
};

struct pool *pool_new(void)
{
    return mem_alloc(sizeof(struct pool));
}

void pool_free(struct pool *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->n; i++)
        connection_free(p->kept[i]);
    mem_free(p);
}

/* Length first, so that no two lists of texts make the same key. */
static void add_text(struct buf *key, const char *text)
{
    if (text) {
        buf_append_number(key, strlen(text));
        buf_append_byte(key, ':');
        buf_append_text(key, text);
    } else {
        buf_append_byte(key, '-');
    }
    buf_append_byte(key, ',');
}

static void add_number(struct buf *key, long number)
{
    buf_append_number(key, (uint64_t)number);
    buf_append_byte(key, ',');
}

static void add_tls(struct buf *key, const struct tls_settings *tls)
{
    add_number(key, tls->for_proxy);
    add_number(key, tls->insecure);
    add_number(key, (long)tls->aia);
    add_number(key, tls->ca_native);
    add_number(key, tls->cert_status);
    add_number(key, tls->no_alpn);
    add_number(key, tls->no_session_id);
    add_number(key, tls->legacy_server);
    add_text(key, tls->cacert);
    add_text(key, tls->capath);
    add_text(key, tls->crlfile);
    add_text(key, tls->pinned_key);
    add_text(key, tls->cert);
    add_text(key, tls->cert_type);
    add_text(key, tls->key);
    add_text(key, tls->key_type);
    add_text(key, tls->pass);
    add_number(key, tls->version_min);
    add_number(key, tls->version_max);
    add_text(key, tls->ciphers);
    add_text(key, tls->tls13_ciphers);
    add_text(key, tls->sigalgs);
    add_text(key, tls->curves);
    add_text(key, tls->server_name);
}

/* How the socket was made, and where it goes. */
static void add_socket(struct buf *key, const struct net_settings *net)
{
    add_text(key, net->unix_socket);
    add_number(key, net->is_unix_abstract);
    add_text(key, net->interface);
    add_number(key, net->local_port);
    add_number(key, net->local_port_last);
    add_number(key, (long)net->ip_tos);
    add_number(key, net->tcp_fastopen);
    add_number(key, net->mptcp);
    add_number(key, net->has_nagle);
    add_number(key, net->no_keepalive);
    add_number(key, (long)net->keepalive_s);
    add_number(key, (long)net->keepalive_count);
    add_number(key, net->announces_client);
    add_text(key, net->client_ip);
}

static void add_origin(struct buf *key, const struct url *url)
{
    add_text(key, url->scheme);
    add_text(key, url->host);
    add_text(key, url->zone);
    add_number(key, url->port);
}

/* Where --connect-to leads, not how it says so: whoever goes to the same place may share the way. */
static void add_place(struct buf *key, const struct url *url, const struct net_settings *net)
{
    const struct net_connect_to *rule = route_rule(net, url->host, url->port);
    add_text(key, rule && rule->to_host ? rule->to_host : url->host);
    add_number(key, rule && rule->to_port ? rule->to_port : url->port);
}

static void add_net(struct buf *key, const struct net_settings *net)
{
    add_socket(key, net);
    add_number(key, net->family);
    for (size_t i = 0; i < net->n_resolve; i++) {
        const struct net_resolve_override *o = &net->resolve[i];
        add_text(key, o->host);
        add_number(key, o->port);
        add_number(key, o->is_removal);
        for (size_t j = 0; j < o->n_addresses; j++)
            add_text(key, o->addresses[j]);
    }
}

/* A proxy may tie what it was told, and by whom, to the connection. */
static void add_route(struct buf *key, const struct route *route, const struct settings *settings)
{
    const struct http_settings *http = &settings->http;
    add_number(key, route->is_tunnel);
    add_origin(key, &route->proxy.url);
    add_text(key, route->auth.user);
    add_text(key, route->auth.password);
    add_number(key, route->auth.wanted);
    add_number(key, settings->net.is_proxy_old);
    if (strcmp(route->proxy.url.scheme, "https") == 0)
        add_tls(key, &settings->proxy_tls);
    for (size_t i = 0; i < http->n_proxy_headers; i++)
        add_text(key, http->proxy_headers[i]);
}

/* HTTP's credentials belong to the request; but nobody goes on where somebody else has logged in. */
static void add_credentials(struct buf *key, const struct http_auth *auth)
{
    add_text(key, auth->user);
    add_text(key, auth->password);
    add_text(key, auth->bearer);
    add_number(key, (long)auth->wanted);
}

char *pool_key(const struct url *url, const struct route *route, const struct settings *settings,
               const struct http_auth *auth)
{
    struct buf key = {0};
    if (!route_is_direct(route))
        add_route(&key, route, settings);
    if (!route_is_to_proxy(route)) {
        add_origin(&key, url);
        add_place(&key, url, &settings->net);
        add_credentials(&key, auth);
    }
    add_number(&key, settings->http.version);
    add_net(&key, &settings->net);
    add_tls(&key, &settings->tls);
    return buf_take(&key);
}

char *pool_tls_key(const struct tls_settings *tls)
{
    struct buf key = {0};
    add_tls(&key, tls);
    return buf_take(&key);
}

static struct connection *pool_remove(struct pool *p, size_t i)
{
    struct connection *c = p->kept[i];
    p->n--;
    for (; i < p->n; i++)
        p->kept[i] = p->kept[i + 1];
    return c;
}

struct connection *pool_take(struct pool *p, const char *key)
{
    for (size_t i = p->n; i > 0; i--) {
        if (strcmp(connection_key(p->kept[i - 1]), key) != 0)
            continue;
        struct connection *c = pool_remove(p, i - 1);
        if (connection_is_alive(c))
            return c;
        connection_free(c);
    }
    return NULL;
}

void pool_put(struct pool *p, struct connection *c)
{
    connection_set_owner(c, NULL, NULL);
    connection_arm(c, false, false);
    if (p->n == POOL_MAX)
        connection_free(pool_remove(p, 0));
    p->kept[p->n++] = c;
}

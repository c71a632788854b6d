/* The choice of a proxy. */
#include "net/proxy.h"

#include "base/escape.h"
#include "net/noproxy.h"

#include <stdlib.h>

/* The first of these variables that is set and not empty, ended by NULL; NULL when none is. */
static const char *first_set(const char *const *names)
{
    for (; *names; names++) {
        const char *value = getenv(*names);
        if (value && *value)
            return *names;
    }
    return NULL;
}

static bool is_exempt(const struct net_settings *settings, const struct url *url)
{
    static const char *const lists[] = {"no_proxy", "NO_PROXY", NULL};
    const char *variable = settings->noproxy ? NULL : first_set(lists);
    return net_noproxy_has(variable ? getenv(variable) : settings->noproxy, url);
}

static const char *source_of(const struct net_settings *settings, const struct url *url)
{
    static const char *const for_http[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
    static const char *const for_https[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL};
    if (settings->proxy)
        return *settings->proxy ? "--proxy" : NULL;
    return first_set(strcmp(url->scheme, "https") == 0 ? for_https : for_http);
}

/* The scheme is http or https, or why it cannot be. */
static bool check_scheme(const struct net_proxy *proxy, const struct url *url, struct error *err)
{
    static const char *const known[] = {"socks", "socks4", "socks4a", "socks5", "socks5h"};
    const char *scheme = proxy->url.scheme;
    if (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0)
        return true;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(scheme, known[i]) == 0)
            return error_set(err, PEEL_NOT_BUILT_IN,
                             "%s asks for a proxy of kind %s:// for %.300s, and this peel speaks to http:// and "
                             "https:// proxies only: nothing was sent. To go directly, use --proxy \"\"",
                             proxy->source, scheme, url->host);
    char shown[64];
    escape_into(shown, sizeof shown, slice_of(scheme));
    return error_set(err, PEEL_COULDNT_CONNECT, "Unsupported proxy scheme \"%s\" (%s)", shown, proxy->source);
}

bool net_proxy_choose(struct net_proxy *out, const struct net_settings *settings, const struct url *url,
                      struct error *err)
{
    *out = (struct net_proxy){0};
    const char *source = source_of(settings, url);
    if (!source || settings->unix_socket || is_exempt(settings, url))
        return true;
    out->source = source;
    const char *text = settings->proxy ? settings->proxy : getenv(source);
    struct error fault = {0};
    if (!url_parse(&out->url, slice_of(text), "http", 0, &fault))
        return error_set(err, PEEL_COULDNT_RESOLVE_PROXY, "The proxy that %s names is none: %s", source, fault.text);
    if (!out->url.has_port && strcmp(out->url.scheme, "http") == 0)
        out->url.port = NET_PROXY_PORT;
    return check_scheme(out, url, err);
}

void net_proxy_done(struct net_proxy *proxy)
{
    url_done(&proxy->url);
    *proxy = (struct net_proxy){0};
}

static bool is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool net_proxy_equal(const struct net_proxy *a, const struct net_proxy *b)
{
    if (!a->source || !b->source)
        return !a->source && !b->source;
    return url_same_origin(&a->url, &b->url) && is_same_text(a->url.user, b->url.user) &&
           is_same_text(a->url.password, b->url.password);
}

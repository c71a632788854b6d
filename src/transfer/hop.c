/* Where the next request of a transfer goes. */
#include "transfer/hop.h"

#include "base/escape.h"
#include "base/mem.h"
#include "http/redirect.h"

static unsigned url_flags_of(const struct settings *settings)
{
    return settings->path_as_is ? URL_PATH_AS_IS : 0;
}

/* A new origin, or a URL with credentials of its own: what was learnt for the one before is forgotten. */
static bool meet_origin(struct hop *h, struct error *err)
{
    const struct http_settings *http = &h->settings->http;
    bool is_trusted = http->location_trusted;
    bool *dropped = &h->is_credential_dropped;
    struct http_reach reach = {
        .given = http_secret_may_go(HTTP_SECRET_GIVEN, &h->first, &h->now, is_trusted, dropped),
        .netrc = http_secret_may_go(HTTP_SECRET_NETRC, &h->first, &h->now, is_trusted, dropped),
    };
    unsigned picked = h->auth.picked;
    h->is_old_server = false;
    http_auth_done(&h->auth);
    if (http->no_user_in_url && (h->now.user || h->now.password))
        return error_set(err, PEEL_LOGIN_DENIED, "The URL%s for %.300s has a user name: --disallow-username-in-url",
                         h->n_redirects > 0 ? " of a redirect" : "", h->now.host);
    if (!http_auth_begin(&h->auth, http, &h->now, reach, err))
        return false;
    /* What one server wanted, all that are trusted alike get. */
    if (is_trusted)
        h->auth.picked |= picked & h->auth.wanted;
    return true;
}

static bool is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_same_party(const struct url *a, const struct url *b)
{
    return url_same_origin(a, b) && is_same_text(a->user, b->user) && is_same_text(a->password, b->password);
}

/* -T FILE http://host/dir/: the file gets its own name there, as curl. Not behind a query. */
static void add_upload_name(struct url *url, const char *upload)
{
    size_t len = strlen(url->path);
    if (strcmp(upload, "-") == 0 || strcmp(upload, ".") == 0 || url->query || url->path[len - 1] != '/')
        return;
    const char *slash = strrchr(upload, '/');
    struct buf path = {0};
    buf_append_text(&path, url->path);
    url_percent_encode(&path, slice_of(slash ? slash + 1 : upload));
    mem_free(url->path);
    url->path = buf_take(&path);
}

bool hop_begin(struct hop *h, const struct settings *settings, const struct fetch *fetch, struct error *err)
{
    const struct http_settings *http = &settings->http;
    *h = (struct hop){.settings = settings};
    h->is_upload = fetch->upload;
    h->method = mem_strdup(http_request_method(http, h->is_upload));
    h->has_body = h->is_upload || (http->has_body && !http->data_to_query);
    h->referer = mem_strdup(http->referer);
    if (!url_parse(&h->first, slice_of(fetch->url), settings->proto_default, url_flags_of(settings), err))
        return false;
    if (http->data_to_query && http->body.len > 0)
        url_append_query(&h->first, buf_slice(&http->body));
    if (http->query.len > 0)
        url_append_query(&h->first, buf_slice(&http->query));
    if (fetch->upload)
        add_upload_name(&h->first, fetch->upload);
    url_copy(&h->now, &h->first);
    return meet_origin(h, err);
}

void hop_done(struct hop *h)
{
    url_done(&h->first);
    url_done(&h->now);
    mem_free(h->method);
    mem_free(h->referer);
    http_auth_done(&h->auth);
    buf_wipe(&h->authorization);
    buf_wipe(&h->proxy_authorization);
    route_done(&h->route);
    buf_wipe(&h->signature);
    *h = (struct hop){0};
}

static bool check_protocol(const struct hop *h, struct error *err)
{
    const char *scheme = h->now.scheme;
    unsigned bit = strcmp(scheme, "https") == 0 ? PROTOCOL_HTTPS : strcmp(scheme, "http") == 0 ? PROTOCOL_HTTP : 0;
    const char *where = h->n_redirects > 0 ? " (in a redirect)" : "";
    char shown[64];
    escape_into(shown, sizeof shown, slice_of(scheme));
    if (bit == 0)
        return error_set(err, PEEL_UNSUPPORTED_PROTOCOL, "Protocol \"%s\" not supported%s", shown, where);
    if (!(h->settings->protocols & bit))
        return error_set(err, PEEL_UNSUPPORTED_PROTOCOL, "Protocol \"%s\" disabled by --proto%s", shown, where);
    if (h->n_redirects > 0 && !(h->settings->redirect_protocols & bit))
        return error_set(err, PEEL_UNSUPPORTED_PROTOCOL, "Protocol \"%s\" disabled by --proto-redir%s", shown, where);
    return true;
}

/* RFC 7686 section 2: such a name means nothing outside Tor, and asking DNS for it would tell who wants to go there. */
static bool check_onion(const struct url *url, struct error *err)
{
    struct slice host = slice_of(url->host);
    if (host.len > 0 && host.ptr[host.len - 1] == '.')
        host.len--;
    if (host.len < 6 || !slice_equal_nocase(slice_from(host, host.len - 6), SLICE(".onion")))
        return true;
    return error_set(err, PEEL_COULDNT_RESOLVE_HOST, "Not resolving .onion address (RFC 7686)");
}

static void tell(const struct trace *trace, enum trace_note_id id, const char *text, uint64_t number)
{
    struct trace_note note = {.id = id, .text = slice_of(text), .number = number};
    trace_tell(trace, TRACE_NOTE, &note);
}

/* Without its userinfo. */
static void tell_proxy(const struct net_proxy *proxy, const struct trace *trace)
{
    struct buf text = {0};
    if (!proxy->source || !trace_wants(trace, TRACE_NOTE) || strcmp(proxy->source, "--proxy") == 0)
        return;
    buf_printf(&text, "%s == '", proxy->source);
    url_print(&text, &proxy->url, 0);
    buf_append_byte(&text, '\'');
    tell(trace, NOTE_PROXY, buf_text(&text), 0);
    buf_done(&text);
}

bool hop_check(struct hop *h, const struct trace *trace, struct error *err)
{
    if (!check_protocol(h, err) || !route_choose(&h->route, h->settings, &h->now, err))
        return false;
    tell_proxy(&h->route.proxy, trace);
    return check_onion(route_is_direct(&h->route) ? &h->now : &h->route.proxy.url, err);
}

/* What is said to the origin, and to a proxy that gets the request, about who we are. */
static void authorize(struct hop *h, struct http_request *request)
{
    struct buf target = {0};
    buf_wipe(&h->authorization);
    buf_wipe(&h->proxy_authorization);
    h->is_again = h->auth.is_probe = h->route.auth.is_probe = false;
    h->is_authorization_typed = http_request_has_line(request, "Authorization");
    h->is_proxy_authorization_typed = http_request_has_proxy_line(request, "Proxy-Authorization");
    http_request_print_target(&target, request->settings, request->url);
    struct slice uri = buf_slice(&target);
    if (!h->is_authorization_typed)
        http_auth_print(&h->authorization, &h->auth, request->method, uri, request->has_body);
    if (request->is_to_proxy && !h->is_proxy_authorization_typed)
        http_auth_print(&h->proxy_authorization, &h->route.auth, request->method, uri, request->has_body);
    buf_done(&target);
    request->authorization = buf_text(&h->authorization);
    request->proxy_authorization = buf_text(&h->proxy_authorization);
    request->is_probe = h->auth.is_probe || h->route.auth.is_probe;
}

bool hop_sign(struct hop *h, struct http_request *request, int64_t now_unix_s, struct error *err)
{
    buf_wipe(&h->signature);
    if (!h->settings->http.sigv4 || !h->auth.user || h->is_authorization_typed)
        return true;
    bool is_ok = http_request_sign(&h->signature, request, h->auth.user, h->auth.password, now_unix_s, err);
    request->signature = buf_slice(&h->signature);
    return is_ok;
}

void hop_hear(struct hop *h, const struct hop_answer *a, const struct trace *trace)
{
    h->is_old_server = a->http_version == 10;
    bool is_again = !h->is_authorization_typed && http_auth_hear(&h->auth, a->status, a->challenges, trace);
    /* Through a tunnel nobody but the origin speaks, and a 407 of its own asks for nothing. */
    bool hears_proxy = route_is_to_proxy(&h->route) && !h->is_proxy_authorization_typed;
    bool is_for_proxy = hears_proxy && http_auth_hear(&h->route.auth, a->status, a->proxy_challenges, trace);
    h->is_again = is_again || is_for_proxy;
}

struct http_request hop_request(struct hop *h, const struct trace *trace)
{
    const struct http_settings *http = &h->settings->http;
    struct http_request request = {
        .settings = http,
        .url = &h->now,
        .first = &h->first,
        .method = h->method,
        .has_body = h->has_body,
        .has_lost_body = h->has_lost_body,
        .is_upload = h->is_upload,
        .may_send_credentials = http_secret_may_go(HTTP_SECRET_GIVEN, &h->first, &h->now, http->location_trusted,
                                                   &h->is_credential_dropped),
        .referer = h->referer,
        .is_old_server = h->is_old_server,
        .is_to_proxy = route_is_to_proxy(&h->route),
    };
    authorize(h, &request);
    if (!request.may_send_credentials)
        tell(trace, NOTE_CREDENTIALS_DROPPED, h->now.host, 0);
    return request;
}

static void change_method(struct hop *h, int status, const struct trace *trace)
{
    const struct http_settings *http = &h->settings->http;
    if (http_redirect_keeps_post(h->method, status, http->keep_post))
        return;
    bool is_custom = http->method != NULL;
    /* --follow: with a body, a method of the user's own is a POST to the status. */
    const char *known = is_custom && http->is_method_once && h->has_body ? "POST" : h->method;
    const char *method = http_redirect_method(known, status, is_custom && !http->is_method_once);
    if (method == known)
        method = h->method;
    /* A PUT stays one, with what it brings; unless the answer says "see other". */
    bool stays_upload = h->is_upload && status != 303 && strcmp(method, h->method) == 0;
    if (h->has_body && !http_redirect_keeps_body(status) && !stays_upload) {
        h->has_body = false;
        h->has_lost_body = true;
    }
    if (strcmp(method, h->method) == 0)
        return;
    char *change = mem_printf("%s to %s", h->method, method);
    tell(trace, NOTE_METHOD_CHANGED, change, 0);
    mem_free(change);
    char *changed = mem_strdup(method);
    mem_free(h->method);
    h->method = changed;
}

static void take_referer(struct hop *h)
{
    struct buf referer = {0};
    url_print(&referer, &h->now, 0);
    mem_free(h->referer);
    h->referer = buf_take(&referer);
}

struct tls_settings hop_tls(const struct hop *h)
{
    struct tls_settings tls = h->settings->tls;
    bool dropped = h->is_credential_dropped;
    if (!http_secret_may_go(HTTP_SECRET_GIVEN, &h->first, &h->now, h->settings->http.location_trusted, &dropped))
        tls.cert = tls.cert_type = tls.key = tls.key_type = tls.pass = NULL;
    /* A name is one host's; none at all is none for everybody. */
    if (tls.server_name && *tls.server_name && strcmp(h->first.host, h->now.host) != 0)
        tls.server_name = NULL;
    return tls;
}

bool hop_follow(struct hop *h, const char *location, int status, const struct trace *trace, struct error *err)
{
    const struct http_settings *http = &h->settings->http;
    struct url next = {0};
    if (http->max_redirs >= 0 && h->n_redirects >= (unsigned long)http->max_redirs)
        return error_set(err, PEEL_TOO_MANY_REDIRECTS, "Maximum (%ld) redirects followed", http->max_redirs);
    if (!url_resolve(&next, &h->now, slice_of(location), url_flags_of(h->settings), err))
        return false;
    if (http->auto_referer)
        take_referer(h);
    change_method(h, status, trace);
    struct buf shown = {0};
    url_print(&shown, &next, 0);
    tell(trace, NOTE_REDIRECT, buf_text(&shown), (uint64_t)status);
    buf_done(&shown);
    bool is_known = is_same_party(&h->now, &next);
    url_done(&h->now);
    h->now = next;
    h->n_redirects++;
    return is_known || meet_origin(h, err);
}

char *hop_target(const struct hop *h, const char *location, int status)
{
    struct url next = {0};
    struct error ignored = {0};
    if (!location || !*location || !http_is_redirect(status) ||
        !url_resolve(&next, &h->now, slice_of(location), url_flags_of(h->settings), &ignored))
        return NULL;
    struct buf text = {0};
    url_print(&text, &next, URL_WITH_FRAGMENT | URL_TYPED_HOST);
    url_done(&next);
    return buf_take(&text);
}

/* --dry-run. */
#include "transfer/dry_run.h"

#include "base/mem.h"
#include "transfer/remember.h"

/* Where the connection would go: --connect-to and proxies count, names are not resolved. */
static void tell_place(const struct run *run, const struct route *route, const struct url *url)
{
    const struct net_connect_to *rule = route_rule(&run->settings->net, url->host, url->port);
    bool is_tls = strcmp(url->scheme, "https") == 0;
    struct buf place = {0};
    if (!route_is_direct(route))
        buf_printf(&place, "proxy %s port %u%s", route->proxy.url.host, route->proxy.url.port,
                   route->is_tunnel ? ", and through it to " : "");
    if (!route_is_to_proxy(route))
        buf_printf(&place, "%s port %u%s%s", rule && rule->to_host ? rule->to_host : url->host,
                   rule && rule->to_port != 0 ? rule->to_port : url->port, is_tls ? " with TLS, for " : "",
                   is_tls ? url->host : "");
    struct trace_note note = {.id = NOTE_WOULD_CONNECT, .text = buf_slice(&place)};
    trace_tell(run->trace, TRACE_NOTE, &note);
    buf_done(&place);
}

void dry_run_tell(struct run *run, const struct route *route, const struct http_request *request)
{
    struct buf head = {0};
    tell_place(run, route, request->url);
    struct http_request shaped = *request;
    struct buf cookies = {0};
    remember_cookies(run, &shaped, &cookies);
    http_request_print(&head, &shaped);
    buf_wipe(&cookies);
    trace_tell_lines(run->trace, TRACE_REQUEST_LINE, buf_slice(&head));
    buf_wipe(&head);
    struct trace_note body = {.id = NOTE_WOULD_SEND_BODY, .number = request->body_length};
    if (request->has_body && request->body_length != BODY_LENGTH_UNKNOWN)
        trace_tell(run->trace, TRACE_NOTE, &body);
}

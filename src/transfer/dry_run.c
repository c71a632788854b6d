/* --dry-run. */
#include "transfer/dry_run.h"

#include "base/mem.h"
#include "transfer/connection.h"
#include "transfer/remember.h"

/* Where the connection would go: --connect-to counts, names are not resolved. */
static void tell_place(const struct run *run, const struct url *url)
{
    const struct net_connect_to *rule = connection_rule(run, url->host, url->port);
    const char *host = rule && rule->to_host ? rule->to_host : url->host;
    unsigned port = rule && rule->to_port != 0 ? rule->to_port : url->port;
    bool is_tls = strcmp(url->scheme, "https") == 0;
    char *place = mem_printf("%s port %u%s%s", host, port, is_tls ? " with TLS, for " : "", is_tls ? url->host : "");
    struct trace_note note = {.id = NOTE_WOULD_CONNECT, .text = slice_of(place)};
    trace_tell(run->trace, TRACE_NOTE, &note);
    mem_free(place);
}

void dry_run_tell(struct run *run, const struct http_request *request)
{
    struct buf head = {0};
    tell_place(run, request->url);
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

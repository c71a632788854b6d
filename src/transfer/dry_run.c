/* --dry-run. */
#include "transfer/dry_run.h"

#include "base/escape.h"
#include "insight/redact.h"
#include "transfer/connection.h"

/* Where the connection would go: --connect-to counts, names are not resolved. */
static void append_place(struct buf *out, const struct run *run, const struct url *url)
{
    const struct net_connect_to *rule = connection_rule(run, url->host, url->port);
    const char *host = rule && rule->to_host ? rule->to_host : url->host;
    unsigned port = rule && rule->to_port != 0 ? rule->to_port : url->port;
    bool is_tls = strcmp(url->scheme, "https") == 0;
    buf_append_text(out, "* Would connect to ");
    escape_append(out, slice_of(host));
    buf_printf(out, " port %u", port);
    if (is_tls) {
        buf_append_text(out, " with TLS, for ");
        escape_append(out, slice_of(url->host));
    }
    buf_append_text(out, "\n");
}

static void append_request(struct buf *out, const struct http_request *request)
{
    struct buf head = {0};
    http_request_print(&head, request);
    struct slice rest = buf_slice(&head);
    while (rest.len > 0) {
        size_t end = slice_find(rest, '\n');
        buf_append_text(out, "> ");
        redact_request_line(out, slice_first(rest, end > 0 && rest.ptr[end - 1] == '\r' ? end - 1 : end));
        buf_append_text(out, "\n");
        rest = slice_from(rest, end < rest.len ? end + 1 : end);
    }
    buf_wipe(&head);
    if (request->has_body)
        buf_printf(out, "* and %zu bytes of body\n", request->body.len);
}

bool dry_run_tell(struct run *run, const struct http_request *request, struct error *err)
{
    struct buf out = {0};
    append_place(&out, run, request->url);
    append_request(&out, request);
    bool is_ok = sink_write(run->out, buf_slice(&out), true, err) && sink_finish(run->out, err);
    buf_done(&out);
    return is_ok;
}

/* The view that errors are shown by. */
#include "insight/failure_view.h"

#include "base/error.h"
#include "base/mem.h"
#include "insight/cause.h"
#include "url/url.h"

struct failure_view {
    struct console *console;
    struct trace_subscriber subscriber;
    char *url;                   /* of this hop, without userinfo */
    struct url parts;            /* of it */
    char *through;               /* the proxy that it goes through, "HOST:PORT"; NULL: none */
    const struct trace_way *way; /* and the rest: as in struct trace_hop */
    const char *not_here;
    char *leads_to;
    struct buf block; /* about what failed last, and */
    enum cause cause; /* ... the worst of its causes */
    const struct report_view *report;
};

static void forget(struct failure_view *v)
{
    buf_clear(&v->block);
    v->cause = CAUSE_NONE;
}

static void on_hop(struct failure_view *v, const struct trace_hop *hop)
{
    struct error ignored = {0};
    forget(v);
    mem_free(v->url);
    mem_free(v->through);
    mem_free(v->leads_to);
    url_done(&v->parts);
    v->through = NULL;
    v->url = mem_dup_slice(hop->url);
    v->way = hop->way;
    v->not_here = hop->not_here;
    v->leads_to = mem_strdup(hop->leads_to);
    if (!url_parse(&v->parts, hop->url, NULL, URL_PATH_AS_IS, &ignored))
        v->parts = (struct url){0};
}

static void on_connected(struct failure_view *v, const struct trace_address *address)
{
    mem_free(v->through);
    v->through = mem_strdup(address->proxy);
}

static struct block_place place_of(const struct failure_view *v)
{
    return (struct block_place){.url = v->url ? v->url : "",
                                .host = v->parts.host ? v->parts.host : "",
                                .port = v->parts.port,
                                .through = v->through,
                                .width = console_width(v->console),
                                .way = v->way,
                                .not_here = v->not_here,
                                .leads_to = v->leads_to};
}

static struct block_place place_at(const struct failure_view *v, const char *host, const char *proxy)
{
    struct block_place place = place_of(v);
    block_place_blame(&place, host, proxy);
    return place;
}

static void on_refused(struct failure_view *v, const struct tls_verdict *verdict)
{
    struct block_place place = place_at(v, verdict->host, verdict->proxy);
    forget(v);
    cause_append_certificate(&v->block, &place, verdict);
    for (size_t i = 0; i < verdict->n_errors; i++)
        if (v->cause == CAUSE_NONE || verdict->errors[i].cause < v->cause)
            v->cause = verdict->errors[i].cause;
}

static void on_failed(struct failure_view *v, const struct tls_breakdown *breakdown)
{
    struct block_place place = place_at(v, breakdown->host, breakdown->proxy);
    forget(v);
    cause_append_connection(&v->block, &place, breakdown);
    v->cause = breakdown->cause;
}

/* One line of a block, or one of a table with what goes on below it: the headline and what is marked as failed stand
 * out. */
static void print_line(struct failure_view *v, struct slice line)
{
    enum {
        LABEL = BLOCK_INDENT
    };
    bool is_head = line.len > 0 && line.ptr[0] != ' ';
    bool is_bad = line.len > 4 && memcmp(line.ptr + line.len - 4, "FAIL", 4) == 0;
    size_t prefix = slice_find(line, ')') + 1;
    if (is_head)
        console_headline(v->console, slice_first(line, prefix), slice_from(line, prefix + 1));
    else
        console_line_start_styled(v->console, is_bad ? STYLE_RED_BOLD : STYLE_BOLD, is_bad ? line.len : LABEL, line);
}

/* The first line, with those that are deeper than any text of a block begins. */
static struct slice whole_line(struct slice rest)
{
    size_t end = slice_find(rest, '\n');
    for (;;) {
        struct slice next = slice_from(rest, end + 1);
        size_t n_blanks = 0;
        while (n_blanks < next.len && next.ptr[n_blanks] == ' ')
            n_blanks++;
        if (n_blanks <= BLOCK_INDENT)
            return slice_first(rest, end);
        end += 1 + slice_find(next, '\n');
    }
}

static void print_block(struct failure_view *v)
{
    struct slice rest = buf_slice(&v->block);
    while (rest.len > 0) {
        struct slice line = whole_line(rest);
        print_line(v, line);
        rest = slice_from(rest, line.len + 1);
    }
}

/* In one line, with the cause's id in front. */
static void print_short(struct failure_view *v, const struct error *err)
{
    struct error said = {.code = PEEL_OK};
    error_set(&said, err->code, "%s%s%s", cause_id(err->cause), err->cause != CAUSE_NONE ? ": " : "", err->text);
    console_error(v->console, &said);
}

static void on_error(struct failure_view *v, const struct error *err)
{
    struct block_place place = place_of(v);
    if (err->cause == CAUSE_TLS_ON_HTTP) {
        forget(v);
        cause_append_tls_on_http(&v->block, &place, (int)err->code);
        v->cause = err->cause;
    }
    if (report_view_has_told(v->report)) {
        forget(v);
        return;
    }
    bool is_explained = v->block.len > 0 && err->cause == v->cause && err->cause != CAUSE_NONE;
    bool has_head = is_explained && buf_slice(&v->block).ptr[0] != ' ';
    if (console_errors(v->console) != CONSOLE_ERRORS_FULL || !is_explained)
        print_short(v, err);
    else if (!has_head)
        console_error(v->console, err);
    if (console_errors(v->console) == CONSOLE_ERRORS_FULL && is_explained)
        print_block(v);
    forget(v);
}

static void on_event(void *ctx, const struct trace_event *event)
{
    switch (event->kind) {
    case TRACE_HOP:
        on_hop(ctx, event->data);
        return;
    case TRACE_CONNECTED:
    case TRACE_REUSED:
        on_connected(ctx, event->data);
        return;
    case TRACE_TLS_REFUSED:
        on_refused(ctx, event->data);
        return;
    case TRACE_TLS_FAILED:
        on_failed(ctx, event->data);
        return;
    case TRACE_ERROR:
        on_error(ctx, event->data);
        return;
    default:
        return;
    }
}

struct failure_view *failure_view_new(struct console *console, struct trace *trace)
{
    struct failure_view *v = mem_alloc(sizeof *v);
    v->console = console;
    v->subscriber = (struct trace_subscriber){.mask = TRACE_BIT(TRACE_HOP) | TRACE_BIT(TRACE_CONNECTED) |
                                                      TRACE_BIT(TRACE_REUSED) | TRACE_BIT(TRACE_TLS_REFUSED) |
                                                      TRACE_BIT(TRACE_TLS_FAILED) | TRACE_BIT(TRACE_ERROR),
                                              .on_event = on_event,
                                              .ctx = v};
    trace_subscribe(trace, &v->subscriber);
    return v;
}

void failure_view_yield_to(struct failure_view *view, const struct report_view *report)
{
    view->report = report;
}

void failure_view_free(struct failure_view *view)
{
    if (!view)
        return;
    mem_free(view->url);
    mem_free(view->through);
    mem_free(view->leads_to);
    url_done(&view->parts);
    buf_done(&view->block);
    mem_free(view);
}

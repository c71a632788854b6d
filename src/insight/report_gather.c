/* From events to reports. */
#include "insight/report_gather.h"

#include "base/escape.h"
#include "base/mem.h"
#include "insight/cause.h"
#include "insight/known.h"
#include "insight/packet.h"
#include "insight/report_tls.h"
#include "url/url.h"

#include <stdlib.h>

enum {
    UNFOLDED = 1000000, /* columns: a sentence is one line */
};

struct report_gather {
    uint64_t epoch_us;
    int warn_days;
    bool has_report;   /* one is in the making */
    bool is_exchanged; /* with an answer */
    struct report report, over;
    const struct trace_way *way; /* and the rest: of its hop */
    const char *not_here;
    char *leads_to;
    unsigned connection;
    struct report_tls *tls; /* of the report in the making: one of known */
    struct handshake_view view;
    struct known known; /* of each connection its struct report_tls */
};

static void free_known(void *tls)
{
    report_tls_free(tls);
}

struct report_gather *report_gather_new(uint64_t epoch_us, int warn_days)
{
    struct report_gather *g = mem_alloc(sizeof *g);
    g->epoch_us = epoch_us;
    g->warn_days = warn_days;
    g->known.free = free_known;
    return g;
}

void report_gather_free(struct report_gather *g)
{
    if (!g)
        return;
    known_done(&g->known);
    report_done(&g->report);
    report_done(&g->over);
    mem_free(g->leads_to);
    mem_free(g);
}

static char *escaped(struct slice text)
{
    struct buf out = {0};
    escape_append(&out, text);
    return buf_take(&out);
}

static void begin(struct report_gather *g, const struct trace_hop *hop, uint64_t at_us)
{
    struct error ignored = {0};
    struct url url = {0};
    report_done(&g->report);
    g->has_report = true;
    g->is_exchanged = false;
    g->tls = NULL;
    g->way = hop->way;
    g->not_here = hop->not_here;
    mem_free(g->leads_to);
    g->leads_to = mem_strdup(hop->leads_to);
    g->report = (struct report){.begun_unix_us = g->epoch_us + at_us,
                                .url = escaped(hop->url),
                                .address = mem_strdup(""),
                                .times.begun_us = at_us,
                                .warn_days = g->warn_days};
    bool is_url = url_parse(&url, hop->url, NULL, URL_PATH_AS_IS, &ignored);
    g->report.scheme = mem_strdup(is_url ? url.scheme : "");
    g->report.host = escaped(slice_of(is_url ? url.host : ""));
    g->report.port = is_url ? url.port : 0;
    url_done(&url);
}

/* A Unix socket has no address. */
static void on_address(struct report_gather *g, const struct trace_address *address)
{
    struct packet_end ignored;
    struct slice text = slice_of(address->address);
    mem_free(g->report.address);
    g->report.address = packet_end_parse(&ignored, address->address, 0) ? escaped(text) : mem_strdup("");
    mem_free(g->report.proxy);
    g->report.proxy = address->proxy ? escaped(slice_of(address->proxy)) : NULL;
    g->connection = address->connection;
}

/* What peel itself needed to be ready, such as reading --cacert's file, is not the time of a name. */
static void on_resolved(struct report *r, const struct trace_resolved *resolved, uint64_t at_us)
{
    if (resolved->took_us < at_us - r->times.begun_us)
        r->times.begun_us = at_us - resolved->took_us;
    r->times.resolved_us = at_us;
}

static void on_connected(struct report_gather *g, const struct trace_address *address, uint64_t at_us)
{
    on_address(g, address);
    if (g->report.times.resolved_us == 0) /* there was no name to look up */
        g->report.times.resolved_us = g->report.times.begun_us;
    g->report.times.connected_us = at_us;
}

static void on_reused(struct report_gather *g, const struct trace_address *address)
{
    on_address(g, address);
    g->report.is_reused = true;
    g->tls = known_find(&g->known, address->connection);
}

/* What a proxy answered before is not the server's answer. */
static void forget_response(struct report *r)
{
    mem_free(r->http_version);
    mem_free(r->hsts);
    mem_free(r->alt_svc);
    r->http_version = r->hsts = r->alt_svc = NULL;
    r->status = 0;
}

static void on_offer(struct report_gather *g, const struct tls_offer *offer)
{
    forget_response(&g->report);
    g->tls = report_tls_new(offer);
    known_add(&g->known, g->connection, g->tls);
    handshake_begin(&g->view, offer);
}

static struct block_place place_of(const struct report_gather *g)
{
    const struct report *r = &g->report;
    return (struct block_place){.url = r->url,
                                .host = r->host,
                                .port = r->port,
                                .through = r->proxy,
                                .width = UNFOLDED,
                                .way = g->way,
                                .not_here = g->not_here,
                                .leads_to = g->leads_to};
}

static void on_established(struct report_tls *tls, const struct tls_facts *facts)
{
    tls->is_established = true;
    tls->round_trips = facts->round_trips;
    tls->cpu_us = facts->cpu_us;
}

/* What stands in a response's head, of those fields that are about TLS. */
static void on_response_line(struct report *r, struct slice line)
{
    size_t colon = slice_find(line, ':');
    struct slice name = slice_first(line, colon);
    char **kept = slice_equal_nocase(name, SLICE("strict-transport-security")) ? &r->hsts
                  : slice_equal_nocase(name, SLICE("alt-svc"))                 ? &r->alt_svc
                                                                               : NULL;
    if (slice_starts_with(line, SLICE("HTTP/"))) {
        struct slice version = slice_first(line, slice_find(line, ' '));
        char digits[4] = "";
        struct slice rest = slice_trim(slice_from(line, version.len));
        memcpy(digits, rest.ptr, rest.len < 3 ? rest.len : 3);
        r->status = (int)strtol(digits, NULL, 10);
        mem_free(r->http_version);
        r->http_version = escaped(version);
    } else if (kept && colon < line.len && !*kept) { /* the first counts (RFC 6797 section 8.1) */
        *kept = escaped(slice_trim(slice_from(line, colon + 1)));
    }
}

/* TLS is at fault: the words for it, all blocks of it. */
static void on_fault(struct report_gather *g, enum trace_kind kind, const void *data)
{
    struct report *r = &g->report;
    struct block_place place = place_of(g);
    buf_clear(&r->blocks);
    if (kind == TRACE_TLS_FAILED) {
        const struct tls_breakdown *breakdown = data;
        block_place_blame(&place, breakdown->host, breakdown->proxy);
        r->cause = breakdown->cause;
        r->code = breakdown->code;
        cause_append_connection(&r->blocks, &place, breakdown);
        return;
    }
    const struct tls_verdict *verdict = data;
    block_place_blame(&place, verdict->host, verdict->proxy);
    cause_append_certificate(&r->blocks, &place, verdict);
    if (verdict->is_ignored)
        return;
    r->code = PEEL_PEER_FAILED_VERIFICATION;
    for (size_t i = 0; i < verdict->n_errors; i++)
        if (r->cause == CAUSE_NONE || verdict->errors[i].cause < r->cause)
            r->cause = verdict->errors[i].cause;
}

static void on_certificate(struct report_gather *g, const struct tls_verdict *verdict)
{
    report_tls_certificate(g->tls, verdict);
    if (verdict->is_ignored && verdict->n_errors > 0)
        on_fault(g, TRACE_TLS_CERTIFICATE, verdict);
}

static void on_tls(struct report_gather *g, enum trace_kind kind, const void *data, uint64_t at_us)
{
    switch (kind) {
    case TRACE_TLS_MESSAGE:
        report_tls_message(g->tls, &g->view, data);
        break;
    case TRACE_TLS_CERTIFICATE:
        on_certificate(g, data);
        break;
    case TRACE_TLS_RESUMED:
        report_tls_certificate(g->tls, data);
        g->tls->is_remembered = true;
        break;
    case TRACE_TLS_STAPLE:
        report_tls_staple(g->tls, data);
        break;
    case TRACE_TLS_ESTABLISHED:
        on_established(g->tls, data);
        g->report.times.secured_us = at_us;
        break;
    case TRACE_TLS_SUMMARY:
        report_tls_summary(g->tls, data);
        break;
    default:
        on_fault(g, kind, data);
        break;
    }
}

/* Everything but beginnings and ends. */
static void take_in(struct report_gather *g, const struct trace_event *event)
{
    struct report *r = &g->report;
    switch (event->kind) {
    case TRACE_RESOLVED:
        on_resolved(r, event->data, event->at_us);
        break;
    case TRACE_CONNECTED:
        on_connected(g, event->data, event->at_us);
        break;
    case TRACE_REUSED:
        on_reused(g, event->data);
        break;
    case TRACE_TLS_OFFER:
        on_offer(g, event->data);
        break;
    case TRACE_RESPONSE_LINE:
        on_response_line(r, ((const struct trace_line *)event->data)->text);
        break;
    case TRACE_EXCHANGED:
        r->times.first_byte_us = ((const struct trace_exchanged *)event->data)->first_byte_us;
        r->times.over_us = event->at_us;
        g->is_exchanged = r->status > 0;
        break;
    default:
        if (g->tls)
            on_tls(g, event->kind, event->data, event->at_us);
        break;
    }
}

/* It is over. */
static const struct report *finish(struct report_gather *g, uint64_t at_us)
{
    if (g->report.times.over_us == 0)
        g->report.times.over_us = at_us;
    report_done(&g->over);
    g->over = g->report;
    g->over.tls = g->tls;
    if (report_lacks_certificate(&g->over)) {
        struct block_place place = place_of(g);
        cause_append_client_cert_lacking(&g->over.blocks, &place, g->over.status);
    }
    g->report = (struct report){0};
    g->has_report = false;
    return &g->over;
}

static void on_done(struct report_gather *g, const struct trace_done *done)
{
    struct report *r = &g->report;
    bool is_told = r->cause != CAUSE_NONE && r->cause == done->cause;
    bool is_ignored = r->cause == CAUSE_NONE && done->code == PEEL_OK;
    if (!is_told && !is_ignored)
        buf_clear(&r->blocks);
    r->code = done->code;
    r->cause = done->cause;
    r->error = done->error ? mem_strdup(done->error) : NULL;
    if (done->cause == CAUSE_TLS_ON_HTTP) {
        struct block_place place = place_of(g);
        cause_append_tls_on_http(&r->blocks, &place, done->code);
    }
}

const struct report *report_gather_event(struct report_gather *g, const struct trace_event *event)
{
    const struct report *over = NULL;
    if (event->kind == TRACE_HOP) {
        bool is_worth_it = g->has_report && (g->is_exchanged || g->report.cause != CAUSE_NONE);
        over = is_worth_it ? finish(g, event->at_us) : NULL;
        begin(g, event->data, event->at_us);
        return over;
    }
    if (!g->has_report)
        return NULL;
    if (event->kind == TRACE_DONE) {
        on_done(g, event->data);
        return finish(g, event->at_us);
    }
    take_in(g, event);
    return NULL;
}

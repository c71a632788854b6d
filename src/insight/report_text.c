/* A report for a terminal. */
#include "insight/report_show.h"

#include "base/columns.h"
#include "base/mem.h"
#include "insight/block.h"
#include "insight/revocation.h"
#include "insight/subject.h"

#include <time.h>

enum {
    WIDTH = 80,
    LABEL = 12,
    BAR = 43,
    NAME_WIDTH = 30,
    NAMES_SHOWN = 6,
};

const char *report_verdict_word(const struct report *r)
{
    if (r->code != 0)
        return "FAILED";
    if (r->tls && r->tls->n_faults > 0)
        return "NOT CHECKED";
    if (report_is_revoked(r->tls))
        return "REVOKED";
    return report_is_ending(r) ? "ENDS SOON" : "ALL GOOD";
}

const char *report_lack_of_tls(const struct report *r)
{
    if (r->tls)
        return "no TLS came about";
    return *r->address || strcmp(r->scheme, "https") != 0 ? "without TLS" : "none came about";
}

void report_append_warning(struct buf *out, const struct report *r)
{
    struct report_end first = report_first_end(r->tls);
    if (r->warn_days < 0 || !first.is_known)
        return;
    int days = first.days_left;
    char *name = subject_short(first.subject);
    buf_printf(out, "certificate %s ", name);
    if (days < 0)
        buf_printf(out, "ended %d day%s ago", -days, days == -1 ? "" : "s");
    else
        buf_printf(out, "ends in %d day%s", days, days == 1 ? "" : "s");
    buf_printf(out, " (limit %d%s)", r->warn_days, report_is_ending(r) ? "" : ": OK");
    mem_free(name);
}

void report_append_seconds(struct buf *out, uint64_t seconds)
{
    static const struct {
        uint64_t length;
        const char *name;
        bool has_plural;
    } units[] = {
        {31536000, "year", true}, {86400, "day", true}, {3600, "h", false}, {60, "min", false}, {1, "s", false}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        uint64_t n = seconds / units[i].length;
        if (seconds % units[i].length != 0 || n == 0)
            continue;
        buf_printf(out, "%llu %s%s", (unsigned long long)n, units[i].name, units[i].has_plural && n > 1 ? "s" : "");
        return;
    }
    buf_append_text(out, "0 s");
}

/* The label, once for all lines under it. */
static void label(struct buf *out, const char *text)
{
    buf_printf(out, "%-*s", LABEL, text);
}

static void pad(struct buf *out, size_t start, size_t width)
{
    size_t used = columns_of(slice_from(buf_slice(out), start));
    for (; used < width; used++)
        buf_append_byte(out, ' ');
}

/* The line goes on where it stands; what does not fit stands below, a word longer than that as it is. */
static void append_wrapped(struct buf *out, struct slice text)
{
    size_t column = LABEL;
    while (text.len > 0) {
        struct slice word = slice_first(text, slice_find(text, ' '));
        size_t width = columns_of(word);
        bool is_first = column == LABEL;
        if (!is_first && column + 1 + width > WIDTH) {
            buf_printf(out, "\n%*s", LABEL, "");
            column = LABEL;
        } else if (!is_first) {
            buf_append_byte(out, ' ');
        }
        buf_append(out, word);
        column += width + !is_first;
        text = slice_from(text, word.len < text.len ? word.len + 1 : word.len);
    }
    buf_append_byte(out, '\n');
}

static void append_head(struct buf *out, const struct report *r)
{
    size_t start = out->len;
    time_t seconds = (time_t)(r->begun_unix_us / 1000000);
    struct tm tm = {0};
    char when[64] = "";
    gmtime_r(&seconds, &tm);
    strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", &tm);
    struct buf word = {0};
    buf_append_text(&word, report_verdict_word(r));
    if (r->code != 0)
        buf_printf(&word, " (%d)%s%s", r->code, r->cause != CAUSE_NONE ? " " : "", cause_id(r->cause));
    buf_printf(out, strchr(r->host, ':') ? "[%s]:%u" : "%s:%u", r->host, (unsigned)r->port);
    buf_printf(out, "   %s%s%s   ", r->address, *r->address ? "   " : "", when);
    pad(out, start, word.len < WIDTH ? WIDTH - word.len : 0);
    buf_append(out, buf_slice(&word));
    buf_append_byte(out, '\n');
    buf_done(&word);
}

static void append_if(struct buf *out, const char *before, const char *text)
{
    if (*text)
        buf_printf(out, "%s%s", before, text);
}

static void append_connection(struct buf *out, const struct report *r)
{
    const struct report_tls *tls = r->tls;
    label(out, "connection");
    if (!tls || !*tls->summary.version) {
        buf_printf(out, "%s\n", report_lack_of_tls(r));
        return;
    }
    const struct tls_summary *s = &tls->summary;
    buf_printf(out, "%s  %s", s->version, s->cipher);
    append_if(out, "  ", s->group);
    append_if(out, "  ", s->sigalg);
    append_if(out, "  ALPN ", s->alpn);
    buf_append_byte(out, '\n');
    if (!tls->is_established)
        return;
    label(out, "");
    buf_append_text(out, r->is_reused ? "kept open, used again" : s->is_resumed ? "resumed" : "handshake in full");
    buf_printf(out, ", %u round trip%s, JA4 %s\n", tls->round_trips, tls->round_trips == 1 ? "" : "s", s->ja4);
}

static void append_days(struct buf *out, int days)
{
    if (days < 0)
        buf_printf(out, "ended %d day%s ago", -days, days == -1 ? "" : "s");
    else
        buf_printf(out, "%d day%s", days, days == 1 ? "" : "s");
}

/* "FAIL missing-issuer, expired" */
static void append_fault(struct buf *out, const struct report_tls *tls, size_t depth)
{
    const char *separator = "  FAIL ";
    for (enum cause cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
        if (report_has_fault(tls, depth, cause)) {
            buf_printf(out, "%s%s", separator, cause_id(cause));
            separator = ", ";
        }
}

static void append_certificate(struct buf *out, const struct report_tls *tls, size_t depth)
{
    const struct report_certificate *c = &tls->chain[depth];
    bool is_anchor = tls->anchor && depth + 1 == tls->n_chain;
    label(out, depth == 0 ? "chain" : "");
    buf_printf(out, is_anchor && depth > 0 ? "[*] " : "[%zu] ", depth);
    char *name = subject_short(c->facts.subject);
    size_t start = out->len;
    buf_append_text(out, name);
    mem_free(name);
    pad(out, start, NAME_WIDTH);
    buf_printf(out, "  %-8s  ", c->facts.key);
    append_days(out, c->facts.days_left);
    if (c->facts.n_scts > 0)
        buf_printf(out, "  CT %u", c->facts.n_scts);
    if (depth == 0 && tls->has_staple)
        buf_printf(out, "  staple %s", tls_staple_id(tls->staple.status));
    append_fault(out, tls, depth);
    buf_append_byte(out, '\n');
}

static void append_name(struct buf *out, const struct report *r)
{
    const struct report_certificate *leaf = &r->tls->chain[0];
    label(out, "name");
    if (r->tls->matched_name) {
        buf_printf(out, "%s matches %s (1 of %zu name%s)\n", r->host, subject_bare_name(r->tls->matched_name),
                   leaf->n_names, leaf->n_names == 1 ? "" : "s");
        return;
    }
    buf_printf(out, "%s is not among %zu name%s", r->host, leaf->n_names, leaf->n_names == 1 ? "" : "s");
    for (size_t i = 0; i < leaf->n_names && i < NAMES_SHOWN; i++)
        buf_printf(out, "%s%s", i == 0 ? ": " : ", ", subject_bare_name(leaf->names[i]));
    buf_append_text(out, leaf->n_names > NAMES_SHOWN ? ", ...\n" : "\n");
}

/* Of a staple more than its word in the chain's first line. */
static void append_revocation(struct buf *out, const struct report_tls *tls)
{
    if (!tls->has_staple || tls->staple.status == TLS_STAPLE_NONE)
        return;
    struct buf words = {0};
    revocation_append(&words, &tls->staple);
    if (*tls->staple.responder) {
        char *name = subject_short(tls->staple.responder);
        buf_printf(&words, ", by %s", name);
        mem_free(name);
    }
    label(out, "revocation");
    append_wrapped(out, buf_slice(&words));
    if (report_is_revoked(tls) && !tls->staple.is_demanded) {
        label(out, "");
        append_wrapped(out, SLICE("let pass, as nobody said --cert-status"));
    }
    buf_done(&words);
}

static void append_chain(struct buf *out, const struct report *r)
{
    const struct report_tls *tls = r->tls;
    if (!tls || tls->n_chain == 0)
        return;
    for (size_t i = 0; i < tls->n_chain; i++)
        append_certificate(out, tls, i);
    label(out, "trust");
    buf_printf(out, "%s%s\n", tls->trust, tls->anchor ? "" : ", which does not hold the end of this chain");
    append_name(out, r);
    append_revocation(out, tls);
    if (tls->chain[0].pin) {
        label(out, "pin");
        buf_printf(out, "%s\n", tls->chain[0].pin);
    }
}

static void append_resumption(struct buf *out, const struct report_tls *tls)
{
    struct report_tickets tickets = tls ? report_tickets(tls) : (struct report_tickets){0};
    if (tickets.n == 0)
        return;
    label(out, "resumption");
    buf_printf(out, "%u ticket%s, ", tickets.n, tickets.n == 1 ? "" : "s");
    report_append_seconds(out, tickets.lifetime_s);
    if (tickets.early_data > 0)
        buf_printf(out, ", early data %llu", (unsigned long long)tickets.early_data);
    buf_append_byte(out, '\n');
}

static void append_http(struct buf *out, const struct report *r)
{
    if (r->status == 0)
        return;
    label(out, "http");
    buf_printf(out, "%d", r->status);
    append_if(out, ", HSTS ", r->hsts ? r->hsts : "");
    append_if(out, ", Alt-Svc ", r->alt_svc ? r->alt_svc : "");
    buf_append_byte(out, '\n');
}

/* A command is there to be copied. */
static bool is_command(struct slice text)
{
    return slice_starts_with(text, SLICE("peel ")) || memmem(text.ptr, text.len, ": peel ", 7);
}

/* "[0] ..." */
static bool is_of_chain(const struct block_line *line)
{
    return slice_equal(line->label, SLICE("evidence")) && line->text.len > 1 && line->text.ptr[0] == '[' &&
           line->text.ptr[1] != '?';
}

/* Why it failed, in the words of the failure block. */
static void append_faults(struct buf *out, const struct report *r)
{
    struct slice rest = buf_slice(&r->blocks);
    struct block_line line = {0};
    if (rest.len == 0 && r->error) {
        label(out, "error");
        append_wrapped(out, slice_of(r->error));
    }
    struct slice before = SLICE("");
    while (block_next(&rest, &line)) {
        if (line.label.len == 0 || is_of_chain(&line)) /* the verdict and the chain stand above */
            continue;
        bool is_new = !slice_equal(line.label, before);
        buf_printf(out, "%-*.*s", LABEL, is_new ? (int)line.label.len : 0, line.label.ptr);
        if (is_command(line.text))
            buf_printf(out, "%.*s\n", (int)line.text.len, line.text.ptr);
        else
            append_wrapped(out, line.text);
        before = line.label;
    }
}

static void append_bar(struct buf *out, const struct report_span *span, uint64_t total_us)
{
    size_t from = total_us > 0 ? (size_t)(span->from_us * BAR / total_us) : 0;
    size_t len = total_us > 0 ? (size_t)((span->len_us * BAR + total_us / 2) / total_us) : 0;
    from = from < BAR ? from : BAR - 1;
    len = len == 0 ? 1 : len;
    buf_append_byte(out, '|');
    for (size_t i = 0; i < BAR; i++)
        buf_append_byte(out, i < from || i >= from + len ? ' ' : span->is_failed ? 'x' : '#');
    buf_printf(out, "| %7.1f ms%s\n", (double)span->len_us / 1000, span->is_failed ? " failed" : "");
}

static void append_time(struct buf *out, const struct report *r)
{
    struct report_span spans[PHASE_COUNT];
    bool is_first = true;
    report_phases(r, spans);
    for (unsigned i = 0; i < PHASE_COUNT; i++) {
        if (!spans[i].is_there)
            continue;
        buf_printf(out, "%-5s %-5s ", is_first ? "time" : "", report_phase_names[i]);
        append_bar(out, &spans[i], r->times.over_us - r->times.begun_us);
        is_first = false;
    }
}

void report_text_append(struct buf *out, const struct report *r)
{
    append_head(out, r);
    append_connection(out, r);
    append_chain(out, r);
    append_resumption(out, r->tls);
    append_http(out, r);
    append_faults(out, r);
    append_time(out, r);
    struct buf warning = {0};
    report_append_warning(&warning, r);
    if (warning.len > 0) {
        label(out, "warn");
        buf_append(out, buf_slice(&warning));
        buf_append_byte(out, '\n');
    }
    buf_done(&warning);
}

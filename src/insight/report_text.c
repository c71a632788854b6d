/* A report for a terminal. */
#include "insight/report_show.h"

#include "base/columns.h"
#include "base/mem.h"
#include "base/wrap.h"
#include "insight/block.h"
#include "insight/revocation.h"
#include "insight/subject.h"
#include "output/style.h"
#include "tls/certificate.h"

#include <stdio.h>
#include <time.h>

enum {
    WIDTH = 80,
    LABEL = 12,
    BAR = 43,
    SIGN = 4, /* "[0] " */
    NAME_LEAST = 16,
    NAME_MOST = 30,
    NAMES_SHOWN = 6,
};

static enum console_style style_of_verdict(const struct report *r)
{
    static const enum console_style styles[] = {
        [REPORT_GOOD] = STYLE_GREEN, [REPORT_UNSURE] = STYLE_YELLOW, [REPORT_BAD] = STYLE_RED_BOLD};
    return styles[report_verdict(r)];
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

static void append_head(struct buf *out, const struct report *r, bool is_styled)
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
    buf_append_text(out, "   ");
    report_append_peer(out, r);
    buf_printf(out, "%s%s", *r->address ? "   " : "", when);
    if (columns_of(slice_from(buf_slice(out), start)) + 3 + word.len > WIDTH) { /* at the right of the next line */
        buf_append_byte(out, '\n');
        start = out->len;
    } else {
        buf_append_text(out, "   ");
    }
    pad(out, start, word.len < WIDTH ? WIDTH - word.len : 0);
    style_append(out, is_styled, style_of_verdict(r), buf_slice(&word));
    buf_append_byte(out, '\n');
    buf_done(&word);
}

/* Behind the label; what does not fit stands below. */
static void append_wrapped(struct buf *out, struct slice text)
{
    wrap_append(out, (struct wrap){WIDTH, LABEL, LABEL}, text);
}

/* A line with its label. Takes what is in text. */
static void append_line(struct buf *out, const char *name, struct buf *text)
{
    label(out, name);
    append_wrapped(out, buf_slice(text));
    buf_append_byte(out, '\n');
    buf_done(text);
}

static void append_if(struct buf *out, const char *before, const char *text)
{
    if (*text)
        buf_printf(out, "%s%s", before, text);
}

static void append_connection(struct buf *out, const struct report *r)
{
    const struct report_tls *tls = r->tls;
    struct buf text = {0};
    if (!tls || !*tls->summary.version) {
        buf_append_text(&text, report_lack_of_tls(r));
        append_line(out, "connection", &text);
        return;
    }
    const struct tls_summary *s = &tls->summary;
    buf_printf(&text, "%s  %s", s->version, s->cipher);
    append_if(&text, "  ", s->group);
    append_if(&text, "  ", s->sigalg);
    append_if(&text, "  ALPN ", s->alpn);
    append_line(out, "connection", &text);
    if (!tls->is_established)
        return;
    buf_append_text(&text, r->is_reused ? "kept open, used again" : s->is_resumed ? "resumed" : "handshake in full");
    buf_printf(&text, ", %u round trip%s", tls->round_trips, tls->round_trips == 1 ? "" : "s");
    append_line(out, "", &text);
    buf_append_text(&text, s->ja4);
    append_line(out, "JA4", &text);
}

static void append_client_cert(struct buf *out, const struct report_tls *tls)
{
    struct buf text = {0};
    if (tls)
        report_append_client_cert(&text, tls);
    if (text.len > 0)
        append_line(out, "client cert", &text);
}

/* "FAIL missing-issuer, expired" */
static void append_faults_of(struct buf *out, const struct report_tls *tls, size_t depth)
{
    for (enum cause cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
        if (report_has_fault(tls, depth, cause))
            buf_printf(out, "%s%s", out->len == 0 ? "FAIL " : ", ", cause_id(cause));
}

/* As wide as the longest name, within bounds. */
static size_t width_of_names(const struct report_tls *tls)
{
    size_t width = NAME_LEAST;
    for (size_t i = 0; i < tls->n_chain; i++) {
        char *name = subject_short(tls->chain[i].facts.subject);
        size_t own = columns_of(slice_of(name));
        width = own > width ? own : width;
        mem_free(name);
    }
    return width < NAME_MOST ? width : NAME_MOST;
}

static void append_certificate(struct buf *out, const struct report_tls *tls, size_t depth, bool is_styled)
{
    const struct report_certificate *c = &tls->chain[depth];
    bool is_anchor = tls->anchor && depth + 1 == tls->n_chain;
    size_t start = out->len;
    struct buf faults = {0};
    label(out, depth == 0 ? "chain" : "");
    buf_printf(out, is_anchor && depth > 0 ? "[*] " : "[%zu] ", depth);
    char *name = subject_short(c->facts.subject);
    buf_append_text(out, name);
    mem_free(name);
    pad(out, start, LABEL + SIGN + width_of_names(tls));
    buf_printf(out, "  %-8s  ", c->facts.key);
    report_append_validity(out, &c->facts);
    if (c->facts.n_scts > 0)
        buf_printf(out, "  CT %u", c->facts.n_scts);
    if (depth == 0 && tls->has_staple)
        buf_printf(out, "  staple %s", tls_staple_id(tls->staple.status));
    append_faults_of(&faults, tls, depth);
    bool fits = columns_of(slice_from(buf_slice(out), start)) + 2 + faults.len <= WIDTH;
    if (faults.len > 0)
        buf_printf(out, "%s%*s", fits ? "" : "\n", fits ? 2 : LABEL + SIGN, "");
    style_append(out, is_styled, STYLE_RED_BOLD, buf_slice(&faults));
    buf_append_byte(out, '\n');
    buf_done(&faults);
}

static void append_name(struct buf *out, const struct report *r)
{
    const struct report_certificate *leaf = &r->tls->chain[0];
    struct buf text = {0};
    if (r->tls->matched_name)
        buf_printf(&text, "%s matches %s (1 of %zu name%s)", r->host, subject_bare_name(r->tls->matched_name),
                   leaf->n_names, leaf->n_names == 1 ? "" : "s");
    else
        buf_printf(&text, "%s is not among %zu name%s", r->host, leaf->n_names, leaf->n_names == 1 ? "" : "s");
    for (size_t i = 0; !r->tls->matched_name && i < leaf->n_names && i < NAMES_SHOWN; i++)
        buf_printf(&text, "%s%s", i == 0 ? ": " : ", ", subject_bare_name(leaf->names[i]));
    if (!r->tls->matched_name && leaf->n_names > NAMES_SHOWN)
        buf_append_text(&text, ", ...");
    append_line(out, "name", &text);
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
    append_line(out, "revocation", &words);
    if (report_is_revoked(tls) && !tls->staple.is_demanded) {
        buf_append_text(&words, "let pass, as nobody said --cert-status");
        append_line(out, "", &words);
    }
}

static void append_chain(struct buf *out, const struct report *r, bool is_styled)
{
    const struct report_tls *tls = r->tls;
    struct buf text = {0};
    if (!tls || tls->n_chain == 0)
        return;
    for (size_t i = 0; i < tls->n_chain; i++)
        append_certificate(out, tls, i, is_styled);
    if (tls->is_remembered) {
        buf_append_text(&text, report_remembered);
        append_line(out, "", &text);
    }
    report_append_trust(&text, tls);
    append_line(out, "trust", &text);
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

static void append_early_data(struct buf *out, const struct report_tls *tls)
{
    struct buf text = {0};
    if (tls)
        buf_append_text(&text, report_early_words(tls));
    if (text.len > 0)
        append_line(out, "early data", &text);
}

static void append_http(struct buf *out, const struct report *r)
{
    struct buf text = {0};
    if (r->status == 0)
        return;
    buf_printf(&text, "%d", r->status);
    append_if(&text, ", HSTS ", r->hsts ? r->hsts : "");
    append_if(&text, ", Alt-Svc ", r->alt_svc ? r->alt_svc : "");
    append_line(out, "http", &text);
}

/* "[0] ..." */
static bool is_of_chain(const struct block_line *line)
{
    return slice_equal(line->label, SLICE("evidence")) && line->text.len > 1 && line->text.ptr[0] == '[' &&
           line->text.ptr[1] != '?';
}

/* In bold, as in the failure block. */
static void append_fault_label(struct buf *out, struct slice text, bool is_styled)
{
    style_append(out, is_styled, STYLE_BOLD, text);
    for (size_t i = text.len; i < LABEL; i++)
        buf_append_byte(out, ' ');
}

static void append_fault_line(struct buf *out, struct slice text, bool is_styled)
{
    struct buf shown = {0};
    bool is_bad = text.len > 4 && memcmp(text.ptr + text.len - 4, "FAIL", 4) == 0;
    size_t at = block_find_command(text);
    if (at == 0 || LABEL + columns_of(text) <= WIDTH) {
        buf_append(&shown, text);
    } else {
        append_wrapped(&shown, slice_trim(slice_first(text, at)));
        if (at < text.len)
            buf_printf(&shown, "\n%*s%.*s", LABEL, "", (int)(text.len - at), text.ptr + at);
    }
    style_append(out, is_styled, is_bad ? STYLE_RED_BOLD : STYLE_PLAIN, buf_slice(&shown));
    buf_append_byte(out, '\n');
    buf_done(&shown);
}

/* Why it failed, in the words of the failure block. */
static void append_faults(struct buf *out, const struct report *r, bool is_styled)
{
    struct slice rest = buf_slice(&r->blocks);
    struct block_line line = {0};
    bool has_head = rest.len > 0 && rest.ptr[0] != ' ';
    if (!has_head && r->error) {
        append_fault_label(out, SLICE("error"), is_styled);
        append_fault_line(out, slice_of(r->error), is_styled);
    }
    struct slice before = SLICE("");
    while (block_next(&rest, &line)) {
        if (line.label.len == 0 || is_of_chain(&line)) /* the verdict and the chain stand above */
            continue;
        bool is_new = !slice_equal(line.label, before);
        append_fault_label(out, is_new ? line.label : SLICE(""), is_styled);
        append_fault_line(out, line.text, is_styled);
        before = line.label;
    }
}

static void append_bar(struct buf *out, const struct report_span *span, uint64_t total_us, bool is_styled)
{
    char bar[BAR], length[32];
    size_t from = total_us > 0 ? (size_t)(span->from_us * BAR / total_us) : 0;
    size_t len = total_us > 0 ? (size_t)((span->len_us * BAR + total_us / 2) / total_us) : 0;
    from = from < BAR ? from : BAR - 1;
    len = len == 0 ? 1 : len;
    for (size_t i = 0; i < BAR; i++)
        bar[i] = i < from || i >= from + len ? ' ' : span->is_failed ? 'x' : '#';
    snprintf(length, sizeof length, "%7.1f ms", (double)span->len_us / 1000);
    buf_append_byte(out, '|');
    style_append(out, is_styled, span->is_failed ? STYLE_RED_BOLD : STYLE_PLAIN, (struct slice){bar, BAR});
    buf_append_text(out, "| ");
    style_append(out, is_styled, STYLE_DIM, slice_of(length));
    if (span->is_failed)
        buf_append_byte(out, ' ');
    style_append(out, is_styled, STYLE_RED_BOLD, span->is_failed ? SLICE("failed") : SLICE(""));
    buf_append_byte(out, '\n');
}

static void append_time(struct buf *out, const struct report *r, bool is_styled)
{
    struct report_span spans[PHASE_COUNT];
    bool is_first = true;
    report_phases(r, spans);
    for (unsigned i = 0; i < PHASE_COUNT; i++) {
        if (!spans[i].is_there)
            continue;
        buf_printf(out, "%-5s %-5s ", is_first ? "time" : "", report_phase_names[i]);
        append_bar(out, &spans[i], r->times.over_us - r->times.begun_us, is_styled);
        is_first = false;
    }
}

static void append_end(struct buf *out, const struct report *r, bool is_styled)
{
    struct buf warning = {0};
    report_append_warning(&warning, r);
    if (warning.len > 0) {
        label(out, "warn");
        style_append(out, is_styled, report_is_ending(r) ? STYLE_YELLOW : STYLE_PLAIN, buf_slice(&warning));
        buf_append_byte(out, '\n');
    }
    buf_done(&warning);
}

void report_text_append(struct buf *out, const struct report *r, bool is_styled)
{
    append_head(out, r, is_styled);
    append_connection(out, r);
    append_client_cert(out, r->tls);
    append_chain(out, r, is_styled);
    append_early_data(out, r->tls);
    append_resumption(out, r->tls);
    append_http(out, r);
    append_faults(out, r, is_styled);
    append_time(out, r, is_styled);
    append_end(out, r, is_styled);
}

/* The chain of certificates on a page. */
#include "insight/report_html.h"

#include "base/mem.h"
#include "insight/html.h"
#include "insight/report_show.h"
#include "insight/subject.h"

#include <time.h>

enum {
    NAMES_SHOWN = 12,
};

/* Days since 1970 of "2026-10-01T00:00:00Z"; 0 when it is no date. */
static long day_of(const char *date)
{
    struct tm tm = {0};
    return strptime(date, "%Y-%m-%dT%H:%M:%SZ", &tm) ? (long)(timegm(&tm) / 86400) : 0;
}

/* How much of its life is over. */
static void append_life(struct buf *out, const struct tls_certificate *c)
{
    long life = day_of(c->until) - day_of(c->from);
    long spent = life - tls_days(c->left_s);
    int percent = life > 0 ? (int)(spent * 100 / life) : 100;
    percent = percent < 0 ? 0 : percent > 100 ? 100 : percent;
    buf_printf(out, "<div class=\"life\"><i style=\"width:%d%%\"></i></div><p>%.10s to %.10s, ", percent, c->from,
               c->until);
    report_append_validity(out, c);
    buf_append_text(out, "</p>");
}

static void append_faults(struct buf *out, const struct report_tls *tls, size_t depth)
{
    for (enum cause cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
        if (report_has_fault(tls, depth, cause))
            html_element(out, "p", "why", cause_title(cause));
}

static void append_names(struct buf *out, const struct report_certificate *c)
{
    if (c->n_names == 0)
        return;
    buf_append_text(out, "<p class=\"names\">");
    for (size_t i = 0; i < c->n_names && i < NAMES_SHOWN; i++)
        html_element(out, "span", "v", subject_bare_name(c->names[i]));
    if (c->n_names > NAMES_SHOWN)
        buf_printf(out, "and %zu more", c->n_names - NAMES_SHOWN);
    buf_append_text(out, "</p>");
}

static void append_pem(struct buf *out, const char *pem)
{
    struct slice rest = slice_of(pem);
    buf_append_text(out, "<pre>");
    while (rest.len > 0) {
        struct slice line = slice_first(rest, slice_find(rest, '\n'));
        html_text(out, line);
        buf_append_byte(out, '\n');
        rest = slice_from(rest, line.len < rest.len ? line.len + 1 : line.len);
    }
    buf_append_text(out, "</pre>");
}

/* What few want to see. */
static void append_rest(struct buf *out, const struct report_certificate *c)
{
    buf_append_text(out, "<details><summary>more</summary><p>subject ");
    html_text(out, slice_of(c->facts.subject));
    buf_append_text(out, "</p><p>issuer ");
    html_text(out, slice_of(c->facts.issuer));
    buf_append_text(out, "</p>");
    if (c->pin) {
        buf_append_text(out, "<p>pin ");
        html_element(out, "code", "", c->pin);
        buf_append_text(out, "</p>");
    }
    if (c->pem)
        append_pem(out, c->pem);
    buf_append_text(out, "</details>");
}

static bool is_faulty(const struct report_tls *tls, size_t depth)
{
    for (enum cause cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
        if (report_has_fault(tls, depth, cause))
            return true;
    return false;
}

static void append_certificate(struct buf *out, const struct report_tls *tls, size_t depth)
{
    const struct report_certificate *c = &tls->chain[depth];
    bool is_anchor = tls->anchor && depth + 1 == tls->n_chain;
    char *name = subject_short(c->facts.subject);
    buf_printf(out, "<div class=\"cert%s%s\"><h3>", is_faulty(tls, depth) ? " fault" : "", is_anchor ? " anchor" : "");
    html_text(out, slice_of(name));
    buf_append_text(out, "<span>");
    html_text(out, slice_of(c->facts.key));
    if (c->facts.n_scts > 0)
        buf_printf(out, " \xc2\xb7 CT %u", c->facts.n_scts);
    buf_append_text(out, is_anchor ? " \xc2\xb7 trusted here</span></h3>" : "</span></h3>");
    append_faults(out, tls, depth);
    append_life(out, &c->facts);
    append_names(out, c);
    append_rest(out, c);
    buf_append_text(out, "</div>\n");
    mem_free(name);
}

/* Whoever signed the last one is not at hand. */
static void append_absent(struct buf *out, const struct report_tls *tls)
{
    const struct tls_certificate *last = &tls->chain[tls->n_chain - 1].facts;
    if (tls->anchor || tls->is_remembered || last->is_self_issued)
        return;
    char *name = subject_short(last->issuer);
    buf_append_text(out, "<div class=\"cert fault absent\"><h3>");
    html_text(out, slice_of(name));
    buf_append_text(out, "</h3><p class=\"why\">not sent, not in the trust store</p></div>\n");
    mem_free(name);
}

void report_html_chain(struct buf *out, const struct report_tls *tls)
{
    if (!tls || tls->n_chain == 0)
        return;
    buf_append_text(out, "<section class=\"card\"><h2>Certificates</h2>\n");
    for (size_t i = 0; i < tls->n_chain; i++)
        append_certificate(out, tls, i);
    append_absent(out, tls);
    struct buf trust = {0};
    report_append_trust(&trust, tls);
    if (tls->is_remembered)
        html_element(out, "p", "hint", report_remembered);
    buf_append_text(out, "<p class=\"hint\">trust: ");
    html_text(out, buf_slice(&trust));
    buf_append_text(out, "</p></section>\n");
    buf_done(&trust);
}

/* A report as a page. */
#include "insight/report_html.h"

#include "insight/block.h"
#include "insight/html.h"
#include "insight/report_show.h"
#include "insight/report_style.h"
#include "insight/revocation.h"

#include <time.h>

void report_html_start(struct buf *out)
{
    buf_append_text(out,
                    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                    "'unsafe-inline'\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                    "<meta name=\"generator\" content=\"peel " PEEL_VERSION "\">\n<title>TLS report</title>\n<style>");
    for (size_t i = 0; i < sizeof report_style / sizeof *report_style; i++)
        buf_append_text(out, report_style[i]);
    buf_append_text(out, "</style>\n</head>\n<body>\n<main>\n");
}

void report_html_end(struct buf *out)
{
    buf_append_text(out, "</main>\n</body>\n</html>\n");
}

static const char *kind_of(const struct report *r)
{
    static const char *const kinds[] = {[REPORT_GOOD] = "good", [REPORT_UNSURE] = "unsure", [REPORT_BAD] = "bad"};
    return kinds[report_verdict(r)];
}

static void append_top(struct buf *out, const struct report *r)
{
    time_t seconds = (time_t)(r->begun_unix_us / 1000000);
    struct tm tm = {0};
    char when[64] = "";
    gmtime_r(&seconds, &tm);
    strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S UTC", &tm);
    buf_append_text(out, "<header class=\"top\"><h1>");
    html_text(out, slice_of(r->host));
    buf_printf(out, ":%u</h1><span class=\"badge\">%s", (unsigned)r->port, report_verdict_word(r));
    if (r->code != 0)
        buf_printf(out, " (%d)", r->code);
    buf_append_text(out, "</span><p>");
    html_text(out, slice_of(r->url));
    struct buf peer = {0};
    report_append_peer(&peer, r);
    if (peer.len > 0) {
        buf_append_text(out, " \xc2\xb7 ");
        html_text(out, buf_slice(&peer));
    }
    buf_done(&peer);
    buf_printf(out, " \xc2\xb7 %s%s</p></header>\n", when,
               r->is_reused ? " \xc2\xb7 on a connection that was kept" : "");
}

/* A command by itself stands out, to be copied. */
static void append_line(struct buf *out, struct slice text)
{
    const char *tag = slice_starts_with(text, SLICE("peel ")) ? "pre" : "p";
    buf_printf(out, "<%s>", tag);
    html_text(out, text);
    buf_printf(out, "</%s>", tag);
}

static void append_cause(struct buf *out, struct slice block)
{
    struct block_line line = {0};
    struct slice before = SLICE("");
    enum cause cause = block_cause(block);
    buf_append_text(out, "<section class=\"cause\"><h3>");
    html_text(out, slice_of(cause_title(cause)));
    if (strcmp(cause_id(cause), cause_title(cause)) != 0)
        html_element(out, "code", "", cause_id(cause));
    buf_append_text(out, "</h3><dl>");
    while (block_next(&block, &line)) {
        bool is_table = slice_equal(line.label, SLICE("evidence")) && slice_starts_with(line.text, SLICE("["));
        if (line.label.len == 0 || is_table) /* the badge and the cards show it */
            continue;
        if (!slice_equal(before, line.label)) {
            buf_append_text(out, before.len > 0 ? "</dd><dt>" : "<dt>");
            html_text(out, line.label);
            buf_append_text(out,
                            slice_equal(line.label, SLICE("evidence")) ? "</dt><dd class=\"evidence\">" : "</dt><dd>");
        }
        append_line(out, line.text);
        before = line.label;
    }
    buf_append_text(out, "</dd></dl></section>\n");
}

static void append_causes(struct buf *out, const struct report *r)
{
    struct slice rest = buf_slice(&r->blocks), block;
    if (rest.len == 0 && r->error)
        html_element(out, "section", "cause", r->error);
    while (block_next_whole(&rest, &block))
        append_cause(out, block);
    struct buf warning = {0};
    report_append_warning(&warning, r);
    if (report_is_ending(r))
        html_element(out, "p", "notice", buf_text(&warning));
    buf_done(&warning);
    if (report_is_revoked(r->tls) && !r->tls->staple.is_demanded)
        html_element(out, "p", "notice",
                     "The certificate was revoked by its issuer. It was let pass, as nobody said --cert-status.");
}

static void append_fact(struct buf *out, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    html_element(out, "dt", "", name);
    html_element(out, "dd", "", value);
}

/* Its three parts: it is long, and may be broken between them. */
static void append_ja4(struct buf *out, struct slice text)
{
    if (text.len == 0)
        return;
    buf_append_text(out, "<dt>JA4</dt><dd>");
    while (text.len > 0) {
        size_t end = slice_find(text, '_');
        struct slice part = slice_first(text, end < text.len ? end + 1 : end);
        html_text(out, part);
        text = slice_from(text, part.len);
        buf_append_text(out, text.len > 0 ? "<wbr>" : "</dd>");
    }
}

static void append_tls(struct buf *out, const struct report *r)
{
    const struct report_tls *tls = r->tls;
    const struct tls_summary *s = &tls->summary;
    struct report_tickets tickets = report_tickets(tls);
    struct buf text = {0};
    append_fact(out, "version", *s->version ? s->version : report_lack_of_tls(r));
    append_fact(out, "cipher", s->cipher);
    append_fact(out, "group", s->group);
    append_fact(out, "signature", s->sigalg);
    append_fact(out, "ALPN", s->alpn);
    append_fact(out, "server name", tls->server_name);
    append_fact(out, "early data", report_early_words(tls));
    if (tls->is_established)
        buf_printf(&text, "%s, %u round trip%s", s->is_resumed ? "resumed" : "in full", tls->round_trips,
                   tls->round_trips == 1 ? "" : "s");
    append_fact(out, "handshake", buf_text(&text));
    buf_clear(&text);
    if (tickets.n > 0) {
        buf_printf(&text, "%u ticket%s, ", tickets.n, tickets.n == 1 ? "" : "s");
        report_append_seconds(&text, tickets.lifetime_s);
    }
    append_fact(out, "resumption", buf_text(&text));
    buf_clear(&text);
    if (tls->has_staple) {
        revocation_append(&text, &tls->staple);
        append_fact(out, "revocation", buf_text(&text));
        append_fact(out, "responder", tls->staple.responder);
    }
    buf_clear(&text);
    report_append_client_cert(&text, tls);
    append_fact(out, "client cert", buf_text(&text));
    append_ja4(out, slice_of(s->ja4));
    buf_done(&text);
}

static void append_facts(struct buf *out, const struct report *r)
{
    struct buf status = {0};
    buf_append_text(out, "<section class=\"card\"><h2>Connection</h2><dl class=\"facts\">");
    if (r->tls)
        append_tls(out, r);
    else
        append_fact(out, "version", report_lack_of_tls(r));
    if (r->status > 0)
        buf_printf(&status, "%d (%s)", r->status, r->http_version);
    append_fact(out, "HTTP", buf_text(&status));
    append_fact(out, "HSTS", r->hsts);
    append_fact(out, "Alt-Svc", r->alt_svc);
    buf_append_text(out, "</dl></section>\n");
    buf_done(&status);
}

static void append_time(struct buf *out, const struct report *r)
{
    struct report_span spans[PHASE_COUNT];
    double total = (double)(r->times.over_us - r->times.begun_us);
    report_phases(r, spans);
    buf_append_text(out, "<section class=\"card\"><h2>Time</h2><div class=\"bars\">");
    for (unsigned i = 0; i < PHASE_COUNT; i++) {
        if (!spans[i].is_there)
            continue;
        double from = total > 0 ? 100 * (double)spans[i].from_us / total : 0;
        double len = total > 0 ? 100 * (double)spans[i].len_us / total : 0;
        buf_printf(
            out, "<span>%s</span><span class=\"track\"><i class=\"%s\" style=\"left:%.2f%%;width:%.2f%%\"></i></span>",
            report_phase_names[i], spans[i].is_failed ? "failed" : report_phase_names[i], from, len);
        buf_printf(out, "<span class=\"ms\">%.1f ms</span>\n", (double)spans[i].len_us / 1000);
    }
    buf_append_text(out, "</div></section>\n");
}

void report_html_append(struct buf *out, const struct report *r)
{
    buf_printf(out, "<article class=\"report %s\">\n", kind_of(r));
    append_top(out, r);
    append_causes(out, r);
    buf_append_text(out, "<div class=\"grid\">\n<div>\n");
    report_html_messages(out, r->tls);
    append_time(out, r);
    buf_append_text(out, "</div>\n<div>\n");
    append_facts(out, r);
    report_html_chain(out, r->tls);
    buf_append_text(out, "</div>\n</div>\n</article>\n");
}

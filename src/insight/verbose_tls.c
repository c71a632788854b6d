/* -v: the TLS handshake and the certificate. */
#include "insight/verbose_state.h"

#include "base/escape.h"
#include "insight/decode.h"
#include "insight/message_view.h"
#include "insight/revocation.h"
#include "insight/verdict.h"

#include <stdio.h>

enum {
    WIDTH_OF_FILES = 80
};

/* Lines of message_view.h. */
static void print_inside(struct verbose *v, struct buf *lines)
{
    struct slice rest = buf_slice(lines);
    while (rest.len > 0) {
        struct slice line = slice_first(rest, slice_find(rest, '\n'));
        verbose_emit(v, STYLE_DIM, MESSAGE_LABEL_END, line);
        rest = slice_from(rest, line.len + 1);
    }
    buf_clear(lines);
}

void verbose_print_held_finished(struct verbose *v)
{
    struct slice held = buf_slice(&v->finished_line);
    while (held.len > 0 && held.ptr[held.len - 1] == ' ')
        held.len--;
    if (held.len > 0)
        verbose_emit(v, STYLE_DIM, MARK_AND_TIME, held);
    buf_clear(&v->finished_line);
    print_inside(v, &v->finished_inside);
}

void verbose_print_held_certificate(struct verbose *v)
{
    struct slice rest = buf_slice(&v->certificate);
    while (rest.len > 0) {
        struct slice line = slice_first(rest, slice_find(rest, '\n'));
        bool is_problem = slice_starts_with(line, SLICE("* SSL certificate problem")) ||
                          slice_starts_with(line, SLICE("*  revocation: REVOKED"));
        verbose_emit(v, is_problem ? STYLE_RED_BOLD : STYLE_DIM, is_problem ? line.len : MARK, line);
        rest = slice_from(rest, line.len < rest.len ? line.len + 1 : line.len);
    }
    buf_clear(&v->certificate);
}

static void print_chosen_name(struct verbose *v, const struct tls_offer *offer)
{
    buf_append_text(&v->line, "* SNI: peel sends ");
    escape_append(&v->line, offer->server_name.len > 0 ? offer->server_name : SLICE("no name"));
    buf_printf(&v->line, " (--sni); the certificate is checked for %s", offer->host);
    verbose_print_info(v);
}

void verbose_on_tls_offer(struct verbose *v, const struct tls_offer *offer)
{
    v->is_in_tls = true;
    v->has_offered_alpn = offer->n_alpn > 0;
    handshake_begin(&v->handshake, offer);
    v->n_finished = 0;
    v->has_told_skipped = false;
    if (offer->is_name_chosen)
        print_chosen_name(v, offer);
    if (offer->n_alpn == 0)
        return;
    buf_append_text(&v->line, "* ALPN: peel offers ");
    for (size_t i = 0; i < offer->n_alpn; i++) {
        buf_append_text(&v->line, i > 0 ? "," : "");
        escape_append(&v->line, offer->alpn[i]);
    }
    verbose_print_info(v);
}

/* What --trace-time and --trace-ids put in front of each line takes its part of the width. */
static unsigned width_of_lines(const struct verbose *v)
{
    struct buf stamp = {0};
    stamp_append(&stamp, &v->stamp, v->at_us);
    unsigned width = v->console ? console_width(v->console) : WIDTH_OF_FILES, taken = (unsigned)buf_slice(&stamp).len;
    buf_done(&stamp);
    return width > taken ? width - taken : 0;
}

static void append_inside(struct verbose *v, const struct tls_message *m, struct buf *lines)
{
    message_decode(&v->message, &v->handshake, m);
    message_view_append(lines, &v->message, m->bytes, v->verbosity, width_of_lines(v));
}

void verbose_on_tls_message(struct verbose *v, const struct tls_message *m)
{
    struct buf name = {0}, meaning = {0};
    char since[32];
    handshake_describe(&v->handshake, m, &name, &meaning);
    snprintf(since, sizeof since, "+%.1f", verbose_ms(m->since_hello_us));
    buf_printf(&v->line, "* TLS %6s ms %c %-19s %4zu  %s", since, m->is_sent ? '>' : '<', buf_text(&name), m->bytes.len,
               buf_text(&meaning));
    bool is_last = handshake_is_finished(m) && ++v->n_finished == 2;
    if (is_last) {
        buf_append(&v->finished_line, buf_slice(&v->line));
        buf_clear(&v->line);
    } else {
        while (v->line.len > 0 && v->line.data[v->line.start + v->line.len - 1] == ' ')
            v->line.len--;
        bool is_fatal = handshake_is_fatal_alert(m);
        verbose_print(v, is_fatal ? STYLE_RED_BOLD : STYLE_DIM, is_fatal ? v->line.len : MARK_AND_TIME);
    }
    if (v->verbosity >= MESSAGE_VIEW_BRIEF)
        append_inside(v, m, &v->finished_inside);
    if (!is_last)
        print_inside(v, &v->finished_inside);
    buf_done(&name);
    buf_done(&meaning);
}

/* What -k let pass is told here, so that the note of the same content is not needed. */
void verbose_on_tls_certificate(struct verbose *v, const struct tls_verdict *verdict)
{
    buf_clear(&v->certificate);
    verdict_append_lines(&v->certificate, verdict, v->host);
    v->has_told_skipped = verdict->is_ignored && verdict->n_errors > 0;
    buf_clear(&v->transparency);
    if (verdict->leaf)
        revocation_append_ct(&v->transparency, verdict->leaf);
}

/* What is told of a staple comes behind the certificate that it is about. */
void verbose_on_tls_staple(struct verbose *v, const struct tls_staple *staple)
{
    buf_append_text(&v->certificate, "*  revocation: ");
    revocation_append(&v->certificate, staple);
    if (v->transparency.len > 0)
        buf_printf(&v->certificate, "; %s", buf_text(&v->transparency));
    buf_append_byte(&v->certificate, '\n');
}

static void append_if(struct buf *out, const char *text)
{
    if (!text)
        return;
    buf_append_text(out, " / ");
    escape_append(out, slice_of(text));
}

/* NULL: nothing is to be said. */
static const char *why_not_resumed(enum tls_resumption resumption)
{
    switch (resumption) {
    case TLS_SESSION_UNKNOWN:
        return "none is kept for this server";
    case TLS_SESSION_EXPIRED:
        return "the one that was kept has expired";
    case TLS_SESSION_UNTAKEN:
        return "the file that has one cannot be written, and a ticket is used once";
    case TLS_SESSION_OFFERED:
        return "the server declined it";
    case TLS_SESSION_UNUSED:
    case TLS_SESSION_RESUMED:
        break;
    }
    return NULL;
}

void verbose_on_tls_established(struct verbose *v, const struct tls_facts *f)
{
    v->is_in_tls = false;
    if (v->finished_line.len > 0)
        buf_printf(&v->finished_line, "%u round trip%s, %.1f ms of CPU", f->round_trips, f->round_trips == 1 ? "" : "s",
                   verbose_ms(f->cpu_us));
    verbose_print_held_finished(v);
    buf_printf(&v->line, "* SSL connection using %s", f->version);
    append_if(&v->line, f->cipher);
    append_if(&v->line, f->group);
    append_if(&v->line, f->key_type);
    verbose_print_info(v);
    if (f->alpn.len > 0) {
        buf_append_text(&v->line, "* ALPN: server accepted ");
        escape_append(&v->line, f->alpn);
        verbose_print_info(v);
    } else if (v->has_offered_alpn) {
        buf_append_text(&v->line, "* ALPN: server did not agree on a protocol. Uses default.");
        verbose_print_info(v);
    }
    if (f->is_resumed) {
        buf_append_text(&v->line, "* SSL session resumed: the certificate was checked in an earlier handshake");
        verbose_print_info(v);
    }
    const char *why_not = f->is_resumed ? NULL : why_not_resumed(f->resumption);
    if (why_not) {
        buf_printf(&v->line, "* SSL session not resumed: %s", why_not);
        verbose_print_info(v);
    }
    verbose_print_held_certificate(v);
}

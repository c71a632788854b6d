/* -v: what happens, told to a person line by line. */
#include "insight/verbose.h"

#include "base/error.h"
#include "base/escape.h"
#include "base/mem.h"
#include "insight/notes.h"
#include "insight/phases.h"
#include "insight/redact.h"
#include "insight/verbose_state.h"

void verbose_emit(struct verbose *v, enum console_style style, size_t styled_len, struct slice line)
{
    if (v->on_line) {
        v->on_line(v->ctx, v->at_us, line);
        return;
    }
    if (!v->stamp.has_time && !v->stamp.has_ids) {
        console_line_start_styled(v->console, style, styled_len, line);
        return;
    }
    struct buf stamped = {0};
    stamp_append(&stamped, &v->stamp, v->at_us);
    size_t prefix = stamped.len;
    buf_append(&stamped, line);
    console_line_start_styled(v->console, style, prefix + styled_len, buf_slice(&stamped));
    buf_done(&stamped);
}

void verbose_print(struct verbose *v, enum console_style style, size_t styled_len)
{
    verbose_emit(v, style, styled_len, buf_slice(&v->line));
    buf_clear(&v->line);
}

void verbose_print_info(struct verbose *v)
{
    verbose_print(v, STYLE_DIM, MARK);
}

static void on_request_line(struct verbose *v, struct slice text)
{
    v->is_in_head = false;
    buf_append_text(&v->line, "> ");
    redact_request_line(&v->line, text);
    verbose_print(v, STYLE_CYAN, MARK);
}

/* "HTTP/1.1 404 Not Found": yellow for 4xx, red for 5xx. */
static enum console_style style_of_status(struct slice line)
{
    struct slice status = slice_from(line, slice_find(line, ' '));
    char class = status.len > 1 ? status.ptr[1] : '2';
    return class == '4' ? STYLE_YELLOW : class == '5' ? STYLE_RED_BOLD : STYLE_GREEN;
}

static void on_response_line(struct verbose *v, struct slice text)
{
    bool is_status = !v->is_in_head && slice_starts_with(text, SLICE("HTTP/"));
    if (is_status)
        v->response_style = style_of_status(text);
    v->is_in_head = text.len > 0;
    buf_append_text(&v->line, "< ");
    escape_append(&v->line, text);
    verbose_print(v, v->response_style, is_status ? v->line.len : MARK);
}

static void on_note(struct verbose *v, const struct trace_note *note)
{
    /* The certificate's own lines have said so. */
    if (note->id == NOTE_VERIFY_SKIPPED && v->has_told_skipped)
        return;
    verbose_print_held_certificate(v);
    buf_append_text(&v->line, "* ");
    note_append(&v->line, note, v->connection, v->host);
    verbose_print_info(v);
}

static void on_probe(struct verbose *v, const struct trace_probe *tried)
{
    buf_printf(&v->line, "* Probing: %s", tried->change->name);
    verbose_print_info(v);
}

/* The phase that ran when the fetch failed. */
static const char *running_phase(const struct verbose *v, const struct trace_done *d)
{
    if (v->host[0] == '\0' && !v->is_connecting)
        return d->setup_us > 0 ? "dns" : "setup";
    if (v->host[0] == '\0')
        return "tcp";
    if (v->is_in_tls)
        return "tls";
    return d->starttransfer_us > 0 ? "body" : "wait";
}

static void on_done(struct verbose *v, const struct trace_done *d)
{
    /* With these codes every phase went well; it is the answer that the user did not want. */
    bool is_refusal = d->code == PEEL_HTTP_RETURNED_ERROR || d->code == PEEL_TOO_MANY_REDIRECTS;
    bool is_failure = d->code != PEEL_OK && !is_refusal;
    buf_append_text(&v->line, "* ");
    phases_append(&v->line, d, is_failure ? running_phase(v, d) : NULL);
    verbose_print_info(v);
    v->host[0] = '\0';
    v->is_connecting = false;
    v->is_in_tls = false;
    v->stamp.transfer++;
    v->stamp.has_connection = false;
}

static void on_event(void *ctx, const struct trace_event *event)
{
    struct verbose *v = ctx;
    const void *data = event->data;
    v->at_us = event->at_us;
    if (event->kind != TRACE_TLS_ESTABLISHED)
        verbose_print_held_finished(v);
    /* A handshake that fails is not established: what is known of the certificate comes before the next topic. */
    bool is_next_topic = event->kind != TRACE_TLS_MESSAGE && event->kind != TRACE_TLS_ESTABLISHED &&
                         event->kind != TRACE_TLS_CERTIFICATE && event->kind != TRACE_TLS_STAPLE &&
                         event->kind != TRACE_NOTE;
    if (is_next_topic)
        verbose_print_held_certificate(v);
    switch (event->kind) {
    case TRACE_RESOLVED:
        verbose_on_resolved(v, data);
        return;
    case TRACE_CONNECTING:
        verbose_on_connecting(v, data, event->at_us);
        return;
    case TRACE_CONNECT_FAILED:
        verbose_on_connect_failed(v, data);
        return;
    case TRACE_CONNECTED:
        verbose_on_connected(v, data, event->at_us);
        return;
    case TRACE_REUSED:
        verbose_on_reused(v, data);
        return;
    case TRACE_TLS_OFFER:
        verbose_on_tls_offer(v, data);
        return;
    case TRACE_TLS_MESSAGE:
        verbose_on_tls_message(v, data);
        return;
    case TRACE_TLS_ESTABLISHED:
        verbose_on_tls_established(v, data);
        return;
    case TRACE_TLS_CERTIFICATE:
        verbose_on_tls_certificate(v, data);
        return;
    case TRACE_TLS_STAPLE:
        verbose_on_tls_staple(v, data);
        return;
    case TRACE_REQUEST_LINE:
        on_request_line(v, ((const struct trace_line *)data)->text);
        return;
    case TRACE_RESPONSE_LINE:
        on_response_line(v, ((const struct trace_line *)data)->text);
        return;
    case TRACE_NOTE:
        on_note(v, data);
        return;
    case TRACE_PROBE_BEGIN:
        on_probe(v, data);
        return;
    case TRACE_PROBE_END:
    case TRACE_PROBED:
        return;
    case TRACE_DONE:
        on_done(v, data);
        return;
    case TRACE_TLS_REFUSED:
    case TRACE_TLS_FAILED:
    case TRACE_HOP:
    case TRACE_ERROR:
    case TRACE_EXCHANGED:
    case TRACE_BYTES:
    case TRACE_SOCKET:
    case TRACE_TLS_SECRET:
    case TRACE_TLS_SUMMARY:
    case TRACE_TLS_RESUMED:
    case TRACE_KINDS:
        return;
    }
}

static struct verbose *verbose_make(struct trace *trace)
{
    struct verbose *v = mem_alloc(sizeof *v);
    v->response_style = STYLE_GREEN;
    v->subscriber = (struct trace_subscriber){
        .mask = (TRACE_BIT(TRACE_KINDS) - 1) & ~TRACE_EVIDENCE & ~TRACE_BIT(TRACE_BYTES) & ~TRACE_BIT(TRACE_HOP) &
                ~TRACE_BIT(TRACE_EXCHANGED),
        .on_event = on_event,
        .ctx = v,
    };
    trace_subscribe(trace, &v->subscriber);
    return v;
}

struct verbose *verbose_new(struct console *console, unsigned verbosity, struct trace *trace)
{
    struct verbose *v = verbose_make(trace);
    v->verbosity = verbosity;
    v->console = console;
    return v;
}

struct verbose *verbose_new_to(void (*on_line)(void *ctx, uint64_t at_us, struct slice line), void *ctx,
                               struct trace *trace)
{
    struct verbose *v = verbose_make(trace);
    v->verbosity = 1;
    v->on_line = on_line;
    v->ctx = ctx;
    return v;
}

void verbose_set_stamp(struct verbose *v, const struct stamp *stamp)
{
    v->stamp = *stamp;
}

void verbose_free(struct verbose *verbose)
{
    if (!verbose)
        return;
    verbose_print_held_finished(verbose);
    verbose_print_held_certificate(verbose);
    buf_done(&verbose->line);
    buf_done(&verbose->finished_line);
    buf_done(&verbose->finished_inside);
    message_done(&verbose->message);
    buf_done(&verbose->certificate);
    buf_done(&verbose->transparency);
    mem_free(verbose);
}

/* -v: what happens, told to a person line by line. */
#include "insight/verbose.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/mem.h"
#include "insight/handshake.h"
#include "insight/notes.h"
#include "insight/phases.h"
#include "insight/redact.h"
#include "insight/verdict.h"
#include "tls/facts.h"

#include <stdio.h>
#include <string.h>

struct verbose {
    struct console *console; /* or on_line */
    void (*on_line)(void *ctx, uint64_t at_us, struct slice line);
    void *ctx;
    struct stamp stamp;
    uint64_t at_us; /* of the event at hand */
    struct trace_subscriber subscriber;
    struct buf line;          /* the line in the making */
    struct buf finished_line; /* the last Finished, held back until it is known what the handshake cost */
    struct buf certificate;   /* lines about the certificate, held back until the handshake's messages are through */
    bool has_told_skipped;    /* what -k let pass */
    struct handshake_view handshake;
    unsigned n_finished;
    char host[256]; /* escaped: of the connection, for lines that speak of it later */
    unsigned connection;
    bool is_connecting, is_in_tls, has_offered_alpn;
    uint64_t connecting_since_us;
    bool is_in_head; /* of a response */
    enum console_style response_style;
};

enum {
    MARK = 1,                                       /* the sign at the start of a line */
    MARK_AND_TIME = sizeof "* TLS  +12.4 ms <" - 1, /* of a TLS message */
};

/* One line to where they go. */
static void emit(struct verbose *v, enum console_style style, size_t styled_len, struct slice line)
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

/* Prints what stands in v->line, its first styled_len bytes in that style, and empties it. */
static void print(struct verbose *v, enum console_style style, size_t styled_len)
{
    emit(v, style, styled_len, buf_slice(&v->line));
    buf_clear(&v->line);
}

static void print_info(struct verbose *v)
{
    print(v, STYLE_DIM, MARK);
}

static void print_held_finished(struct verbose *v)
{
    struct slice held = buf_slice(&v->finished_line);
    while (held.len > 0 && held.ptr[held.len - 1] == ' ')
        held.len--;
    if (held.len > 0)
        emit(v, STYLE_DIM, MARK_AND_TIME, held);
    buf_clear(&v->finished_line);
}

static void print_held_certificate(struct verbose *v)
{
    struct slice rest = buf_slice(&v->certificate);
    while (rest.len > 0) {
        struct slice line = slice_first(rest, slice_find(rest, '\n'));
        bool is_problem = slice_starts_with(line, SLICE("* SSL certificate problem"));
        emit(v, is_problem ? STYLE_RED_BOLD : STYLE_DIM, is_problem ? line.len : MARK, line);
        rest = slice_from(rest, line.len < rest.len ? line.len + 1 : line.len);
    }
    buf_clear(&v->certificate);
}

/* Milliseconds with one decimal, as in "12.4". */
static double in_ms(uint64_t us)
{
    return (double)us / 1000;
}

static void append_family(struct verbose *v, const struct trace_resolved *r, const char *label, bool is_ipv6)
{
    const char *before = " ";
    buf_printf(&v->line, "* %s:", label);
    for (size_t i = 0; i < r->n_addresses; i++) {
        if ((strchr(r->addresses[i], ':') != NULL) != is_ipv6)
            continue;
        buf_printf(&v->line, "%s%s", before, r->addresses[i]);
        before = ", ";
    }
    if (strcmp(before, " ") == 0)
        buf_append_text(&v->line, " (none)");
    print_info(v);
}

static void on_resolved(struct verbose *v, const struct trace_resolved *r)
{
    /* A numeric host resolves to itself: nothing worth a line. */
    if (!r->is_override && r->n_addresses == 1 && slice_equal(r->host, slice_of(r->addresses[0])))
        return;
    buf_append_text(&v->line, "* Host ");
    escape_append(&v->line, r->host);
    if (r->is_override)
        buf_printf(&v->line, ":%u was set by --resolve", (unsigned)r->port);
    else
        buf_printf(&v->line, ":%u was resolved in %.1f ms", (unsigned)r->port, in_ms(r->took_us));
    print_info(v);
    append_family(v, r, "IPv6", true);
    append_family(v, r, "IPv4", false);
}

/* Remembers whom later lines are about, and forgets what belonged to the connection before. */
static void begin_connection(struct verbose *v, const struct trace_address *a)
{
    escape_into(v->host, sizeof v->host, a->host);
    v->connection = v->stamp.connection = a->connection;
    v->stamp.has_connection = true;
    v->is_connecting = false;
    v->is_in_tls = false;
    v->is_in_head = false;
}

static void on_connecting(struct verbose *v, const struct trace_address *a, uint64_t at_us)
{
    if (!v->is_connecting)
        v->connecting_since_us = at_us;
    v->is_connecting = true;
    bool is_ipv6 = strchr(a->address, ':') != NULL;
    buf_printf(&v->line, "*   Trying %s%s%s:%u...", is_ipv6 ? "[" : "", a->address, is_ipv6 ? "]" : "",
               (unsigned)a->port);
    print_info(v);
}

static void on_connect_failed(struct verbose *v, const struct trace_address *a)
{
    buf_printf(&v->line, "* connect to %s port %u failed: %s", a->address, (unsigned)a->port, strerror(a->error));
    print_info(v);
}

static void on_connected(struct verbose *v, const struct trace_address *a, uint64_t at_us)
{
    uint64_t took_us =
        v->is_connecting && at_us >= v->connecting_since_us ? at_us - v->connecting_since_us : a->took_us;
    begin_connection(v, a);
    buf_printf(&v->line, "* Connected to %s (%s) port %u in %.1f ms", v->host, a->address, (unsigned)a->port,
               in_ms(took_us));
    print_info(v);
}

static void on_reused(struct verbose *v, const struct trace_address *a)
{
    begin_connection(v, a);
    buf_printf(&v->line, "* Re-using existing connection #%u with host %s", a->connection, v->host);
    print_info(v);
}

static void on_tls_offer(struct verbose *v, const struct tls_offer *offer)
{
    v->is_in_tls = true;
    v->has_offered_alpn = offer->n_alpn > 0;
    v->handshake = (struct handshake_view){0};
    v->n_finished = 0;
    v->has_told_skipped = false;
    if (offer->n_alpn == 0)
        return;
    buf_append_text(&v->line, "* ALPN: peel offers ");
    for (size_t i = 0; i < offer->n_alpn; i++) {
        buf_append_text(&v->line, i > 0 ? "," : "");
        escape_append(&v->line, offer->alpn[i]);
    }
    print_info(v);
}

static void on_tls_message(struct verbose *v, const struct tls_message *m)
{
    struct buf name = {0}, meaning = {0};
    char since[32];
    handshake_describe(&v->handshake, m, &name, &meaning);
    snprintf(since, sizeof since, "+%.1f", in_ms(m->since_hello_us));
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
        print(v, is_fatal ? STYLE_RED_BOLD : STYLE_DIM, is_fatal ? v->line.len : MARK_AND_TIME);
    }
    buf_done(&name);
    buf_done(&meaning);
}

/* What -k let pass is told here, so that the note of the same content is not needed. */
static void on_tls_certificate(struct verbose *v, const struct tls_verdict *verdict)
{
    buf_clear(&v->certificate);
    verdict_append_lines(&v->certificate, verdict, v->host);
    v->has_told_skipped = verdict->is_ignored && verdict->n_errors > 0;
}

static void append_if(struct buf *out, const char *text)
{
    if (!text)
        return;
    buf_append_text(out, " / ");
    escape_append(out, slice_of(text));
}

static void on_tls_established(struct verbose *v, const struct tls_facts *f)
{
    v->is_in_tls = false;
    if (v->finished_line.len > 0)
        buf_printf(&v->finished_line, "%u round trip%s, %.1f ms of CPU", f->round_trips, f->round_trips == 1 ? "" : "s",
                   in_ms(f->cpu_us));
    print_held_finished(v);
    buf_printf(&v->line, "* SSL connection using %s", f->version);
    append_if(&v->line, f->cipher);
    append_if(&v->line, f->group);
    append_if(&v->line, f->key_type);
    print_info(v);
    if (f->alpn.len > 0) {
        buf_append_text(&v->line, "* ALPN: server accepted ");
        escape_append(&v->line, f->alpn);
        print_info(v);
    } else if (v->has_offered_alpn) {
        buf_append_text(&v->line, "* ALPN: server did not agree on a protocol. Uses default.");
        print_info(v);
    }
    if (f->is_resumed) {
        buf_append_text(&v->line, "* SSL session resumed: the certificate was checked in an earlier handshake");
        print_info(v);
    }
    print_held_certificate(v);
}

static void on_request_line(struct verbose *v, struct slice text)
{
    v->is_in_head = false;
    buf_append_text(&v->line, "> ");
    redact_request_line(&v->line, text);
    print(v, STYLE_CYAN, MARK);
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
    print(v, v->response_style, is_status ? v->line.len : MARK);
}

static void on_note(struct verbose *v, const struct trace_note *note)
{
    /* The certificate's own lines have said so. */
    if (note->id == NOTE_VERIFY_SKIPPED && v->has_told_skipped)
        return;
    print_held_certificate(v);
    buf_append_text(&v->line, "* ");
    note_append(&v->line, note, v->connection, v->host);
    print_info(v);
}

/* The phase that ran when the fetch failed. */
static const char *running_phase(const struct verbose *v, const struct trace_done *d)
{
    if (v->host[0] == '\0')
        return v->is_connecting ? "tcp" : "dns";
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
    print_info(v);
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
        print_held_finished(v);
    /* A handshake that fails is not established: what is known of the certificate comes before the next topic. */
    bool is_next_topic = event->kind != TRACE_TLS_MESSAGE && event->kind != TRACE_TLS_ESTABLISHED &&
                         event->kind != TRACE_TLS_CERTIFICATE && event->kind != TRACE_NOTE;
    if (is_next_topic)
        print_held_certificate(v);
    switch (event->kind) {
    case TRACE_RESOLVED:
        on_resolved(v, data);
        return;
    case TRACE_CONNECTING:
        on_connecting(v, data, event->at_us);
        return;
    case TRACE_CONNECT_FAILED:
        on_connect_failed(v, data);
        return;
    case TRACE_CONNECTED:
        on_connected(v, data, event->at_us);
        return;
    case TRACE_REUSED:
        on_reused(v, data);
        return;
    case TRACE_TLS_OFFER:
        on_tls_offer(v, data);
        return;
    case TRACE_TLS_MESSAGE:
        on_tls_message(v, data);
        return;
    case TRACE_TLS_ESTABLISHED:
        on_tls_established(v, data);
        return;
    case TRACE_TLS_CERTIFICATE:
        on_tls_certificate(v, data);
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

struct verbose *verbose_new(struct console *console, struct trace *trace)
{
    struct verbose *v = verbose_make(trace);
    v->console = console;
    return v;
}

struct verbose *verbose_new_to(void (*on_line)(void *ctx, uint64_t at_us, struct slice line), void *ctx,
                               struct trace *trace)
{
    struct verbose *v = verbose_make(trace);
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
    print_held_finished(verbose);
    print_held_certificate(verbose);
    buf_done(&verbose->line);
    buf_done(&verbose->finished_line);
    buf_done(&verbose->certificate);
    mem_free(verbose);
}

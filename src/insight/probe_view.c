/* The table of --tls-probe. */
#include "insight/probe_view.h"

#include "base/columns.h"
#include "base/escape.h"
#include "base/mem.h"
#include "base/wrap.h"
#include "insight/command.h"
#include "insight/handshake.h"
#include "insight/names.h"
#include "output/style.h"
#include "tls/facts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    NAME_WIDTH = 21,
    OUTCOME_WIDTH = 13,
    TIME_WIDTH = 9, /* "1234.5 ms" */
    LABEL = 7,      /* "cause: " */
};

struct probe_view {
    struct trace_subscriber subscriber;
    bool is_styled;
    bool has_begun;  /* the table at hand has its heading, and */
    bool has_table;  /* ... it is not the first */
    int write_error; /* errno; 0: none */
    /* Of the try at hand. */
    int alert; /* -1: none came */
    struct handshake_view handshake;
    struct buf hello; /* what the ServerHello says, in a few words */
};

/* At once: the next row may take seconds. A reader that has seen enough (head) is no failure. */
static void print(struct probe_view *v, struct buf *text)
{
    struct slice all = buf_slice(text);
    bool is_out = fwrite(all.ptr, 1, all.len, stdout) == all.len && fflush(stdout) == 0;
    if (!is_out && v->write_error == 0 && errno != EPIPE)
        v->write_error = errno;
    buf_done(text);
}

static void forget(struct probe_view *v)
{
    v->alert = -1;
    v->handshake = (struct handshake_view){0};
    buf_clear(&v->hello);
}

/* Of a proxy's and an origin's ServerHello the second is kept, and of a retry's and the real one too. */
static void on_message(struct probe_view *v, const struct tls_message *message)
{
    struct buf name = {0}, meaning = {0};
    handshake_describe(&v->handshake, message, &name, &meaning);
    if (!message->is_sent && slice_equal(buf_slice(&name), SLICE("ServerHello"))) {
        buf_clear(&v->hello);
        buf_append(&v->hello, buf_slice(&meaning));
    }
    buf_done(&name);
    buf_done(&meaning);
}

static bool is_certificate(enum cause cause)
{
    return cause > CAUSE_NONE && cause <= CAUSE_BAD_CERTIFICATE;
}

/* "alert 40", "ACCEPTED", ... */
static void append_outcome(struct buf *out, const struct probe_view *v, const struct trace_probe *tried)
{
    if (tried->is_accepted)
        buf_append_text(out, "ACCEPTED");
    else if (!tried->is_tls_reached)
        buf_append_text(out, "no connection");
    else if (v->alert >= 0)
        buf_printf(out, "alert %d", v->alert);
    else if (is_certificate(tried->cause))
        buf_append_text(out, "certificate");
    else if (tried->cause == CAUSE_CLOSED_IN_HANDSHAKE)
        buf_append_text(out, "closed");
    else if (tried->cause == CAUSE_RESET_IN_HANDSHAKE)
        buf_append_text(out, "reset");
    else if (tried->cause == CAUSE_SILENT_IN_HANDSHAKE)
        buf_append_text(out, "silence");
    else
        buf_append_text(out, "failed");
}

/* What more there is to say of it. */
static void append_detail(struct buf *out, const struct probe_view *v, const struct trace_probe *tried)
{
    if (tried->change->server_name)
        buf_append_text(out, tried->change->server_name);
    else if (tried->is_accepted)
        buf_append(out, buf_slice(&v->hello));
    else if (v->alert >= 0)
        buf_append_text(out, name_of_alert((uint8_t)v->alert));
    else if (tried->cause != CAUSE_NONE)
        buf_append_text(out, cause_id(tried->cause));
    else
        escape_append(out, slice_of(tried->error));
}

/* Whose table it is. */
static void print_heading(struct probe_view *v, struct slice url)
{
    struct buf text = {0};
    if (v->has_table)
        buf_append_byte(&text, '\n');
    style_append(&text, v->is_styled, STYLE_BOLD, url);
    buf_append_byte(&text, '\n');
    v->has_begun = v->has_table = true;
    print(v, &text);
}

static void on_begin(struct probe_view *v, const struct trace_probe *tried)
{
    forget(v);
    if (!v->has_begun)
        print_heading(v, tried->url);
}

static size_t missing(size_t width, size_t len)
{
    return width > len ? width - len : 0;
}

/* A row on its way; where the terminal is too narrow for it, it goes on in the next line. */
struct row {
    struct buf text;
    bool is_styled;
    size_t width, column; /* width 0: as wide as it likes */
};

/* Puts it into the row, and the blanks before it, unless it begins a line. */
static void append_cell(struct row *row, enum console_style style, size_t n_blanks, struct slice cell)
{
    enum {
        INDENT = 4
    };
    size_t len = columns_of(cell);
    if (row->width > 0 && row->column + n_blanks + len > row->width) {
        buf_append_byte(&row->text, '\n');
        row->column = 0;
        n_blanks = INDENT;
    }
    buf_printf(&row->text, "%*s", (int)n_blanks, "");
    style_append(&row->text, row->is_styled, style, cell);
    row->column += n_blanks + len;
}

static void on_tried(struct probe_view *v, const struct trace_probe *tried)
{
    struct row row = {.is_styled = v->is_styled, .width = style_columns(STDOUT_FILENO)};
    struct buf outcome = {0}, time = {0}, detail = {0};
    struct slice name = slice_of(tried->change->name);
    append_outcome(&outcome, v, tried);
    append_detail(&detail, v, tried);
    buf_printf(&time, "%.1f ms", (double)tried->took_us / 1000);
    append_cell(&row, STYLE_PLAIN, 2, name);
    append_cell(&row, tried->is_accepted ? STYLE_GREEN : STYLE_PLAIN, 2 + missing(NAME_WIDTH, name.len),
                buf_slice(&outcome));
    append_cell(&row, STYLE_DIM, 1 + missing(OUTCOME_WIDTH, outcome.len) + missing(TIME_WIDTH, time.len),
                buf_slice(&time));
    append_cell(&row, STYLE_PLAIN, 2, buf_slice(&detail));
    buf_append_byte(&row.text, '\n');
    buf_done(&outcome);
    buf_done(&time);
    buf_done(&detail);
    print(v, &row.text);
}

/* "cause: ", and a text folded beside it; a command stays whole. */
static void append_line(struct buf *out, const struct probe_view *v, enum console_style style, const char *label,
                        struct slice text)
{
    bool is_command = slice_starts_with(text, SLICE("peel "));
    style_append(out, v->is_styled, style, slice_of(label));
    buf_append_byte(out, ' ');
    wrap_append(out, (struct wrap){is_command ? 0 : style_columns(STDOUT_FILENO), LABEL, LABEL}, text);
    buf_append_byte(out, '\n');
}

static void append_command(struct buf *out, const struct trace_probed *told, const char *options, const char *without)
{
    char *url = mem_dup_slice(told->url);
    command_append(out, &(struct command_line){.way = told->way, .options = options, .without = without, .url = url});
    mem_free(url);
}

static void append_cause(struct buf *out, const struct trace_probed *told)
{
    const struct trace_probe_change *helps = told->helps ? told->helps : told->helps_half;
    enum cause cause = told->plain.cause;
    if (told->plain.is_accepted)
        buf_append_text(out, "none, the handshake works as it is");
    else if (told->helps)
        buf_printf(out, "%s:%u %s", told->host, told->port, helps->words);
    else if (told->helps_half)
        buf_printf(out, "%s:%u %s; but then its certificate is refused: %s", told->host, told->port, helps->words,
                   cause_title(told->half_cause));
    else if (is_certificate(cause))
        buf_printf(out, "the handshake is fine, the certificate is not: %s", cause_title(cause));
    else if (cause != CAUSE_NONE)
        buf_printf(out, "%s:%u %s%s", told->host, told->port, cause_title(cause),
                   cause == CAUSE_NOT_TLS || cause == CAUSE_CLIENT_CERT_WANTED ? ""
                                                                               : ", and none of the changes helps");
    else
        buf_append_text(out, "it is not a matter of TLS");
}

/* Where to go from here; nothing when TLS is not what is wrong. */
static void append_next(struct buf *out, const struct trace_probed *told)
{
    enum cause cause = told->helps_half && !told->helps ? told->half_cause : told->plain.cause;
    if (told->plain.is_accepted)
        append_command(out, told, "", NULL);
    else if (told->helps)
        append_command(out, told, told->helps->options, told->helps->without);
    else if (told->plain.cause == CAUSE_CLIENT_CERT_WANTED)
        append_command(out, told, "--cert FILE --key FILE", NULL);
    else if (cause != CAUSE_NONE)
        buf_printf(out, "peel --explain %s", cause_id(cause));
}

/* Servers of many hosts want to know which one is meant. */
static bool is_name_missing(const struct trace_probed *told)
{
    enum cause cause = told->plain.cause;
    return told->is_address && !told->helps &&
           (cause == CAUSE_UNKNOWN_NAME || cause == CAUSE_HANDSHAKE_REFUSED || cause == CAUSE_ALERT ||
            cause == CAUSE_CLOSED_IN_HANDSHAKE || cause == CAUSE_RESET_IN_HANDSHAKE ||
            cause == CAUSE_SILENT_IN_HANDSHAKE);
}

static void on_probed(struct probe_view *v, const struct trace_probed *told)
{
    struct buf text = {0}, cause = {0}, next = {0};
    append_cause(&cause, told);
    append_line(&text, v, STYLE_BOLD, "cause:", buf_slice(&cause));
    append_next(&next, told);
    if (next.len > 0)
        append_line(&text, v, STYLE_BOLD, "   go:", buf_slice(&next));
    if (told->helps && told->helps->risk)
        append_line(&text, v, STYLE_YELLOW, " risk:", slice_of(told->helps->risk));
    if (is_name_missing(told))
        append_line(&text, v, STYLE_BOLD, " note:",
                    SLICE("the URL has an address, so no server name was sent or tried; with one: --sni NAME"));
    if (told->is_out_of_time)
        append_line(&text, v, STYLE_BOLD, " note:", SLICE("the time was over before all had been tried"));
    v->has_begun = false;
    buf_done(&cause);
    buf_done(&next);
    print(v, &text);
}

static void on_event(void *ctx, const struct trace_event *event)
{
    struct probe_view *v = ctx;
    switch (event->kind) {
    case TRACE_PROBE_BEGIN:
        on_begin(v, event->data);
        return;
    case TRACE_TLS_MESSAGE:
        on_message(v, event->data);
        return;
    case TRACE_TLS_FAILED:
        v->alert = ((const struct tls_breakdown *)event->data)->alert;
        return;
    case TRACE_PROBE_END:
        on_tried(v, event->data);
        return;
    case TRACE_PROBED:
        on_probed(v, event->data);
        return;
    default:
        return;
    }
}

struct probe_view *probe_view_new(bool is_plain, struct trace *trace)
{
    struct probe_view *v = mem_alloc(sizeof *v);
    v->is_styled = !is_plain && style_has_colours(STDOUT_FILENO);
    forget(v);
    v->subscriber = (struct trace_subscriber){.mask = TRACE_BIT(TRACE_PROBE_BEGIN) | TRACE_BIT(TRACE_PROBE_END) |
                                                      TRACE_BIT(TRACE_PROBED) | TRACE_BIT(TRACE_TLS_MESSAGE) |
                                                      TRACE_BIT(TRACE_TLS_FAILED),
                                              .on_event = on_event,
                                              .ctx = v};
    trace_subscribe(trace, &v->subscriber);
    return v;
}

bool probe_view_end(struct probe_view *view, struct error *err)
{
    int error = view ? view->write_error : 0;
    if (view)
        buf_done(&view->hello);
    mem_free(view);
    return error == 0 || error_set(err, PEEL_WRITE_ERROR, "Failed writing to stdout: %s", strerror(error));
}

/* The table of --tls-probe. */
#include "insight/probe_view.h"

#include "base/escape.h"
#include "base/mem.h"
#include "insight/block.h"
#include "insight/names.h"
#include "tls/facts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct probe_view {
    struct trace_subscriber subscriber;
    int write_error; /* errno; 0: none */
    /* Of the try at hand. */
    int alert; /* -1: none came */
    char version[16], cipher[64], group[32];
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
    v->version[0] = v->cipher[0] = v->group[0] = '\0';
}

static void on_established(struct probe_view *v, const struct tls_facts *facts)
{
    snprintf(v->version, sizeof v->version, "%s", facts->version);
    snprintf(v->cipher, sizeof v->cipher, "%s", facts->cipher);
    snprintf(v->group, sizeof v->group, "%s", facts->group ? facts->group : "");
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
    if (tried->is_accepted)
        buf_printf(out, "%s %s%s%s", v->version, v->cipher, *v->group ? " " : "", v->group);
    else if (v->alert >= 0)
        buf_append_text(out, name_of_alert((uint8_t)v->alert));
    else if (tried->cause != CAUSE_NONE)
        buf_append_text(out, cause_id(tried->cause));
    else
        escape_append(out, slice_of(tried->error));
}

static void on_tried(struct probe_view *v, const struct trace_probe *tried)
{
    struct buf row = {0}, outcome = {0};
    append_outcome(&outcome, v, tried);
    buf_printf(&row, "  %-22s  %-13s  %7.1f ms   ", tried->change->name, buf_text(&outcome),
               (double)tried->took_us / 1000);
    append_detail(&row, v, tried);
    buf_append_byte(&row, '\n');
    buf_done(&outcome);
    print(v, &row);
}

static void append_command(struct buf *out, const char *options, struct slice url)
{
    char *word = mem_dup_slice(url);
    buf_printf(out, "   go: peel %s%s", options, *options ? " " : "");
    block_append_word(out, word);
    buf_append_byte(out, '\n');
    mem_free(word);
}

static void append_verdict(struct buf *out, const struct trace_probed *told)
{
    const struct trace_probe_change *helps = told->helps ? told->helps : told->helps_half;
    enum cause cause = told->plain.cause;
    if (told->plain.is_accepted)
        buf_append_text(out, "cause: none, the handshake works as it is\n");
    else if (told->helps)
        buf_printf(out, "cause: %s:%u %s\n", told->host, told->port, helps->words);
    else if (told->helps_half)
        buf_printf(out, "cause: %s:%u %s; but then its certificate is refused: %s\n", told->host, told->port,
                   helps->words, cause_title(told->half_cause));
    else if (is_certificate(cause))
        buf_printf(out, "cause: the handshake is fine, the certificate is not: %s\n", cause_title(cause));
    else if (cause != CAUSE_NONE)
        buf_printf(out, "cause: %s:%u %s%s\n", told->host, told->port, cause_title(cause),
                   cause == CAUSE_NOT_TLS || cause == CAUSE_CLIENT_CERT_WANTED ? ""
                                                                               : ", and none of the changes helps");
    else
        buf_append_text(out, "cause: it is not a matter of TLS\n");
}

static void append_advice(struct buf *out, const struct trace_probed *told)
{
    enum cause cause = told->helps_half && !told->helps ? told->half_cause : told->plain.cause;
    if (told->plain.is_accepted || told->helps)
        append_command(out, told->helps ? told->helps->options : "", told->url);
    else if (told->plain.cause == CAUSE_CLIENT_CERT_WANTED)
        append_command(out, "--cert FILE --key FILE", told->url);
    else if (cause != CAUSE_NONE)
        buf_printf(out, "   go: peel --explain %s\n", cause_id(cause));
    if (told->helps && told->helps->risk)
        buf_printf(out, " risk: %s\n", told->helps->risk);
    if (told->is_out_of_time)
        buf_append_text(out, " note: the time was over before all had been tried\n");
}

static void on_probed(struct probe_view *v, const struct trace_probed *told)
{
    struct buf text = {0};
    append_verdict(&text, told);
    append_advice(&text, told);
    print(v, &text);
}

static void on_event(void *ctx, const struct trace_event *event)
{
    struct probe_view *v = ctx;
    switch (event->kind) {
    case TRACE_PROBE_BEGIN:
        forget(v);
        return;
    case TRACE_TLS_ESTABLISHED:
        on_established(v, event->data);
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

struct probe_view *probe_view_new(struct trace *trace)
{
    struct probe_view *v = mem_alloc(sizeof *v);
    forget(v);
    v->subscriber = (struct trace_subscriber){.mask = TRACE_BIT(TRACE_PROBE_BEGIN) | TRACE_BIT(TRACE_PROBE_END) |
                                                      TRACE_BIT(TRACE_PROBED) | TRACE_BIT(TRACE_TLS_ESTABLISHED) |
                                                      TRACE_BIT(TRACE_TLS_FAILED),
                                              .on_event = on_event,
                                              .ctx = v};
    trace_subscribe(trace, &v->subscriber);
    return v;
}

bool probe_view_end(struct probe_view *view, struct error *err)
{
    int error = view ? view->write_error : 0;
    mem_free(view);
    return error == 0 || error_set(err, PEEL_WRITE_ERROR, "Failed writing to stdout: %s", strerror(error));
}

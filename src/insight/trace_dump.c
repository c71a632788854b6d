/* A trace in a file. What -v tells comes from verbose.c, line by line; the bytes come from here. */
#include "insight/trace_dump.h"

#include "base/mem.h"
#include "insight/redact.h"
#include "insight/verbose.h"
#include "output/sink.h"
#include "tls/facts.h"

enum {
    HEX_WIDTH = 16,
    TEXT_WIDTH = 64,
};

struct trace_dump {
    struct trace_dump_plan plan;
    struct console *console;
    struct sink *sink; /* NULL: the console */
    bool is_broken;
    bool is_transfer_over;
    struct verbose *verbose;
    struct trace_subscriber subscriber;
    struct buf text; /* in the making */
};

static bool is_line_end(struct slice bytes, size_t at)
{
    return at + 1 < bytes.len && bytes.ptr[at] == '\r' && bytes.ptr[at + 1] == '\n';
}

static void append_text(struct buf *out, struct slice row)
{
    for (size_t i = 0; i < row.len; i++)
        buf_append_byte(out, row.ptr[i] >= 0x20 && row.ptr[i] < 0x7f ? row.ptr[i] : '.');
}

void trace_dump_rows(struct buf *out, struct slice bytes, bool is_hex)
{
    for (size_t at = 0; at < bytes.len;) {
        size_t len = 0, most = is_hex ? HEX_WIDTH : TEXT_WIDTH;
        while (len < most && at + len < bytes.len && (is_hex || !is_line_end(bytes, at + len)))
            len++;
        struct slice row = slice_make(bytes.ptr + at, len);
        buf_printf(out, "%04zx: ", at);
        for (size_t i = 0; is_hex && i < HEX_WIDTH; i++) {
            if (i < row.len)
                buf_printf(out, "%02x ", (unsigned char)row.ptr[i]);
            else
                buf_append_text(out, "   ");
        }
        append_text(out, row);
        buf_append_byte(out, '\n');
        at += len;
        if (!is_hex && is_line_end(bytes, at))
            at += 2;
    }
}

/* A trace that cannot be written is no reason to stop; it is told once. */
static void flush(struct trace_dump *d)
{
    struct error err = {0};
    if (!d->sink)
        console_text(d->console, buf_slice(&d->text));
    else if (!d->is_broken && !sink_write(d->sink, buf_slice(&d->text), true, &err)) {
        d->is_broken = true;
        console_warn(d->console, "The trace ends here: %s", err.text);
    }
    buf_clear(&d->text);
}

static void dump(struct trace_dump *d, uint64_t at_us, const char *what, size_t len, struct slice bytes)
{
    stamp_append(&d->text, &d->plan.stamp, at_us);
    buf_printf(&d->text, "%s, %zu bytes (0x%zx)\n", what, len, len);
    trace_dump_rows(&d->text, bytes, d->plan.is_hex);
    flush(d);
}

static void dump_request_head(struct trace_dump *d, uint64_t at_us, struct slice head)
{
    struct buf shown = {0};
    struct slice rest = head;
    while (rest.len > 0) {
        size_t end = slice_find(rest, '\n');
        redact_request_line(&shown, slice_first(rest, end > 0 && rest.ptr[end - 1] == '\r' ? end - 1 : end));
        buf_append_text(&shown, "\r\n");
        rest = slice_from(rest, end < rest.len ? end + 1 : end);
    }
    dump(d, at_us, "=> Send header", head.len, buf_slice(&shown));
    buf_done(&shown);
}

static void on_bytes(struct trace_dump *d, uint64_t at_us, const struct trace_bytes *told)
{
    static const char *const names[] = {
        [TRACE_SENT_HEAD] = "=> Send header",
        [TRACE_SENT_BODY] = "=> Send data",
        [TRACE_RECEIVED_HEAD] = "<= Recv header",
        [TRACE_RECEIVED_BODY] = "<= Recv data",
    };
    if (told->what == TRACE_SENT_HEAD)
        dump_request_head(d, at_us, told->bytes);
    else
        dump(d, at_us, names[told->what], told->bytes.len, told->bytes);
}

static void on_event(void *ctx, const struct trace_event *event)
{
    struct trace_dump *d = ctx;
    struct stamp *stamp = &d->plan.stamp;
    if (d->is_transfer_over) {
        stamp->transfer++;
        stamp->has_connection = false;
    }
    d->is_transfer_over = event->kind == TRACE_DONE;
    if (event->kind == TRACE_BYTES)
        on_bytes(d, event->at_us, event->data);
    if (event->kind == TRACE_TLS_MESSAGE) {
        const struct tls_message *m = event->data;
        dump(d, event->at_us, m->is_sent ? "=> Send SSL data" : "<= Recv SSL data", m->bytes.len, m->bytes);
    }
    if (event->kind == TRACE_CONNECTED || event->kind == TRACE_REUSED) {
        stamp->has_connection = true;
        stamp->connection = ((const struct trace_address *)event->data)->connection;
    }
}

/* A line of verbose.c: those of heads are told by their bytes. */
static void on_line(void *ctx, uint64_t at_us, struct slice line)
{
    struct trace_dump *d = ctx;
    if (line.len < 2 || line.ptr[0] != '*')
        return;
    stamp_append(&d->text, &d->plan.stamp, at_us);
    buf_append_text(&d->text, "== Info: ");
    buf_append(&d->text, slice_from(line, 2));
    buf_append_byte(&d->text, '\n');
    flush(d);
}

struct trace_dump *trace_dump_new(const struct trace_dump_plan *plan, struct console *console, struct trace *trace)
{
    struct trace_dump *d = mem_alloc(sizeof *d);
    d->plan = *plan;
    d->console = console;
    if (strcmp(plan->file, "%") != 0)
        d->sink = sink_new(strcmp(plan->file, "-") == 0 ? NULL : plan->file, true);
    d->plan.file = NULL;
    flush(d);
    d->verbose = verbose_new_to(on_line, d, trace);
    d->subscriber = (struct trace_subscriber){
        /* All: the first event of a transfer, whatever it is, counts it. */
        .mask = (TRACE_BIT(TRACE_KINDS) - 1) & ~TRACE_EVIDENCE,
        .on_event = on_event,
        .ctx = d,
    };
    trace_subscribe(trace, &d->subscriber);
    return d;
}

void trace_dump_free(struct trace_dump *d)
{
    struct error ignored = {0};
    if (!d)
        return;
    verbose_free(d->verbose);
    if (d->sink && !d->is_broken)
        sink_finish(d->sink, &ignored);
    sink_free(d->sink);
    buf_done(&d->text);
    mem_free(d);
}

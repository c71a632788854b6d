/* Bars of requests. */
#include "insight/waterfall.h"

#include "base/columns.h"
#include "base/mem.h"
#include "insight/report_gather.h"

#include <stdio.h>

enum {
    RESULT = 8,  /* "FAIL 60 " */
    LENGTH = 11, /* "|  1234.5 ms" without the bar's end */
    BAR_MIN = 10,
};

static const char signs[PHASE_COUNT] = {
    [PHASE_DNS] = '.', [PHASE_TCP] = '-', [PHASE_TLS] = '=', [PHASE_WAIT] = '~', [PHASE_BODY] = '#'};

struct axis {
    uint64_t from_us, len_us;
    size_t name, bar; /* columns */
};

static struct axis axis_of(const struct waterfall_row *rows, size_t n, size_t width)
{
    struct axis axis = {.from_us = rows[0].begun_us};
    uint64_t end_us = 0;
    size_t longest = 0;
    for (size_t i = 0; i < n; i++) {
        size_t columns = columns_of(slice_of(rows[i].name));
        end_us = rows[i].over_us > end_us ? rows[i].over_us : end_us;
        longest = columns > longest ? columns : longest;
    }
    axis.len_us = end_us > axis.from_us ? end_us - axis.from_us : 1;
    axis.name = longest < width / 3 ? longest : width / 3;
    size_t taken = axis.name + 1 + RESULT + 2 + LENGTH;
    axis.bar = width > taken + BAR_MIN ? width - taken : BAR_MIN;
    return axis;
}

/* A name that is too long loses its middle, as both ends tell it from others. */
static void append_name(struct buf *out, const char *name, size_t room)
{
    struct slice text = slice_of(name);
    size_t width = columns_of(text);
    if (width > room && room > 5) {
        size_t left = (room - 3) / 2, at = columns_fit(text, width - (room - 3 - left));
        buf_append(out, slice_first(text, columns_fit(text, left)));
        buf_append_text(out, "...");
        text = slice_from(text, at);
        width = left + 3 + columns_of(text);
    }
    buf_append(out, text);
    for (; width < room; width++)
        buf_append_byte(out, ' ');
}

static size_t column_of(const struct axis *axis, uint64_t at_us)
{
    return (size_t)((at_us - axis->from_us) * axis->bar / axis->len_us);
}

/* Whatever took place is seen, be it ever so short. */
static void append_bar(struct buf *out, const struct waterfall_row *row, const struct axis *axis)
{
    struct span bar = buf_reserve(out, axis->bar);
    memset(bar.ptr, ' ', axis->bar);
    for (unsigned i = 0; i < PHASE_COUNT; i++) {
        const struct report_span *span = &row->spans[i];
        size_t from = column_of(axis, row->begun_us + span->from_us);
        size_t to = column_of(axis, row->begun_us + span->from_us + span->len_us);
        from = from < axis->bar ? from : axis->bar - 1;
        to = to > from ? to : from + 1;
        if (span->is_there)
            memset((char *)bar.ptr + from, span->is_failed ? 'x' : signs[i], to - from);
    }
    buf_added(out, axis->bar);
}

static void append_row(struct buf *out, const struct waterfall_row *row, const struct axis *axis)
{
    char result[16] = "";
    append_name(out, row->name, axis->name);
    if (row->code != 0)
        snprintf(result, sizeof result, "FAIL %d", row->code);
    else if (row->status > 0)
        snprintf(result, sizeof result, "%d", row->status);
    buf_printf(out, " %*s|", RESULT, result);
    append_bar(out, row, axis);
    buf_printf(out, "|%*.1f ms\n", LENGTH - 3, (double)(row->over_us - row->begun_us) / 1000);
}

void waterfall_append(struct buf *out, const struct waterfall_row *rows, size_t n, size_t width)
{
    if (n == 0)
        return;
    struct axis axis = axis_of(rows, n, width);
    for (size_t i = 0; i < n; i++)
        append_row(out, &rows[i], &axis);
    buf_printf(out, "%*s0 %*.1f ms\n", (int)(axis.name + RESULT + 2), "", (int)axis.bar - 5,
               (double)axis.len_us / 1000);
    for (unsigned i = 0; i < PHASE_COUNT; i++)
        buf_printf(out, "%c %s   ", signs[i], report_phase_names[i]);
    buf_append_text(out, "x failed\n");
}

struct waterfall {
    struct console *console;
    struct report_gather *gather;
    struct waterfall_row *rows;
    size_t n, cap;
    struct trace_subscriber subscriber;
};

static void on_event(void *ctx, const struct trace_event *event)
{
    struct waterfall *w = ctx;
    const struct report *report = report_gather_event(w->gather, event);
    if (!report)
        return;
    if (w->n == w->cap) {
        w->cap = w->cap > 0 ? 2 * w->cap : 16;
        w->rows = mem_realloc(w->rows, w->cap * sizeof *w->rows);
    }
    const char *rest = strstr(report->url, "://");
    struct waterfall_row *row = &w->rows[w->n++];
    *row = (struct waterfall_row){.name = mem_strdup(rest ? rest + 3 : report->url),
                                  .code = report->code,
                                  .status = report->status,
                                  .begun_us = report->times.begun_us,
                                  .over_us = report->times.over_us};
    report_phases(report, row->spans);
}

struct waterfall *waterfall_new(struct console *console, struct trace *trace)
{
    struct waterfall *w = mem_alloc(sizeof *w);
    w->console = console;
    w->gather = report_gather_new(0, -1);
    w->subscriber = (struct trace_subscriber){.mask = REPORT_EVENTS, .on_event = on_event, .ctx = w};
    trace_subscribe(trace, &w->subscriber);
    return w;
}

void waterfall_end(struct waterfall *w)
{
    if (!w)
        return;
    struct buf text = {0};
    waterfall_append(&text, w->rows, w->n, console_width(w->console));
    struct slice rest = buf_slice(&text);
    while (rest.len > 0) {
        struct slice line = slice_first(rest, slice_find(rest, '\n'));
        console_line(w->console, STYLE_PLAIN, line);
        rest = slice_from(rest, line.len + 1);
    }
    buf_done(&text);
    for (size_t i = 0; i < w->n; i++)
        mem_free(w->rows[i].name);
    mem_free(w->rows);
    report_gather_free(w->gather);
    mem_free(w);
}

/* Reports on their way out. */
#include "insight/report_view.h"

#include "base/mem.h"
#include "insight/report_gather.h"
#include "insight/report_show.h"
#include "output/sink.h"
#include "output/style.h"
#include "output/target.h"

#include <unistd.h>

struct report_view {
    struct report_plan plan;
    struct console *console;
    struct report_gather *gather;
    struct sink *sink;
    bool is_styled;
    bool is_begun;
    bool has_warned;
    bool is_beside_errors; /* what it shows stands on the terminal that errors go to, for people to read */
    bool has_told;         /* ... and the last transfer is there */
    struct buf text;
    struct buf kept; /* of the last transfer, in JSON */
    struct error error;
    struct trace_subscriber subscriber;
};

static void write_text(struct report_view *v)
{
    if (v->error.code == PEEL_OK)
        sink_write(v->sink, buf_slice(&v->text), true, &v->error);
    buf_clear(&v->text);
}

/* -sS: what the exit code means, as with other errors. One that failed has its own. */
static void warn_shortly(const struct report_view *v, const struct report *report, const char *text)
{
    struct error said = {.code = PEEL_OK};
    if (report->code != PEEL_OK)
        return;
    error_set(&said, PEEL_CERTIFICATE_ENDS, "%s:%u: %s", report->host, (unsigned)report->port, text);
    console_error(v->console, &said);
}

static void warn(struct report_view *v, const struct report *report)
{
    if (report->is_reused || !report_is_ending(report))
        return;
    struct buf text = {0};
    v->has_warned = true;
    report_append_warning(&text, report);
    if (console_errors(v->console) == CONSOLE_ERRORS_SHORT)
        warn_shortly(v, report, buf_text(&text));
    else
        console_warn(v->console, "%s:%u: %s", report->host, (unsigned)report->port, buf_text(&text));
    buf_done(&text);
}

static void show(struct report_view *v, const struct report *report)
{
    switch (v->plan.form) {
    case REPORT_NONE:
        return;
    case REPORT_TEXT:
        if (v->is_begun)
            buf_append_byte(&v->text, '\n');
        report_text_append(&v->text, report, v->is_styled, v->plan.path ? 0 : style_columns(STDOUT_FILENO));
        break;
    case REPORT_JSON:
        report_json_append(&v->text, report);
        break;
    case REPORT_HTML:
        if (!v->is_begun)
            report_html_start(&v->text);
        report_html_append(&v->text, report);
        break;
    }
    v->is_begun = true;
    write_text(v);
}

/* report: NULL when there is none of what is over. */
static void keep(struct report_view *v, const struct report *report)
{
    buf_clear(&v->kept);
    if (v->plan.keeps_json && report)
        report_json_append(&v->kept, report);
}

static void on_event(void *ctx, const struct trace_event *event)
{
    struct report_view *v = ctx;
    const struct report *report = report_gather_event(v->gather, event);
    if (event->kind == TRACE_DONE)
        keep(v, report);
    if (report) {
        show(v, report);
        warn(v, report);
    }
    if (event->kind == TRACE_DONE)
        v->has_told = report && v->is_beside_errors && v->error.code == PEEL_OK;
}

static struct sink *open_sink(const char *path)
{
    struct target_plan plan = {.path = path, .existing = TARGET_REPLACE};
    return path ? sink_new_file(target_new(&plan)) : sink_new(NULL, true);
}

struct report_view *report_view_new(const struct report_plan *plan, struct console *console, struct trace *trace)
{
    struct report_view *v = mem_alloc(sizeof *v);
    v->plan = *plan;
    v->console = console;
    v->gather = report_gather_new(plan->epoch_us, plan->warn_days);
    v->sink = open_sink(plan->path);
    v->is_styled = !plan->is_plain && sink_is_terminal(v->sink) && style_has_colours(STDOUT_FILENO);
    v->is_beside_errors = plan->form == REPORT_TEXT && sink_is_terminal(v->sink) && console_is_terminal(v->console);
    unsigned events = plan->form == REPORT_NONE && !plan->keeps_json ? REPORT_EVENTS : REPORT_EVENTS_ALL;
    v->subscriber = (struct trace_subscriber){.mask = events, .on_event = on_event, .ctx = v};
    trace_subscribe(trace, &v->subscriber);
    return v;
}

bool report_view_has_warned(const struct report_view *v)
{
    return v && v->has_warned;
}

bool report_view_has_told(const struct report_view *v)
{
    return v && v->has_told;
}

struct slice report_view_last(const struct report_view *v)
{
    struct slice line = buf_slice(&v->kept);
    return slice_first(line, slice_find(line, '\n'));
}

bool report_view_end(struct report_view *v, struct error *err)
{
    if (!v)
        return true;
    if (v->plan.form == REPORT_HTML && v->is_begun) {
        report_html_end(&v->text);
        write_text(v);
    }
    if (v->is_begun && v->error.code == PEEL_OK)
        sink_finish(v->sink, &v->error);
    struct error found = v->error;
    sink_free(v->sink);
    report_gather_free(v->gather);
    buf_done(&v->text);
    buf_done(&v->kept);
    mem_free(v);
    return found.code == PEEL_OK || error_set(err, found.code, "%s", found.text);
}

/* --dry-run. */
#include "insight/dry_view.h"

#include "base/escape.h"
#include "insight/redact.h"

static void append_request_line(struct dry_view *view, const struct trace_line *line)
{
    buf_append_text(view->out, "> ");
    redact_request_line(view->out, line->text);
    buf_append_byte(view->out, '\n');
    view->is_in_request = line->text.len > 0;
}

static void on_event(void *ctx, const struct trace_event *event)
{
    struct dry_view *view = ctx;
    const struct trace_note *note = event->data;
    if (event->kind == TRACE_REQUEST_LINE) {
        if (view->is_in_request)
            append_request_line(view, event->data);
    } else if (note->id == NOTE_WOULD_CONNECT || note->id == NOTE_WOULD_SEND_BODY) {
        buf_append_text(view->out, "* ");
        if (note->id == NOTE_WOULD_CONNECT) {
            view->is_in_request = true;
            buf_append_text(view->out, "Would connect to ");
            escape_append(view->out, note->text);
        } else {
            buf_printf(view->out, "and %llu bytes of body", (unsigned long long)note->number);
        }
        buf_append_byte(view->out, '\n');
    }
}

void dry_view_begin(struct dry_view *view, struct buf *out, struct trace *trace)
{
    *view = (struct dry_view){.out = out};
    view->subscriber = (struct trace_subscriber){
        .mask = TRACE_BIT(TRACE_REQUEST_LINE) | TRACE_BIT(TRACE_NOTE), .on_event = on_event, .ctx = view};
    trace_subscribe(trace, &view->subscriber);
}

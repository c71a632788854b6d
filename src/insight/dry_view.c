/* --dry-run. */
#include "insight/dry_view.h"

#include "base/escape.h"
#include "insight/redact.h"

static void on_event(void *ctx, const struct trace_event *event)
{
    struct dry_view *view = ctx;
    const struct trace_note *note = event->data;
    if (event->kind == TRACE_REQUEST_LINE) {
        buf_append_text(view->out, "> ");
        redact_request_line(view->out, ((const struct trace_line *)event->data)->text);
        buf_append_byte(view->out, '\n');
    } else if (note->id == NOTE_WOULD_CONNECT || note->id == NOTE_WOULD_SEND_BODY) {
        buf_append_text(view->out, "* ");
        if (note->id == NOTE_WOULD_CONNECT) {
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

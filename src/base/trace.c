/* Delivering trace events to whoever subscribed. */
#include "base/trace.h"

void trace_subscribe(struct trace *t, struct trace_subscriber *s)
{
    s->next = t->first;
    t->first = s;
    t->mask |= s->mask;
}

void trace_deliver(const struct trace *t, enum trace_kind kind, const void *data)
{
    struct trace_event event = {.kind = kind, .at_us = t->now_us, .data = data};
    for (struct trace_subscriber *s = t->first; s; s = s->next)
        if (s->mask & TRACE_BIT(kind))
            s->on_event(s->ctx, &event);
}

void trace_tell_lines(const struct trace *t, enum trace_kind kind, struct slice head)
{
    while (trace_wants(t, kind) && head.len > 0) {
        size_t end = slice_find(head, '\n');
        struct trace_line told = {.text = slice_first(head, end > 0 && head.ptr[end - 1] == '\r' ? end - 1 : end)};
        trace_deliver(t, kind, &told);
        head = slice_from(head, end < head.len ? end + 1 : end);
    }
}

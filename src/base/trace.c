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

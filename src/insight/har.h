/* --har: what was asked and answered, as an HTTP archive (HAR 1.2) that browsers' tools open: one entry a request, also
 * for redirects and for what failed. Made of trace events; a pure function of them. Events must be those of one
 * transfer after the other. */
#ifndef PEEL_INSIGHT_HAR_H
#define PEEL_INSIGHT_HAR_H

#include "base/buf.h"
#include "base/trace.h"

struct har;

enum {
    HAR_EVENTS = TRACE_BIT(TRACE_HOP) | TRACE_BIT(TRACE_RESOLVED) | TRACE_BIT(TRACE_CONNECT_FAILED) |
                 TRACE_BIT(TRACE_CONNECTED) | TRACE_BIT(TRACE_REUSED) | TRACE_BIT(TRACE_TLS_OFFER) |
                 TRACE_BIT(TRACE_TLS_CERTIFICATE) | TRACE_BIT(TRACE_TLS_ESTABLISHED) | TRACE_BIT(TRACE_BYTES) |
                 TRACE_BIT(TRACE_EXCHANGED) | TRACE_BIT(TRACE_DONE),
};

/* What stands before the first entry and behind the last one; between two there is a comma. */
extern const char har_start[], har_end[];

/* epoch_us: when the trace's clock was 0, microseconds since 1970. with_secrets: see har_entry.h. */
struct har *har_new(uint64_t epoch_us, bool with_secrets);
/* True when an entry is over: it has been appended. */
bool har_event(struct har *har, const struct trace_event *event, struct buf *out);
/* What is in the making, as har_event; no more events. */
bool har_finish(struct har *har, struct buf *out);
/* Takes NULL. */
void har_free(struct har *har);

#endif

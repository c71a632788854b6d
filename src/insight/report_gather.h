/* From trace events to reports (report.h), one a request: of redirects each, and of what failed. A pure function of
 * them. Events must be those of one transfer after the other. */
#ifndef PEEL_INSIGHT_REPORT_GATHER_H
#define PEEL_INSIGHT_REPORT_GATHER_H

#include "base/trace.h"
#include "insight/report.h"

struct report_gather;

enum {
    REPORT_EVENTS = TRACE_BIT(TRACE_HOP) | TRACE_BIT(TRACE_RESOLVED) | TRACE_BIT(TRACE_CONNECTED) |
                    TRACE_BIT(TRACE_REUSED) | TRACE_BIT(TRACE_TLS_OFFER) | TRACE_BIT(TRACE_TLS_MESSAGE) |
                    TRACE_BIT(TRACE_TLS_ESTABLISHED) | TRACE_BIT(TRACE_TLS_CERTIFICATE) | TRACE_BIT(TRACE_TLS_REFUSED) |
                    TRACE_BIT(TRACE_TLS_FAILED) | TRACE_BIT(TRACE_TLS_SUMMARY) | TRACE_BIT(TRACE_TLS_RESUMED) |
                    TRACE_BIT(TRACE_RESPONSE_LINE) | TRACE_BIT(TRACE_EXCHANGED) | TRACE_BIT(TRACE_DONE),
    /* Also what makes the client ask for more than it would otherwise: for who shows all of the report. */
    REPORT_EVENTS_ALL = REPORT_EVENTS | TRACE_BIT(TRACE_TLS_STAPLE),
};

/* epoch_us: when the trace's clock was 0, microseconds since 1970. warn_days: see struct report. */
struct report_gather *report_gather_new(uint64_t epoch_us, int warn_days);
/* The report that is over by this event, good until the next one; NULL when none is. An attempt that came to nothing
 * and is made once more is no report. */
const struct report *report_gather_event(struct report_gather *gather, const struct trace_event *event);
/* Takes NULL. */
void report_gather_free(struct report_gather *gather);

#endif

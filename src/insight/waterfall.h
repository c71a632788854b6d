/* --waterfall: at the end of a run a bar for each request, all on one axis of time. */
#ifndef PEEL_INSIGHT_WATERFALL_H
#define PEEL_INSIGHT_WATERFALL_H

#include "base/buf.h"
#include "base/trace.h"
#include "insight/report.h"
#include "output/console.h"

/* One request. */
struct waterfall_row {
    char *name; /* the URL without its scheme, escaped */
    int code;   /* enum peel_code */
    int status; /* 0: no response came */
    uint64_t begun_us, over_us;
    struct report_span spans[PHASE_COUNT]; /* from begun_us on */
};

/* Appends the lines, of at most width columns: a row for each request, the axis, what the signs mean. A pure function.
 * Nothing without rows. */
void waterfall_append(struct buf *out, const struct waterfall_row *rows, size_t n, size_t width);

struct waterfall;

/* Console and trace must outlive it. */
struct waterfall *waterfall_new(struct console *console, struct trace *trace);
/* Shows it. Takes NULL. */
void waterfall_end(struct waterfall *waterfall);

#endif

/* --dry-run: what would be connected to and sent, as lines for stdout; secrets are masked as in -v. */
#ifndef PEEL_INSIGHT_DRY_VIEW_H
#define PEEL_INSIGHT_DRY_VIEW_H

#include "base/buf.h"
#include "base/trace.h"

struct dry_view {
    struct trace_subscriber subscriber;
    struct buf *out;
    bool is_in_request; /* of --dry-run: other groups of URLs may be fetched */
};

/* The view and out must outlive the trace. */
void dry_view_begin(struct dry_view *view, struct buf *out, struct trace *trace);

#endif

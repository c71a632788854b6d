/* Shows why a URL failed: with -sS in one line, else as a block of cause, evidence and fix where TLS is to blame. */
#ifndef PEEL_INSIGHT_FAILURE_VIEW_H
#define PEEL_INSIGHT_FAILURE_VIEW_H

#include "base/trace.h"
#include "insight/report_view.h"
#include "output/console.h"

struct failure_view;

/* Console and trace must outlive it. */
struct failure_view *failure_view_new(struct console *console, struct trace *trace);
/* Says nothing of what the report has told where errors would stand; report may be NULL, and outlives the view. */
void failure_view_yield_to(struct failure_view *view, const struct report_view *report);
/* Takes NULL. */
void failure_view_free(struct failure_view *view);

#endif

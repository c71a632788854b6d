/* Who looks at a run: each view that the user asked for, subscribed before anything happens. */
#ifndef PEEL_INSIGHT_VIEWS_H
#define PEEL_INSIGHT_VIEWS_H

#include "base/buf.h"
#include "base/trace.h"
#include "output/console.h"
#include "output/writeout.h"

struct views;

struct views_plan {
    const struct trace_settings *trace;
    const struct evidence_settings *evidence;
    unsigned verbosity;
    bool is_fetched;     /* something is: not every group of URLs is of --dry-run, which leaves no evidence */
    bool tls_probe;      /* its table goes to stdout */
    bool is_plain;       /* what goes to stdout has no colours (--no-styled-output) */
    struct buf *dry_run; /* --dry-run's text goes there; NULL: no group is of it */
};

/* Subscribes all of them. NULL with err filled (23) when a file that was asked for cannot be opened. The plan's
 * settings, console and trace must outlive the views. */
struct views *views_new(const struct views_plan *plan, struct console *console, struct trace *trace, struct error *err);
/* What -w tells of reports, good as long as the views; false when it asks for none. */
bool views_lend_report(struct views *views, struct writeout_report *report);
/* The exit code of a run that came to code: another one when all went well and a view has seen what was to be warned of
 * (--tls-warn-days). */
int views_exit_code(const struct views *views, int code);
/* Nothing more will be told: what is left is written, all is freed. Takes NULL. False with err filled (23) when a file
 * is not what was asked for. */
bool views_end(struct views *views, struct error *err);

#endif

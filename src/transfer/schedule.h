/* The schedule: every URL of every group, one after the other. */
#ifndef PEEL_TRANSFER_SCHEDULE_H
#define PEEL_TRANSFER_SCHEDULE_H

#include "base/trace.h"
#include "output/console.h"
#include "output/writeout.h"
#include "transfer/job.h"

/* Who looks at a run. */
struct schedule_watch {
    struct trace *trace;
    struct console *console;
    const struct writeout_report *report; /* what -w tells of it; NULL: nothing */
};

/* Fetches all that source gives, under what the command says of the run. Errors and -w go out as each URL ends. Returns
 * the exit code: that of the last URL, as curl. */
int schedule_run(const struct command *command, struct job_source source, const struct schedule_watch *watch);

#endif

/* The queue: every URL of every group, one after the other. */
#ifndef PEEL_TRANSFER_SCHEDULE_H
#define PEEL_TRANSFER_SCHEDULE_H

#include "base/trace.h"
#include "output/console.h"
#include "transfer/settings.h"

/* Fetches all that the groups ask for, one group after the other. Errors and -w go out as each URL ends. Returns the
 * exit code: that of the last URL, as curl. */
int schedule_run(const struct command *command, struct trace *trace, struct console *console);

#endif

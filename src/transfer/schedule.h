/* The queue: every URL of the command line, one after the other. */
#ifndef PEEL_TRANSFER_SCHEDULE_H
#define PEEL_TRANSFER_SCHEDULE_H

#include "base/trace.h"
#include "output/console.h"
#include "transfer/settings.h"

/* Fetches all that settings ask for. Errors and -w go out as each URL ends. Returns the exit code: that of the last
 * URL, as curl. */
int schedule_run(const struct settings *settings, struct trace *trace, struct console *console);

#endif

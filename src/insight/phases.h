/* Where the time of a fetch went, in one line. */
#ifndef PEEL_INSIGHT_PHASES_H
#define PEEL_INSIGHT_PHASES_H

#include "base/buf.h"
#include "base/trace.h"

/* Appends "24 310 bytes in 41.0 ms: dns 3.1 | tcp 11.8 | tls 13.9 | wait 9.2 | body 3.0"; a phase that did not take
 * place is left out, and before dns a setup that took no time (it does when options name files). failed_in: the name of
 * the phase that ran when the fetch failed, marked "(failed)"; NULL when none did. */
void phases_append(struct buf *out, const struct trace_done *done, const char *failed_in);

#endif

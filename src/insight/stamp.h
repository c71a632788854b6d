/* What stands before each line of -v and of a trace: the time of day (--trace-time), the numbers of the transfer and of
 * its connection (--trace-ids). */
#ifndef PEEL_INSIGHT_STAMP_H
#define PEEL_INSIGHT_STAMP_H

#include "base/buf.h"

#include <stdint.h>

struct stamp {
    bool has_time, has_ids;
    uint64_t epoch_us; /* when the trace's clock was 0: microseconds since 1970 */
    unsigned transfer;
    bool has_connection;
    unsigned connection;
};

/* "12:34:56.123456 " and "[0-1] ", as curl; local time. */
void stamp_append(struct buf *out, const struct stamp *stamp, uint64_t at_us);

#endif

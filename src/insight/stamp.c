/* Time and numbers at the start of a line. */
#include "insight/stamp.h"

#include <time.h>

void stamp_append(struct buf *out, const struct stamp *stamp, uint64_t at_us)
{
    if (stamp->has_time) {
        uint64_t us = stamp->epoch_us + at_us;
        time_t seconds = (time_t)(us / 1000000);
        struct tm tm = {0};
        localtime_r(&seconds, &tm);
        buf_printf(out, "%02d:%02d:%02d.%06u ", tm.tm_hour, tm.tm_min, tm.tm_sec, (unsigned)(us % 1000000));
    }
    if (stamp->has_ids && stamp->has_connection)
        buf_printf(out, "[%u-%u] ", stamp->transfer, stamp->connection);
    else if (stamp->has_ids)
        buf_printf(out, "[%u-x] ", stamp->transfer);
}

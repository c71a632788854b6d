/* Is it too slow? */
#include "transfer/stall.h"

void stall_begin(struct stall *s, uint64_t now_us)
{
    s->last_us = now_us;
    s->last_bytes = 0;
    s->is_slow = false;
}

bool stall_look(struct stall *s, uint64_t now_us, uint64_t bytes)
{
    uint64_t took_us = now_us - s->last_us;
    uint64_t came = bytes > s->last_bytes ? bytes - s->last_bytes : 0;
    if (took_us == 0)
        return false;
    bool is_slow = (double)came * 1e6 < (double)s->limit * (double)took_us;
    if (is_slow && !s->is_slow)
        s->slow_since_us = s->last_us;
    s->is_slow = is_slow;
    s->last_us = now_us;
    s->last_bytes = bytes;
    return is_slow && now_us - s->slow_since_us >= s->time_us;
}

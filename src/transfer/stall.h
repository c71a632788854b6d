/* -Y and -y: a transfer that is slower than a limit for too long. Bytes and times in, a verdict out. */
#ifndef PEEL_TRANSFER_STALL_H
#define PEEL_TRANSFER_STALL_H

#include <stdbool.h>
#include <stdint.h>

enum {
    STALL_LOOK_MS = 1000, /* how often to look */
};

struct stall {
    uint64_t limit;   /* bytes a second */
    uint64_t time_us; /* how long it may be slower than that */
    uint64_t last_us, last_bytes;
    uint64_t slow_since_us;
    bool is_slow;
};

/* Zeroed but for limit and time_us, then begun with the time of the start. */
void stall_begin(struct stall *s, uint64_t now_us);
/* All bytes so far, both ways. True: too slow for too long. */
bool stall_look(struct stall *s, uint64_t now_us, uint64_t bytes);

#endif

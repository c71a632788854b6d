/* Starts keep their distance; time that a fetch took counts. */
#include "transfer/pace.h"

uint64_t pace_wait_us(uint64_t last_us, uint64_t now_us, uint64_t interval_us)
{
    uint64_t gone = now_us > last_us ? now_us - last_us : 0;
    return gone < interval_us ? interval_us - gone : 0;
}

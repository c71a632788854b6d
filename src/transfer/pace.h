/* --rate: when may the next URL begin? */
#ifndef PEEL_TRANSFER_PACE_H
#define PEEL_TRANSFER_PACE_H

#include <stdint.h>

/* Microseconds still to wait at now_us, when the one before began at last_us and starts are interval_us apart. */
uint64_t pace_wait_us(uint64_t last_us, uint64_t now_us, uint64_t interval_us);

#endif

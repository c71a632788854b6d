/* One URL's life: connect, exchange, and then a redirect, a new try or the end. */
#ifndef PEEL_TRANSFER_TRANSFER_H
#define PEEL_TRANSFER_TRANSFER_H

#include "output/writeout.h"
#include "transfer/run.h"

struct transfer;

typedef void (*transfer_done_fn)(void *ctx, struct transfer *t);

/* Nothing happens before transfer_start; on_done may be called from within it. fetch must outlive the transfer. */
struct transfer *transfer_new(struct run *run, const struct fetch *fetch, unsigned urlnum, transfer_done_fn on_done,
                              void *ctx);
void transfer_start(struct transfer *t);
/* Takes NULL. */
void transfer_free(struct transfer *t);

/* After on_done. */
const struct error *transfer_error(const struct transfer *t);
const struct fetch_result *transfer_result(const struct transfer *t);

#endif

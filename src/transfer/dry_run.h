/* --dry-run: the request as it would be sent, and where to. */
#ifndef PEEL_TRANSFER_DRY_RUN_H
#define PEEL_TRANSFER_DRY_RUN_H

#include "http/request.h"
#include "transfer/run.h"

/* Writes to stdout what would be connected to and what would be sent, secrets masked as in -v. False with err filled
 * (23). */
bool dry_run_tell(struct run *run, const struct http_request *request, struct error *err);

#endif

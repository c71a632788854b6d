/* --dry-run: the request as it would be sent, and where to. */
#ifndef PEEL_TRANSFER_DRY_RUN_H
#define PEEL_TRANSFER_DRY_RUN_H

#include "http/request.h"
#include "transfer/route.h"
#include "transfer/run.h"

/* Tells the trace (NOTE_WOULD_CONNECT, TRACE_REQUEST_LINE, NOTE_WOULD_SEND_BODY); sends nothing. */
void dry_run_tell(struct run *run, const struct route *route, const struct http_request *request);

#endif

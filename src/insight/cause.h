/* From the facts of a failed TLS connection to blocks that explain it: cause, evidence, fix. Pure functions of facts;
 * never is it proposed to switch a check off. */
#ifndef PEEL_INSIGHT_CAUSE_H
#define PEEL_INSIGHT_CAUSE_H

#include "insight/block.h"
#include "tls/facts.h"

/* One block for each cause among the verdict's errors, what comes first in cause.def first. */
void cause_append_certificate(struct buf *out, const struct block_place *place, const struct tls_verdict *verdict);
/* One block; without a headline when the handshake had been over: then the error's text is one. */
void cause_append_connection(struct buf *out, const struct block_place *place, const struct tls_breakdown *breakdown);
/* One block without a headline: TLS did not fail, but a server that got no client certificate answers like this. */
void cause_append_client_cert_lacking(struct buf *out, const struct block_place *place, int status);
/* An http:// URL that met TLS: there is nothing to know but the URL. */
void cause_append_tls_on_http(struct buf *out, const struct block_place *place, int code);

#endif

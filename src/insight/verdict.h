/* What verification said of the server's certificate, as -v tells it. */
#ifndef PEEL_INSIGHT_VERDICT_H
#define PEEL_INSIGHT_VERDICT_H

#include "base/buf.h"
#include "tls/facts.h"

/* Appends curl's lines ("* Server certificate:" and what follows), each with "* " and a line end, escaped. host is
 * whom the certificate should name, escaped already. */
void verdict_append_lines(struct buf *out, const struct tls_verdict *verdict, const char *host);

#endif

/* Filling what a report knows of a connection's TLS, out of trace events. For report_gather.c. */
#ifndef PEEL_INSIGHT_REPORT_TLS_H
#define PEEL_INSIGHT_REPORT_TLS_H

#include "insight/handshake.h"
#include "insight/report.h"

struct report_tls *report_tls_new(const struct tls_offer *offer);
/* Takes NULL. */
void report_tls_free(struct report_tls *tls);

/* view: of this handshake, so far. */
void report_tls_message(struct report_tls *tls, struct handshake_view *view, const struct tls_message *message);
/* TRACE_TLS_CERTIFICATE */
void report_tls_certificate(struct report_tls *tls, const struct tls_verdict *verdict);
/* TRACE_TLS_STAPLE */
void report_tls_staple(struct report_tls *tls, const struct tls_staple *staple);
/* The texts of it are made safe to show. */
void report_tls_summary(struct report_tls *tls, const struct tls_summary *summary);

#endif

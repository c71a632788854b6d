/* What a staple says of the server's certificate (struct tls_staple), for whoever shows it. */
#ifndef PEEL_INSIGHT_REVOCATION_H
#define PEEL_INSIGHT_REVOCATION_H

#include "base/buf.h"
#include "tls/facts.h"

/* Whether it is proven that the certificate was taken back, by a response that is new or was so once. */
bool revocation_is_revoked(const struct tls_staple *staple);
/* Appends words for people: "staple good, from 2026-11-24, next due 2026-12-01", "no staple". */
void revocation_append(struct buf *out, const struct tls_staple *staple);
/* Appends what is known of the certificate's transparency: "CT: 2 timestamps, first 2026-10-01", "CT: none". */
void revocation_append_ct(struct buf *out, const struct tls_certificate *certificate);

#endif

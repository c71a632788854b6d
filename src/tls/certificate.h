/* Reading what stands in a certificate. For tls/ and insight/. */
#ifndef PEEL_TLS_CERTIFICATE_H
#define PEEL_TLS_CERTIFICATE_H

#include "base/buf.h"
#include "tls/facts.h"

#include <openssl/x509.h>

/* "C=US; O=Example; CN=a.example", UTF-8, with control bytes as \NN; cut when it does not fit. Returns into. */
const char *tls_certificate_name(const X509_NAME *name, char *into, size_t size);
/* "Oct  1 00:00:00 2026 GMT", or "?" for a time that is none. Returns into. */
const char *tls_certificate_time(const ASN1_TIME *time, char *into, size_t size);
/* "2026-10-01T00:00:00Z" (RFC 3339); empty for a time that is none, or NULL. */
void tls_certificate_iso(const ASN1_TIME *time, char *into, size_t size);
/* Seconds from now until then; negative when it has passed. False for a time that is none. */
bool tls_certificate_seconds(const ASN1_TIME *time, int64_t *seconds);
/* How long that is, in the largest unit of which there is a whole one: "37 days", "5 hours", "20 minutes". Its sign
 * does not matter. */
void tls_append_span(struct buf *out, int64_t seconds);
/* "37 days left", "ended 20 minutes ago" */
void tls_append_left(struct buf *out, int64_t left_s);
/* "Oct  1 00:00:00 2026 GMT, 12 days ago" */
void tls_certificate_append_when(struct buf *out, const ASN1_TIME *time);
void tls_certificate_fill(X509 *certificate, struct tls_certificate *out);

/* The subjectAltName entries that can name a server, escaped: "DNS:a.example", "IP:192.0.2.1". */
struct tls_names {
    char **list;
    size_t n;
};

struct tls_names tls_names_of(X509 *certificate);
void tls_names_done(struct tls_names *names);

/* Appends the address where the issuer's certificate can be fetched (RFC 5280 section 4.2.2.1), byte by byte as it
 * stands there: the first that can be fetched, else the first; false when the certificate does not say. */
bool tls_certificate_issuer_url(X509 *certificate, struct buf *out);
/* Whether it is of a kind that may be fetched: http:// alone, as https:// would need what is being looked for. */
bool tls_certificate_is_fetchable(struct slice url);
/* The same address, escaped. */
bool tls_certificate_append_aia(X509 *certificate, struct buf *out);

#endif

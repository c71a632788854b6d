/* The check of the server's certificate: all that is wrong with it is gathered, in one go, before it is refused.
 * Room-private. */
#ifndef PEEL_TLS_VERIFY_H
#define PEEL_TLS_VERIFY_H

#include "base/buf.h"
#include "base/error.h"
#include "base/trace.h"
#include "tls/facts.h"
#include "tls/issuers.h"
#include "tls/pin.h"
#include "tls/summary.h"
#include "tls/trust.h"

#include <openssl/ssl.h>

/* How names are compared: RFC 9525. */
#define TLS_NAME_FLAGS (X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)

/* What one connection asks of a certificate. */
struct tls_verify {
    const char *host; /* no trailing dot */
    bool is_ip;
    const char *where; /* "HOST:PORT", for messages */
    const char *proxy; /* likewise, of a proxy; NULL: it is the origin */
    bool is_insecure;
    bool has_use_for_status; /* somebody looks at the staple, whose check needs the chain whole, -k or not */
    struct tls_trust *trust;
    const struct tls_pins *pins; /* may be NULL; they count with -k too */
    const struct trace *trace;   /* may be NULL */
    struct tls_summary *summary; /* may be NULL */
    struct tls_issuers *issuers; /* never NULL */
    struct error *error;         /* filled with PEEL_PEER_FAILED_VERIFICATION, PEEL_SSL_PINNEDPUBKEYNOTMATCH */
};

/* Makes ssl check for verify->host and remember verify, which must outlive it. False when there is no way to check for
 * such a name: then ssl must not be used. */
bool tls_verify_prepare(SSL *ssl, struct tls_verify *verify);

/* For SSL_CTX_set_cert_verify_callback. */
int tls_verify_callback(X509_STORE_CTX *given, void *unused);

/* One thing that is wrong, and with which certificate. */
struct tls_fault {
    int depth;
    int x509;          /* X509_V_ERR_* */
    X509 *certificate; /* may be NULL */
    X509_CRL *crl;     /* the list that was asked about it; may be NULL */
    enum cause cause;
};

struct tls_faults {
    struct tls_fault list[TLS_MAX_VERIFY_ERRORS];
    size_t n;
};

/* Whether more trusted certificates could mend it. */
bool tls_fault_is_anchorless(int x509);

/* verify_cause.c: why it is a fault; fault->cause itself is not looked at. */
enum cause tls_fault_cause(const struct tls_fault *fault);
/* verify_words.c: when it was revoked, or the list that was asked about it ended; nothing when that is not the fault or
 * the list does not say. */
void tls_fault_append_since(struct buf *out, const struct tls_fault *fault);

/* verify_words.c: what is wrong, in one line: "certificate of HOST:PORT: ...". At most 900 bytes, all of the peer's
 * escaped. */
void tls_verify_words(struct buf *out, const struct tls_faults *faults, const struct tls_verify *verify);

#endif

/* --aia: the issuers that a server did not send, fetched by whoever has sockets. Here is decided which are wanted, and
 * what was brought is taken apart. They only ever stand between the leaf and an anchor: nothing is trusted because it
 * was fetched. Room-private. */
#ifndef PEEL_TLS_ISSUERS_H
#define PEEL_TLS_ISSUERS_H

#include "base/buf.h"
#include "tls/settings.h"

#include <openssl/x509.h>

enum {
    TLS_ISSUERS_ASKED_MAX = 3,             /* addresses for one connection: a chain of no more than that */
    TLS_ISSUERS_KEPT_MAX = 8,              /* certificates out of one answer */
    TLS_ISSUERS_BYTES_MAX = 64 * 1024 + 1, /* more are not looked at */
};

/* Of one connection. */
struct tls_issuers {
    enum tls_aia mode;
    STACK_OF(X509) * fetched; /* NULL: none yet */
    unsigned n_asked;
    char *wanted;     /* the address that is being asked, as the peer has it; NULL: none is */
    X509 *subject;    /* whose issuer is wanted */
    bool is_given_up; /* nothing more is to be asked */
    bool is_complete; /* what was fetched completes the chain */
    char *finding;    /* what came of it, in words for behind "AIA: ..."; escaped; NULL: nothing was asked */
};

void tls_issuers_done(struct tls_issuers *issuers);

/* The issuer of this certificate is missing: true when an address is to be asked for it, which then stands in wanted.
 * False: there is none, or it is not to be asked, or enough were. */
bool tls_issuers_want(struct tls_issuers *issuers, X509 *subject);
/* What came from the address that was wanted: DER, PEM or PKCS#7. failure: why nothing came, else NULL. */
void tls_issuers_supply(struct tls_issuers *issuers, struct slice bytes, const char *failure);
/* The chain leads to an anchor with what was fetched, or not. */
void tls_issuers_judge(struct tls_issuers *issuers, bool is_complete);

#endif

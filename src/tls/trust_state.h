/* The inside of the sources of trust, for trust.c and trust_count.c. */
#ifndef PEEL_TLS_TRUST_STATE_H
#define PEEL_TLS_TRUST_STATE_H

#include "tls/trust.h"

/* One place with certificates and what made us look there; path is NULL when there is none. */
struct source {
    char *path;
    const char *origin; /* "--cacert", "SSL_CERT_FILE", "system store" */
};

struct tls_trust {
    X509_STORE *store;
    struct source file;      /* read at the start */
    struct source directory; /* looked into by hash */
    struct source native;    /* likewise: the system's beside others (--ca-native) */
    char *bundle;            /* the system's, read when all else missed; NULL when a file is all there is */
    bool is_bundle_read;
    char *words;
};

#endif

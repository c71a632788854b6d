/* The inside of a context, for the files of this room and its tests. */
#ifndef PEEL_TLS_CONTEXT_STATE_H
#define PEEL_TLS_CONTEXT_STATE_H

#include "base/hash.h"
#include "tls/context.h"
#include "tls/pin.h"
#include "tls/session.h"
#include "tls/trust.h"

#include <openssl/ssl.h>

/* Options that make the offer smaller than it would be without them: bits of tls_context.narrowed. */
enum tls_narrowing {
    TLS_BY_VERSION_MIN = 1,
    TLS_BY_VERSION_MAX = 2,
    TLS_BY_CIPHERS = 4,
    TLS_BY_TLS13_CIPHERS = 8,
    TLS_BY_SIGALGS = 16,
    TLS_BY_CURVES = 32,

    TLS_BY_VERSIONS = TLS_BY_VERSION_MIN | TLS_BY_VERSION_MAX,
    TLS_BY_ANY = 63,
};

struct tls_context {
    SSL_CTX *ssl_ctx;
    struct tls_trust *trust;
    struct tls_pins *pins; /* NULL: any key will do */
    char *server_name;     /* --sni; "": none is sent; NULL: the host's own */
    struct tls_sessions own_sessions;
    struct tls_sessions *sessions;       /* own_sessions, or a store for many contexts */
    char session_binding[HASH_HEX_SIZE]; /* in that store; "": in its own */
    bool is_insecure;
    enum tls_aia aia;
    bool demands_status; /* --cert-status */
    unsigned narrowed;   /* enum tls_narrowing: what the user said of it */
    bool never_resumes;  /* --no-sessionid; --cert-status, as a resumed handshake asks for no status */
    /* What OpenSSL itself thinks of a strength, where versions.c thinks first. */
    int (*usual_security)(const SSL *, const SSL_CTX *, int op, int bits, int nid, void *other, void *ex);
    unsigned n_references; /* the owner's and one for each engine */
};

/* As tls_context_new, with the system's store elsewhere. */
struct tls_context *tls_context_new_with(const struct tls_settings *settings, const struct tls_trust_system *system,
                                         struct error *err);
/* resume.c, for SSL_CTX_sess_set_new_cb. */
int tls_engine_on_session(SSL *ssl, SSL_SESSION *session);
/* One more reference, to be given back by tls_context_free. */
struct tls_context *tls_context_share(struct tls_context *context);

#endif

/* Sessions kept for the next connection of this run (RFC 8446 section 2.2, RFC 5077), in memory alone.
 *
 * A resumed handshake checks no certificate, so they stand under the context, and with that under its trust settings
 * and client certificate; and only those are kept whose own handshake passed verification. A ticket of TLS 1.3 is used
 * once (RFC 8446 appendix C.4). */
#ifndef PEEL_TLS_SESSION_H
#define PEEL_TLS_SESSION_H

#include <openssl/ssl.h>
#include <stddef.h>

enum {
    TLS_SESSIONS_MAX = 16,
    TLS_SESSIONS_PER_PEER = 4, /* a server may send tickets without end; the newest are worth most */
};

struct tls_kept_session {
    char *peer; /* host, port and the protocols offered */
    SSL_SESSION *session;
};

/* All zero is a valid empty store. Oldest first. */
struct tls_sessions {
    struct tls_kept_session kept[TLS_SESSIONS_MAX];
    size_t n;
};

/* Takes the session over. */
void tls_sessions_keep(struct tls_sessions *sessions, const char *peer, SSL_SESSION *session);
/* The newest for that peer, to be freed by the caller; NULL when there is none. */
SSL_SESSION *tls_sessions_take(struct tls_sessions *sessions, const char *peer);
void tls_sessions_done(struct tls_sessions *sessions);

#endif

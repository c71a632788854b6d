/* Sessions kept for the next connection (RFC 8446 section 2.2, RFC 5077): of this run, and with session_text.h of the
 * next ones.
 *
 * A resumed handshake checks no certificate, so each stands under all that decided whom its own handshake trusted: it
 * is in the context, or in a store for many contexts under binding.h's digest. Only those are kept whose own handshake
 * passed verification. A ticket of TLS 1.3 is used once (RFC 8446 appendix C.4). */
#ifndef PEEL_TLS_SESSION_H
#define PEEL_TLS_SESSION_H

#include "tls/session_text.h"

#include <openssl/ssl.h>
#include <stddef.h>

enum {
    TLS_SESSIONS_MAX = 64,
    TLS_SESSIONS_PER_PEER = 4, /* a server may send tickets without end; the newest are worth most */
    /* However long the server would take it: so old may a check of the certificate be. */
    TLS_SESSION_AGE_MAX_S = 24 * 60 * 60,
};

struct tls_kept_session {
    char *peer; /* whom it is for: a binding, host, port and the protocols offered */
    SSL_SESSION *session;
};

/* All zero is a valid empty store. Oldest first. */
struct tls_sessions {
    struct tls_kept_session kept[TLS_SESSIONS_MAX];
    size_t n;
    size_t n_stored; /* the first so many stand in a file, session_text.h; what came since is behind them */
};

/* Takes the session over. */
void tls_sessions_keep(struct tls_sessions *sessions, const char *peer, SSL_SESSION *session);
/* The newest for that peer, to be freed by the caller; NULL when there is none. Those that have expired are dropped;
 * *has_expired: there was one. */
SSL_SESSION *tls_sessions_take(struct tls_sessions *sessions, const char *peer, int64_t now_s, bool *has_expired);
/* Neither it nor the certificate that it vouches for has ended. */
bool tls_session_is_fresh(SSL_SESSION *session, int64_t now_s);
/* Empties it. */
void tls_sessions_done(struct tls_sessions *sessions);

#endif

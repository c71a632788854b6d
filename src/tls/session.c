/* Sessions kept for the next connection. */
#include "tls/session.h"

#include "base/mem.h"

#include <string.h>

static SSL_SESSION *session_remove(struct tls_sessions *s, size_t i)
{
    SSL_SESSION *session = s->kept[i].session;
    mem_free(s->kept[i].peer);
    s->n--;
    memmove(&s->kept[i], &s->kept[i + 1], (s->n - i) * sizeof s->kept[0]);
    return session;
}

/* The position of the oldest one of the peer, s->n when it has fewer than it may have. */
static size_t oldest_too_many(const struct tls_sessions *s, const char *peer)
{
    size_t oldest = s->n, n_peer = 0;
    for (size_t i = s->n; i > 0; i--) {
        if (strcmp(s->kept[i - 1].peer, peer) != 0)
            continue;
        oldest = i - 1;
        n_peer++;
    }
    return n_peer >= TLS_SESSIONS_PER_PEER ? oldest : s->n;
}

void tls_sessions_keep(struct tls_sessions *s, const char *peer, SSL_SESSION *session)
{
    size_t oldest = oldest_too_many(s, peer);
    if (oldest < s->n)
        SSL_SESSION_free(session_remove(s, oldest));
    else if (s->n == TLS_SESSIONS_MAX)
        SSL_SESSION_free(session_remove(s, 0));
    s->kept[s->n++] = (struct tls_kept_session){mem_strdup(peer), session};
}

SSL_SESSION *tls_sessions_take(struct tls_sessions *s, const char *peer)
{
    for (size_t i = s->n; i > 0; i--) {
        SSL_SESSION *session = s->kept[i - 1].session;
        if (strcmp(s->kept[i - 1].peer, peer) != 0)
            continue;
        if (SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION)
            return session_remove(s, i - 1);
        SSL_SESSION_up_ref(session);
        return session;
    }
    return NULL;
}

void tls_sessions_done(struct tls_sessions *s)
{
    while (s->n > 0)
        SSL_SESSION_free(session_remove(s, s->n - 1));
}

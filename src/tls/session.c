/* Sessions kept for the next connection. */
#include "tls/session.h"

#include "base/mem.h"

#include <openssl/x509.h>
#include <string.h>

enum {
    CLOCK_SLACK_S = 60, /* a session that is from later than this is from no clock of ours */
};

struct tls_sessions *tls_sessions_new(void)
{
    return mem_alloc(sizeof(struct tls_sessions));
}

static SSL_SESSION *session_remove(struct tls_sessions *s, size_t i)
{
    SSL_SESSION *session = s->kept[i].session;
    mem_free(s->kept[i].peer);
    s->n--;
    s->n_stored -= i < s->n_stored ? 1 : 0;
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

static int64_t session_begin_s(const SSL_SESSION *session)
{
#if OPENSSL_VERSION_PREREQ(3, 3)
    return SSL_SESSION_get_time_ex(session);
#else
    return SSL_SESSION_get_time(session);
#endif
}

/* In TLS 1.3 the server says it with the ticket (RFC 8446 section 4.6.1); before, 0 says nothing (RFC 5077 3.3). */
static int64_t session_age_max_s(const SSL_SESSION *session)
{
    int64_t age = SSL_SESSION_get_timeout(session), told = (int64_t)SSL_SESSION_get_ticket_lifetime_hint(session);
    bool is_told =
        SSL_SESSION_has_ticket(session) && (told > 0 || SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION);
    if (is_told && told < age)
        age = told;
    return age < TLS_SESSION_AGE_MAX_S ? age : TLS_SESSION_AGE_MAX_S;
}

bool tls_session_is_fresh(SSL_SESSION *session, int64_t now_s)
{
    time_t now = (time_t)now_s;
    int64_t begin_s = session_begin_s(session);
    X509 *leaf = SSL_SESSION_get0_peer(session);
    bool is_in_time = begin_s <= now_s + CLOCK_SLACK_S && now_s - begin_s < session_age_max_s(session);
    return is_in_time && (!leaf || X509_cmp_time(X509_get0_notAfter(leaf), &now) > 0);
}

SSL_SESSION *tls_sessions_take(struct tls_sessions *s, const char *peer, int64_t now_s, bool *has_expired)
{
    *has_expired = false;
    for (size_t i = s->n; i > 0; i--) {
        SSL_SESSION *session = s->kept[i - 1].session;
        if (strcmp(s->kept[i - 1].peer, peer) != 0)
            continue;
        if (!tls_session_is_fresh(session, now_s)) {
            SSL_SESSION_free(session_remove(s, i - 1));
            *has_expired = true;
            continue;
        }
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

void tls_sessions_free(struct tls_sessions *s)
{
    if (!s)
        return;
    tls_sessions_done(s);
    mem_free(s);
}

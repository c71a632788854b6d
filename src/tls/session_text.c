/* Sessions to lines, and lines to sessions. What is read is anybody's bytes until it has been found to be ours. */
#include "tls/session_text.h"

#include "base/base64.h"
#include "base/hash.h"
#include "base/mem.h"
#include "tls/session.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509_vfy.h>
#include <string.h>

enum {
    PEER_MAX = 1024,
    DIGEST_LEN = HASH_HEX_SIZE - 1,
};

/* "DIGEST HOST:PORT PROTOCOL...", printable. */
static bool is_peer(struct slice peer)
{
    if (peer.len <= DIGEST_LEN + 1 || peer.len > PEER_MAX || peer.ptr[DIGEST_LEN] != ' ')
        return false;
    for (size_t i = 0; i < peer.len; i++)
        if (peer.ptr[i] < ' ' || peer.ptr[i] > '~')
            return false;
    return strspn(peer.ptr, "0123456789abcdef") == DIGEST_LEN;
}

/* NULL when it is none. */
static SSL_SESSION *session_decode(struct slice base64)
{
    size_t room = base64.len / 4 * 3 + 1;
    unsigned char *der = mem_alloc(room);
    int len = base64.len % 4 == 0 ? EVP_DecodeBlock(der, (const unsigned char *)base64.ptr, (int)base64.len) : -1;
    for (size_t i = base64.len; len > 0 && i > 0 && base64.ptr[i - 1] == '=' && base64.len - i < 2; i--)
        len--;
    const unsigned char *at = der;
    SSL_SESSION *session = len > 0 ? d2i_SSL_SESSION(NULL, &at, len) : NULL;
    bool is_all = session && at == der + len;
    OPENSSL_cleanse(der, room);
    mem_free(der);
    ERR_clear_error();
    if (is_all)
        return session;
    SSL_SESSION_free(session);
    return NULL;
}

/* Could it be one that was kept here, after a good check of a certificate? */
static bool is_keepable(SSL_SESSION *session)
{
    int version = SSL_SESSION_get_protocol_version(session);
    return (version == TLS1_2_VERSION || version == TLS1_3_VERSION) && SSL_SESSION_is_resumable(session) &&
           SSL_SESSION_get0_peer(session);
}

bool tls_sessions_read_line(struct tls_sessions *sessions, struct slice line, int64_t now_s)
{
    size_t end = slice_find(line, ' ');
    char *peer = mem_dup_slice(slice_from(line, end < line.len ? end + 1 : end));
    SSL_SESSION *session = is_peer(slice_of(peer)) ? session_decode(slice_first(line, end)) : NULL;
    bool is_ours = session && is_keepable(session);
    if (is_ours && tls_session_is_fresh(session, now_s))
        tls_sessions_keep(sessions, peer, session);
    else
        SSL_SESSION_free(session);
    mem_free(peer);
    return is_ours;
}

static void session_append(struct buf *out, const struct tls_kept_session *kept)
{
    unsigned char *der = NULL;
    int len = i2d_SSL_SESSION(kept->session, &der);
    if (len > 0) {
        struct buf line = {0};
        base64_append(&line, slice_make(der, (size_t)len));
        buf_printf(&line, " %s\n", kept->peer);
        if (line.len <= TLS_SESSION_LINE_MAX)
            buf_append(out, buf_slice(&line));
        buf_wipe(&line);
        OPENSSL_cleanse(der, (size_t)len);
    }
    OPENSSL_free(der);
    ERR_clear_error();
}

void tls_sessions_write(const struct tls_sessions *sessions, struct buf *out, int64_t now_s)
{
    buf_append_text(out, TLS_SESSIONS_HEADER "\n");
    for (size_t i = 0; i < sessions->n; i++)
        if (tls_session_is_fresh(sessions->kept[i].session, now_s))
            session_append(out, &sessions->kept[i]);
}

void tls_sessions_refresh(struct tls_sessions *sessions, struct tls_sessions *read)
{
    struct tls_sessions before = *sessions;
    *sessions = *read;
    *read = (struct tls_sessions){0};
    tls_sessions_note_stored(sessions);
    for (size_t i = 0; i < before.n; i++) {
        if (i < before.n_stored)
            SSL_SESSION_free(before.kept[i].session);
        else
            tls_sessions_keep(sessions, before.kept[i].peer, before.kept[i].session);
        mem_free(before.kept[i].peer);
    }
}

size_t tls_sessions_stored(const struct tls_sessions *sessions)
{
    return sessions->n_stored;
}

void tls_sessions_note_stored(struct tls_sessions *sessions)
{
    sessions->n_stored = sessions->n;
}

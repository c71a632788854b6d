/* One SSL between two memory BIOs. The state of the connection is OpenSSL's; what is kept here is bytes on their way,
 * and facts for messages. README.md explains the flow. */
#include "tls/engine_state.h"

#include "base/mem.h"
#include "tls/describe.h"
#include "tls/early.h"
#include "tls/failure.h"
#include "tls/summary_fill.h"
#include "tls/tell.h"

#include <assert.h>
#include <openssl/err.h>
#include <string.h>

enum {
    /* from_peer is fed in pieces of about a record, so that it stays small and in the cache, and so that a flood of
     * messages that want an answer is seen before its answers fill the memory. */
    FEED_BYTES = 16 * 1024,
    /* Answers to KeyUpdate and HelloRequest that the peer did not take; 1000 of them are about 27 KiB. */
    REPLIES_MAX = 32 * 1024,
};

/* Whether the first handshake is behind us. OpenSSL goes back into "init" for messages that come later, so
 * SSL_is_init_finished() alone would call half a NewSessionTicket a handshake. */
static bool engine_is_established(const struct tls_engine *engine)
{
    switch (SSL_get_state(engine->ssl)) {
    case TLS_ST_OK:
    case TLS_ST_CR_KEY_UPDATE:
    case TLS_ST_CW_KEY_UPDATE:
    case TLS_ST_CR_HELLO_REQ:
        return true;
    case TLS_ST_CR_SESSION_TICKET: /* in TLS 1.2 it is a part of the handshake */
        return SSL_version(engine->ssl) >= TLS1_3_VERSION;
    default:
        return false;
    }
}

/* Moves the next piece of what was received into from_peer; false when there is none. */
static bool engine_feed(struct tls_engine *engine, size_t limit)
{
    struct slice piece = slice_first(engine->waiting, limit);
    if (piece.len == 0)
        return false;
    if (BIO_write(engine->from_peer, piece.ptr, (int)piece.len) != (int)piece.len) {
        error_set(&engine->error, PEEL_OUT_OF_MEMORY, "no memory for what the server sent");
        engine->ended = TLS_FAILED;
        return false;
    }
    engine->waiting = slice_from(engine->waiting, piece.len);
    return true;
}

struct span tls_engine_recv_space(struct tls_engine *engine)
{
    if (!engine->recv_space)
        engine->recv_space = mem_alloc(TLS_RECV_SPACE);
    /* The room is given out whole, so what is still in it has to go first. */
    if (engine->from_peer)
        engine_feed(engine, TLS_RECV_SPACE);
    return (struct span){engine->recv_space, TLS_RECV_SPACE};
}

void tls_engine_received(struct tls_engine *engine, size_t n)
{
    assert(engine->recv_space && n <= TLS_RECV_SPACE && engine->waiting.len == 0);
    /* Nothing can be meant by what comes after the end. */
    if (engine->ended != TLS_OK || (SSL_get_shutdown(engine->ssl) & SSL_RECEIVED_SHUTDOWN) != 0)
        return;
    engine->waiting = slice_make(engine->recv_space, n);
    struct slice kept = slice_first(engine->waiting, sizeof engine->first - engine->n_first);
    if (kept.len > 0)
        memcpy(engine->first + engine->n_first, kept.ptr, kept.len);
    engine->n_first += kept.len;
    engine->n_received += n;
    if (!engine_is_established(engine))
        tls_framing_take(&engine->framing, engine->waiting);
}

void tls_engine_peer_closed(struct tls_engine *engine)
{
    if (engine->ended != TLS_OK)
        return;
    engine_feed(engine, TLS_RECV_SPACE);
    BIO_set_mem_eof_return(engine->from_peer, 0);
}

struct slice tls_engine_unsent(const struct tls_engine *engine)
{
    char *data = NULL;
    long n = engine->to_peer ? BIO_get_mem_data(engine->to_peer, &data) : 0;
    return n > 0 ? slice_make(data, (size_t)n) : SLICE("");
}

void tls_engine_sent(struct tls_engine *engine, size_t n)
{
    char gone[4096];
    assert(n <= tls_engine_unsent(engine).len);
    engine->has_sent = engine->has_sent || !engine->is_mute;
    while (n > 0) {
        int len = BIO_read(engine->to_peer, gone, (int)(n < sizeof gone ? n : sizeof gone));
        if (len <= 0)
            break;
        n -= (size_t)len;
    }
    if (tls_engine_unsent(engine).len == 0)
        engine->replies = 0;
}

void tls_engine_send_failed(struct tls_engine *engine)
{
    engine->is_mute = true;
}

static enum tls_status engine_fail(struct tls_engine *engine)
{
    engine->ended = TLS_FAILED;
    return TLS_FAILED;
}

/* What a call that returned 0 or less means. */
static enum tls_status engine_status(struct tls_engine *engine, int result, enum tls_phase phase)
{
    switch (SSL_get_error(engine->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return TLS_WANT_BYTES;
    case SSL_ERROR_WANT_RETRY_VERIFY:
        return TLS_WANT_VERIFY;
    case SSL_ERROR_ZERO_RETURN:
        if (phase != TLS_PHASE_HANDSHAKE)
            return TLS_CLOSED;
        tls_failure_closed_early(engine, "closed with close_notify");
        return engine_fail(engine);
    default:
        break;
    }
    if (tls_failure_is_cut() && phase == TLS_PHASE_HANDSHAKE && engine->error.code == PEEL_OK) {
        tls_failure_closed_early(engine, "closed the connection");
        return engine_fail(engine);
    }
    bool is_cut = tls_failure_is_cut() && phase == TLS_PHASE_READ;
    tls_failure_explain(engine, phase);
    engine->ended = is_cut ? TLS_TRUNCATED : TLS_FAILED;
    return engine->ended;
}

enum tls_status tls_engine_handshake(struct tls_engine *engine)
{
    if (engine->ended != TLS_OK)
        return engine->ended;
    if (engine_is_established(engine))
        return TLS_OK;
    if (engine->issuers.wanted)
        return TLS_WANT_VERIFY;
    if (SSL_get_state(engine->ssl) == TLS_ST_BEFORE) {
        engine->started_us = engine->trace ? engine->trace->now_us : 0;
        tls_tell_offer(engine);
    }
    enum tls_status status = TLS_OK;
    uint64_t started_us = tls_tell_cpu_us(engine);
    do {
        ERR_clear_error();
        int result = tls_early_handshake(engine);
        status = result == 1 ? TLS_OK : engine_status(engine, result, TLS_PHASE_HANDSHAKE);
    } while (status == TLS_WANT_BYTES && engine_feed(engine, FEED_BYTES));
    engine->cpu_us += tls_tell_cpu_us(engine) - started_us;
    if (status != TLS_OK)
        return status;
    /* RFC 7301 section 3.2: a server picks from the list. Older patch levels of OpenSSL do not look. */
    if (tls_failure_is_alpn(engine)) {
        tls_failure_alpn(engine);
        return engine_fail(engine);
    }
    tls_tell_established(engine);
    int result = tls_early_settle(engine);
    return result == 1 ? TLS_OK : engine_status(engine, result, TLS_PHASE_WRITE);
}

static enum tls_status engine_fail_flooded(struct tls_engine *engine)
{
    error_set(
        &engine->error, PEEL_RECV_ERROR,
        "%s: too many TLS messages that want an answer (KeyUpdate or HelloRequest), and the answers are not taken",
        engine->where);
    return engine_fail(engine);
}

enum tls_status tls_engine_read(struct tls_engine *engine, struct span into, size_t *n)
{
    assert(into.len > 0);
    *n = 0;
    enum tls_status status = tls_engine_handshake(engine);
    if (status != TLS_OK)
        return status;
    do {
        if (engine->replies > REPLIES_MAX)
            return engine_fail_flooded(engine);
        size_t unsent = tls_engine_unsent(engine).len;
        ERR_clear_error();
        int result = SSL_read_ex(engine->ssl, into.ptr, into.len, n);
        status = result == 1 ? TLS_OK : engine_status(engine, result, TLS_PHASE_READ);
        engine->replies += tls_engine_unsent(engine).len - unsent;
    } while (status == TLS_WANT_BYTES && engine_feed(engine, FEED_BYTES));
    return status;
}

enum tls_status tls_engine_write(struct tls_engine *engine, struct slice from, size_t *n)
{
    *n = 0;
    enum tls_status status = tls_engine_handshake(engine);
    if (status != TLS_OK || from.len == 0)
        return status;
    ERR_clear_error();
    int result = SSL_write_ex(engine->ssl, from.ptr, from.len, n);
    return result == 1 ? TLS_OK : engine_status(engine, result, TLS_PHASE_WRITE);
}

enum tls_status tls_engine_close(struct tls_engine *engine)
{
    bool is_sent = engine->ssl && (SSL_get_shutdown(engine->ssl) & SSL_SENT_SHUTDOWN) != 0;
    if (engine->ended == TLS_OK && !is_sent && SSL_is_init_finished(engine->ssl))
        SSL_shutdown(engine->ssl);
    ERR_clear_error();
    return TLS_OK;
}

const struct error *tls_engine_error(const struct tls_engine *engine)
{
    return &engine->error;
}

bool tls_engine_is_certificate_asked(const struct tls_engine *engine)
{
    return engine->is_certificate_asked;
}

bool tls_engine_lacks_certificate(const struct tls_engine *engine)
{
    return engine->is_certificate_asked && !SSL_get_certificate(engine->ssl);
}

void tls_engine_tell_broken(const struct tls_engine *engine, const struct error *error)
{
    bool is_in_handshake = engine->ssl && !engine_is_established(engine);
    if (engine->ssl)
        tls_tell_failed(engine, error, is_in_handshake ? engine->peer_alert : -1, is_in_handshake);
}

struct slice tls_engine_alpn(const struct tls_engine *engine)
{
    const unsigned char *name = NULL;
    unsigned len = 0;
    if (engine->ssl)
        SSL_get0_alpn_selected(engine->ssl, &name, &len);
    return len > 0 ? slice_make(name, len) : SLICE("");
}

long tls_engine_verify_result(const struct tls_engine *engine)
{
    return engine->ssl ? SSL_get_verify_result(engine->ssl) : X509_V_ERR_UNSPECIFIED;
}

const char *tls_engine_wanted_issuer(const struct tls_engine *engine)
{
    return engine->issuers.wanted;
}

void tls_engine_supply_issuer(struct tls_engine *engine, struct slice bytes, const char *failure)
{
    assert(engine->issuers.wanted);
    tls_issuers_supply(&engine->issuers, bytes, failure);
}

void tls_engine_chain(const struct tls_engine *engine, struct buf *out)
{
    STACK_OF(X509) *chain = engine->ssl ? SSL_get0_verified_chain(engine->ssl) : NULL;
    for (int i = 0; i < sk_X509_num(chain); i++)
        if (i == 0 || X509_self_signed(sk_X509_value(chain, i), 0) == 0)
            tls_describe_append_pem(out, sk_X509_value(chain, i));
    ERR_clear_error();
}

size_t tls_engine_certificates(const struct tls_engine *engine, struct buf *out)
{
    STACK_OF(X509) *sent = engine->ssl ? SSL_get_peer_cert_chain(engine->ssl) : NULL;
    int n = sent ? sk_X509_num(sent) : 0;
    for (int i = 0; i < n; i++)
        tls_describe_append(out, sk_X509_value(sent, i));
    /* A session that was in a file remembers the server's own. */
    X509 *leaf = engine->ssl && !sent ? SSL_get0_peer_certificate(engine->ssl) : NULL;
    if (leaf) {
        tls_describe_append(out, leaf);
        n = 1;
    }
    ERR_clear_error();
    return (size_t)n;
}

const struct tls_summary *tls_engine_summary(struct tls_engine *engine)
{
    if (!engine->summary)
        engine->summary = mem_alloc(sizeof *engine->summary);
    if (engine->ssl)
        tls_summary_note_connection(engine->summary, engine->ssl);
    ERR_clear_error();
    return engine->summary;
}

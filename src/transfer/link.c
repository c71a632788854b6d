/* Below what the owner sees: the socket, TLS to an https:// proxy over it, and the engine's bytes on their way to
 * either and from it. */
#include "transfer/connection_state.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Whoever is at the other end of the socket, as far as we know: "from", "to". */
static void fail_with(const struct connection *c, struct error *err, enum peel_code code, const char *what, int error,
                      const char *direction)
{
    bool is_proxy = c->proxy_name && (!c->tunnel || c->facts.phase <= CONNECTION_TUNNEL);
    if (is_proxy)
        error_set(err, code, "%s: %s, %s proxy %.300s", what, strerror(error), direction, c->proxy_name);
    else
        error_set(err, code, "%s: %s, %s %.300s port %u", what, strerror(error), direction, c->host, c->port);
}

static bool is_shaking_hands(const struct connection *c)
{
    return c->facts.phase == CONNECTION_HANDSHAKE || c->facts.phase == CONNECTION_PROXY_HANDSHAKE;
}

static enum connection_status handshake_failed(struct connection *c, const char *what, int error, const char *direction)
{
    fail_with(c, &c->error, PEEL_SSL_CONNECT_ERROR, what, error, direction);
    connection_tell_broken(c, CAUSE_RESET_IN_HANDSHAKE, &c->error);
    return CONNECTION_FAILED;
}

static enum connection_status receive_failed(struct connection *c, int error)
{
    connection_tell_error(c, error);
    if (is_shaking_hands(c))
        return handshake_failed(c, "Receiving failed in the TLS handshake", error, "from");
    fail_with(c, &c->error, PEEL_RECV_ERROR, "Receiving failed", error, "from");
    return CONNECTION_FAILED;
}

/* The system tells an error of a socket once: where a send has heard of the reset, the recv that comes to it, behind
 * all that had arrived, says "end". EPIPE is another matter: the peer's FIN had come before. */
static bool is_end_a_reset(const struct connection *c)
{
    int error = c->write_error.os_error;
    return is_shaking_hands(c) && error != 0 && error != EPIPE;
}

static void stop_sending(struct connection *c)
{
    c->is_write_broken = true;
    if (c->engine)
        tls_engine_send_failed(c->engine);
    if (c->proxy_engine)
        tls_engine_send_failed(c->proxy_engine);
}

/* Apart from c->error: the peer's answer, which the owner may still read, is worth more than our failure to send. */
static enum connection_status send_failed(struct connection *c, int error, size_t n_unsent)
{
    struct trace_note note = {NOTE_SEND_FAILED, slice_of(strerror(error)), n_unsent};
    stop_sending(c);
    connection_tell_error(c, error);
    trace_tell(c->run->trace, TRACE_NOTE, &note);
    fail_with(c, &c->write_error, PEEL_SEND_ERROR, "Sending failed", error, "to");
    c->write_error.os_error = error;
    return CONNECTION_FAILED;
}

static enum connection_status send_socket(struct connection *c, struct slice from, size_t *n)
{
    for (;;) {
        ssize_t sent = send(c->fd, from.ptr, from.len, MSG_NOSIGNAL);
        if (sent > 0) {
            *n = (size_t)sent;
            connection_tell_bytes(c, TRACE_SOCKET_SENT, slice_first(from, *n));
            return CONNECTION_OK;
        }
        if (errno == EAGAIN)
            return CONNECTION_WAIT;
        if (errno != EINTR)
            return send_failed(c, errno, from.len);
    }
}

typedef enum connection_status (*send_fn)(struct connection *c, struct slice from, size_t *n);

/* What the engine has to say goes to what lies below it. */
static void flush(struct connection *c, struct tls_engine *engine, send_fn send_on)
{
    for (;;) {
        struct slice unsent = tls_engine_unsent(engine);
        size_t n = unsent.len; /* where it is broken, what is queued has nowhere to go */
        if (unsent.len == 0)
            return;
        enum connection_status status = c->is_write_broken ? CONNECTION_OK : send_on(c, unsent, &n);
        if (status == CONNECTION_WAIT)
            return;
        if (status == CONNECTION_OK)
            tls_engine_sent(engine, n);
    }
}

static void flush_proxy(struct connection *c)
{
    flush(c, c->proxy_engine, send_socket);
}

/* Not more than the socket is likely to take soon. */
static enum connection_status send_to_proxy(struct connection *c, struct slice from, size_t *n)
{
    flush_proxy(c);
    size_t unsent = tls_engine_unsent(c->proxy_engine).len;
    if (c->is_write_broken)
        return CONNECTION_FAILED;
    if (unsent >= CONNECTION_UNSENT_MAX)
        return CONNECTION_WAIT;
    enum tls_status status = tls_engine_write(c->proxy_engine, slice_first(from, CONNECTION_UNSENT_MAX - unsent), n);
    flush_proxy(c);
    if (status != TLS_FAILED)
        return status == TLS_OK ? CONNECTION_OK : CONNECTION_WAIT;
    stop_sending(c);
    c->write_error = *tls_engine_error(c->proxy_engine);
    return CONNECTION_FAILED;
}

enum connection_status connection_send_below(struct connection *c, struct slice from, size_t *n)
{
    return c->proxy_engine ? send_to_proxy(c, from, n) : send_socket(c, from, n);
}

static enum connection_status receive_early(struct connection *c, struct span room, size_t *n)
{
    struct slice early = slice_first(buf_slice(&c->early), room.len);
    memcpy(room.ptr, early.ptr, early.len);
    *n = early.len;
    buf_consume(&c->early, early.len);
    return CONNECTION_OK;
}

static enum connection_status receive_socket(struct connection *c, struct span room, size_t *n)
{
    while (c->may_have_bytes) {
        ssize_t got = recv(c->fd, room.ptr, room.len, 0);
        if (got > 0) {
            *n = (size_t)got;
            c->turn_bytes += *n;
            /* Less than asked for: the socket is empty, and asking again would only hear EAGAIN. */
            c->may_have_bytes = *n == room.len && c->turn_bytes < CONNECTION_TURN_BYTES;
            connection_tell_bytes(c, TRACE_SOCKET_RECEIVED, slice_make(room.ptr, *n));
            return CONNECTION_OK;
        }
        if (got == 0 && is_end_a_reset(c))
            return handshake_failed(c, "Sending failed in the TLS handshake", c->write_error.os_error, "to");
        if (got == 0) {
            connection_tell(c, TRACE_SOCKET_PEER_CLOSED);
            return CONNECTION_CLOSED;
        }
        if (errno == EAGAIN)
            c->may_have_bytes = false;
        else if (errno != EINTR)
            return receive_failed(c, errno);
    }
    return CONNECTION_WAIT;
}

/* The proxy's engine wants bytes. */
static enum connection_status feed_proxy(struct connection *c)
{
    size_t n = 0;
    enum connection_status status = receive_socket(c, tls_engine_recv_space(c->proxy_engine), &n);
    if (status == CONNECTION_OK)
        tls_engine_received(c->proxy_engine, n);
    if (status != CONNECTION_CLOSED)
        return status;
    tls_engine_peer_closed(c->proxy_engine);
    return CONNECTION_OK;
}

static enum connection_status engine_failed(struct connection *c, const struct tls_engine *engine)
{
    if (c->error.code == PEEL_OK)
        c->error = *tls_engine_error(engine);
    return CONNECTION_FAILED;
}

enum connection_status connection_read_status(struct connection *c, const struct tls_engine *engine,
                                              enum tls_status status)
{
    switch (status) {
    case TLS_OK:
        return CONNECTION_OK;
    case TLS_CLOSED:
        return CONNECTION_CLOSED;
    case TLS_TRUNCATED:
        return CONNECTION_TRUNCATED;
    default:
        return engine_failed(c, engine);
    }
}

static enum connection_status receive_from_proxy(struct connection *c, struct span room, size_t *n)
{
    enum connection_status fed = CONNECTION_OK;
    while (fed == CONNECTION_OK) {
        enum tls_status status = tls_engine_read(c->proxy_engine, room, n);
        flush_proxy(c);
        if (status != TLS_WANT_BYTES)
            return connection_read_status(c, c->proxy_engine, status);
        fed = feed_proxy(c);
    }
    return fed;
}

enum connection_status connection_receive_below(struct connection *c, struct span room, size_t *n)
{
    if (c->early.len > 0)
        return receive_early(c, room, n);
    return c->proxy_engine ? receive_from_proxy(c, room, n) : receive_socket(c, room, n);
}

enum connection_status connection_shake_proxy(struct connection *c)
{
    enum connection_status fed = CONNECTION_OK;
    while (fed == CONNECTION_OK) {
        enum tls_status status = tls_engine_handshake(c->proxy_engine);
        flush_proxy(c);
        if (status == TLS_OK)
            return CONNECTION_OK;
        if (status != TLS_WANT_BYTES)
            return engine_failed(c, c->proxy_engine);
        fed = feed_proxy(c);
    }
    return fed;
}

void connection_flush_engine(struct connection *c)
{
    flush(c, c->engine, connection_send_below);
}

bool connection_has_unsent(struct connection *c)
{
    if (c->engine)
        connection_flush_engine(c);
    if (c->proxy_engine)
        flush_proxy(c);
    return (c->engine && tls_engine_unsent(c->engine).len > 0) ||
           (c->proxy_engine && tls_engine_unsent(c->proxy_engine).len > 0);
}

enum connection_status connection_feed_engine(struct connection *c)
{
    if (c->has_fin)
        return CONNECTION_WAIT;
    size_t n = 0;
    enum connection_status status = connection_receive_below(c, tls_engine_recv_space(c->engine), &n);
    if (status == CONNECTION_OK)
        tls_engine_received(c->engine, n);
    if (status != CONNECTION_CLOSED && status != CONNECTION_TRUNCATED)
        return status;
    /* How the proxy closes is no matter here: the origin's own close_notify has come, or not. */
    c->has_fin = true;
    tls_engine_peer_closed(c->engine);
    return CONNECTION_OK;
}

enum connection_status connection_engine_failed(struct connection *c)
{
    return engine_failed(c, c->engine);
}

void connection_tell_broken(const struct connection *c, enum cause cause, struct error *error)
{
    const struct tls_engine *engine = c->facts.phase == CONNECTION_PROXY_HANDSHAKE ? c->proxy_engine : c->engine;
    error->cause = cause;
    if (engine)
        tls_engine_tell_broken(engine, error);
}

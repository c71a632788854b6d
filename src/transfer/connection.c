/* One connection: made, bytes both ways, closed. How it comes to stand is establish.c's. */
#include "transfer/connection_state.h"

#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTION_UNSENT_MAX = 256 * 1024, /* more than this is not taken from the owner */
};

void connection_woken(struct connection *c)
{
    run_now_us(c->run);
    if (c->wake)
        c->wake(c->owner);
}

static void on_socket_io(struct ev_loop *loop, ev_io *io, int events)
{
    (void)loop;
    struct connection *c = io->data;
    if (events & EV_READ)
        c->may_have_bytes = true;
    ev_timer_stop(loop, &c->batch_timer);
    connection_woken(c);
}

void connection_batch(struct connection *c, bool on)
{
    if (c->is_batching == on || (on && c->is_batching_over))
        return;
    int bytes = on ? CONNECTION_BATCH_BYTES : 1;
    bool is_set = setsockopt(c->fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes) == 0;
    c->is_batching = on && is_set;
    c->is_batching_over = c->is_batching_over || !is_set;
    ev_timer_stop(c->run->loop, &c->batch_timer);
}

/* What has come is less than a batch, and it has waited long enough: the socket says so now. */
static void on_batch_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct connection *c = timer->data;
    c->is_batching_over = true;
    connection_batch(c, false);
}

/* The first that fits decides (an empty part fits everything). */
const struct net_connect_to *connection_rule(const struct net_settings *net, const char *host, uint16_t port)
{
    for (size_t i = 0; i < net->n_connect_to; i++) {
        const struct net_connect_to *rule = &net->connect_to[i];
        bool fits = (!rule->from_host || strcasecmp(rule->from_host, host) == 0) &&
                    (rule->from_port == 0 || rule->from_port == port);
        if (fits)
            return rule;
    }
    return NULL;
}

static void apply_connect_to(struct connection *c)
{
    const struct net_connect_to *rule = connection_rule(&c->run->settings->net, c->host, c->port);
    if (!rule)
        return;
    if (rule->to_host) {
        mem_free(c->dial_host);
        c->dial_host = mem_strdup(rule->to_host);
    }
    if (rule->to_port != 0)
        c->dial_port = rule->to_port;
    char *place = mem_printf("%s:%u", c->dial_host, c->dial_port);
    struct trace_note note = {.id = NOTE_CONNECT_TO, .text = slice_of(place)};
    trace_tell(c->run->trace, TRACE_NOTE, &note);
    mem_free(place);
}

struct connection *connection_new(struct run *run, const struct url *url, const struct tls_settings *tls,
                                  const char *key)
{
    struct connection *c = mem_alloc(sizeof *c);
    c->run = run;
    c->tls = *tls;
    c->key = mem_strdup(key);
    c->start_us = run_now_us(run);
    c->host = mem_strdup(url->host);
    c->host_is_ip = url->host_kind != URL_HOST_NAME;
    c->port = url->port;
    c->dial_host = mem_strdup(url->host);
    c->dial_port = url->port;
    c->fd = -1;
    c->facts.id = run->n_connections++;
    c->facts.is_tls = strcmp(url->scheme, "https") == 0;
    ev_init(&c->io, on_socket_io);
    c->io.fd = -1;
    ev_timer_init(&c->batch_timer, on_batch_timer, CONNECTION_BATCH_MS / 1e3, 0.0);
    c->io.data = c->batch_timer.data = c;
    connection_init_establishing(c);
    apply_connect_to(c);
    c->resolve = resolve_start(&run->settings->net, c->dial_host, url->zone, c->dial_port);
    return c;
}

/* Best effort: what the socket will not take now stays unsaid. */
static void say_goodbye(struct connection *c)
{
    if (!c->engine || c->fd < 0 || c->is_write_broken || c->facts.phase != CONNECTION_OPEN)
        return;
    tls_engine_close(c->engine);
    struct slice unsent = tls_engine_unsent(c->engine);
    ssize_t n = unsent.len > 0 ? send(c->fd, unsent.ptr, unsent.len, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
    if (n > 0)
        connection_tell_bytes(c, TRACE_SOCKET_SENT, slice_first(unsent, (size_t)n));
}

void connection_free(struct connection *c)
{
    if (!c)
        return;
    connection_stop_establishing(c);
    ev_timer_stop(c->run->loop, &c->batch_timer);
    ev_io_stop(c->run->loop, &c->io);
    resolve_free(c->resolve);
    race_free(c->race);
    say_goodbye(c);
    tls_engine_free(c->engine);
    if (c->fd >= 0) {
        connection_tell_closing(c);
        close(c->fd);
    }
    buf_done(&c->announcement);
    buf_wipe(&c->early);
    mem_free(c->race_io);
    mem_free(c->race_fds);
    mem_free_secret(c->key);
    mem_free(c->host);
    mem_free(c->dial_host);
    mem_free(c);
}

void connection_offer_early(struct connection *c, struct slice request)
{
    buf_append(&c->early, request);
}

bool connection_take_early(struct connection *c, struct buf *out)
{
    bool is_sent = c->facts.early_bytes != 0 && c->early.len > 0;
    if (is_sent)
        buf_append(out, buf_slice(&c->early));
    buf_wipe(&c->early);
    return is_sent;
}

void connection_set_owner(struct connection *c, connection_wake_fn wake, void *owner)
{
    c->wake = wake;
    c->owner = owner;
}

const struct error *connection_error(const struct connection *c)
{
    return &c->error;
}

const struct error *connection_write_error(const struct connection *c)
{
    return &c->write_error;
}

size_t connection_certificates(const struct connection *c, struct buf *out)
{
    return c->engine ? tls_engine_certificates(c->engine, out) : 0;
}

const char *connection_key(const struct connection *c)
{
    return c->key;
}

void connection_note_old_server(struct connection *c, bool is_old)
{
    c->facts.is_old_server = is_old;
}

const struct connection_facts *connection_facts(const struct connection *c)
{
    return &c->facts;
}

/* The socket and the engine. */

static enum connection_status socket_failed(struct connection *c, enum peel_code code, const char *what, int error)
{
    error_set(&c->error, code, "%s: %s, from %.300s port %u", what, strerror(error), c->host, c->port);
    return CONNECTION_FAILED;
}

/* Apart from c->error: the peer's answer, which the owner may still read, is worth more than our failure to send. */
static enum connection_status write_failed(struct connection *c, int error)
{
    c->is_write_broken = true;
    connection_tell_error(c, error);
    error_set(&c->write_error, PEEL_SEND_ERROR, "Sending failed: %s, to %.300s port %u", strerror(error), c->host,
              c->port);
    return CONNECTION_FAILED;
}

/* Sends what the engine has for the peer. Rule one of tls/README.md: after every call. */
void connection_flush_engine(struct connection *c)
{
    for (;;) {
        struct slice unsent = tls_engine_unsent(c->engine);
        if (unsent.len == 0)
            return;
        ssize_t n = c->is_write_broken ? (ssize_t)unsent.len : send(c->fd, unsent.ptr, unsent.len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0) {
            write_failed(c, errno); /* what is queued has nowhere to go; the next turn drops it */
        } else {
            if (!c->is_write_broken)
                connection_tell_bytes(c, TRACE_SOCKET_SENT, slice_first(unsent, (size_t)n));
            tls_engine_sent(c->engine, (size_t)n);
        }
    }
}

/* recv into room. CONNECTION_OK with *n >= 1, WAIT, CLOSED for FIN, FAILED with errno in *error. */
static enum connection_status receive(struct connection *c, struct span room, size_t *n, int *error)
{
    while (c->may_have_bytes) {
        ssize_t got = recv(c->fd, room.ptr, room.len, 0);
        if (got > 0) {
            *n = (size_t)got;
            /* Less than asked for: the socket is empty, and asking again would only hear EAGAIN. */
            c->may_have_bytes = *n == room.len;
            connection_tell_bytes(c, TRACE_SOCKET_RECEIVED, slice_make(room.ptr, *n));
            return CONNECTION_OK;
        }
        if (got == 0) {
            connection_tell(c, TRACE_SOCKET_PEER_CLOSED);
            return CONNECTION_CLOSED;
        }
        if (errno == EAGAIN)
            c->may_have_bytes = false;
        else if (errno != EINTR) {
            *error = errno;
            connection_tell_error(c, errno);
            return CONNECTION_FAILED;
        }
    }
    return CONNECTION_WAIT;
}

/* The engine wants bytes: from the socket into it. OK: ask the engine again. */
enum connection_status connection_feed_engine(struct connection *c)
{
    if (c->has_fin)
        return CONNECTION_WAIT;
    size_t n = 0;
    int error = 0;
    enum connection_status status = receive(c, tls_engine_recv_space(c->engine), &n, &error);
    if (status == CONNECTION_OK)
        tls_engine_received(c->engine, n);
    if (status == CONNECTION_CLOSED) {
        c->has_fin = true;
        tls_engine_peer_closed(c->engine);
        return CONNECTION_OK;
    }
    if (status == CONNECTION_FAILED && c->facts.phase == CONNECTION_HANDSHAKE) {
        socket_failed(c, PEEL_SSL_CONNECT_ERROR, "Receiving failed in the TLS handshake", error);
        connection_tell_broken(c, CAUSE_RESET_IN_HANDSHAKE, &c->error);
        return CONNECTION_FAILED;
    }
    if (status == CONNECTION_FAILED)
        return socket_failed(c, PEEL_RECV_ERROR, "Receiving failed", error);
    return status;
}

void connection_tell_broken(const struct connection *c, enum cause cause, struct error *error)
{
    error->cause = cause;
    if (c->engine)
        tls_engine_tell_broken(c->engine, error);
}

enum connection_status connection_engine_failed(struct connection *c)
{
    const struct error *cause = tls_engine_error(c->engine);
    if (c->error.code == PEEL_OK)
        c->error = *cause;
    return CONNECTION_FAILED;
}

/* Bytes. */

static enum connection_status read_tls(struct connection *c, struct span into, size_t *n)
{
    for (;;) {
        enum tls_status status = tls_engine_read(c->engine, into, n);
        connection_flush_engine(c);
        if (status == TLS_OK)
            return CONNECTION_OK;
        if (status == TLS_CLOSED)
            return CONNECTION_CLOSED;
        if (status == TLS_TRUNCATED)
            return CONNECTION_TRUNCATED;
        if (status == TLS_FAILED)
            return connection_engine_failed(c);
        enum connection_status fed = connection_feed_engine(c);
        if (fed != CONNECTION_OK)
            return fed;
    }
}

enum connection_status connection_read(struct connection *c, struct span into, size_t *n)
{
    if (c->error.code != PEEL_OK)
        return CONNECTION_FAILED;
    if (c->engine)
        return read_tls(c, into, n);
    int error = 0;
    enum connection_status status = receive(c, into, n, &error);
    return status == CONNECTION_FAILED ? socket_failed(c, PEEL_RECV_ERROR, "Receiving failed", error) : status;
}

static enum connection_status write_tls(struct connection *c, struct slice from, size_t *n)
{
    size_t unsent = tls_engine_unsent(c->engine).len;
    if (c->is_write_broken)
        return CONNECTION_FAILED;
    if (unsent >= CONNECTION_UNSENT_MAX)
        return CONNECTION_WAIT;
    enum tls_status status = tls_engine_write(c->engine, slice_first(from, CONNECTION_UNSENT_MAX - unsent), n);
    connection_flush_engine(c);
    if (status == TLS_OK)
        return CONNECTION_OK;
    return status == TLS_WANT_BYTES ? CONNECTION_WAIT : connection_engine_failed(c);
}

enum connection_status connection_write_socket(struct connection *c, struct slice from, size_t *n)
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
            return write_failed(c, errno);
    }
}

enum connection_status connection_write(struct connection *c, struct slice from, size_t *n)
{
    return c->engine ? write_tls(c, from, n) : connection_write_socket(c, from, n);
}

bool connection_is_flushed(const struct connection *c)
{
    return !c->engine || tls_engine_unsent(c->engine).len == 0;
}

void connection_arm(struct connection *c, bool for_reading, bool for_writing)
{
    if (c->fd < 0)
        return;
    if (c->engine && tls_engine_unsent(c->engine).len > 0) {
        connection_flush_engine(c);
        for_writing = for_writing || tls_engine_unsent(c->engine).len > 0;
    }
    int events = (for_reading ? EV_READ : 0) | (for_writing ? EV_WRITE : 0);
    if (for_reading && c->is_batching && !ev_is_active(&c->batch_timer)) {
        ev_timer_set(&c->batch_timer, CONNECTION_BATCH_MS / 1e3, 0.0);
        ev_timer_start(c->run->loop, &c->batch_timer);
    }
    if (ev_is_active(&c->io) && (c->io.events & (EV_READ | EV_WRITE)) == events)
        return;
    ev_io_stop(c->run->loop, &c->io);
    /* Said anew only for another descriptor: libev would tell the kernel again what it knows. */
    if (c->io.fd == c->fd)
        ev_io_modify(&c->io, events);
    else
        ev_io_set(&c->io, c->fd, events);
    if (events != 0)
        ev_io_start(c->run->loop, &c->io);
}

bool connection_is_alive(struct connection *c)
{
    char byte = 0;
    size_t n = 0;
    c->may_have_bytes = true;
    return !c->is_write_broken && connection_read(c, (struct span){&byte, 1}, &n) == CONNECTION_WAIT && !c->has_fin;
}

const struct tls_summary *connection_tls(struct connection *c)
{
    return c->engine ? tls_engine_summary(c->engine) : NULL;
}

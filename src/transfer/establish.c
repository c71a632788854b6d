/* How a connection comes to stand: the name is resolved, the addresses race, a proxy makes a tunnel, the client is
 * announced, TLS shakes hands. */
#include "transfer/connection_state.h"

#include "base/mem.h"
#include "net/haproxy.h"
#include "output/writeout.h"
#include "transfer/session_files.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void on_resolve_io(struct ev_loop *loop, ev_io *io, int events)
{
    (void)events;
    ev_io_stop(loop, io);
    connection_woken(io->data);
}

static void on_race_io(struct ev_loop *loop, ev_io *io, int events)
{
    (void)loop, (void)events;
    connection_woken(io->data);
}

static void on_race_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    connection_woken(timer->data);
}

void connection_init_establishing(struct connection *c)
{
    ev_init(&c->resolve_io, on_resolve_io);
    ev_init(&c->race_timer, on_race_timer);
    c->resolve_io.data = c->race_timer.data = c;
}

/* Begins with the name. */
void connection_dial(struct connection *c)
{
    c->facts.phase = CONNECTION_RESOLVING;
    c->resolve = resolve_start(&c->run->settings->net, c->dial_host, c->dial_zone, c->dial_port);
    if (c->facts.is_proxied)
        resolve_set_proxy(c->resolve);
}

static void stop_racing(struct connection *c)
{
    for (size_t i = 0; i < c->n_race_io; i++)
        ev_io_stop(c->run->loop, &c->race_io[i]);
    c->n_race_io = 0;
    ev_timer_stop(c->run->loop, &c->race_timer);
}

void connection_stop_establishing(struct connection *c)
{
    ev_io_stop(c->run->loop, &c->resolve_io);
    stop_racing(c);
}

/* Resolve. */

static void tell_resolved(struct connection *c, const struct net_addresses *found)
{
    if (!trace_wants(c->run->trace, TRACE_RESOLVED))
        return;
    const char **texts = mem_array(found->n, sizeof *texts);
    for (size_t i = 0; i < found->n; i++)
        texts[i] = found->list[i].text;
    struct trace_resolved told = {.host = slice_of(c->dial_host),
                                  .port = c->dial_port,
                                  .took_us = c->facts.namelookup_us - c->start_us,
                                  .addresses = texts,
                                  .n_addresses = found->n,
                                  .is_override = resolve_is_override(c->resolve)};
    trace_tell(c->run->trace, TRACE_RESOLVED, &told);
    mem_free(texts);
}

static enum connection_status step_resolving(struct connection *c)
{
    int fd = resolve_fd(c->resolve);
    if (fd >= 0) {
        if (!ev_is_active(&c->resolve_io)) {
            ev_io_set(&c->resolve_io, fd, EV_READ);
            ev_io_start(c->run->loop, &c->resolve_io);
        }
        return CONNECTION_WAIT;
    }
    ev_io_stop(c->run->loop, &c->resolve_io);
    struct net_addresses found = {0};
    if (!resolve_answer(c->resolve, &found, &c->error))
        return CONNECTION_FAILED;
    c->facts.namelookup_us = run_now_us(c->run);
    tell_resolved(c, &found);
    resolve_free(c->resolve);
    c->resolve = NULL;
    c->race = race_new(&found, &c->run->settings->net, c->dial_host, c->dial_port, c->run->trace);
    if (c->facts.is_proxied)
        race_set_proxy(c->race);
    c->race_io = mem_array(race_size(c->race), sizeof *c->race_io);
    c->race_fds = mem_array(race_size(c->race), sizeof *c->race_fds);
    c->facts.phase = CONNECTION_CONNECTING;
    return CONNECTION_OK;
}

/* Connect. */

static void watch_race(struct connection *c, uint64_t now_us)
{
    c->n_race_io = race_fds(c->race, c->race_fds, race_size(c->race));
    for (size_t i = 0; i < c->n_race_io; i++) {
        ev_io_init(&c->race_io[i], on_race_io, c->race_fds[i], EV_WRITE);
        c->race_io[i].data = c;
        ev_io_start(c->run->loop, &c->race_io[i]);
    }
    uint64_t due_us = race_due_us(c->race);
    if (due_us == UINT64_MAX)
        return;
    ev_now_update(c->run->loop);
    ev_timer_set(&c->race_timer, due_us > now_us ? (double)(due_us - now_us) / 1e6 : 0.0, 0.0);
    ev_timer_start(c->run->loop, &c->race_timer);
}

static void note_addresses(struct connection *c)
{
    struct sockaddr_storage address = {0};
    socklen_t len = sizeof address;
    if (getpeername(c->fd, (struct sockaddr *)&address, &len) == 0)
        net_address_describe(&address, c->facts.remote_ip, &c->facts.remote_port);
    len = sizeof address;
    if (getsockname(c->fd, (struct sockaddr *)&address, &len) == 0)
        net_address_describe(&address, c->facts.local_ip, &c->facts.local_port);
}

static void stand(struct connection *c)
{
    c->facts.phase = CONNECTION_OPEN;
    if (c->engine || c->proxy_engine)
        connection_tell(c, TRACE_SOCKET_SECURED);
}

/* Announcement: the first bytes that the origin sees, so behind a proxy's tunnel; the addresses are the socket's. */

static void begin_announcing(struct connection *c)
{
    const struct net_settings *net = &c->run->settings->net;
    struct haproxy_ends ends = {.client_ip = net->client_ip,
                                .local_ip = c->facts.local_ip,
                                .remote_ip = c->facts.remote_ip,
                                .local_port = c->facts.local_port,
                                .remote_port = c->facts.remote_port};
    if (net->announces_client)
        haproxy_print(&c->announcement, &ends);
    c->facts.phase = CONNECTION_ANNOUNCING;
}

static enum connection_status step_announcing(struct connection *c)
{
    while (c->announcement.len > 0) {
        size_t n = 0;
        enum connection_status status = connection_send_below(c, buf_slice(&c->announcement), &n);
        if (status == CONNECTION_FAILED)
            c->error = c->write_error;
        if (status != CONNECTION_OK)
            return status;
        buf_consume(&c->announcement, n);
    }
    if (c->facts.is_tls)
        c->facts.phase = CONNECTION_HANDSHAKE;
    else
        stand(c);
    return CONNECTION_OK;
}

/* The socket stands, with TLS to the proxy where there is any: what comes next? */
static void begin_above(struct connection *c)
{
    if (!c->tunnel) {
        begin_announcing(c);
        return;
    }
    c->facts.phase = CONNECTION_TUNNEL;
    http_tunnel_begin(c->tunnel);
}

static void race_won(struct connection *c)
{
    const struct net_address *address = NULL;
    uint64_t began_us = 0;
    c->fd = race_take_fd(c->race, &address, &began_us);
    c->facts.connect_us = run_now_us(c->run);
    note_addresses(c);
    struct trace_address told = {.host = slice_of(c->dial_host),
                                 .address = address->text,
                                 .port = c->dial_port,
                                 .took_us = c->facts.connect_us - c->start_us,
                                 .connection = c->facts.id,
                                 .proxy = c->proxy_place};
    trace_tell(c->run->trace, TRACE_CONNECTED, &told);
    connection_tell_opened(c, began_us);
    race_free(c->race);
    c->race = NULL;
    ev_io_set(&c->io, c->fd, EV_READ);
    if (c->proxy.host)
        c->facts.phase = CONNECTION_PROXY_HANDSHAKE;
    else
        begin_above(c);
}

static enum connection_status step_connecting(struct connection *c)
{
    stop_racing(c);
    uint64_t now_us = run_now_us(c->run);
    enum race_status status = race_step(c->race, now_us, &c->error);
    if (status == RACE_LOST)
        return CONNECTION_FAILED;
    /* While the SYN travels there is time to set OpenSSL up. */
    if (c->facts.is_tls && !run_tls(c->run, &c->tls, &c->error))
        return CONNECTION_FAILED;
    if (c->proxy.host && !run_tls(c->run, &c->proxy_tls, &c->error))
        return CONNECTION_FAILED;
    if (status == RACE_RUNNING) {
        watch_race(c, now_us);
        return CONNECTION_WAIT;
    }
    race_won(c);
    return CONNECTION_OK;
}

/* TLS with the proxy. */

static struct tls_engine *new_engine(struct connection *c, const struct tls_settings *tls, struct tls_peer peer)
{
    struct tls_context *context = run_tls(c->run, tls, &c->error);
    static const struct slice http11[] = {SLICE_INIT("http/1.1")}, http10[] = {SLICE_INIT("http/1.0")};
    bool is_old = c->run->settings->http.version == HTTP_VERSION_1_0;
    peer.alpn = is_old ? http10 : http11;
    peer.n_alpn = tls->no_alpn ? 0 : 1;
    peer.is_proxy = tls->for_proxy;
    return context ? session_files_new_engine(c->run, tls, context, &peer) : NULL;
}

static enum connection_status step_proxy_handshake(struct connection *c)
{
    if (!c->proxy_engine)
        c->proxy_engine = new_engine(c, &c->proxy_tls, c->proxy);
    if (!c->proxy_engine)
        return CONNECTION_FAILED;
    enum connection_status status = connection_shake_proxy(c);
    c->facts.proxy_verify_result = tls_engine_verify_result(c->proxy_engine);
    if (status == CONNECTION_OK)
        begin_above(c);
    return status;
}

/* The tunnel. */

/* The proxy wants another connection. */
static enum connection_status dial_again(struct connection *c)
{
    ev_io_stop(c->run->loop, &c->io);
    tls_engine_free(c->proxy_engine);
    c->proxy_engine = NULL;
    connection_tell_closing(c);
    close(c->fd);
    c->fd = -1;
    c->may_have_bytes = c->is_write_broken = false;
    c->write_error = (struct error){0};
    mem_free(c->race_io);
    mem_free(c->race_fds);
    c->race_io = NULL;
    c->race_fds = NULL;
    connection_dial(c);
    return CONNECTION_OK;
}

static enum connection_status tunnel_verdict(struct connection *c, enum http_tunnel_status verdict)
{
    c->facts.connect_status = http_tunnel_answer(c->tunnel);
    switch (verdict) {
    case HTTP_TUNNEL_GOES_ON:
        break;
    case HTTP_TUNNEL_OPEN:
        begin_announcing(c);
        break;
    case HTTP_TUNNEL_REDIAL:
        return dial_again(c);
    case HTTP_TUNNEL_FAILED:
        c->error = *http_tunnel_error(c->tunnel);
        return CONNECTION_FAILED;
    }
    return CONNECTION_OK;
}

/* A failure to send does not forbid to read: the answer may be there already. */
static void send_to_proxy(struct connection *c)
{
    enum connection_status status = CONNECTION_OK;
    while (status == CONNECTION_OK && !c->is_write_broken) {
        size_t n = 0;
        struct slice unsent = http_tunnel_unsent(c->tunnel);
        if (unsent.len == 0)
            return;
        status = connection_write(c, unsent, &n);
        http_tunnel_sent(c->tunnel, n);
    }
}

static enum connection_status step_tunnel(struct connection *c)
{
    struct span room = c->run->read_space;
    size_t n = 0, n_used = 0;
    send_to_proxy(c);
    enum connection_status status = connection_read(c, room, &n);
    if (status == CONNECTION_CLOSED || status == CONNECTION_TRUNCATED)
        return tunnel_verdict(c, http_tunnel_ended(c->tunnel));
    if (status != CONNECTION_OK)
        return status;
    enum http_tunnel_status verdict = http_tunnel_received(c->tunnel, slice_make(room.ptr, n), &n_used);
    if (verdict == HTTP_TUNNEL_OPEN)
        buf_append(&c->early, slice_make(room.ptr + n_used, n - n_used));
    return tunnel_verdict(c, verdict);
}

/* Handshake. */

const char *connection_wanted_issuer(const struct connection *c)
{
    return tls_engine_wanted_issuer(c->engine);
}

void connection_supply_issuer(struct connection *c, struct slice bytes, const char *failure)
{
    tls_engine_supply_issuer(c->engine, bytes, failure);
}

static enum connection_status step_handshake(struct connection *c)
{
    struct tls_peer origin = {.host = c->host,
                              .is_ip = c->host_is_ip,
                              .port = c->port,
                              .wants_summary = writeout_asks_tls(c->run->settings->output.write_out)};
    if (!c->engine) {
        c->engine = new_engine(c, &c->tls, origin);
        if (c->engine && c->early_request.len > 0)
            tls_engine_offer_early(c->engine, buf_slice(&c->early_request));
    }
    if (!c->engine)
        return CONNECTION_FAILED;
    for (;;) {
        enum tls_status status = tls_engine_handshake(c->engine);
        connection_flush_engine(c);
        if (status == TLS_OK)
            break;
        if (status == TLS_WANT_VERIFY)
            return CONNECTION_WANT_ISSUER;
        if (status != TLS_WANT_BYTES)
            return connection_engine_failed(c);
        enum connection_status fed = connection_feed_engine(c);
        if (fed != CONNECTION_OK)
            return fed;
    }
    c->facts.appconnect_us = run_now_us(c->run);
    c->facts.verify_result = tls_engine_verify_result(c->engine);
    c->facts.early_bytes = tls_engine_early(c->engine);
    stand(c);
    return CONNECTION_OK;
}

enum connection_status connection_establish(struct connection *c)
{
    enum connection_status status = CONNECTION_OK;
    while (status == CONNECTION_OK && c->facts.phase != CONNECTION_OPEN) {
        switch (c->facts.phase) {
        case CONNECTION_RESOLVING:
            status = step_resolving(c);
            break;
        case CONNECTION_CONNECTING:
            status = step_connecting(c);
            break;
        case CONNECTION_PROXY_HANDSHAKE:
            status = step_proxy_handshake(c);
            break;
        case CONNECTION_TUNNEL:
            status = step_tunnel(c);
            break;
        case CONNECTION_ANNOUNCING:
            status = step_announcing(c);
            break;
        case CONNECTION_HANDSHAKE:
            status = step_handshake(c);
            break;
        case CONNECTION_OPEN:
            break;
        }
    }
    bool shakes = c->facts.phase == CONNECTION_HANDSHAKE || c->facts.phase == CONNECTION_PROXY_HANDSHAKE;
    if (status == CONNECTION_WAIT && shakes)
        connection_arm(c, true, false);
    if (status == CONNECTION_WAIT && c->facts.phase == CONNECTION_TUNNEL)
        connection_arm(c, true, !c->is_write_broken && http_tunnel_unsent(c->tunnel).len > 0);
    if (status == CONNECTION_WANT_ISSUER)
        connection_arm(c, false, false);
    if (status == CONNECTION_WAIT && c->facts.phase == CONNECTION_ANNOUNCING)
        connection_arm(c, false, true);
    if (c->engine && status == CONNECTION_FAILED) {
        c->facts.verify_result = tls_engine_verify_result(c->engine);
        c->facts.early_bytes = tls_engine_early(c->engine);
    }
    return status;
}

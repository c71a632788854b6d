/* One connection: made, bytes both ways, closed. What lies below is link.c's; how it comes to stand is establish.c's.
 */
#include "transfer/connection_state.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void connection_woken(struct connection *c)
{
    run_now_us(c->run);
    if (c->wake)
        c->wake(c->owner);
}

static void begin_turn(struct connection *c)
{
    c->may_have_bytes = true;
    c->turn_bytes = 0;
}

static void on_socket_io(struct ev_loop *loop, ev_io *io, int events)
{
    (void)loop;
    struct connection *c = io->data;
    if (events & EV_READ)
        begin_turn(c);
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

static void name_proxy(struct connection *c, const struct url *proxy)
{
    c->proxy_name = mem_printf("%s port %u", proxy->host, proxy->port);
    c->proxy_place = mem_printf(strchr(proxy->host, ':') ? "[%s]:%u" : "%s:%u", proxy->host, proxy->port);
}

/* Where the first socket goes. */
static void choose_place(struct connection *c, const struct connection_plan *plan)
{
    const struct url *to = route_is_direct(plan->route) ? plan->url : &plan->route->proxy.url;
    const struct net_connect_to *rule = route_rule(&c->run->settings->net, c->host, c->port);
    c->facts.is_proxied = !route_is_direct(plan->route);
    c->proxy_tls = c->run->settings->proxy_tls;
    if (c->facts.is_proxied || !rule) {
        c->dial_host = mem_strdup(to->host);
        c->dial_zone = mem_strdup(to->zone);
        c->dial_port = to->port;
        if (c->facts.is_proxied && strcmp(to->scheme, "https") == 0)
            c->proxy =
                (struct tls_peer){.host = c->dial_host, .is_ip = to->host_kind != URL_HOST_NAME, .port = to->port};
        if (c->facts.is_proxied)
            name_proxy(c, to);
        return;
    }
    c->dial_host = mem_strdup(rule->to_host ? rule->to_host : to->host);
    c->dial_zone = rule->to_host ? NULL : mem_strdup(to->zone);
    c->dial_port = rule->to_port != 0 ? rule->to_port : to->port;
    char *place = mem_printf("%s:%u", c->dial_host, c->dial_port);
    struct trace_note note = {.id = NOTE_CONNECT_TO, .text = slice_of(place)};
    trace_tell(c->run->trace, TRACE_NOTE, &note);
    mem_free(place);
}

static void plan_tunnel(struct connection *c, const struct connection_plan *plan)
{
    const struct settings *settings = c->run->settings;
    struct buf target = {0};
    route_print_target(&target, &settings->net, plan->url);
    c->tunnel_target = buf_take(&target);
    struct http_tunnel_plan tunnel = {.settings = &settings->http,
                                      .target = c->tunnel_target,
                                      .proxy = c->proxy_name,
                                      .auth = &plan->route->auth,
                                      .is_old = settings->net.is_proxy_old};
    c->tunnel = http_tunnel_new(&tunnel, c->run->trace);
}

struct connection *connection_new(struct run *run, const struct connection_plan *plan)
{
    const struct url *url = plan->url;
    struct connection *c = mem_alloc(sizeof *c);
    c->run = run;
    c->tls = *plan->tls;
    c->key = mem_strdup(plan->key);
    c->start_us = run_now_us(run);
    c->host = mem_strdup(url->host);
    c->host_is_ip = url->host_kind != URL_HOST_NAME;
    c->port = url->port;
    c->fd = -1;
    c->facts.id = run->n_connections++;
    c->facts.is_tls = strcmp(url->scheme, "https") == 0;
    ev_init(&c->io, on_socket_io);
    c->io.fd = -1;
    ev_timer_init(&c->batch_timer, on_batch_timer, CONNECTION_BATCH_MS / 1e3, 0.0);
    c->io.data = c->batch_timer.data = c;
    connection_init_establishing(c);
    choose_place(c, plan);
    if (plan->route->is_tunnel)
        plan_tunnel(c, plan);
    connection_dial(c);
    return c;
}

/* Best effort: what the socket will not take now stays unsaid. */
static void say_goodbye(struct connection *c)
{
    if (c->fd < 0 || c->is_write_broken || c->facts.phase != CONNECTION_OPEN)
        return;
    if (c->engine) {
        tls_engine_close(c->engine);
        connection_flush_engine(c);
    }
    if (c->proxy_engine)
        tls_engine_close(c->proxy_engine);
    connection_has_unsent(c);
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
    tls_engine_free(c->proxy_engine);
    if (c->fd >= 0) {
        connection_tell_closing(c);
        close(c->fd);
    }
    buf_done(&c->announcement);
    buf_wipe(&c->early_request);
    mem_free(c->race_io);
    mem_free(c->race_fds);
    mem_free_secret(c->key);
    mem_free(c->host);
    mem_free(c->dial_host);
    mem_free(c->dial_zone);
    http_tunnel_free(c->tunnel);
    mem_free(c->tunnel_target);
    mem_free(c->proxy_name);
    mem_free(c->proxy_place);
    buf_done(&c->early);
    mem_free(c);
}

void connection_offer_early(struct connection *c, struct slice request)
{
    buf_append(&c->early_request, request);
}

bool connection_take_early(struct connection *c, struct buf *out)
{
    bool is_sent = c->facts.early_bytes != 0 && c->early_request.len > 0;
    if (is_sent)
        buf_append(out, buf_slice(&c->early_request));
    buf_wipe(&c->early_request);
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

bool connection_is_certificate_asked(const struct connection *c)
{
    return c->engine && tls_engine_is_certificate_asked(c->engine);
}

bool connection_lacks_certificate(const struct connection *c)
{
    return c->engine && tls_engine_lacks_certificate(c->engine);
}

void connection_chain(const struct connection *c, struct buf *out)
{
    if (c->engine)
        tls_engine_chain(c->engine, out);
}

const char *connection_key(const struct connection *c)
{
    return c->key;
}

const char *connection_proxy(const struct connection *c)
{
    return c->proxy_place;
}

void connection_note_old_server(struct connection *c, bool is_old)
{
    c->facts.is_old_server = is_old;
}

const struct connection_facts *connection_facts(const struct connection *c)
{
    return &c->facts;
}

void connection_take_heads(struct connection *c, struct buf *out)
{
    if (c->tunnel)
        http_tunnel_take_heads(c->tunnel, out);
}

/* Bytes. */

static enum connection_status read_tls(struct connection *c, struct span into, size_t *n)
{
    for (;;) {
        enum tls_status status = tls_engine_read(c->engine, into, n);
        connection_flush_engine(c);
        if (status != TLS_WANT_BYTES)
            return connection_read_status(c, c->engine, status);
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
    return connection_receive_below(c, into, n);
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

enum connection_status connection_write(struct connection *c, struct slice from, size_t *n)
{
    return c->engine ? write_tls(c, from, n) : connection_send_below(c, from, n);
}

void connection_arm(struct connection *c, bool for_reading, bool for_writing)
{
    if (c->fd < 0)
        return;
    for_writing = connection_has_unsent(c) || for_writing;
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
    if (c->is_write_broken)
        return false;
    begin_turn(c);
    bool is_silent = connection_read(c, (struct span){&byte, 1}, &n) == CONNECTION_WAIT;
    return is_silent && !c->has_fin && c->turn_bytes < CONNECTION_TURN_BYTES;
}

const struct tls_summary *connection_tls(struct connection *c)
{
    return c->engine ? tls_engine_summary(c->engine) : NULL;
}

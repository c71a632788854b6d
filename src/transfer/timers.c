/* All that a transfer waits for besides its connection: deadlines, the pace, the progress line, the reader of its
 * output. */
#include "transfer/transfer_state.h"

#include "base/escape.h"

#include <stdio.h>

enum {
    CONNECT_TIMEOUT_MS = 300 * 1000, /* curl's, when --connect-timeout says nothing */
    LINGER_MS = 100,                 /* how long -v waits to see a peer close */
};

static void timer_start(struct transfer *t, ev_timer *timer, uint64_t us)
{
    ev_timer_stop(t->run->loop, timer);
    ev_now_update(t->run->loop);
    ev_timer_set(timer, (double)us / 1e6, 0.0);
    ev_timer_start(t->run->loop, timer);
}

static void on_pace(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct transfer *t = timer->data;
    run_now_us(t->run);
    transfer_advance(t);
}

static void on_linger(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct transfer *t = timer->data;
    run_now_us(t->run);
    t->step = TRANSFER_DRAIN;
    transfer_advance(t);
}

static void on_sink_io(struct ev_loop *loop, ev_io *io, int events)
{
    (void)events;
    struct transfer *t = io->data;
    ev_io_stop(loop, io);
    run_now_us(t->run);
    transfer_advance(t);
}

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    transfer_show_progress(timer->data);
}

static void on_pause(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct transfer *t = timer->data;
    run_now_us(t->run);
    transfer_try_again(t);
}

static void on_look(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct transfer *t = timer->data;
    const struct exchange_facts *facts = t->exchange ? exchange_facts(t->exchange) : NULL;
    uint64_t bytes = facts ? facts->body_bytes + facts->upload_bytes : 0;
    if (!stall_look(&t->stall, run_now_us(t->run), bytes))
        return;
    struct error err = {0};
    error_set(&err, PEEL_OPERATION_TIMEDOUT,
              "Operation too slow: less than %llu bytes a second for the last %llu seconds, %.300s port %u",
              (unsigned long long)t->stall.limit, (unsigned long long)(t->stall.time_us / 1000000), t->hop.now.host,
              t->hop.now.port);
    transfer_fail(t, &err);
    transfer_advance(t);
}

static const char *phase_name(const struct transfer *t)
{
    static const char *const names[] = {
        [CONNECTION_RESOLVING] = "Resolving",
        [CONNECTION_CONNECTING] = "Connection",
        [CONNECTION_PROXY_HANDSHAKE] = "TLS handshake with the proxy",
        [CONNECTION_TUNNEL] = "Proxy CONNECT",
        [CONNECTION_ANNOUNCING] = "Connection",
        [CONNECTION_HANDSHAKE] = "TLS handshake",
        [CONNECTION_OPEN] = "Connection",
    };
    return names[connection_facts(t->connection)->phase];
}

/* Whom it is that does not answer. */
static const struct url *party(const struct transfer *t)
{
    bool is_proxy = t->step == TRANSFER_CONNECT && !route_is_direct(&t->hop.route) &&
                    connection_facts(t->connection)->phase <= CONNECTION_TUNNEL;
    return is_proxy ? &t->hop.route.proxy.url : &t->hop.now;
}

static void timed_out(struct transfer *t, uint64_t limit_ms)
{
    uint64_t ms = (run_now_us(t->run) - t->start_us) / 1000;
    if (ms < limit_ms)
        ms = limit_ms; /* a timer may be a millisecond early, a message may not */
    const struct url *url = party(t);
    struct error err = {0};
    if (t->step == TRANSFER_CONNECT) {
        error_set(&err, PEEL_OPERATION_TIMEDOUT, "%s timed out after %llu milliseconds, %.300s port %u", phase_name(t),
                  (unsigned long long)ms, url->host, url->port);
        enum connection_phase phase = connection_facts(t->connection)->phase;
        if ((phase == CONNECTION_HANDSHAKE && !t->issuer) || phase == CONNECTION_PROXY_HANDSHAKE)
            connection_tell_broken(t->connection, CAUSE_SILENT_IN_HANDSHAKE, &err);
    } else {
        const struct exchange_facts *facts = t->exchange ? exchange_facts(t->exchange) : NULL;
        uint64_t received = facts ? facts->body_bytes : t->result.size_download;
        char of[40] = "";
        if (facts && facts->length > 0)
            snprintf(of, sizeof of, " out of %llu", (unsigned long long)facts->length);
        error_set(&err, PEEL_OPERATION_TIMEDOUT,
                  "Operation timed out after %llu milliseconds with %llu%s bytes received, %.300s port %u",
                  (unsigned long long)ms, (unsigned long long)received, of, url->host, url->port);
    }
    transfer_fail(t, &err);
    transfer_advance(t);
}

static void on_deadline(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct transfer *t = timer->data;
    timed_out(t, settings_of(t)->max_time_ms);
}

static uint64_t connect_limit_ms(const struct transfer *t)
{
    uint64_t said = settings_of(t)->connect_timeout_ms;
    return said > 0 ? said : CONNECT_TIMEOUT_MS;
}

static void on_connect_deadline(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct transfer *t = timer->data;
    timed_out(t, connect_limit_ms(t));
}

void transfer_timers_init(struct transfer *t)
{
    ev_init(&t->deadline, on_deadline);
    ev_init(&t->connect_deadline, on_connect_deadline);
    ev_init(&t->pace, on_pace);
    ev_init(&t->linger, on_linger);
    ev_init(&t->pause, on_pause);
    ev_timer_init(&t->look, on_look, STALL_LOOK_MS / 1e3, STALL_LOOK_MS / 1e3);
    ev_timer_init(&t->tick, on_tick, 1.0, 0.5);
    ev_init(&t->sink_io, on_sink_io);
    t->deadline.data = t->connect_deadline.data = t->pace.data = t->linger.data = t->tick.data = t->sink_io.data = t;
    t->pause.data = t->look.data = t;
}

void transfer_timers_stop(struct transfer *t)
{
    ev_timer_stop(t->run->loop, &t->deadline);
    ev_timer_stop(t->run->loop, &t->connect_deadline);
    ev_timer_stop(t->run->loop, &t->pace);
    ev_timer_stop(t->run->loop, &t->linger);
    ev_timer_stop(t->run->loop, &t->tick);
    ev_timer_stop(t->run->loop, &t->pause);
    ev_timer_stop(t->run->loop, &t->look);
    ev_io_stop(t->run->loop, &t->sink_io);
}

static void start_looking(struct transfer *t)
{
    if (settings_of(t)->speed_limit == 0)
        return;
    t->stall = (struct stall){.limit = settings_of(t)->speed_limit, .time_us = settings_of(t)->speed_time_s * 1000000};
    stall_begin(&t->stall, run_now_us(t->run));
    ev_now_update(t->run->loop);
    ev_timer_again(t->run->loop, &t->look);
}

void transfer_start_deadline(struct transfer *t)
{
    start_looking(t);
    if (settings_of(t)->max_time_ms > 0)
        timer_start(t, &t->deadline, settings_of(t)->max_time_ms * 1000);
    if (console_is_terminal(t->run->console))
        ev_timer_start(t->run->loop, &t->tick);
}

void transfer_start_connect_deadline(struct transfer *t)
{
    timer_start(t, &t->connect_deadline, connect_limit_ms(t) * 1000);
}

void transfer_start_linger(struct transfer *t)
{
    timer_start(t, &t->linger, LINGER_MS * 1000);
}

void transfer_start_pause(struct transfer *t, uint64_t wait_ms)
{
    timer_start(t, &t->pause, wait_ms * 1000);
}

void transfer_show_progress(struct transfer *t)
{
    const struct exchange_facts *facts = t->exchange ? exchange_facts(t->exchange) : NULL;
    char shown[64];
    uint64_t before = saving_offset(t->saving);
    const char *name = saving_filename(t->saving);
    if (!name && t->hop.now.path)
        name = escape_into(shown, sizeof shown, url_last_segment(&t->hop.now));
    struct progress progress = {.name = name,
                                .done = before + (facts ? facts->body_bytes : 0),
                                .before = before,
                                .total = facts && facts->length > 0 ? before + facts->length : 0,
                                .elapsed_us = run_now_us(t->run) - t->start_us};
    console_progress(t->run->console, &progress, sink_is_terminal(t->sink));
}

void transfer_watch_sink(struct transfer *t)
{
    if (ev_is_active(&t->sink_io))
        return;
    ev_io_set(&t->sink_io, sink_fd(t->sink), EV_WRITE);
    ev_io_start(t->run->loop, &t->sink_io);
}

/* A tenth of a second's worth at most, and nothing (with *wait_us to pass) until at least a quarter of that is due, so
 * that the loop does not turn for single bytes. */
static size_t allowance(uint64_t rate, uint64_t elapsed_us, uint64_t done, uint64_t *wait_us)
{
    double step = (double)rate / 10 + 1;
    double due = (double)rate * (double)elapsed_us / 1e6 + step - (double)done;
    if (due >= step / 4)
        return (size_t)(due < step ? due : step) + 1;
    uint64_t wait = (uint64_t)((step - due) * 1e6 / (double)rate);
    if (wait < *wait_us)
        *wait_us = wait;
    return 0;
}

struct transfer_allowance transfer_allowance(struct transfer *t)
{
    uint64_t rate = settings_of(t)->limit_rate;
    if (rate == 0)
        return (struct transfer_allowance){SIZE_MAX, SIZE_MAX};
    ev_timer_stop(t->run->loop, &t->pace);
    const struct exchange_facts *facts = exchange_facts(t->exchange);
    uint64_t elapsed_us = run_now_us(t->run) - t->hop_start_us;
    uint64_t wait_us = UINT64_MAX;
    struct transfer_allowance may = {.read = allowance(rate, elapsed_us, facts->body_bytes, &wait_us),
                                     .write = allowance(rate, elapsed_us, facts->upload_bytes, &wait_us)};
    if (wait_us != UINT64_MAX)
        timer_start(t, &t->pace, wait_us);
    return may;
}

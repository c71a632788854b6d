/* One connection after the other, up to the end of the handshake. */
#include "transfer/probe.h"

#include "base/mem.h"
#include "transfer/connection.h"
#include "transfer/hop.h"
#include "transfer/probe_names.h"

#include <string.h>

enum {
    LATE_ALERT_MS = 500, /* how long a server that asked for a certificate has to refuse after the handshake */
};

struct probe {
    struct run *run;
    struct hop hop;
    struct buf url; /* of the hop, as it is told */
    struct probe_name names[PROBE_NAMES_MAX];
    size_t n_names;
    uint64_t deadline_us;
    /* Of the try at hand. */
    struct connection *connection;
    ev_timer limit; /* of the try, and then for a late alert */
    bool is_over, is_established;
    struct error error;
};

static void over(struct probe *p)
{
    p->is_over = true;
    ev_timer_stop(p->run->loop, &p->limit);
    ev_break(p->run->loop, EVBREAK_ALL);
}

static void start_limit(struct probe *p, uint64_t ms)
{
    ev_timer_stop(p->run->loop, &p->limit);
    ev_now_update(p->run->loop);
    ev_timer_set(&p->limit, (double)ms / 1e3, 0.0);
    ev_timer_start(p->run->loop, &p->limit);
}

/* TLS 1.3 lets a server refuse a client certificate, or the lack of one, when for us the handshake is over. */
static void listen_on(struct probe *p)
{
    size_t n = 0;
    enum connection_status status = connection_read(p->connection, p->run->read_space, &n);
    if (status == CONNECTION_FAILED)
        p->error = *connection_error(p->connection);
    if (status == CONNECTION_WAIT)
        connection_arm(p->connection, true, false);
    else
        over(p);
}

static void on_wake(void *owner)
{
    struct probe *p = owner;
    if (p->is_established) {
        listen_on(p);
        return;
    }
    enum connection_status status = connection_establish(p->connection);
    if (status == CONNECTION_WAIT)
        return;
    if (status == CONNECTION_FAILED)
        p->error = *connection_error(p->connection);
    p->is_established = status == CONNECTION_OK;
    if (p->is_established && connection_is_certificate_asked(p->connection)) {
        start_limit(p, LATE_ALERT_MS);
        listen_on(p);
    } else {
        over(p);
    }
}

static void on_limit(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct probe *p = timer->data;
    run_now_us(p->run);
    if (!p->is_established) {
        bool is_in_handshake = connection_facts(p->connection)->phase == CONNECTION_HANDSHAKE;
        error_set(&p->error, PEEL_OPERATION_TIMEDOUT, "%s timed out, %.300s port %u",
                  is_in_handshake ? "TLS handshake" : "Connection", p->hop.now.host, p->hop.now.port);
        if (is_in_handshake)
            connection_tell_broken(p->connection, CAUSE_SILENT_IN_HANDSHAKE, &p->error);
    }
    over(p);
}

static uint64_t less(uint64_t a, uint64_t b)
{
    return b > 0 && b < a ? b : a;
}

/* A handshake that went well ends before the wait for a late alert. */
static uint64_t end_of_try(struct probe *p, bool is_accepted)
{
    return is_accepted ? connection_facts(p->connection)->appconnect_us : run_now_us(p->run);
}

/* What this change brings. */
static struct trace_probe try_change(struct probe *p, const struct probe_change *change)
{
    struct tls_settings tls = hop_tls(&p->hop);
    uint64_t now_us = run_now_us(p->run);
    uint64_t left_ms = p->deadline_us > now_us ? (p->deadline_us - now_us) / 1000 : 0;
    probe_change_apply(change, &tls);
    tls.aia = TLS_AIA_OFF;
    tls.no_session_id = true; /* each is a first visit */
    struct trace_probe told = {.url = buf_slice(&p->url), .change = &change->told};
    trace_tell(p->run->trace, TRACE_PROBE_BEGIN, &told);
    p->is_over = p->is_established = false;
    p->error = (struct error){0};
    struct connection_plan plan = {.url = &p->hop.now, .route = &p->hop.route, .tls = &tls, .key = ""};
    p->connection = connection_new(p->run, &plan);
    connection_set_owner(p->connection, on_wake, p);
    start_limit(p, less(less(PROBE_TRY_MS, p->run->settings->connect_timeout_ms), left_ms + 1));
    on_wake(p);
    while (!p->is_over)
        ev_run(p->run->loop, 0);
    const struct connection_facts *facts = connection_facts(p->connection);
    told.is_tls_reached = facts->phase >= CONNECTION_HANDSHAKE;
    told.is_accepted = p->is_established && p->error.code == PEEL_OK;
    told.took_us = told.is_tls_reached ? end_of_try(p, told.is_accepted) - facts->connect_us : 0;
    told.code = (int)p->error.code;
    told.cause = p->error.cause;
    told.error = p->error.text;
    trace_tell(p->run->trace, TRACE_PROBE_END, &told);
    connection_free(p->connection);
    p->connection = NULL;
    return told;
}

/* Changes of the hello are no answer to what is no fault of TLS, or of the certificate, or says itself what it wants.
 */
static bool is_worth_changes(const struct trace_probe *plain)
{
    bool is_certificate = plain->cause > CAUSE_NONE && plain->cause <= CAUSE_BAD_CERTIFICATE;
    return plain->is_tls_reached && !plain->is_accepted && !is_certificate && plain->cause != CAUSE_NOT_TLS &&
           plain->cause != CAUSE_CLIENT_CERT_WANTED;
}

/* Tries it and remembers whether it helps. False: there is no time left for it. */
static bool try_one(struct probe *p, const struct probe_change *change, struct trace_probed *told)
{
    if (run_now_us(p->run) >= p->deadline_us) {
        told->is_out_of_time = true;
        return false;
    }
    struct trace_probe tried = try_change(p, change);
    bool is_certificate = tried.cause > CAUSE_NONE && tried.cause <= CAUSE_BAD_CERTIFICATE;
    if (tried.is_accepted && !told->helps)
        told->helps = &change->told;
    else if (is_certificate && !told->helps_half) {
        told->helps_half = &change->told;
        told->half_cause = tried.cause;
    }
    return true;
}

static bool try_names(struct probe *p, const struct probe_change *kind, struct trace_probed *told)
{
    p->n_names = probe_names_make(p->names, p->hop.now.host, kind);
    for (size_t i = 0; i < p->n_names; i++)
        if (!try_one(p, &p->names[i].change, told))
            return false;
    return true;
}

static void try_all(struct probe *p, struct trace_probed *told)
{
    struct tls_settings tls = hop_tls(&p->hop);
    bool is_in_time = true;
    for (size_t i = 1; i < probe_n_changes && is_in_time; i++) {
        const struct probe_change *change = &probe_changes[i];
        if (probe_is_change(change, &tls, p->hop.now.host_kind == URL_HOST_NAME))
            is_in_time = change->apply ? try_one(p, change, told) : try_names(p, change, told);
    }
}

static void tell_end(struct probe *p, struct trace_probed *told)
{
    told->url = buf_slice(&p->url);
    told->way = &p->run->settings->way;
    told->host = p->hop.now.host;
    told->port = p->hop.now.port;
    told->is_address = p->hop.now.host_kind != URL_HOST_NAME;
    trace_tell(p->run->trace, TRACE_PROBED, told);
}

static bool begin(struct probe *p, const struct fetch *fetch, struct error *err)
{
    if (!hop_begin(&p->hop, p->run->settings, fetch, err) || !hop_check(&p->hop, p->run->trace, err))
        return false;
    if (strcmp(p->hop.now.scheme, "https") != 0)
        return error_set(err, PEEL_FAILED_INIT, "--tls-probe: %.300s port %u is asked in plain HTTP, without TLS",
                         p->hop.now.host, p->hop.now.port);
    url_print(&p->url, &p->hop.now, 0);
    return true;
}

int probe_url(struct run *run, const struct fetch *fetch)
{
    struct probe p = {.run = run};
    struct error err = {0};
    ev_init(&p.limit, on_limit);
    p.limit.data = &p;
    p.deadline_us = run_now_us(run) + 1000 * less(PROBE_ALL_MS, run->settings->max_time_ms);
    if (begin(&p, fetch, &err)) {
        struct trace_probed told = {.plain = try_change(&p, &probe_changes[0])};
        err = p.error;
        told.plain.error = err.text;
        if (is_worth_changes(&told.plain))
            try_all(&p, &told);
        tell_end(&p, &told);
        if (told.plain.is_tls_reached)
            err.text[0] = '\0'; /* the table has said it */
    }
    int code = (int)err.code;
    if (code != PEEL_OK && err.text[0])
        console_error(run->console, &err);
    probe_names_done(p.names, p.n_names);
    buf_done(&p.url);
    hop_done(&p.hop);
    return code;
}

/* One URL's life. */
#include "transfer/transfer.h"

#include "base/escape.h"
#include "base/mem.h"
#include "http/codec.h"
#include "http/redirect.h"
#include "net/proxy.h"
#include "transfer/exchange.h"
#include "transfer/pool.h"

#include <stdio.h>

enum {
    CONNECT_TIMEOUT_MS = 300 * 1000
}; /* curl's, when --connect-timeout says nothing */

enum transfer_state {
    TRANSFER_ROUTE,    /* where does this hop go: a kept connection, a new one, or nowhere? */
    TRANSFER_CONNECT,  /* the connection is being made */
    TRANSFER_EXCHANGE, /* request and response */
    TRANSFER_DRAIN,    /* the last bytes wait for a slow reader */
    TRANSFER_OVER,
};

struct transfer {
    struct run *run;
    const struct fetch *fetch;
    transfer_done_fn on_done;
    void *ctx;
    enum transfer_state state;

    struct url first, now; /* the first origin is what credentials belong to */
    bool is_credential_dropped;
    char *method;
    bool has_body;
    char *referer;
    uint64_t head_budget;
    uint64_t hop_start_us;

    struct http_request request;
    struct connection *connection;
    bool is_reused;
    bool is_second_try;
    struct exchange *exchange;
    struct sink *sink; /* the run's stdout, or own_sink */
    struct sink *own_sink;
    char *filename;

    ev_timer deadline;         /* -m */
    ev_timer connect_deadline; /* --connect-timeout */
    ev_timer pace;             /* --limit-rate */
    ev_timer tick;             /* progress, while nothing comes */
    ev_io sink_io;

    struct error error;
    struct fetch_result result;
    char *url_effective, *redirect_url, *content_type;
    struct connection_facts last;
};

static void transfer_advance(struct transfer *t);

static bool transfer_fail(struct transfer *t, const struct error *err)
{
    if (t->error.code == PEEL_OK)
        t->error = *err;
    t->state = TRANSFER_OVER;
    return true;
}

static const struct settings *settings_of(const struct transfer *t)
{
    return t->run->settings;
}

/* Timers. */

static void on_wake(void *owner)
{
    transfer_advance(owner);
}

static void on_pace(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    run_now_us(((struct transfer *)timer->data)->run);
    transfer_advance(timer->data);
}

static void on_sink_io(struct ev_loop *loop, ev_io *io, int events)
{
    (void)events;
    ev_io_stop(loop, io);
    run_now_us(((struct transfer *)io->data)->run);
    transfer_advance(io->data);
}

static void show_progress(struct transfer *t)
{
    const struct exchange_facts *facts = t->exchange ? exchange_facts(t->exchange) : NULL;
    struct slice name = url_last_segment(&t->now);
    char shown[64];
    struct progress progress = {.name = t->filename ? t->filename : escape_into(shown, sizeof shown, name),
                                .done = facts ? facts->body_bytes : 0,
                                .total = facts ? facts->length : 0,
                                .elapsed_us = run_now_us(t->run)};
    console_progress(t->run->console, &progress, sink_is_terminal(t->sink));
}

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    show_progress(timer->data);
}

static const char *phase_name(const struct transfer *t)
{
    if (!t->connection)
        return "Operation";
    switch (connection_facts(t->connection)->phase) {
    case CONNECTION_RESOLVING:
        return "Resolving";
    case CONNECTION_CONNECTING:
        return "Connection";
    case CONNECTION_HANDSHAKE:
        return "TLS handshake";
    case CONNECTION_OPEN:
        return "Operation";
    }
    return "Operation";
}

static void timed_out(struct transfer *t, uint64_t limit_ms)
{
    uint64_t ms = run_now_us(t->run) / 1000;
    struct error err = {0};
    if (t->state == TRANSFER_CONNECT) {
        error_set(&err, PEEL_OPERATION_TIMEDOUT, "%s timed out after %llu milliseconds, %.300s port %u", phase_name(t),
                  (unsigned long long)(ms < limit_ms ? limit_ms : ms), t->now.host, t->now.port);
    } else {
        const struct exchange_facts *facts = t->exchange ? exchange_facts(t->exchange) : NULL;
        char of[40] = "";
        if (facts && facts->length > 0)
            snprintf(of, sizeof of, " out of %llu", (unsigned long long)facts->length);
        error_set(&err, PEEL_OPERATION_TIMEDOUT,
                  "Operation timed out after %llu milliseconds with %llu%s bytes received, %.300s port %u",
                  (unsigned long long)ms, (unsigned long long)(facts ? facts->body_bytes : 0), of, t->now.host,
                  t->now.port);
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

static void timer_start(struct transfer *t, ev_timer *timer, uint64_t us)
{
    ev_timer_stop(t->run->loop, timer);
    ev_now_update(t->run->loop);
    ev_timer_set(timer, (double)us / 1e6, 0.0);
    ev_timer_start(t->run->loop, timer);
}

/* Making and freeing. */

struct transfer *transfer_new(struct run *run, const struct fetch *fetch, unsigned urlnum, transfer_done_fn on_done,
                              void *ctx)
{
    struct transfer *t = mem_alloc(sizeof *t);
    t->run = run;
    t->fetch = fetch;
    t->on_done = on_done;
    t->ctx = ctx;
    t->head_budget = HTTP_HEAD_BUDGET;
    t->result.url = fetch->url;
    t->result.urlnum = urlnum;
    t->sink = run->out;
    ev_init(&t->deadline, on_deadline);
    ev_init(&t->connect_deadline, on_connect_deadline);
    ev_init(&t->pace, on_pace);
    ev_timer_init(&t->tick, on_tick, 1.0, 0.5);
    ev_init(&t->sink_io, on_sink_io);
    t->deadline.data = t->connect_deadline.data = t->pace.data = t->tick.data = t->sink_io.data = t;
    return t;
}

static void stop_watching(struct transfer *t)
{
    ev_timer_stop(t->run->loop, &t->deadline);
    ev_timer_stop(t->run->loop, &t->connect_deadline);
    ev_timer_stop(t->run->loop, &t->pace);
    ev_timer_stop(t->run->loop, &t->tick);
    ev_io_stop(t->run->loop, &t->sink_io);
}

void transfer_free(struct transfer *t)
{
    if (!t)
        return;
    stop_watching(t);
    exchange_free(t->exchange);
    connection_free(t->connection);
    sink_free(t->own_sink);
    url_done(&t->first);
    url_done(&t->now);
    mem_free(t->method);
    mem_free(t->referer);
    mem_free(t->filename);
    mem_free(t->url_effective);
    mem_free(t->redirect_url);
    mem_free(t->content_type);
    mem_free(t);
}

const struct error *transfer_error(const struct transfer *t)
{
    return &t->error;
}

const struct fetch_result *transfer_result(const struct transfer *t)
{
    return &t->result;
}

/* The beginning. */

/* -O: the last path segment of the first URL; it names a file here, never a path. */
static bool remote_name(struct transfer *t)
{
    struct slice name = url_last_segment(&t->first);
    if (name.len == 0)
        return error_set(&t->error, PEEL_WRITE_ERROR, "Remote file name has no length: the URL ends in no name for -O");
    if (slice_equal(name, SLICE(".")) || slice_equal(name, SLICE("..")))
        return error_set(&t->error, PEEL_WRITE_ERROR, "Remote file name \"%.*s\" is no name for a file", (int)name.len,
                         name.ptr);
    t->filename = mem_dup_slice(name);
    return true;
}

static bool open_sink(struct transfer *t)
{
    const struct fetch *fetch = t->fetch;
    if (fetch->remote_name && !remote_name(t))
        return false;
    if (fetch->output && strcmp(fetch->output, "-") != 0)
        t->filename = mem_strdup(fetch->output);
    bool is_dash = fetch->output && strcmp(fetch->output, "-") == 0;
    if (t->filename || is_dash)
        t->sink = t->own_sink = sink_new(t->filename, is_dash);
    return true;
}

static bool parse_url(struct transfer *t)
{
    const struct settings *settings = settings_of(t);
    unsigned flags = settings->path_as_is ? URL_PATH_AS_IS : 0;
    if (!url_parse(&t->first, slice_of(t->fetch->url), settings->proto_default, flags, &t->error))
        return false;
    if (settings->http.data_to_query && settings->http.body.len > 0)
        url_append_query(&t->first, buf_slice(&settings->http.body));
    url_copy(&t->now, &t->first);
    return true;
}

void transfer_start(struct transfer *t)
{
    const struct http_settings *http = &settings_of(t)->http;
    t->run->epoch_us = 0;
    run_now_us(t->run);
    t->method = mem_strdup(http_request_method(http));
    t->has_body = http->has_body && !http->data_to_query;
    t->referer = mem_strdup(http->referer);
    if (settings_of(t)->max_time_ms > 0)
        timer_start(t, &t->deadline, settings_of(t)->max_time_ms * 1000);
    if (console_is_terminal(t->run->console))
        ev_timer_start(t->run->loop, &t->tick);
    if (!parse_url(t) || !open_sink(t))
        t->state = TRANSFER_OVER;
    transfer_advance(t);
}

/* Routing a hop. */

static bool check_protocol(struct transfer *t)
{
    const char *scheme = t->now.scheme;
    unsigned bit = strcmp(scheme, "https") == 0 ? PROTOCOL_HTTPS : strcmp(scheme, "http") == 0 ? PROTOCOL_HTTP : 0;
    const char *where = t->result.num_redirects > 0 ? " (in a redirect)" : "";
    char shown[64];
    escape_into(shown, sizeof shown, slice_of(scheme));
    if (bit == 0)
        return error_set(&t->error, PEEL_UNSUPPORTED_PROTOCOL, "Protocol \"%s\" not supported%s", shown, where);
    if (!(settings_of(t)->protocols & bit))
        return error_set(&t->error, PEEL_UNSUPPORTED_PROTOCOL, "Protocol \"%s\" disabled by --proto%s", shown, where);
    return true;
}

static bool check_proxy(struct transfer *t)
{
    const char *source = net_proxy_source(&t->now, settings_of(t)->proxy);
    if (!source)
        return true;
    return error_set(
        &t->error, PEEL_NOT_BUILT_IN,
        "%s asks for a proxy for %.300s, and this peel has no proxy support yet: nothing was sent. To go directly, "
        "use --proxy \"\"",
        source, t->now.host);
}

/* A wrong file is told before any name is looked up; with no file named, OpenSSL's set-up can wait for the connect. */
static bool check_tls_files(struct transfer *t)
{
    const struct tls_settings *tls = &settings_of(t)->tls;
    bool names_files = tls->cacert || tls->capath || tls->cert || tls->key;
    return strcmp(t->now.scheme, "https") != 0 || !names_files || run_tls(t->run, &t->error);
}

static void make_request(struct transfer *t)
{
    const struct http_settings *http = &settings_of(t)->http;
    t->request = (struct http_request){
        .settings = http,
        .url = &t->now,
        .method = t->method,
        .has_body = t->has_body,
        .body = t->has_body ? buf_slice(&http->body) : SLICE(""),
        .may_send_credentials = http_may_send_credentials(&t->first, &t->now, &t->is_credential_dropped),
        .referer = t->referer,
    };
    if (t->is_credential_dropped) {
        struct trace_note note = {.id = NOTE_CREDENTIALS_DROPPED, .text = slice_of(t->now.host)};
        trace_tell(t->run->trace, TRACE_NOTE, &note);
    }
}

static void tell_reuse(const struct transfer *t)
{
    const struct connection_facts *facts = connection_facts(t->connection);
    struct trace_address told = {.host = slice_of(t->now.host),
                                 .address = facts->remote_ip,
                                 .port = facts->remote_port,
                                 .connection = facts->id};
    trace_tell(t->run->trace, TRACE_REUSED, &told);
}

/* Each state function returns true when the machine may go on at once. */

static bool state_route(struct transfer *t)
{
    if (!check_protocol(t) || !check_proxy(t) || !check_tls_files(t)) {
        t->state = TRANSFER_OVER;
        return true;
    }
    t->hop_start_us = run_now_us(t->run);
    make_request(t);
    char *key = pool_key(&t->now, settings_of(t));
    t->connection = t->is_second_try ? NULL : pool_take(t->run->pool, key);
    t->is_reused = t->connection != NULL;
    if (t->is_reused) {
        tell_reuse(t);
    } else {
        t->connection = connection_new(t->run, &t->now, key);
        t->result.num_connects++;
        timer_start(t, &t->connect_deadline, connect_limit_ms(t) * 1000);
    }
    mem_free_secret(key);
    connection_set_owner(t->connection, on_wake, t);
    t->state = TRANSFER_CONNECT;
    return true;
}

/* Phases are summed up over the hops, as curl does it. */
static void count_phases(struct transfer *t)
{
    if (t->is_reused)
        return;
    const struct connection_facts *facts = connection_facts(t->connection);
    uint64_t before = t->hop_start_us;
    t->result.time_namelookup_us += facts->namelookup_us > before ? facts->namelookup_us - before : 0;
    t->result.time_connect_us += facts->connect_us > before ? facts->connect_us - before : 0;
    t->result.time_appconnect_us += facts->appconnect_us > before ? facts->appconnect_us - before : 0;
}

static bool wants_body(void *ctx, const struct exchange_facts *facts);

static bool state_connect(struct transfer *t)
{
    enum connection_status status = connection_establish(t->connection);
    if (status == CONNECTION_WAIT)
        return false;
    ev_timer_stop(t->run->loop, &t->connect_deadline);
    count_phases(t);
    if (status != CONNECTION_OK)
        return transfer_fail(t, connection_error(t->connection));
    t->result.time_pretransfer_us += run_now_us(t->run) - t->hop_start_us;
    struct exchange_plan plan = {.request = &t->request,
                                 .connection = t->connection,
                                 .is_reused = t->is_reused,
                                 .sink = t->sink,
                                 .head_budget = &t->head_budget,
                                 .wants_body = wants_body,
                                 .ctx = t};
    t->exchange = exchange_new(t->run, &plan);
    t->state = TRANSFER_EXCHANGE;
    return true;
}

/* The exchange. */

static bool will_follow(const struct transfer *t, const struct exchange_facts *facts)
{
    return settings_of(t)->http.follow && facts->location && http_is_redirect(facts->status);
}

static bool is_http_failure(const struct transfer *t, const struct exchange_facts *facts)
{
    return settings_of(t)->http.fail != HTTP_FAIL_NEVER && facts->status >= 400;
}

static bool wants_body(void *ctx, const struct exchange_facts *facts)
{
    struct transfer *t = ctx;
    if (is_http_failure(t, facts) && settings_of(t)->http.fail == HTTP_FAIL_EARLY)
        return false;
    return !will_follow(t, facts);
}

/* How much may be read now under --limit-rate: a tenth of a second's worth at most, and nothing (with a timer started)
 * until at least a quarter of that is due, so that the loop does not turn for single bytes. */
static size_t read_allowance(struct transfer *t)
{
    uint64_t rate = settings_of(t)->limit_rate;
    if (rate == 0)
        return SIZE_MAX;
    ev_timer_stop(t->run->loop, &t->pace);
    double elapsed_s = (double)(run_now_us(t->run) - t->hop_start_us) / 1e6;
    double step = (double)rate / 10 + 1;
    double due = (double)rate * elapsed_s + step - (double)exchange_facts(t->exchange)->body_bytes;
    if (due >= step / 4)
        return (size_t)(due < step ? due : step) + 1;
    timer_start(t, &t->pace, (uint64_t)((step - due) * 1e6 / (double)rate));
    return 0;
}

static void watch_sink(struct transfer *t)
{
    if (ev_is_active(&t->sink_io))
        return;
    ev_io_set(&t->sink_io, sink_fd(t->sink), EV_WRITE);
    ev_io_start(t->run->loop, &t->sink_io);
}

static void note(const struct transfer *t, enum trace_note_id id, struct slice text, uint64_t number)
{
    struct trace_note told = {.id = id, .text = text, .number = number};
    trace_tell(t->run->trace, TRACE_NOTE, &told);
}

/* The exchange is over, one way or the other: what it told goes into the result, the connection into the pool or away.
 */
static void end_exchange(struct transfer *t, bool keep)
{
    const struct exchange_facts *facts = exchange_facts(t->exchange);
    struct fetch_result *r = &t->result;
    r->status = facts->status;
    r->http_version = facts->http_version;
    r->num_headers = facts->n_headers;
    r->size_header += facts->head_bytes;
    r->size_request += facts->request_bytes;
    r->size_download = facts->body_bytes;
    r->size_upload = facts->upload_bytes;
    if (facts->first_byte_us > 0)
        r->time_starttransfer_us += facts->first_byte_us - t->hop_start_us;
    if (facts->request_sent_us > 0)
        r->time_posttransfer_us += facts->request_sent_us - t->hop_start_us;
    mem_free(t->content_type);
    t->content_type = mem_strdup(facts->content_type);
    t->last = *connection_facts(t->connection);
    keep = keep && exchange_may_reuse(t->exchange);
    note(t, keep ? NOTE_LEFT_INTACT : NOTE_CLOSING, slice_of(t->now.host), t->last.id);
    exchange_free(t->exchange);
    t->exchange = NULL;
    if (keep)
        pool_put(t->run->pool, t->connection);
    else
        connection_free(t->connection);
    t->connection = NULL;
}

static bool follow_redirect(struct transfer *t, const char *location, int status)
{
    const struct http_settings *http = &settings_of(t)->http;
    struct url next = {0};
    unsigned flags = settings_of(t)->path_as_is ? URL_PATH_AS_IS : 0;
    if (http->max_redirs >= 0 && t->result.num_redirects >= (unsigned long)http->max_redirs)
        return error_set(&t->error, PEEL_TOO_MANY_REDIRECTS, "Maximum (%ld) redirects followed", http->max_redirs);
    if (!url_resolve(&next, &t->now, slice_of(location), flags, &t->error))
        return false;
    if (http->auto_referer) {
        struct buf referer = {0};
        url_print(&referer, &t->now, 0);
        mem_free(t->referer);
        t->referer = buf_take(&referer);
    }
    const char *method = http_redirect_method(t->method, status, http->method != NULL);
    if (strcmp(method, t->method) != 0) {
        char *change = mem_printf("%s to %s", t->method, method);
        note(t, NOTE_METHOD_CHANGED, slice_of(change), 0);
        mem_free(change);
        char *changed = mem_strdup(method);
        mem_free(t->method);
        t->method = changed;
        t->has_body = false;
    }
    struct buf shown = {0};
    url_print(&shown, &next, 0);
    note(t, NOTE_REDIRECT, buf_slice(&shown), (uint64_t)status);
    buf_done(&shown);
    url_done(&t->now);
    t->now = next;
    t->result.num_redirects++;
    t->result.time_redirect_us = run_now_us(t->run);
    t->is_second_try = false;
    return true;
}

/* Where -L would have gone, for %{redirect_url}. */
static void remember_redirect(struct transfer *t, const struct exchange_facts *facts)
{
    struct url next = {0};
    struct error ignored = {0};
    if (!facts->location || !http_is_redirect(facts->status) ||
        !url_resolve(&next, &t->now, slice_of(facts->location), 0, &ignored))
        return;
    struct buf text = {0};
    url_print(&text, &next, URL_WITH_FRAGMENT);
    mem_free(t->redirect_url);
    t->redirect_url = buf_take(&text);
    url_done(&next);
}

static bool response_is_whole(struct transfer *t)
{
    const struct exchange_facts *facts = exchange_facts(t->exchange);
    bool follows = will_follow(t, facts);
    int status = facts->status;
    char *location = mem_strdup(facts->location);
    if (!follows)
        remember_redirect(t, facts);
    if (is_http_failure(t, facts))
        error_set(&t->error, PEEL_HTTP_RETURNED_ERROR, "The requested URL returned error: %d", status);
    end_exchange(t, true);
    t->state = follows ? TRANSFER_ROUTE : TRANSFER_DRAIN;
    if (follows && !follow_redirect(t, location, status))
        t->state = TRANSFER_OVER;
    mem_free(location);
    return true;
}

/* -f: the head is enough, and the body is not even read. */
static bool is_failed_early(const struct transfer *t)
{
    const struct exchange_facts *facts = exchange_facts(t->exchange);
    return settings_of(t)->http.fail == HTTP_FAIL_EARLY && is_http_failure(t, facts) && !will_follow(t, facts);
}

static bool state_exchange(struct transfer *t)
{
    enum exchange_status status = exchange_step(t->exchange, read_allowance(t));
    bool is_early = status == EXCHANGE_WAIT && is_failed_early(t);
    if (status == EXCHANGE_DONE || is_early)
        return response_is_whole(t);
    if (status == EXCHANGE_WAIT) {
        if (exchange_is_held_up(t->exchange))
            watch_sink(t);
        show_progress(t);
        return false;
    }
    if (status == EXCHANGE_DEAD && !t->is_second_try) {
        note(t, NOTE_RETRY_DEAD, slice_of(t->now.host), 0);
        end_exchange(t, false);
        t->is_second_try = true;
        t->state = TRANSFER_ROUTE;
        return true;
    }
    struct error err = *exchange_error(t->exchange);
    end_exchange(t, false);
    return transfer_fail(t, &err);
}

static bool state_drain(struct transfer *t)
{
    if (sink_pending(t->sink) > 0 && !sink_flush(t->sink, &t->error))
        t->state = TRANSFER_OVER;
    else if (sink_pending(t->sink) > 0)
        watch_sink(t);
    else {
        sink_finish(t->sink, &t->error);
        t->state = TRANSFER_OVER;
    }
    return t->state == TRANSFER_OVER;
}

/* The end. */

static void tell_done(struct transfer *t)
{
    const struct fetch_result *r = &t->result;
    struct trace_done done = {.code = (int)t->error.code,
                              .body_bytes = r->size_download,
                              .namelookup_us = r->time_namelookup_us,
                              .connect_us = r->time_connect_us,
                              .appconnect_us = r->time_appconnect_us,
                              .starttransfer_us = r->time_starttransfer_us,
                              .total_us = r->time_total_us};
    trace_tell(t->run->trace, TRACE_DONE, &done);
}

static void fill_result(struct transfer *t)
{
    struct fetch_result *r = &t->result;
    struct buf text = {0};
    if (t->now.host)
        url_print(&text, &t->now, URL_WITH_FRAGMENT);
    else
        buf_append_text(&text, t->fetch->url);
    t->url_effective = buf_take(&text);
    r->url_effective = t->url_effective;
    r->redirect_url = t->redirect_url;
    r->content_type = t->content_type;
    r->scheme = t->now.scheme;
    r->method = t->method;
    r->referer = t->referer;
    r->filename = t->filename;
    r->errormsg = t->error.code != PEEL_OK ? t->error.text : NULL;
    r->exit_code = (int)t->error.code;
    r->remote_ip = t->last.remote_ip;
    r->local_ip = t->last.local_ip;
    r->remote_port = t->last.remote_port;
    r->local_port = t->last.local_port;
    r->ssl_verify_result = t->last.verify_result;
    r->time_total_us = run_now_us(t->run);
}

/* What was received before a fault is the user's: it goes out, as far as the reader takes it. */
static void give_out_the_rest(struct transfer *t)
{
    struct error ignored = {0};
    if (t->error.code != PEEL_WRITE_ERROR && sink_pending(t->sink) > 0)
        sink_flush(t->sink, &ignored);
}

static void state_over(struct transfer *t)
{
    stop_watching(t);
    if (t->connection)
        t->last = *connection_facts(t->connection);
    if (t->exchange)
        end_exchange(t, false);
    connection_free(t->connection);
    t->connection = NULL;
    give_out_the_rest(t);
    fill_result(t);
    tell_done(t);
    console_progress_end(t->run->console);
    t->on_done(t->ctx, t);
}

static void transfer_advance(struct transfer *t)
{
    bool goes_on = true;
    while (goes_on) {
        switch (t->state) {
        case TRANSFER_ROUTE:
            goes_on = state_route(t);
            break;
        case TRANSFER_CONNECT:
            goes_on = state_connect(t);
            break;
        case TRANSFER_EXCHANGE:
            goes_on = state_exchange(t);
            break;
        case TRANSFER_DRAIN:
            goes_on = state_drain(t);
            break;
        case TRANSFER_OVER:
            state_over(t);
            return;
        }
    }
}

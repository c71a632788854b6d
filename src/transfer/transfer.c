/* One URL's life: the machine that goes from step to step. */
#include "transfer/transfer.h"

#include "base/mem.h"
#include "http/codec.h"
#include "transfer/dry_run.h"
#include "transfer/issuer_fetch.h"
#include "transfer/pool.h"
#include "transfer/remember.h"
#include "transfer/transfer_state.h"

#include <time.h>

struct transfer *transfer_new(struct run *run, const struct fetch *fetch, unsigned urlnum, transfer_done_fn on_done,
                              void *ctx)
{
    struct transfer *t = mem_alloc(sizeof *t);
    t->run = run;
    t->fetch = fetch;
    t->on_done = on_done;
    t->ctx = ctx;
    t->head_budget = HTTP_HEAD_BUDGET;
    struct buf shown = {0};
    url_redact(&shown, slice_of(fetch->url));
    t->url_shown = buf_take(&shown);
    t->result.url = t->url_shown;
    t->result.url_typed = fetch->url;
    t->result.urlnum = urlnum;
    t->saving = saving_new(run, fetch);
    t->sink = run->out;
    transfer_timers_init(t);
    return t;
}

void transfer_free(struct transfer *t)
{
    if (!t)
        return;
    transfer_timers_stop(t);
    exchange_free(t->exchange);
    issuer_fetch_free(t->issuer);
    connection_free(t->connection);
    saving_free(t->saving);
    fields_done(&t->fields);
    body_free(t->body);
    hop_done(&t->hop);
    mem_free(t->url_shown);
    mem_free(t->url_effective);
    buf_done(&t->certs);
    mem_free(t->redirect_url);
    mem_free(t->content_type);
    mem_free(t->tls);
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

void transfer_fail(struct transfer *t, const struct error *err)
{
    if (t->error.code == PEEL_OK)
        t->error = *err;
    t->step = TRANSFER_OVER;
}

void transfer_note(const struct transfer *t, enum trace_note_id id, uint64_t number)
{
    struct trace_note told = {.id = id, .text = slice_of(t->hop.now.host), .number = number};
    trace_tell(t->run->trace, TRACE_NOTE, &told);
}

void transfer_release_connection(struct transfer *t)
{
    issuer_fetch_free(t->issuer);
    t->issuer = NULL;
    t->issuer_start_us = 0;
    if (!t->connection)
        return;
    outcome_disconnected(t);
    transfer_note(t, NOTE_CLOSING, t->last.id);
    connection_free(t->connection);
    t->connection = NULL;
}

void transfer_woken(void *owner)
{
    transfer_advance(owner);
}

/* The beginning. */

void transfer_start(struct transfer *t)
{
    t->start_us = t->first_start_us = run_now_us(t->run);
    transfer_start_deadline(t);
    bool is_begun = hop_begin(&t->hop, settings_of(t), t->fetch, &t->error) && transfer_open_body(t) &&
                    saving_begin(t->saving, &t->hop.first, &t->error) == SAVING_GO;
    t->sink = saving_sink(t->saving);
    if (!is_begun)
        t->step = TRANSFER_OVER;
    transfer_advance(t);
}

/* Each step returns true when the machine may go on at once. */

/* A wrong file is told before any name is looked up; with no file named, OpenSSL's set-up can wait for the connect. */
static bool check_tls_files(struct transfer *t)
{
    const struct tls_settings *tls = &settings_of(t)->tls;
    bool names_files = tls->cacert || tls->capath || tls->crlfile || tls->cert || tls->key || tls->pinned_key;
    return strcmp(t->hop.now.scheme, "https") != 0 || !names_files || run_tls(t->run, tls, &t->error);
}

static void tell_reuse(const struct transfer *t)
{
    const struct connection_facts *facts = connection_facts(t->connection);
    struct trace_address told = {.host = slice_of(t->hop.now.host),
                                 .address = facts->remote_ip,
                                 .port = facts->remote_port,
                                 .connection = facts->id,
                                 .proxy = connection_proxy(t->connection)};
    trace_tell(t->run->trace, TRACE_REUSED, &told);
}

/* A server that spoke HTTP/1.0 is spoken to in HTTP/1.0, which may be too little for what is to be sent. */
static void reuse(struct transfer *t)
{
    tell_reuse(t);
    t->request.is_old_server = t->request.is_old_server || connection_facts(t->connection)->is_old_server;
    http_request_check(&t->request, &t->error);
}

/* As hop_tls() has it. */
static const char *options_not_here(const struct transfer *t)
{
    const struct tls_settings *given = &t->run->settings->tls, here = hop_tls(&t->hop);
    bool is_known = here.cert == given->cert, is_called_so = here.server_name == given->server_name;
    if (is_known)
        return is_called_so ? NULL : "sni";
    return is_called_so ? "cert key" : "cert key sni";
}

static void tell_hop(const struct transfer *t)
{
    if (!trace_wants(t->run->trace, TRACE_HOP))
        return;
    struct buf url = {0}, target = {0};
    const struct settings *settings = t->run->settings;
    url_print(&url, &t->hop.now, 0);
    if (route_rule(&settings->net, t->hop.now.host, t->hop.now.port))
        route_print_target(&target, &settings->net, &t->hop.now);
    struct trace_hop told = {.url = buf_slice(&url),
                             .method = slice_of(t->hop.method),
                             .way = &settings->way,
                             .not_here = options_not_here(t),
                             .leads_to = target.len > 0 ? buf_text(&target) : NULL};
    trace_tell(t->run->trace, TRACE_HOP, &told);
    buf_done(&url);
    buf_done(&target);
}

static bool step_route(struct transfer *t)
{
    remember_upgrade(t->run, &t->hop);
    t->hop_start_us = run_now_us(t->run);
    tell_hop(t);
    if (!hop_check(&t->hop, t->run->trace, &t->error) || !transfer_check_chain_wanted(t) || !check_tls_files(t)) {
        t->step = TRANSFER_OVER;
        return true;
    }
    uint64_t setup_us = run_now_us(t->run) - t->hop_start_us;
    t->setup_us += setup_us > 0 ? setup_us : 1;
    t->request = hop_request(&t->hop, t->run->trace);
    saving_shape_request(t->saving, &t->request);
    if (!transfer_ready_body(t) || !hop_sign(&t->hop, &t->request, (int64_t)time(NULL), &t->error)) {
        t->step = TRANSFER_OVER;
        return true;
    }
    if (settings_of(t)->output.dry_run) {
        dry_run_tell(t->run, &t->hop.route, &t->request);
        t->step = TRANSFER_OVER;
        return true;
    }
    struct settings settings = *settings_of(t);
    settings.tls = hop_tls(&t->hop);
    char *key = pool_key(&t->hop.now, &t->hop.route, &settings, &t->hop.auth);
    t->connection = t->is_second_try ? NULL : pool_take(t->run->pool, key);
    t->is_reused = t->connection != NULL;
    if (t->is_reused) {
        reuse(t);
    } else {
        struct connection_plan plan = {.url = &t->hop.now, .route = &t->hop.route, .tls = &settings.tls, .key = key};
        t->connection = connection_new(t->run, &plan);
        transfer_offer_early(t);
        transfer_start_connect_deadline(t);
    }
    mem_free_secret(key);
    connection_set_owner(t->connection, transfer_woken, t);
    t->step = t->error.code == PEEL_OK ? TRANSFER_CONNECT : TRANSFER_OVER;
    return true;
}

/* How the proxy answered CONNECT, for -i and -D. */
static bool show_proxy_heads(struct transfer *t)
{
    struct buf heads = {0}, shown = {0};
    struct error err = {0};
    bool is_ok = true;
    connection_take_heads(t->connection, &heads);
    t->result.size_header += heads.len;
    struct slice rest = settings_of(t)->output.no_connect_headers ? SLICE("") : buf_slice(&heads);
    while (is_ok && rest.len > 0) {
        size_t end = slice_find(rest, '\n');
        struct slice line = slice_first(rest, end < rest.len ? end + 1 : end);
        rest = slice_from(rest, line.len);
        is_ok = saving_line(t->saving, line, &shown, &err);
    }
    is_ok = is_ok && (shown.len == 0 || sink_write(t->sink, buf_slice(&shown), false, &err));
    buf_done(&heads);
    buf_done(&shown);
    if (!is_ok)
        transfer_fail(t, &err);
    return is_ok;
}

static bool step_connect(struct transfer *t)
{
    enum connection_status status = connection_establish(t->connection);
    if (status == CONNECTION_WAIT)
        return false;
    if (status == CONNECTION_WANT_ISSUER)
        return transfer_ask_for_issuer(t);
    ev_timer_stop(t->run->loop, &t->connect_deadline);
    outcome_connected(t);
    if (!show_proxy_heads(t))
        return true;
    if (status != CONNECTION_OK && transfer_has_early_failed(t)) {
        transfer_note(t, NOTE_EARLY_FAILED, 0);
        transfer_release_connection(t);
        t->is_early_refused = true;
        t->step = TRANSFER_ROUTE;
        return true;
    }
    if (status != CONNECTION_OK) {
        transfer_fail(t, connection_error(t->connection));
        return true;
    }
    if (settings_of(t)->tls.aia == TLS_AIA_SAVE) {
        transfer_save_chain(t);
        return true;
    }
    transfer_begin_exchange(t);
    return true;
}

static bool step_linger(struct transfer *t)
{
    enum connection_status status = CONNECTION_OK;
    uint64_t excess = 0;
    while (status == CONNECTION_OK) {
        size_t n = 0;
        status = connection_read(t->connection, t->run->read_space, &n);
        excess += status == CONNECTION_OK ? n : 0;
    }
    if (excess > 0)
        transfer_note(t, NOTE_EXCESS_BYTES, excess);
    if (status == CONNECTION_WAIT) {
        connection_arm(t->connection, true, false);
        return false;
    }
    if (status == CONNECTION_TRUNCATED)
        transfer_note(t, NOTE_CLOSED_WITHOUT_NOTIFY, 0);
    t->step = TRANSFER_DRAIN;
    return true;
}

static bool step_drain(struct transfer *t)
{
    transfer_release_connection(t);
    bool is_ok = sink_pending(t->sink) == 0 || sink_flush(t->sink, &t->error);
    if (is_ok && sink_pending(t->sink) > 0) {
        transfer_watch_sink(t);
        return false;
    }
    if (is_ok)
        saving_finish(t->saving, t->error.code != PEEL_OK, &t->error);
    t->step = TRANSFER_OVER;
    return true;
}

/* What was received before a fault is the user's: it goes out, as far as the reader takes it. */
static void give_out_the_rest(struct transfer *t)
{
    struct error ignored = {0};
    if (t->error.code != PEEL_WRITE_ERROR && sink_pending(t->sink) > 0)
        sink_flush(t->sink, &ignored);
}

static void step_over(struct transfer *t)
{
    transfer_timers_stop(t);
    if (t->exchange)
        transfer_end_exchange(t, false);
    transfer_release_connection(t);
    give_out_the_rest(t);
    if (transfer_will_retry(t))
        return;
    if (t->error.code != PEEL_OK)
        saving_give_up(t->saving);
    outcome_over(t);
    console_progress_end(t->run->console);
    t->on_done(t->ctx, t);
}

void transfer_advance(struct transfer *t)
{
    bool goes_on = true;
    while (goes_on) {
        switch (t->step) {
        case TRANSFER_ROUTE:
            goes_on = step_route(t);
            break;
        case TRANSFER_CONNECT:
            goes_on = step_connect(t);
            break;
        case TRANSFER_EXCHANGE:
            goes_on = transfer_step_exchange(t);
            break;
        case TRANSFER_LINGER:
            goes_on = step_linger(t);
            break;
        case TRANSFER_DRAIN:
            goes_on = step_drain(t);
            break;
        case TRANSFER_OVER:
            step_over(t);
            return;
        case TRANSFER_PAUSE:
            return;
        }
    }
}

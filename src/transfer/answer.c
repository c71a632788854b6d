/* Request and response of a hop, and what the transfer makes of the answer: a redirect to follow, the same once more, a
 * failure, or the end. */
#include "transfer/transfer_state.h"

#include "base/mem.h"
#include "http/auth.h"
#include "http/redirect.h"
#include "transfer/pool.h"

static bool will_follow(const struct transfer *t, const struct exchange_facts *facts)
{
    return settings_of(t)->http.follow && facts->location && *facts->location && http_is_redirect(facts->status);
}

static bool is_http_failure(const struct transfer *t, const struct exchange_facts *facts)
{
    if (transfer_is_too_early(t, facts))
        return false;
    bool is_resumed_whole = facts->status == 416 && settings_of(t)->output.resumes;
    return settings_of(t)->http.fail != HTTP_FAIL_NEVER && facts->status >= 400 && !is_resumed_whole;
}

/* -f: the head is enough, and the body is not even read. */
static bool is_failed_early(const struct transfer *t, const struct exchange_facts *facts)
{
    return settings_of(t)->http.fail == HTTP_FAIL_EARLY && is_http_failure(t, facts) && !t->hop.is_again;
}

static bool wants_body(void *ctx, const struct exchange_facts *facts)
{
    struct transfer *t = ctx;
    struct hop_answer answer = {.status = facts->status,
                                .http_version = facts->http_version,
                                .challenges = slice_of(facts->challenges),
                                .proxy_challenges = slice_of(facts->proxy_challenges)};
    hop_hear(&t->hop, &answer, t->run->trace);
    return !is_failed_early(t, facts) && !will_follow(t, facts) && !t->hop.is_again &&
           !transfer_is_expectation_refused(t, facts) && !transfer_is_too_early(t, facts);
}

void transfer_begin_exchange(struct transfer *t)
{
    struct exchange_plan plan = {.request = &t->request,
                                 .connection = t->connection,
                                 .is_reused = t->is_reused,
                                 .sink = t->sink,
                                 .saving = t->saving,
                                 .fields = settings_of(t)->output.write_out ? &t->fields : NULL,
                                 .head_budget = &t->head_budget,
                                 .wants_body = wants_body,
                                 .wake = transfer_woken,
                                 .ctx = t};
    t->exchange = exchange_new(t->run, &plan);
    t->step = TRANSFER_EXCHANGE;
}

void transfer_end_exchange(struct transfer *t, bool is_whole)
{
    outcome_exchanged(t);
    outcome_disconnected(t);
    bool is_kept = is_whole && exchange_may_reuse(t->exchange);
    exchange_free(t->exchange);
    t->exchange = NULL;
    if (!is_kept)
        return;
    transfer_note(t, NOTE_LEFT_INTACT, t->last.id);
    connection_note_old_server(t->connection, t->hop.is_old_server);
    pool_put(t->run->pool, t->connection);
    t->connection = NULL;
}

static void follow(struct transfer *t, const char *location, int status)
{
    transfer_release_connection(t);
    t->is_second_try = false;
    bool is_ok = hop_follow(&t->hop, location, status, t->run->trace, &t->error);
    t->result.time_redirect_us = run_now_us(t->run) - t->start_us;
    t->step = is_ok ? TRANSFER_ROUTE : TRANSFER_OVER;
}

/* The same request, on the same connection where it stands: with what the server wants to know, or without what it
 * cannot do. */
static void ask_again(struct transfer *t)
{
    transfer_end_exchange(t, true);
    transfer_release_connection(t);
    t->is_second_try = false;
    t->step = TRANSFER_ROUTE;
}

/* Nobody waits for a peer to close, but who looks (-v) wants to know if it does so cleanly and sends nothing more. */
static void begin_end(struct transfer *t)
{
    t->step = TRANSFER_DRAIN;
    if (!t->connection || t->error.code != PEEL_OK || !trace_wants(t->run->trace, TRACE_NOTE))
        return;
    t->step = TRANSFER_LINGER;
    transfer_start_linger(t);
}

/* The commonest set-up of mutual TLS (nginx: ssl_verify_client) refuses in HTTP, where nothing says so. With -v the
 * note is told; with -f there is no body that might. */
static void tell_lacking(const struct transfer *t, const struct exchange_facts *facts)
{
    if (!http_may_want_certificate(facts->status) || !connection_lacks_certificate(t->connection))
        return;
    transfer_note(t, NOTE_CLIENT_CERT_LACKING, (uint64_t)facts->status);
    if (is_http_failure(t, facts) && !trace_wants(t->run->trace, TRACE_NOTE))
        console_note(
            t->run->console,
            "a client certificate was asked for and none sent: likely why it answers %d (--cert FILE --key FILE)",
            facts->status);
}

static void response_is_whole(struct transfer *t)
{
    if (t->hop.is_again || saving_begins_anew(t->saving)) {
        ask_again(t);
        return;
    }
    const struct exchange_facts *facts = exchange_facts(t->exchange);
    bool is_too_early = transfer_is_too_early(t, facts);
    if (is_too_early)
        transfer_note(t, NOTE_TOO_EARLY, 0);
    if (is_too_early || transfer_is_expectation_refused(t, facts)) {
        t->is_early_refused = t->is_early_refused || is_too_early;
        t->is_expect_refused = t->is_expect_refused || !is_too_early;
        ask_again(t);
        return;
    }
    bool follows = will_follow(t, facts) && !is_failed_early(t, facts);
    int status = facts->status;
    tell_lacking(t, facts);
    char *location = mem_strdup(facts->location);
    if (is_http_failure(t, facts))
        error_set(&t->error, PEEL_HTTP_RETURNED_ERROR, "The requested URL returned error: %d", status);
    else if (!follows)
        transfer_show_progress(t); /* -# ends with the whole bar, however quick it was */
    transfer_end_exchange(t, true);
    if (follows)
        follow(t, location, status);
    else
        begin_end(t);
    mem_free(location);
}

bool transfer_step_exchange(struct transfer *t)
{
    struct transfer_allowance may = transfer_allowance(t);
    enum exchange_status status = exchange_step(t->exchange, may.read, may.write);
    bool is_enough =
        is_failed_early(t, exchange_facts(t->exchange)) || saving_is_stale(t->saving) || saving_begins_anew(t->saving);
    bool is_early = status == EXCHANGE_WAIT && is_enough;
    if (status == EXCHANGE_DONE || is_early) {
        response_is_whole(t);
        return true;
    }
    if (status == EXCHANGE_WAIT) {
        if (exchange_is_held_up(t->exchange))
            transfer_watch_sink(t);
        transfer_show_progress(t);
        return false;
    }
    struct error err = *exchange_error(t->exchange);
    transfer_end_exchange(t, false);
    if (status == EXCHANGE_DEAD && !t->is_second_try) {
        transfer_note(t, NOTE_RETRY_DEAD, 0);
        transfer_release_connection(t);
        t->is_second_try = true;
        t->step = TRANSFER_ROUTE;
    } else {
        transfer_fail(t, &err);
    }
    return true;
}

/* What a transfer does more than once: send its body, ask without Expect, try again after a failure. */
#include "transfer/retry.h"
#include "transfer/transfer_state.h"

#include "base/mem.h"
#include "http/codec.h"

#include <errno.h>

static bool is_upload_of_a_part(const struct transfer *t)
{
    return t->fetch->upload && settings_of(t)->output.resumes;
}

/* As curl: how much a server has of it already cannot be asked for, so "-C -" begins at the start. */
static uint64_t upload_offset(const struct transfer *t)
{
    return is_upload_of_a_part(t) ? settings_of(t)->output.resume_from : 0;
}

bool transfer_open_body(struct transfer *t)
{
    if (!t->hop.has_body)
        return true;
    t->body = http_request_body(&settings_of(t)->http, t->fetch->upload, t->boundary, &t->error);
    uint64_t offset = upload_offset(t);
    return t->body && (offset == 0 || body_skip(t->body, offset, &t->error));
}

bool transfer_ready_body(struct transfer *t)
{
    struct http_request *request = &t->request;
    if (!request->has_body)
        return true;
    request->body = t->body;
    request->body_length = body_length(t->body);
    request->is_part = is_upload_of_a_part(t);
    request->body_offset = upload_offset(t);
    request->boundary = *t->boundary ? t->boundary : NULL;
    request->is_expect_refused = t->is_expect_refused;
    return body_rewind(t->body, &t->error) && http_request_check(request, &t->error);
}

bool transfer_is_expectation_refused(const struct transfer *t, const struct exchange_facts *facts)
{
    return facts->status == 417 && facts->expected_continue && !t->is_expect_refused;
}

/* -m and --connect-timeout are each attempt's own, --retry-max-time is for all of them. */
bool transfer_will_retry(struct transfer *t)
{
    const struct retry_settings *settings = &settings_of(t)->retry;
    struct retry_attempt attempt = {.code = t->error.code,
                                    .is_refused = t->error.os_error == ECONNREFUSED,
                                    .status = t->result.status,
                                    .retry_after_s = t->retry_after_s,
                                    .n_retries = t->result.num_retries,
                                    .since_first_ms = (run_now_us(t->run) - t->first_start_us) / 1000};
    struct retry_decision decision = retry_decide(settings, &attempt);
    if (decision.reason == RETRY_NO && !decision.is_too_late)
        return false;
    struct buf said = {0};
    retry_say(&said, &decision);
    if (decision.reason != RETRY_NO) {
        console_progress_end(t->run->console);
        if (t->error.code != PEEL_OK)
            console_error(t->run->console, &t->error);
        transfer_start_pause(t, decision.wait_ms);
        t->step = TRANSFER_PAUSE;
    }
    console_warn(t->run->console, "%s", buf_text(&said));
    buf_done(&said);
    return decision.reason != RETRY_NO;
}

void transfer_try_again(struct transfer *t)
{
    t->error = (struct error){0};
    t->result = (struct fetch_result){.url = t->url_shown,
                                      .url_typed = t->fetch->url,
                                      .urlnum = t->result.urlnum,
                                      .num_retries = t->result.num_retries + 1};
    t->head_budget = HTTP_HEAD_BUDGET;
    t->is_second_try = false;
    t->is_expect_refused = false;
    t->is_early_refused = false;
    t->retry_after_s = 0;
    t->step = TRANSFER_ROUTE;
    t->setup_us = 0;
    t->start_us = run_now_us(t->run);
    transfer_start_deadline(t);
    hop_done(&t->hop);
    bool is_ok = hop_begin(&t->hop, settings_of(t), t->fetch, &t->error);
    if (!is_ok || !saving_restart(t->saving, &t->error))
        t->step = TRANSFER_OVER;
    t->sink = saving_sink(t->saving);
    transfer_advance(t);
}

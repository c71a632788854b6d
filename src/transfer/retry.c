/* --retry: the decision. */
#include "transfer/retry.h"

#include "http/date.h"

enum {
    FIRST_WAIT_MS = 1000,
    LONGEST_WAIT_MS = 600 * 1000,
};

static bool is_passing_status(int status)
{
    static const int statuses[] = {408, 429, 500, 502, 503, 504, 522, 524};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (status == statuses[i])
            return true;
    return false;
}

static enum retry_reason reason_of(const struct retry_settings *settings, const struct retry_attempt *a)
{
    switch (a->code) {
    case PEEL_OPERATION_TIMEDOUT:
    case PEEL_COULDNT_RESOLVE_HOST:
    case PEEL_COULDNT_RESOLVE_PROXY:
        return RETRY_TIMEOUT;
    case PEEL_COULDNT_CONNECT:
        if (settings->on_refused && a->is_refused)
            return RETRY_REFUSED;
        break;
    case PEEL_OK:
    case PEEL_HTTP_RETURNED_ERROR:
        if (is_passing_status(a->status))
            return RETRY_HTTP;
        break;
    default:
        break;
    }
    return settings->on_all_errors && a->code != PEEL_OK ? RETRY_ANY : RETRY_NO;
}

/* 1, 2, 4 ... 512, 600 seconds. */
static uint64_t back_off_ms(uint64_t n_retries)
{
    uint64_t wait = FIRST_WAIT_MS;
    for (uint64_t i = 0; i < n_retries && wait < LONGEST_WAIT_MS; i++)
        wait *= 2;
    return wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
}

struct retry_decision retry_decide(const struct retry_settings *settings, const struct retry_attempt *a)
{
    struct retry_decision d = {0};
    if (a->n_retries >= settings->times)
        return d;
    if (settings->max_time_ms > 0 && a->since_first_ms >= settings->max_time_ms)
        return d;
    d.reason = reason_of(settings, a);
    if (d.reason == RETRY_NO)
        return d;
    d.n_left = settings->times - a->n_retries;
    d.wait_ms = settings->delay_ms > 0 ? settings->delay_ms : back_off_ms(a->n_retries);
    if (d.reason != RETRY_HTTP || a->retry_after_s <= 0)
        return d;
    uint64_t asked_ms = (uint64_t)a->retry_after_s > INT64_MAX / 1000 ? INT64_MAX : (uint64_t)a->retry_after_s * 1000;
    if (asked_ms > d.wait_ms)
        d.wait_ms = asked_ms;
    if (settings->max_time_ms > 0 && asked_ms > settings->max_time_ms - a->since_first_ms)
        d = (struct retry_decision){.is_too_late = true};
    return d;
}

int64_t retry_after_seconds(struct slice value, int64_t now_unix_s)
{
    int64_t seconds = 0, when = 0;
    value = slice_trim(value);
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        if (c < '0' || c > '9')
            return http_date_parse(value, &when) && when > now_unix_s ? when - now_unix_s : 0;
        if (seconds > (INT64_MAX - 9) / 10)
            return INT64_MAX;
        seconds = seconds * 10 + (c - '0');
    }
    return seconds;
}

void retry_say(struct buf *out, const struct retry_decision *d)
{
    static const char *const reasons[] = {
        [RETRY_NO] = "",
        [RETRY_TIMEOUT] = "timeout",
        [RETRY_REFUSED] = "connection refused",
        [RETRY_HTTP] = "HTTP error",
        [RETRY_ANY] = "(retrying all errors)",
    };
    if (d->is_too_late) {
        buf_append_text(out, "the time that Retry-After asks for would exceed --retry-max-time");
        return;
    }
    unsigned long long s = d->wait_ms / 1000, ms = d->wait_ms % 1000, left = d->n_left;
    buf_printf(out, "Problem: %s. Will retry in %llu", reasons[d->reason], s);
    if (ms > 0)
        buf_printf(out, ".%03llu", ms);
    buf_printf(out, " second%s. %llu retr%s left.", s == 1 && ms == 0 ? "" : "s", left, left == 1 ? "y" : "ies");
}

/* transfer/retry, transfer/stall: decisions made of numbers. */
#include "transfer/retry.h"
#include "transfer/stall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N_OF(array) (sizeof(array) / sizeof *(array))

static void some_failures_pass(void **state)
{
    (void)state;
    static const struct {
        enum peel_code code;
        int status;
        bool is_refused, on_refused, on_all;
        enum retry_reason reason;
    } rows[] = {
        {PEEL_OK, 200, false, false, true, RETRY_NO},
        {PEEL_OK, 404, false, false, true, RETRY_NO},
        {PEEL_HTTP_RETURNED_ERROR, 404, false, false, false, RETRY_NO},
        {PEEL_HTTP_RETURNED_ERROR, 404, false, false, true, RETRY_ANY},
        {PEEL_OK, 408, false, false, false, RETRY_HTTP},
        {PEEL_OK, 429, false, false, false, RETRY_HTTP},
        {PEEL_OK, 500, false, false, false, RETRY_HTTP},
        {PEEL_OK, 501, false, false, false, RETRY_NO},
        {PEEL_OK, 502, false, false, false, RETRY_HTTP},
        {PEEL_HTTP_RETURNED_ERROR, 503, false, false, false, RETRY_HTTP},
        {PEEL_OK, 504, false, false, false, RETRY_HTTP},
        {PEEL_PARTIAL_FILE, 503, false, false, false, RETRY_NO},
        {PEEL_OPERATION_TIMEDOUT, 0, false, false, false, RETRY_TIMEOUT},
        {PEEL_COULDNT_RESOLVE_HOST, 0, false, false, false, RETRY_TIMEOUT},
        {PEEL_COULDNT_CONNECT, 0, true, false, false, RETRY_NO},
        {PEEL_COULDNT_CONNECT, 0, true, true, false, RETRY_REFUSED},
        {PEEL_COULDNT_CONNECT, 0, false, true, false, RETRY_NO},
        {PEEL_RECV_ERROR, 0, false, false, false, RETRY_NO},
        {PEEL_RECV_ERROR, 0, false, false, true, RETRY_ANY},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct retry_settings settings = {
            .times = 1, .on_refused = rows[i].on_refused, .on_all_errors = rows[i].on_all};
        struct retry_attempt attempt = {
            .code = rows[i].code, .status = rows[i].status, .is_refused = rows[i].is_refused};
        assert_int_equal(retry_decide(&settings, &attempt).reason, rows[i].reason);
        attempt.n_retries = 1;
        assert_int_equal(retry_decide(&settings, &attempt).reason, RETRY_NO);
        settings.times = 0;
        attempt.n_retries = 0;
        assert_int_equal(retry_decide(&settings, &attempt).reason, RETRY_NO);
    }
}

static void waits_grow_unless_told(void **state)
{
    (void)state;
    static const struct {
        uint64_t n_retries, delay_ms, max_time_ms, since_ms;
        int64_t retry_after_s;
        uint64_t wait_ms; /* 0: no retry */
        bool is_too_late;
    } rows[] = {
        {0, 0, 0, 0, 0, 1000, false},
        {1, 0, 0, 0, 0, 2000, false},
        {2, 0, 0, 0, 0, 4000, false},
        {9, 0, 0, 0, 0, 512000, false},
        {10, 0, 0, 0, 0, 600000, false},
        {90, 0, 0, 0, 0, 600000, false},
        {5, 20, 0, 0, 0, 20, false},
        {0, 20, 0, 0, 3, 3000, false},
        {3, 0, 0, 0, 3, 8000, false}, /* the longer of the two */
        {0, 0, 5000, 4999, 0, 1000, false},
        {0, 0, 5000, 5000, 0, 0, false},
        {0, 0, 5000, 1000, 4, 4000, false},
        {0, 0, 5000, 1001, 4, 0, true},
        {0, 0, 0, 0, INT64_MAX, INT64_MAX, false},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct retry_settings settings = {
            .times = 100, .delay_ms = rows[i].delay_ms, .max_time_ms = rows[i].max_time_ms};
        struct retry_attempt attempt = {.status = 503,
                                        .n_retries = rows[i].n_retries,
                                        .since_first_ms = rows[i].since_ms,
                                        .retry_after_s = rows[i].retry_after_s};
        struct retry_decision d = retry_decide(&settings, &attempt);
        assert_int_equal(d.reason != RETRY_NO, rows[i].wait_ms > 0);
        assert_true(d.wait_ms == rows[i].wait_ms);
        assert_int_equal(d.is_too_late, rows[i].is_too_late);
    }
}

static void retry_after_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int64_t seconds;
    } rows[] = {
        {"", 0},
        {"0", 0},
        {"120", 120},
        {" 7 ", 7},
        {"-1", 0},
        {"1x", 0},
        {"soon", 0},
        {"99999999999999999999", INT64_MAX},
        {"Thu, 01 Jan 1970 00:16:45 GMT", 5}, /* 1005 s; it is 1000 now */
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
    };
    for (size_t i = 0; i < N_OF(rows); i++)
        assert_true(retry_after_seconds(slice_of(rows[i].value), 1000) == rows[i].seconds);
}

static void the_sentence_is_curls(void **state)
{
    (void)state;
    static const struct {
        struct retry_decision d;
        const char *text;
    } rows[] = {
        {{RETRY_HTTP, 1000, 1, false}, "Problem: HTTP error. Will retry in 1 second. 1 retry left."},
        {{RETRY_TIMEOUT, 20, 3, false}, "Problem: timeout. Will retry in 0.020 seconds. 3 retries left."},
        {{RETRY_REFUSED, 4000, 2, false}, "Problem: connection refused. Will retry in 4 seconds. 2 retries left."},
        {{RETRY_ANY, 1000, 2, false}, "Problem: (retrying all errors). Will retry in 1 second. 2 retries left."},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct buf out = {0};
        retry_say(&out, &rows[i].d);
        assert_string_equal(buf_text(&out), rows[i].text);
        buf_done(&out);
    }
}

static void slow_for_too_long_is_a_stall(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes[6]; /* after each second */
        int stalls_at;     /* -1: never */
    } rows[] = {
        {{0, 0, 0, 0, 0, 0}, 2},
        {{100, 200, 300, 400, 500, 600}, -1},
        {{100, 150, 200, 250, 260, 270}, 3},
        {{0, 0, 100, 100, 100, 200}, -1},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct stall s = {.limit = 100, .time_us = 3000000};
        int at = -1;
        stall_begin(&s, 0);
        for (int k = 0; k < 6 && at < 0; k++)
            if (stall_look(&s, (uint64_t)(k + 1) * 1000000, rows[i].bytes[k]))
                at = k;
        assert_int_equal(at, rows[i].stalls_at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_failures_pass),           cmocka_unit_test(waits_grow_unless_told),
        cmocka_unit_test(retry_after_is_read),          cmocka_unit_test(the_sentence_is_curls),
        cmocka_unit_test(slow_for_too_long_is_a_stall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

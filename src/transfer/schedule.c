/* The queue: serial. */
#include "transfer/schedule.h"

#include "base/mem.h"
#include "http/request.h"
#include "transfer/pool.h"
#include "transfer/run.h"
#include "transfer/tell.h"
#include "transfer/transfer.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t run_now_us(struct run *run)
{
    uint64_t now = monotonic_us();
    if (run->epoch_us == 0)
        run->epoch_us = now;
    run->trace->now_us = now - run->epoch_us;
    return run->trace->now_us;
}

struct tls_context *run_tls(struct run *run, struct error *err)
{
    if (!run->tls)
        run->tls = tls_context_new(&run->settings->tls, err);
    return run->tls;
}

struct one {
    struct run *run;
    int code;
};

static void on_done(void *ctx, struct transfer *t)
{
    struct one *one = ctx;
    struct error err = *transfer_error(t);
    if (err.code != PEEL_OK)
        console_error(one->run->console, &err);
    struct error late = {0};
    tell_write_out(one->run, transfer_result(t), &late);
    if (late.code != PEEL_OK && err.code == PEEL_OK) {
        console_error(one->run->console, &late);
        err = late;
    }
    one->code = (int)err.code;
    ev_break(one->run->loop, EVBREAK_ALL);
}

static int fetch_one(struct run *run, const struct fetch *fetch, unsigned urlnum)
{
    struct one one = {.run = run, .code = -1};
    struct transfer *t = transfer_new(run, fetch, urlnum, on_done, &one);
    transfer_start(t);
    while (one.code < 0)
        ev_run(run->loop, 0);
    transfer_free(t);
    return one.code;
}

int schedule_run(const struct settings *settings, struct trace *trace, struct console *console)
{
    struct error refused = {0};
    if (!http_settings_check(&settings->http, &refused)) {
        console_error(console, &refused);
        return (int)refused.code;
    }
    struct run run = {.settings = settings,
                      .trace = trace,
                      .console = console,
                      .loop = ev_loop_new(EVFLAG_NOENV),
                      .pool = pool_new(),
                      .out = sink_new(NULL, false),
                      .read_space = {mem_alloc(RUN_READ_SIZE), RUN_READ_SIZE}};
    int code = PEEL_OK;
    if (!run.loop) {
        struct error err = {0};
        error_set(&err, PEEL_FAILED_INIT, "No event loop: %s", strerror(errno));
        console_error(console, &err);
        code = (int)err.code;
    }
    for (size_t i = 0; run.loop && i < settings->n_fetches; i++)
        code = fetch_one(&run, &settings->fetches[i], (unsigned)i);
    pool_free(run.pool);
    sink_free(run.out);
    tls_context_free(run.tls);
    if (run.loop)
        ev_loop_destroy(run.loop);
    mem_free(run.read_space.ptr);
    return code;
}

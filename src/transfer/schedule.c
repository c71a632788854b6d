/* The queue: serial. */
#include "transfer/schedule.h"

#include "base/mem.h"
#include "http/request.h"
#include "transfer/contexts.h"
#include "transfer/pace.h"
#include "transfer/pool.h"
#include "transfer/probe.h"
#include "transfer/remember.h"
#include "transfer/run.h"
#include "transfer/session_files.h"
#include "transfer/tell.h"
#include "transfer/transfer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct one {
    struct run *run;
    int code;
};

/* Whoever explains failures (insight/) shows this one; else it is shown as it is. */
static void show_error(struct run *run, const struct error *err)
{
    if (trace_wants(run->trace, TRACE_ERROR))
        trace_tell(run->trace, TRACE_ERROR, err);
    else
        console_error(run->console, err);
}

static void on_done(void *ctx, struct transfer *t)
{
    struct one *one = ctx;
    struct error err = *transfer_error(t);
    if (err.code != PEEL_OK)
        show_error(one->run, &err);
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

static bool check_groups(const struct command *command, struct error *err)
{
    for (size_t i = 0; i < command->n_groups; i++)
        if (!http_settings_check(&command->groups[i]->http, err))
            return false;
    return true;
}

static void on_turn(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)timer, (void)events;
    ev_break(loop, EVBREAK_ALL);
}

/* --rate: waits until the next URL may begin. */
static void wait_for_turn(struct run *run, const struct command *command, uint64_t last_us)
{
    uint64_t wait_us = pace_wait_us(last_us, run_now_us(run), command->interval_us);
    if (wait_us == 0)
        return;
    ev_timer turn;
    ev_timer_init(&turn, on_turn, (double)wait_us / 1e6, 0);
    ev_now_update(run->loop);
    ev_timer_start(run->loop, &turn);
    while (ev_is_active(&turn))
        ev_run(run->loop, 0);
}

/* What a group asked to be remembered is read before its first URL and written after its last. */
struct open_group {
    const struct settings *settings; /* NULL: none is open */
    size_t position;
};

static void close_group(struct run *run, struct open_group *group)
{
    if (!group->settings)
        return;
    run->settings = group->settings;
    remember_save(run);
    session_files_save(run);
    group->settings = NULL;
}

static bool open_group(struct run *run, struct open_group *group, const struct command *command, size_t position,
                       struct error *err)
{
    if (group->settings && group->position == position)
        return true;
    close_group(run, group);
    run->settings = command->groups[position];
    if (!remember_open(run, err))
        return false;
    session_files_open(run);
    *group = (struct open_group){run->settings, position};
    return true;
}

static int run_jobs(struct run *run, const struct command *command, struct job_source source)
{
    int code = PEEL_OK;
    uint64_t last_us = 0;
    struct open_group group = {0};
    for (bool is_first = true;; is_first = false) {
        struct job job = {0};
        struct error err = {0};
        enum job_status status = source.next(source.ctx, &job, &err);
        if (status == JOB_READY && !open_group(run, &group, command, job.group, &err))
            status = JOB_FAILED;
        if (status == JOB_FAILED) {
            console_error(run->console, &err);
            code = (int)err.code;
        }
        if (status != JOB_READY)
            break;
        run->settings = job.settings;
        if (!is_first)
            wait_for_turn(run, command, last_us);
        last_us = run_now_us(run);
        bool is_probe = job.settings->tls_probe && !job.settings->output.dry_run;
        code = is_probe ? probe_url(run, &job.fetch) : fetch_one(run, &job.fetch, job.urlnum);
        if (code != PEEL_OK && command->fail_early)
            break;
    }
    close_group(run, &group);
    return code;
}

int schedule_run(const struct command *command, struct job_source source, const struct schedule_watch *watch)
{
    struct error err = {0};
    if (!check_groups(command, &err)) {
        console_error(watch->console, &err);
        return (int)err.code;
    }
    struct run run = {.settings = command->groups[0],
                      .trace = watch->trace,
                      .console = watch->console,
                      .report = watch->report,
                      .loop = ev_loop_new(EVFLAG_NOENV),
                      .pool = pool_new(),
                      .contexts = contexts_new(),
                      .out = sink_new(NULL, false),
                      .read_space = {mem_alloc(RUN_READ_SIZE), RUN_READ_SIZE}};
    if (!run.loop) {
        error_set(&err, PEEL_FAILED_INIT, "No event loop: %s", strerror(errno));
        console_error(run.console, &err);
    }
    run_lend_clock(&run, watch->trace);
    int code = run.loop ? run_jobs(&run, command, source) : (int)err.code;
    remember_free(&run);
    pool_free(run.pool);
    sink_free(run.out);
    contexts_free(run.contexts);
    session_files_free(&run);
    if (run.loop)
        ev_loop_destroy(run.loop);
    mem_free(run.read_space.ptr);
    run_lend_clock(NULL, watch->trace);
    return code;
}

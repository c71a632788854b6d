/* The queue: serial. */
#include "transfer/schedule.h"

#include "base/mem.h"
#include "http/request.h"
#include "transfer/contexts.h"
#include "transfer/pool.h"
#include "transfer/run.h"
#include "transfer/tell.h"
#include "transfer/transfer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

static bool check_groups(const struct command *command, struct error *err)
{
    for (size_t i = 0; i < command->n_groups; i++)
        if (!http_settings_check(&command->groups[i]->http, err))
            return false;
    return true;
}

static int run_groups(struct run *run, const struct command *command)
{
    int code = PEEL_OK;
    unsigned urlnum = 0;
    for (size_t i = 0; i < command->n_groups; i++) {
        run->settings = command->groups[i];
        for (size_t j = 0; j < run->settings->n_fetches; j++) {
            code = fetch_one(run, &run->settings->fetches[j], urlnum++);
            if (code != PEEL_OK && command->fail_early)
                return code;
        }
    }
    return code;
}

int schedule_run(const struct command *command, struct trace *trace, struct console *console)
{
    struct error err = {0};
    if (!check_groups(command, &err)) {
        console_error(console, &err);
        return (int)err.code;
    }
    struct run run = {.settings = command->groups[0],
                      .trace = trace,
                      .console = console,
                      .loop = ev_loop_new(EVFLAG_NOENV),
                      .pool = pool_new(),
                      .contexts = contexts_new(),
                      .out = sink_new(NULL, false),
                      .read_space = {mem_alloc(RUN_READ_SIZE), RUN_READ_SIZE}};
    if (!run.loop) {
        error_set(&err, PEEL_FAILED_INIT, "No event loop: %s", strerror(errno));
        console_error(console, &err);
    }
    int code = run.loop ? run_groups(&run, command) : (int)err.code;
    pool_free(run.pool);
    sink_free(run.out);
    contexts_free(run.contexts);
    if (run.loop)
        ev_loop_destroy(run.loop);
    mem_free(run.read_space.ptr);
    return code;
}

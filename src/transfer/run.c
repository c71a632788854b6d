/* What all URLs of one run share: the clock and the TLS contexts. */
#include "transfer/run.h"

#include "transfer/contexts.h"
#include "transfer/session_files.h"

#include <time.h>

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

static void tick(void *run)
{
    run_now_us(run);
}

void run_lend_clock(struct run *run, struct trace *trace)
{
    trace->tick = run ? tick : NULL;
    trace->clock = run;
}

struct tls_context *run_tls(struct run *run, const struct tls_settings *settings, struct error *err)
{
    return contexts_get(run->contexts, settings, session_files_store(run, settings->session_file), err);
}

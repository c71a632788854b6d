/* A transfer inside a transfer, with a run of its own that knows nothing of the user. */
#include "transfer/issuer_fetch.h"

#include "base/mem.h"
#include "transfer/pool.h"
#include "transfer/transfer.h"

#include <stdio.h>

struct issuer_fetch {
    struct run run; /* the loop is the outer one's; nobody listens to the trace */
    struct trace trace;
    struct settings settings;
    struct fetch fetch;
    struct transfer *transfer;
    struct buf bytes;
    ev_timer over; /* the outer transfer is woken by the loop, never from within the inner one */
    connection_wake_fn wake;
    void *owner;
    bool is_over;
    bool has_failed;
    char failure[300];
};

/* The user's but for all that says who we are, and for what would lead each connection to one place. */
static void settings_for_strangers(struct issuer_fetch *f, const struct settings *of_user, uint64_t limit_ms)
{
    struct settings *s = &f->settings;
    *s = *of_user;
    s->http = (struct http_settings){.fail = HTTP_FAIL_EARLY, .no_user_in_url = true};
    s->tls = (struct tls_settings){0};
    s->output = (struct output_settings){.max_filesize = ISSUER_FETCH_BYTES};
    s->retry = (struct retry_settings){0};
    s->net.unix_socket = NULL;
    s->net.n_connect_to = 0;
    s->net.local_port = s->net.local_port_last = 0;
    s->net.announces_client = false;
    s->protocols &= PROTOCOL_HTTP; /* unless --proto forbids it, which is told as why it was not asked */
    s->limit_rate = s->speed_limit = 0;
    s->max_time_ms = limit_ms;
}

static void on_over(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct issuer_fetch *f = timer->data;
    f->is_over = true;
    f->wake(f->owner);
}

static void on_done(void *ctx, struct transfer *t)
{
    struct issuer_fetch *f = ctx;
    const struct error *err = transfer_error(t);
    int status = (int)transfer_result(t)->status;
    f->has_failed = err->code != PEEL_OK || status != 200;
    if (err->code != PEEL_OK)
        snprintf(f->failure, sizeof f->failure, "%.290s", err->text);
    else
        snprintf(f->failure, sizeof f->failure, "it answered with status %d", status);
    ev_timer_start(f->run.loop, &f->over);
}

struct issuer_fetch *issuer_fetch_new(struct run *run, const char *url, uint64_t limit_ms, connection_wake_fn wake,
                                      void *owner)
{
    struct issuer_fetch *f = mem_alloc(sizeof *f);
    const struct console_settings quiet = {.silent = true, .no_progress = true};
    settings_for_strangers(f, run->settings, limit_ms);
    f->fetch = (struct fetch){.url = mem_strdup(url)};
    f->wake = wake;
    f->owner = owner;
    f->run = (struct run){.settings = &f->settings,
                          .loop = run->loop,
                          .trace = &f->trace,
                          .console = console_new(&quiet),
                          .pool = pool_new(),
                          .out = sink_new_memory(&f->bytes),
                          .contexts = run->contexts,
                          .read_space = {mem_alloc(RUN_READ_SIZE), RUN_READ_SIZE},
                          .epoch_us = run->epoch_us};
    ev_timer_init(&f->over, on_over, 0.0, 0.0);
    f->over.data = f;
    f->transfer = transfer_new(&f->run, &f->fetch, 0, on_done, f);
    transfer_start(f->transfer);
    return f;
}

void issuer_fetch_free(struct issuer_fetch *f)
{
    if (!f)
        return;
    ev_timer_stop(f->run.loop, &f->over);
    transfer_free(f->transfer);
    pool_free(f->run.pool);
    sink_free(f->run.out);
    console_free(f->run.console);
    mem_free(f->run.read_space.ptr);
    mem_free(f->fetch.url);
    buf_done(&f->bytes);
    mem_free(f);
}

bool issuer_fetch_is_over(const struct issuer_fetch *f)
{
    return f->is_over;
}

struct slice issuer_fetch_bytes(const struct issuer_fetch *f)
{
    return f->has_failed ? SLICE("") : buf_slice(&f->bytes);
}

const char *issuer_fetch_failure(const struct issuer_fetch *f)
{
    return f->has_failed ? f->failure : NULL;
}

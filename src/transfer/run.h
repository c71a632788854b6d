/* What all URLs of one run share. One struct, made by schedule_run and lent to every transfer and connection. */
#ifndef PEEL_TRANSFER_RUN_H
#define PEEL_TRANSFER_RUN_H

#include "base/trace.h"
#include "output/console.h"
#include "output/sink.h"
#include "output/writeout.h"
#include "tls/context.h"
#include "transfer/settings.h"

#include <ev.h>

struct contexts;
struct pool;
struct memory;
struct session_file;

enum {
    RUN_READ_SIZE = 512 * 1024
};

struct run {
    const struct settings *settings; /* of the group that is running */
    struct ev_loop *loop;
    struct trace *trace;
    struct console *console;
    const struct writeout_report *report; /* for -w; NULL: none */
    struct pool *pool;
    struct sink *out; /* stdout */
    struct contexts *contexts;
    struct session_file *session_files; /* see session_files.h; NULL: none */
    struct memory *memory;              /* cookies and HSTS, see remember.h; NULL when nobody asked for them */
    struct span read_space;             /* RUN_READ_SIZE bytes, for one turn of the loop: nothing stays in it */
    uint64_t epoch_us;                  /* when the run began, on the monotonic clock */
    unsigned n_connections;
    const struct settings *dumped; /* whose -D file has been begun: later heads are added to it */
};

/* Microseconds since the run began; also what trace events bear from now on. */
uint64_t run_now_us(struct run *run);
/* trace_tick does the same from now on; run NULL: it does nothing any more. */
void run_lend_clock(struct run *run, struct trace *trace);

/* The TLS context for these settings, made when it is first asked for: setting OpenSSL up costs milliseconds in which a
 * connect can travel. NULL with err filled. */
struct tls_context *run_tls(struct run *run, const struct tls_settings *settings, struct error *err);

#endif

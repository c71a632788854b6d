/* --trace and --trace-ascii: all that -v tells, and every byte of heads and bodies, in curl's form:
 *
 *     == Info: Connected to example.com (192.0.2.7) port 80 in 11.2 ms
 *     => Send header, 83 bytes (0x53)
 *     0000: 47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a GET / HTTP/1.1..
 *     <= Recv data, 5 bytes (0x5)
 *
 * The request's secrets are masked as in -v, so that a trace may be shown to somebody; the count is that of the bytes
 * sent. */
#ifndef PEEL_INSIGHT_TRACE_DUMP_H
#define PEEL_INSIGHT_TRACE_DUMP_H

#include "base/trace.h"
#include "insight/stamp.h"
#include "output/console.h"

struct trace_dump;

struct trace_dump_plan {
    const char *file; /* "-": stdout, "%": the console */
    bool is_hex;
    struct stamp stamp;
};

/* Subscribes at once. Console and trace must outlive it; the trace must tell nothing after trace_dump_free. */
struct trace_dump *trace_dump_new(const struct trace_dump_plan *plan, struct console *console, struct trace *trace);
/* Takes NULL. */
void trace_dump_free(struct trace_dump *d);

/* The bytes in rows: 16 of them in hexadecimal and as text, or 64 as text alone, where CR LF begins a new row. */
void trace_dump_rows(struct buf *out, struct slice bytes, bool is_hex);

#endif

/* Where the time of a fetch went. */
#include "insight/phases.h"

enum {
    SHOWN_US = 50 /* less than that is 0.0 ms */
};

/* "24 310" */
static void append_grouped(struct buf *out, uint64_t n)
{
    if (n < 1000) {
        buf_printf(out, "%u", (unsigned)n);
        return;
    }
    append_grouped(out, n / 1000);
    buf_printf(out, " %03u", (unsigned)(n % 1000));
}

static double in_ms(uint64_t us)
{
    return (double)us / 1000;
}

void phases_append(struct buf *out, const struct trace_done *done, const char *failed_in)
{
    const struct {
        const char *name;
        uint64_t end_us;
    } phases[] = {
        {"setup", done->setup_us >= SHOWN_US ? done->setup_us : 0},
        {"dns", done->namelookup_us},
        {"tcp", done->connect_us},
        {"tls", done->appconnect_us},
        {"wait", done->starttransfer_us},
    };
    uint64_t before_us = 0;
    const char *separator = ":";
    append_grouped(out, done->body_bytes);
    buf_printf(out, " byte%s in %.1f ms", done->body_bytes == 1 ? "" : "s", in_ms(done->total_us));
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        if (phases[i].end_us <= before_us)
            continue;
        buf_printf(out, "%s %s %.1f", separator, phases[i].name, in_ms(phases[i].end_us - before_us));
        separator = " |";
        before_us = phases[i].end_us;
    }
    uint64_t rest_us = done->total_us > before_us ? done->total_us - before_us : 0;
    if (failed_in)
        buf_printf(out, "%s %s %.1f (failed)", separator, failed_in, in_ms(rest_us));
    else if (done->starttransfer_us > 0)
        buf_printf(out, "%s body %.1f", separator, in_ms(rest_us));
}

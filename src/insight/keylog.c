/* The key log. */
#include "insight/keylog.h"

#include "base/buf.h"
#include "base/mem.h"
#include "output/private_file.h"

struct keylog {
    struct private_file file;
    struct error error;
    struct trace_subscriber subscriber;
};

/* A line is one write, so that the lines of several programs with one file do not mix. */
static void on_event(void *ctx, const struct trace_event *event)
{
    struct keylog *k = ctx;
    struct buf line = {0};
    if (k->error.code != PEEL_OK)
        return;
    buf_append(&line, ((const struct trace_line *)event->data)->text);
    buf_append_byte(&line, '\n');
    private_file_write(&k->file, buf_slice(&line), &k->error);
    buf_wipe(&line);
}

struct keylog *keylog_new(const char *path, struct console *console, struct trace *trace, struct error *err)
{
    struct keylog *k = mem_alloc(sizeof *k);
    if (!private_file_open(&k->file, path, PRIVATE_APPEND, console, err)) {
        mem_free(k);
        return NULL;
    }
    k->subscriber = (struct trace_subscriber){.mask = TRACE_BIT(TRACE_TLS_SECRET), .on_event = on_event, .ctx = k};
    trace_subscribe(trace, &k->subscriber);
    return k;
}

bool keylog_end(struct keylog *k, struct error *err)
{
    if (!k)
        return true;
    private_file_close(&k->file, &k->error);
    struct error found = k->error;
    mem_free(k);
    return found.code == PEEL_OK || error_set(err, found.code, "%s", found.text);
}

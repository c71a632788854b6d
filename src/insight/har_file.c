/* The file of --har. */
#include "insight/har_file.h"

#include "base/mem.h"
#include "insight/har.h"
#include "output/private_file.h"

struct har_file {
    struct private_file file;
    struct har *har;
    uint64_t size;      /* of the file, without har_end */
    struct buf entries; /* not written yet */
    struct error error;
    struct trace_subscriber subscriber;
};

/* Over the end of the file, and with a new end. */
static void write_entries(struct har_file *f)
{
    struct buf text = {0};
    buf_append_text(&text, f->size == 0 ? har_start : f->entries.len > 0 ? ",\n" : "");
    buf_append(&text, buf_slice(&f->entries));
    uint64_t len = text.len;
    buf_append_text(&text, har_end);
    if (f->error.code == PEEL_OK)
        private_file_write_at(&f->file, f->size, buf_slice(&text), &f->error);
    f->size += len;
    buf_wipe(&text);
    buf_wipe(&f->entries);
}

static void on_event(void *ctx, const struct trace_event *event)
{
    struct har_file *f = ctx;
    if (har_event(f->har, event, &f->entries))
        write_entries(f);
}

struct har_file *har_file_new(const struct har_plan *plan, struct console *console, struct trace *trace,
                              struct error *err)
{
    struct har_file *f = mem_alloc(sizeof *f);
    if (!private_file_open(&f->file, plan->path, PRIVATE_REWRITE, console, err)) {
        mem_free(f);
        return NULL;
    }
    f->har = har_new(plan->epoch_us, plan->with_secrets);
    f->subscriber = (struct trace_subscriber){.mask = HAR_EVENTS, .on_event = on_event, .ctx = f};
    trace_subscribe(trace, &f->subscriber);
    return f;
}

bool har_file_end(struct har_file *f, bool has_run, struct error *err)
{
    if (!f)
        return true;
    if (har_finish(f->har, &f->entries) || (has_run && f->size == 0))
        write_entries(f);
    har_free(f->har);
    private_file_close(&f->file, &f->error);
    struct error found = f->error;
    mem_free(f);
    return found.code == PEEL_OK || error_set(err, found.code, "%s", found.text);
}

/* The file of --pcapng. */
#include "insight/capture_file.h"

#include "base/mem.h"
#include "insight/capture.h"
#include "output/private_file.h"

struct capture_file {
    struct private_file file;
    struct capture *capture;
    struct buf blocks; /* empty between two events */
    struct error error;
    struct trace_subscriber subscriber;
};

static void write_blocks(struct capture_file *f)
{
    if (f->blocks.len > 0 && f->error.code == PEEL_OK)
        private_file_write(&f->file, buf_slice(&f->blocks), &f->error);
    buf_clear(&f->blocks);
}

static void on_event(void *ctx, const struct trace_event *event)
{
    struct capture_file *f = ctx;
    if (f->error.code != PEEL_OK)
        return;
    capture_event(f->capture, event, &f->blocks);
    write_blocks(f);
}

struct capture_file *capture_file_new(const char *path, uint64_t epoch_us, struct console *console, struct trace *trace,
                                      struct error *err)
{
    struct capture_file *f = mem_alloc(sizeof *f);
    if (!private_file_open(&f->file, path, PRIVATE_REFUSE, console, err)) {
        mem_free(f);
        return NULL;
    }
    console_warn(console, "'%.500s' will hold all that is sent and received, and the keys to it", path);
    f->capture = capture_new(epoch_us, &f->blocks);
    write_blocks(f);
    f->subscriber = (struct trace_subscriber){.mask = CAPTURE_EVENTS, .on_event = on_event, .ctx = f};
    trace_subscribe(trace, &f->subscriber);
    return f;
}

bool capture_file_end(struct capture_file *f, struct error *err)
{
    if (!f)
        return true;
    capture_free(f->capture, &f->blocks);
    write_blocks(f);
    private_file_close(&f->file, &f->error);
    buf_wipe(&f->blocks);
    struct error found = f->error;
    mem_free(f);
    return found.code == PEEL_OK || error_set(err, found.code, "%s", found.text);
}

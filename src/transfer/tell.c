/* -w. */
#include "transfer/tell.h"

#include "base/mem.h"
#include "output/target.h"

#include <time.h>

static void write_file(struct run *run, struct writeout_file *file)
{
    struct target_plan plan = {.path = file->path, .existing = file->is_append ? TARGET_APPEND : TARGET_REPLACE};
    struct sink *sink = sink_new_file(target_new(&plan));
    struct error err = {0};
    if (!sink_write(sink, buf_slice(&file->text), true, &err) || !sink_finish(sink, &err))
        console_warn(run->console, "%s", err.text);
    sink_free(sink);
}

/* As curl, with -s too. */
static void tell_unknown(struct run *run, const char *unknown)
{
    char *said = mem_printf("peel: unknown --write-out variable: '%s'\n", unknown);
    console_text(run->console, slice_of(said));
    mem_free(said);
}

void tell_write_out(struct run *run, const struct fetch_result *done, struct error *err)
{
    const char *format = run->settings->output.write_out;
    if (!format)
        return;
    struct writeout_texts texts = {0};
    struct fetch_result result = *done;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    result.over_at_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
    if (run->report)
        result.tls_json = run->report->last(run->report->ctx);
    result.for_terminal = sink_is_terminal(run->out);
    writeout_render(&texts, format, &result);
    if (texts.unknown)
        tell_unknown(run, texts.unknown);
    if (texts.out.len > 0 && sink_write(run->out, buf_slice(&texts.out), true, err))
        sink_finish(run->out, err);
    console_text(run->console, buf_slice(&texts.err));
    for (size_t i = 0; i < texts.n_files; i++)
        write_file(run, &texts.files[i]);
    writeout_done(&texts);
}

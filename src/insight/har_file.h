/* --har: an archive (har.h) in a file. It is whole after each entry, so that also what a killed run leaves can be
 * opened, and memory stays flat. */
#ifndef PEEL_INSIGHT_HAR_FILE_H
#define PEEL_INSIGHT_HAR_FILE_H

#include "base/trace.h"
#include "output/console.h"

struct har_file;

struct har_plan {
    const char *path;
    uint64_t epoch_us; /* when the trace's clock was 0, microseconds since 1970 */
    bool with_secrets;
};

/* Opens the file, which keeps what is in it until there is something else to write, and subscribes. NULL with err
 * filled (23). Console and trace must outlive it. */
struct har_file *har_file_new(const struct har_plan *plan, struct console *console, struct trace *trace,
                              struct error *err);
/* Takes NULL. has_run: an archive without entries is one too; else the file stays as it was. False with err filled (23)
 * when the file is not whole. */
bool har_file_end(struct har_file *file, bool has_run, struct error *err);

#endif

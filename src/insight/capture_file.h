/* --pcapng: a capture (capture.h) in a file, written as it comes, so that also what a killed run leaves can be opened.
 */
#ifndef PEEL_INSIGHT_CAPTURE_FILE_H
#define PEEL_INSIGHT_CAPTURE_FILE_H

#include "base/trace.h"
#include "output/console.h"

struct capture_file;

/* Makes the file, which must not exist, warns that it holds secrets, and subscribes. epoch_us: when the trace's clock
 * was 0, since 1970. NULL with err filled (23). Console and trace must outlive it. */
struct capture_file *capture_file_new(const char *path, uint64_t epoch_us, struct console *console, struct trace *trace,
                                      struct error *err);
/* Takes NULL. False with err filled (23) when the file is not whole. */
bool capture_file_end(struct capture_file *file, struct error *err);

#endif

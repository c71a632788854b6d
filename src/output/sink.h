/* Where a body goes: stdout or a file. Large writes; a slow pipe holds the transfer up instead of filling memory. */
#ifndef PEEL_OUTPUT_SINK_H
#define PEEL_OUTPUT_SINK_H

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"

#include <stdint.h>

struct sink;
struct target;

/* path NULL: stdout. The file is created (or emptied) at the first byte, or at sink_finish for an empty body: a failed
 * transfer leaves an old file alone. is_dash: the user said "-o -", so binary may go to a terminal. */
struct sink *sink_new(const char *path, bool is_dash);
/* Into a file that target.h describes; the sink owns it from now on. */
struct sink *sink_new_file(struct target *target);
/* --out-null: takes all and keeps nothing. */
struct sink *sink_new_null(void);
/* Appends all to this buf, which the caller owns. */
struct sink *sink_new_memory(struct buf *into);
/* Takes NULL. Closes without complaint. */
void sink_free(struct sink *sink);

/* Takes all of bytes: what stdout would not take at once is kept, and sink_pending tells. False with err filled (23)
 * when it cannot be written: names the file and errno. is_text: false for the body, true for heads and -w, which a
 * terminal may see. */
bool sink_write(struct sink *sink, struct slice bytes, bool is_text, struct error *err);
/* Bytes kept because the reader is slow; while not 0, feed no more. */
size_t sink_pending(const struct sink *sink);
/* The fd to watch for writing while bytes are pending. */
int sink_fd(const struct sink *sink);
/* Opens the file now, though no byte has come: for who must look at it. stdout is always open. */
bool sink_open(struct sink *sink, struct error *err);
/* It became writable: try again. */
bool sink_flush(struct sink *sink, struct error *err);
/* The body is whole: writes what is kept (waiting if need be) and closes (target_commit); a failed close is a write
 * error. */
bool sink_finish(struct sink *sink, struct error *err);
/* For another try: drops what is pending, and cuts an open file to its first size bytes. stdout cannot be taken back.
 */
bool sink_restart(struct sink *sink, uint64_t size, struct error *err);
/* stdout and a terminal. */
bool sink_is_terminal(const struct sink *sink);

#endif

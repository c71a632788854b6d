/* What a run remembers of servers: cookies and HSTS. One jar and one list for the whole run, for those groups that
 * asked for them; this is where they meet requests and answers. Files are remember_files.c's. */
#ifndef PEEL_TRANSFER_REMEMBER_H
#define PEEL_TRANSFER_REMEMBER_H

#include "http/headers.h"
#include "http/request.h"
#include "transfer/hop.h"
#include "transfer/run.h"

/* Before the first URL of a group: makes what the group asks for, unless an earlier one did, and reads its files. What
 * is not there is a note for who looks; what cannot be read (a directory) is an error (26). */
bool remember_open(struct run *run, struct error *err);
/* After its last: writes the group's -c and --hsts; what fails is a warning. A file of which not all could be read is
 * left alone. */
void remember_save(struct run *run);
/* At the end of the run. */
void remember_free(struct run *run);

/* Before a hop is begun: http becomes https where HSTS says so. */
void remember_upgrade(struct run *run, struct hop *hop);
/* Before a request is printed: request->cookies, which stands in into then. */
void remember_cookies(struct run *run, struct http_request *request, struct buf *into);
/* The fields of a final answer's head, never those of trailers. */
void remember_answer(struct run *run, const struct http_request *request, const struct http_headers *headers);

enum remember_read {
    REMEMBER_READ_WHOLE, /* also when there is no such file */
    REMEMBER_READ_PART,
    REMEMBER_READ_FAILED, /* err is filled */
};

/* remember_files.c: one line at a time; take says false when it wants no more. */
enum remember_read remember_read_file(struct run *run, const char *path, size_t line_max,
                                      bool (*take)(void *ctx, struct slice line), void *ctx, struct error *err);
/* Warns when a file that is there and holds secrets can be read by others; its mode stays what the user made it. */
void remember_tell_shared(const struct run *run, const char *path);
/* "-": stdout. */
void remember_write_file(struct run *run, const char *path, struct slice text, const char *what);

#endif

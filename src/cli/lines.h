/* A text file or stdin, line by line, in the memory of its longest line: config files, lists of URLs. Private to
 * src/cli. */
#ifndef PEEL_CLI_LINES_H
#define PEEL_CLI_LINES_H

#include "base/buf.h"
#include "base/error.h"

enum {
    LINES_MAX = 10 * 1024 * 1024 /* the longest line */
};

struct lines {
    int fd;
    char *name; /* for messages: the path, or "stdin" */
    size_t number;
    struct buf bytes;
    size_t consumed; /* how much of bytes is the line that was handed out last */
    bool has_ended;
};

/* path "-": stdin. A device has no end, so it is refused, but for /dev/null. False with err filled (PEEL_READ_ERROR).
 */
bool lines_open(struct lines *lines, const char *path, struct error *err);
void lines_close(struct lines *lines);

enum lines_status {
    LINES_OK,
    LINES_END,
    LINES_FAILED, /* err is filled: PEEL_READ_ERROR */
};
/* The next line without its line end (LF or CRLF); good until the next call. */
enum lines_status lines_next(struct lines *lines, struct slice *line, struct error *err);

#endif

/* A text file or stdin, line by line, in the memory of its longest line: config files, lists of URLs. Private to
 * src/cli. */
#ifndef PEEL_CLI_TEXT_FILE_H
#define PEEL_CLI_TEXT_FILE_H

#include "base/buf.h"
#include "base/error.h"

enum {
    TEXT_FILE_LINE_MAX = 10 * 1024 * 1024 /* the longest line */
};

struct text_file {
    int fd;
    char *name; /* for messages: the path, or "stdin" */
    size_t number;
    struct buf bytes;
    size_t consumed; /* how much of bytes is the line that was handed out last */
    bool has_ended;
};

/* path "-": stdin. A device has no end, so it is refused, but for /dev/null. False with err filled (PEEL_READ_ERROR,
 * with os_error when it cannot be opened). */
bool text_file_open(struct text_file *lines, const char *path, struct error *err);
void text_file_close(struct text_file *lines);

enum text_file_status {
    TEXT_FILE_OK,
    TEXT_FILE_END,
    TEXT_FILE_FAILED, /* err is filled: PEEL_READ_ERROR */
};
/* The next line without its line end (LF or CRLF); good until the next call. */
enum text_file_status text_file_next(struct text_file *lines, struct slice *line, struct error *err);

#endif

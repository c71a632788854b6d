/* Bytes in pieces of any size -> whole lines. A line that is too long is dropped whole: never is its tail taken for a
 * line of its own. */
#ifndef PEEL_BASE_LINES_H
#define PEEL_BASE_LINES_H

#include "base/buf.h"

/* Set max (bytes, without the line end) and leave the rest zero. lines_done when it is no longer needed. */
struct lines {
    size_t max;
    struct buf part;
    bool is_skipping;
};

/* The line comes without LF or CRLF. False: no more, please. */
typedef bool (*lines_fn)(void *ctx, struct slice line);

/* False when take said no; the rest of the bytes is then lost. */
bool lines_feed(struct lines *l, struct slice bytes, lines_fn take, void *ctx);
/* What stands behind the last line end is a line too. */
bool lines_end(struct lines *l, lines_fn take, void *ctx);
void lines_done(struct lines *l);

#endif

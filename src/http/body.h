/* What a request carries: bytes from memory and from files, one after the other, read in the steps that suit the
 * sender. A file never lies in memory as a whole.
 *
 * Made and checked before anything is connected, read until BODY_END, and rewound when the same request has to be sent
 * again (a redirect that keeps the body, a round of authentication, a retry, a kept connection that was dead). */
#ifndef PEEL_HTTP_BODY_H
#define PEEL_HTTP_BODY_H

#include "base/error.h"
#include "base/slice.h"
#include "http/encode.h"

#include <stdint.h>

struct body;

#define BODY_LENGTH_UNKNOWN UINT64_MAX

/* Empty. */
struct body *body_new(void);
/* Takes NULL. */
void body_free(struct body *b);

/* Puts bytes at the end; they are not copied and outlive the body. */
void body_add_borrowed(struct body *b, struct slice bytes);
/* The same, copied. */
void body_add_text(struct body *b, struct slice bytes);
/* Puts what a file holds at the end. It must be there and be readable, and be no folder: otherwise false with err
 * filled (26). It is opened when its turn comes. "-" is stdin, from where it stands now. */
bool body_add_file(struct body *b, const char *path, enum encoding encoding, struct error *err);
/* Puts what stdin gives at the end, as it comes, with its length unknown even where a file is behind it. */
void body_add_stdin_stream(struct body *b);

/* Leaves out the first bytes of a body that is one file, as they are there already. False with err filled when there
 * are no more than these (18), or when it is a pipe (26). */
bool body_skip(struct body *b, uint64_t n, struct error *err);

/* Of all of it; BODY_LENGTH_UNKNOWN when a part of it is a pipe or grows in a way only known afterwards. */
uint64_t body_length(const struct body *b);

enum body_status {
    BODY_BYTES,  /* *n >= 1 of them */
    BODY_WAIT,   /* nothing yet: watch body_wait_fd for reading */
    BODY_END,    /* that was all */
    BODY_FAILED, /* err is filled: 26 */
};

/* The next bytes. A file that has become shorter than it was is a failure: its length has been promised. */
enum body_status body_read(struct body *b, struct span into, size_t *n, struct error *err);
/* After BODY_WAIT. */
int body_wait_fd(const struct body *b);

/* Back to the start. False with err filled (65) when bytes have come out of a pipe that will not come again. */
bool body_rewind(struct body *b, struct error *err);

#endif

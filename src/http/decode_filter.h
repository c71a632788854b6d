/* What a content coding has to offer so that decode.c can stack it. One .c file a library; nothing is allocated before
 * the first byte of a body comes. */
#ifndef PEEL_HTTP_DECODE_FILTER_H
#define PEEL_HTTP_DECODE_FILTER_H

#include "base/error.h"
#include "base/slice.h"

enum filter_status {
    FILTER_MORE,   /* call again: there is room for more output, or more to decode */
    FILTER_HUNGRY, /* all input is used, all output that it gave is out */
    FILTER_FAILED  /* err says why; what is in the output counts all the same */
};

struct filter_kind {
    const char *name;
    void *(*open)(void);
    void (*close)(void *state);
    /* Takes from the front of *in, puts *n bytes into out. */
    enum filter_status (*step)(void *state, struct slice *in, struct span out, size_t *n, struct error *err);
    /* The stream has come to its end; nothing is missing. */
    bool (*is_whole)(const void *state);
};

extern const struct filter_kind filter_gzip;
extern const struct filter_kind filter_deflate;
extern const struct filter_kind filter_brotli;
extern const struct filter_kind filter_zstd;

#endif

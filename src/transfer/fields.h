/* The fields of the responses of one transfer, kept for -w. */
#ifndef PEEL_TRANSFER_FIELDS_H
#define PEEL_TRANSFER_FIELDS_H

#include "http/headers.h"
#include "output/writeout.h"

/* All zero is a valid empty one. */
struct fields {
    struct writeout_field *list;
    size_t n;
    unsigned n_responses;
};

/* One more response. f NULL: nobody asks. */
void fields_add(struct fields *f, const struct http_headers *headers);
void fields_done(struct fields *f);

#endif

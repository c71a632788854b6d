/* Transfer-Encoding of a response (RFC 9112 section 6.1): which codings, in which order, and whether that can be
 * undone.
 *
 * Inside http/ only: the guard reads each line of the field, then asks when the head is over. What must be undone
 * beside the chunks is in names, for http_decoder_new. */
#ifndef PEEL_HTTP_H1_CODINGS_H
#define PEEL_HTTP_H1_CODINGS_H

#include "base/error.h"
#include "base/slice.h"

enum h1_codings_fault {
    H1_CODINGS_FINE,
    H1_CODINGS_NOT_ASKED,   /* known, but no TE was sent */
    H1_CODINGS_OUT_OF_ORDER /* "chunked" is not last, or not once, or there is an empty element */
};

struct h1_codings {
    bool are_asked_for; /* TE was sent (--tr-encoding) */
    bool is_chunked;
    bool has_identity;
    size_t n;
    char names[64];  /* "gzip, deflate": without "chunked"; empty: nothing to be undone */
    char shown[256]; /* all that was said, escaped; empty: nothing */
    enum h1_codings_fault fault;
};

/* One value. False with err filled (61) for a coding that nobody here knows, which is worth no further line, and for
 * more than HTTP_CODINGS_MAX of them. */
bool h1_codings_read(struct h1_codings *c, struct slice value, struct error *err);

/* The head is over. False with err filled: 8 when a Content-Length stands beside codings that do not end in chunks, so
 * that two readers would not agree where the body ends; 61 for other faults. */
bool h1_codings_check(const struct h1_codings *c, bool has_length, struct error *err);

#endif

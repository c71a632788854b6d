/* Content codings as streaming filters (RFC 9110 section 8.4), and transfer codings, which are the same: gzip, deflate
 * (both kinds), br, zstd, stacked up to five. Memory is constant: output comes in steps of at most 64 KiB. */
#ifndef PEEL_HTTP_DECODE_H
#define PEEL_HTTP_DECODE_H

#include "base/error.h"
#include "base/slice.h"

struct http_decoder;

enum {
    HTTP_CODINGS_MAX = 5, /* stacked; curl's number */
};

/* Is it a coding that can be undone, case ignored? "identity" too, for which nothing is to be done. */
bool http_decoder_knows(struct slice coding);

/* For Content-Encoding: the values of all its lines, joined with commas. NULL when nothing is to be undone ("identity"
 * or empty; err stays clear) or when a coding is unknown or there are more than five: PEEL_BAD_CONTENT_ENCODING (61) in
 * err. */
struct http_decoder *http_decoder_new(struct slice codings, struct error *err);
/* Takes NULL. */
void http_decoder_free(struct http_decoder *d);

/* Called with decoded bytes, never empty; false stops the decoding. */
typedef bool (*http_decoded_fn)(void *ctx, struct slice bytes);

/* False with err filled when the bytes are not in that coding (61) or there is a second gzip member (23); false with
 * err clear when out() said no. What was decoded before has been handed out. */
bool http_decoder_feed(struct http_decoder *d, struct slice bytes, http_decoded_fn out, void *ctx, struct error *err);
/* The body is over: 61 when a stream is incomplete. A body of no bytes at all is fine. */
bool http_decoder_end(struct http_decoder *d, http_decoded_fn out, void *ctx, struct error *err);

/* "deflate, gzip, br, zstd": what --compressed offers. */
extern const char http_accept_encoding[];

#endif

/* The one interface of the HTTP versions. Bytes in, events out; a request in, bytes out; no socket, no clock.
 *
 * One codec serves one connection, one message after the other: http_codec_start for each request, then feed what comes
 * until http_codec_is_complete. Body slices point into what was fed: no copy. After an error it stays in error.
 *
 * h1.c has http-parser behind it (RFC 9112), and in front of it guards of our own for what that parser lets through:
 * h1_guard.h. */
#ifndef PEEL_HTTP_CODEC_H
#define PEEL_HTTP_CODEC_H

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"
#include "base/trace.h"
#include "http/headers.h"

struct http_codec;

/* What the head of a response said. Fields are whole, folded lines joined with one space; only valid during the event.
 */
struct http_response_head {
    int status;          /* 100..999 */
    int version_major;   /* 1 */
    int version_minor;   /* 0 or 1 */
    struct slice reason; /* raw */
    const struct http_headers *headers;
    bool has_length; /* a Content-Length that counts */
    uint64_t length;
    bool is_chunked;
    bool is_coded; /* the body comes out of a decoder: there may be much more of it than was fed */
    bool has_body; /* false for HEAD, 204, 304 and the like */
};

/* Who hears what came. A callback that returns false ends the codec: feed and end return false with err clear, since
 * whoever said no knows why. Any of them may be NULL. */
struct http_response_handler {
    void *ctx;
    /* A line of the head as it came, with its line end, once it has passed the guard: for -i and -D (-v hears
     * TRACE_RESPONSE_LINE, which the codec tells). Interim (1xx) heads and trailers too, the empty lines included. All
     * lines of a head come before its on_interim or on_head, all trailer lines before on_trailers. */
    bool (*on_line)(void *ctx, struct slice line);
    /* A 1xx response (not the last one). */
    bool (*on_interim)(void *ctx, const struct http_response_head *head);
    bool (*on_head)(void *ctx, const struct http_response_head *head);
    /* Decoded from chunks and other transfer codings, not from content codings. Never empty. */
    bool (*on_body)(void *ctx, struct slice body);
    /* Trailer fields, after the body, when there are any; they never change how the message is read. */
    bool (*on_trailers)(void *ctx, const struct http_headers *trailers);
};

struct http_codec *http1_codec_new(const struct http_response_handler *handler, const struct trace *trace);
/* Takes NULL. */
void http_codec_free(struct http_codec *codec);

/* How to read, where the user knows better than the RFC. For all messages from now on. */
struct http_codec_options {
    bool ignores_length; /* --ignore-content-length: a body ends where the connection does, or by its chunks */
    bool takes_codings;  /* --tr-encoding: transfer codings beside chunked are undone; else they are refused (61) */
    bool is_raw;         /* --raw: on_body gets chunk sizes and trailers as they came */
    bool takes_09;       /* --http0.9: what does not begin as a head is a body (status 0, version 0.9) */
};

void http_codec_set_options(struct http_codec *codec, const struct http_codec_options *options);

enum http_request_kind {
    HTTP_REQUEST_NORMAL,
    HTTP_REQUEST_HEAD, /* the response has no body, whatever it says */
    /* A 2xx has none either, whatever it says: what follows its head is the tunnel's (RFC 9110 section 9.3.6). 101 is
     * a final answer like any other that is no 2xx. */
    HTTP_REQUEST_CONNECT,
};

/* Makes ready for the response to the next request. *head_budget is what is left, in bytes, for the heads and trailers
 * of a whole transfer (HTTP_HEAD_BUDGET at its start, redirects included); it is counted down and must outlive the
 * message. */
void http_codec_start(struct http_codec *codec, enum http_request_kind kind, uint64_t *head_budget);

enum {
    HTTP_HEAD_BUDGET = 300 * 1024,
    HTTP_LINE_MAX = 100 * 1024,
    HTTP_FIELDS_MAX = 5000
};

/* Bytes from the peer. False with err filled when they are no response, or a callback said no. Bytes behind the end of
 * the message are counted (NOTE_EXCESS_BYTES), never parsed. */
bool http_codec_feed(struct http_codec *codec, struct slice bytes, struct error *err);

/* The peer will send no more. clean: with close_notify, or on a connection without TLS. False with err filled when the
 * message is not whole: 52 nothing came, 8 cut in the head, 18 cut in the body (length or chunks; says how many of how
 * many bytes), 56 an open-ended body without a clean end. True: the message is complete. */
bool http_codec_end(struct http_codec *codec, bool clean, struct error *err);

/* The last response is whole. */
bool http_codec_is_complete(const struct http_codec *codec);
/* At least one byte of this response has come. */
bool http_codec_has_begun(const struct http_codec *codec);
/* May the connection carry another request? False unless complete, the framing was beyond doubt, no leniency was used,
 * no byte lay behind the end, and the response's Connection field and version allow it (RFC 9112 section 9.3). What
 * our own request said about it is the caller's to know. */
bool http_codec_may_reuse(const struct http_codec *codec);

#endif

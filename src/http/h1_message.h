/* One HTTP/1 message as http-parser sees it: lines that have passed the guard and body bytes go in, the events of
 * http/codec.h go to the handler. Where a line or a body ends is the codec's business (h1.c). */
#ifndef PEEL_HTTP_H1_MESSAGE_H
#define PEEL_HTTP_H1_MESSAGE_H

#include "base/buf.h"
#include "http/codec.h"
#include "http/h1_guard.h"

#include <http_parser.h>

/* Read by the codec; it sets handler, guard, error and kind before the first begin. */
struct h1_message {
    const struct http_response_handler *handler;
    const struct h1_guard *guard; /* what is known of the head */
    struct error *error;          /* stays clear when a callback of the handler said no */
    enum http_request_kind kind;
    bool is_raw; /* the codec itself hands out bodies in chunks, and nothing is decoded */

    bool is_head_over;
    bool is_done; /* the message is whole */
    bool may_keep_alive;
    uint64_t body_seen;
    uint64_t chunk_size; /* of the last chunk line */

    http_parser parser;
    struct buf name; /* the field that the parser hands out in pieces */
    struct buf value;
    bool is_in_value;
    struct buf reason;
    struct http_decoder *codings; /* transfer codings inside the chunks; NULL: none */
    struct http_headers fields;   /* of the head, then of the trailers */
};

void h1_message_begin(struct h1_message *m);
void h1_message_free_parts(struct h1_message *m);

/* The parser's turn. False: m->error says why, or the handler said no. */
bool h1_message_parse(struct h1_message *m, struct slice bytes);
/* An open-ended body is over. */
bool h1_message_close(struct h1_message *m);

bool h1_message_is_interim(const struct h1_message *m);
bool h1_message_has_body(const struct h1_message *m);

#endif

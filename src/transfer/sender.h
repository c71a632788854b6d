/* The way down of one request: the head, then the body, in chunks where its length is not known; and what may hold it
 * up: a server that is asked first (Expect: 100-continue), a pipe that has nothing yet, a rate. */
#ifndef PEEL_TRANSFER_SENDER_H
#define PEEL_TRANSFER_SENDER_H

#include "http/request.h"
#include "transfer/connection.h"

struct sender;

/* The head of the request, with its cookies. */
void sender_print_head(struct run *run, const struct http_request *request, struct buf *out);

/* wake is called when time or the body's source say that sender_send may go on. Tells the head to the trace. What the
 * connection has sent early is not sent again. */
struct sender *sender_new(struct run *run, const struct http_request *request, struct connection *connection,
                          connection_wake_fn wake, void *owner);
/* Takes NULL. */
void sender_free(struct sender *s);

/* As far as it goes without waiting, and not more than limit bytes. False with err filled when the body cannot be read
 * (26). A connection that fails only ends the sending: a server that has heard enough answers and closes (RFC 9112
 * section 9.5). */
bool sender_send(struct sender *s, size_t limit, struct error *err);

/* Is it the connection that sending waits for? */
bool sender_wants_connection(const struct sender *s);
/* Nothing will be sent any more. */
bool sender_is_over(const struct sender *s);
/* All has been sent. */
bool sender_is_whole(const struct sender *s);

/* 100 (Continue) came. */
void sender_heard_continue(struct sender *s);
/* A final status came: from 300 on nobody wants the rest, below it the server is given it all the same. */
void sender_heard_final(struct sender *s, int status);

struct sender_facts {
    bool expected_continue; /* the head asked for it */
    uint64_t sent_bytes;    /* head and body */
    uint64_t body_bytes;
    uint64_t done_us; /* 0: not all has been sent */
};

const struct sender_facts *sender_facts(const struct sender *s);

#endif

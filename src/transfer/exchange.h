/* One request and its response on one connection: the request's bytes down, the response's through the codec, the
 * decoder and into the sink. Both ways at once, since a server may answer before it has heard all. */
#ifndef PEEL_TRANSFER_EXCHANGE_H
#define PEEL_TRANSFER_EXCHANGE_H

#include "http/request.h"
#include "transfer/connection.h"
#include "transfer/fields.h"
#include "transfer/saving.h"

struct exchange;

/* What the response said, for the transfer to decide upon, and what was counted. Filled as it comes. */
struct exchange_facts {
    int status;       /* 0: no head yet */
    int http_version; /* 10 or 11 */
    char *location;   /* owned; NULL when there is none */
    char *content_type;
    char *challenges;       /* owned; the values of all WWW-Authenticate lines, joined with line feeds */
    char *proxy_challenges; /* owned; of all Proxy-Authenticate lines */
    char *retry_after;
    unsigned n_headers;
    uint64_t head_bytes;      /* of all heads, 1xx too */
    uint64_t body_bytes;      /* as they came, chunks undone, codings not */
    uint64_t content_bytes;   /* codings undone */
    bool is_decoded;          /* the codings were undone */
    bool is_open_ended;       /* only the close ends the body */
    uint64_t length;          /* what Content-Length promised; 0: nothing */
    uint64_t request_bytes;   /* head and body */
    uint64_t upload_bytes;    /* body */
    uint64_t first_byte_us;   /* 0: none came */
    uint64_t request_sent_us; /* 0: not all has been sent */
    bool expected_continue;   /* the request asked for 100 (Continue) */
};

struct exchange_plan {
    const struct http_request *request;
    struct connection *connection; /* stands; lent */
    bool is_reused;
    struct sink *sink;     /* lent */
    struct saving *saving; /* lent */
    struct fields *fields; /* lent; NULL: nobody asks for them */
    uint64_t *head_budget; /* of the whole transfer */
    /* The head is here (never a 1xx): is the body wanted? Then it goes to the sink. */
    bool (*wants_body)(void *ctx, const struct exchange_facts *facts);
    /* Time, or where the body comes from, lets the exchange go on. */
    connection_wake_fn wake;
    void *ctx;
};

struct exchange *exchange_new(struct run *run, const struct exchange_plan *plan);
/* Takes NULL. */
void exchange_free(struct exchange *x);

enum exchange_status {
    EXCHANGE_WAIT,   /* connection and sink have been told what to wake the owner for */
    EXCHANGE_DONE,   /* the response is whole and what was wanted of it is in the sink */
    EXCHANGE_DEAD,   /* a kept connection broke before a byte of the response: worth one new try */
    EXCHANGE_FAILED, /* exchange_error() */
};

/* As far as it goes without waiting. The limits: how many bytes may be read and written now (--limit-rate); 0: none. */
enum exchange_status exchange_step(struct exchange *x, size_t read_limit, size_t write_limit);

/* While true, the sink's reader is slow: wait for sink_fd, not for the connection. */
bool exchange_is_held_up(const struct exchange *x);

const struct exchange_facts *exchange_facts(const struct exchange *x);
const struct error *exchange_error(const struct exchange *x);
/* May the connection carry another request? */
bool exchange_may_reuse(const struct exchange *x);

#endif

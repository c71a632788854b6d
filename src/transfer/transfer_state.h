/* What the files behind transfer.h share: transfer.c goes from step to step, the others are named below with what they
 * do. Nobody else includes this. */
#ifndef PEEL_TRANSFER_TRANSFER_STATE_H
#define PEEL_TRANSFER_TRANSFER_STATE_H

#include "http/multipart.h"
#include "transfer/exchange.h"
#include "transfer/hop.h"
#include "transfer/saving.h"
#include "transfer/stall.h"
#include "transfer/transfer.h"

enum transfer_step {
    TRANSFER_ROUTE,    /* where does this hop go: a kept connection, a new one, or nowhere? */
    TRANSFER_CONNECT,  /* the connection is being made */
    TRANSFER_EXCHANGE, /* request and response */
    TRANSFER_LINGER,   /* somebody looks: how does the peer close? */
    TRANSFER_DRAIN,    /* the last bytes wait for a slow reader */
    TRANSFER_OVER,
    TRANSFER_PAUSE, /* between two attempts (--retry) */
};

struct transfer {
    struct run *run;
    const struct fetch *fetch;
    transfer_done_fn on_done;
    void *ctx;
    enum transfer_step step;
    struct error error;

    struct hop hop;
    struct http_request request; /* of this hop */
    uint64_t start_us, hop_start_us;
    uint64_t setup_us; /* of all hops: from their start until what they need of our own stood ready; 0: not reached */
    uint64_t head_budget;

    struct body *body; /* NULL: none */
    char boundary[MULTIPART_BOUNDARY_SIZE];
    bool is_expect_refused; /* 417 came */
    bool is_early_refused;  /* 425 came, or the handshake failed */
    int64_t retry_after_s;
    uint64_t first_start_us; /* of the first attempt */

    struct connection *connection;
    struct issuer_fetch *issuer; /* --aia: the connection waits for it; else NULL */
    uint64_t issuer_start_us;    /* when this connection asked first; 0: it did not */
    bool is_reused;
    bool is_second_try;
    struct exchange *exchange;

    struct saving *saving;
    struct fields fields; /* of responses, for -w */
    struct sink *sink;    /* saving's, or the run's stdout */

    ev_timer deadline;         /* -m */
    ev_timer connect_deadline; /* --connect-timeout */
    ev_timer pace;             /* --limit-rate */
    ev_timer linger;
    ev_timer pause; /* --retry */
    ev_timer look;  /* -Y, -y */
    struct stall stall;
    ev_timer tick; /* progress, while nothing comes */
    ev_io sink_io;

    struct fetch_result result;
    char *url_shown, *url_effective, *redirect_url, *content_type;
    struct buf certs;             /* text about the certificates of the last handshake, for -w */
    struct connection_facts last; /* of the connection that was used last */
    struct tls_summary *tls;      /* of the same, when -w asks for it */
};

/* transfer.c */
/* Goes as far as it can without waiting; called by every watcher. */
void transfer_advance(struct transfer *t);
/* The same, for a connection or an exchange whose owner is the transfer. */
void transfer_woken(void *owner);
/* Over, with this error unless there is one already. */
void transfer_fail(struct transfer *t, const struct error *err);
/* The connection, if there is one still, goes away. */
void transfer_release_connection(struct transfer *t);
/* Tells the trace, of this hop's host. */
void transfer_note(const struct transfer *t, enum trace_note_id id, uint64_t number);

/* answer.c */
/* On the connection, which stands. */
void transfer_begin_exchange(struct transfer *t);
/* A step of the machine: true when it may go on at once. */
bool transfer_step_exchange(struct transfer *t);
/* Over, one way or the other; a connection that may carry more goes into the pool. */
void transfer_end_exchange(struct transfer *t, bool is_whole);

/* timers.c */
void transfer_timers_init(struct transfer *t);
void transfer_timers_stop(struct transfer *t);
void transfer_start_deadline(struct transfer *t);
void transfer_start_connect_deadline(struct transfer *t);
void transfer_start_linger(struct transfer *t);
void transfer_show_progress(struct transfer *t);
void transfer_watch_sink(struct transfer *t);
void transfer_start_pause(struct transfer *t, uint64_t wait_ms);
struct transfer_allowance {
    size_t read, write;
};
/* How many bytes may be read and written now under --limit-rate. */
struct transfer_allowance transfer_allowance(struct transfer *t);

/* again.c: what is done more than once. */
/* The body, made; once. */
bool transfer_open_body(struct transfer *t);
/* Into t->request, at its start: again for each request that carries it. */
bool transfer_ready_body(struct transfer *t);
/* 417: the same once more, without Expect. */
bool transfer_is_expectation_refused(const struct transfer *t, const struct exchange_facts *facts);
/* --retry: true when there will be another attempt, after a pause. */
bool transfer_will_retry(struct transfer *t);
/* ... which begins now. */
void transfer_try_again(struct transfer *t);

/* chain.c */
/* The connection wants an issuer: true when it has been given one, or told that there is none; false: wait. */
bool transfer_ask_for_issuer(struct transfer *t);
/* --aia save is for https:// alone. */
bool transfer_check_chain_wanted(struct transfer *t);
/* The chain into the sink, in place of a body. */
void transfer_save_chain(struct transfer *t);

/* early.c */
/* The request may go as early data of the connection that is about to be made, if the user wants that and it can. */
void transfer_offer_early(struct transfer *t);
/* The handshake failed, perhaps by early data: the same once more, on a new connection and without. */
bool transfer_has_early_failed(const struct transfer *t);
/* 425 to early data: the same once more, behind the handshake. */
bool transfer_is_too_early(const struct transfer *t, const struct exchange_facts *facts);

/* outcome.c: into t->result, as it becomes known. */
void outcome_connected(struct transfer *t);
void outcome_exchanged(struct transfer *t);
/* The connection has done its part for this transfer; called before it goes. */
void outcome_disconnected(struct transfer *t);
/* The rest of it, and TRACE_DONE. */
void outcome_over(struct transfer *t);

static inline const struct settings *settings_of(const struct transfer *t)
{
    return t->run->settings;
}

#endif

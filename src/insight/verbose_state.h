/* What the files behind verbose.h share: verbose.c hears the events, verbose_net.c and verbose_tls.c tell of
 * connections and of TLS. Nobody else includes this. */
#ifndef PEEL_INSIGHT_VERBOSE_STATE_H
#define PEEL_INSIGHT_VERBOSE_STATE_H

#include "base/buf.h"
#include "insight/handshake.h"
#include "insight/message.h"
#include "insight/verbose.h"

struct verbose {
    struct console *console; /* or on_line */
    void (*on_line)(void *ctx, uint64_t at_us, struct slice line);
    void *ctx;
    unsigned verbosity; /* how many -v */
    struct stamp stamp;
    uint64_t at_us; /* of the event at hand */
    struct trace_subscriber subscriber;
    struct buf line;            /* the line in the making */
    struct buf finished_line;   /* the last Finished, held back until it is known what the handshake cost */
    struct buf finished_inside; /* its -vv */
    struct buf certificate;     /* lines about the certificate, held back until the handshake's messages are through */
    struct buf transparency;    /* of the same certificate, for the end of a line */
    bool has_told_skipped;      /* what -k let pass */
    struct handshake_view handshake;
    struct message message; /* the one at hand, from -vv on */
    unsigned n_finished;
    char host[256]; /* escaped: of the connection, for lines that speak of it later */
    unsigned connection;
    bool is_connecting, is_in_tls, has_offered_alpn;
    uint64_t connecting_since_us;
    bool is_in_head; /* of a response */
    enum console_style response_style;
};

enum {
    MARK = 1,                                       /* the sign at the start of a line */
    MARK_AND_TIME = sizeof "* TLS  +12.4 ms <" - 1, /* of a TLS message */
};

/* verbose.c: one line to where they go, the first styled_len bytes in that style. */
void verbose_emit(struct verbose *v, enum console_style style, size_t styled_len, struct slice line);
/* The same with what stands in v->line, which is empty after it. */
void verbose_print(struct verbose *v, enum console_style style, size_t styled_len);
/* The same in the style of a "* " line. */
void verbose_print_info(struct verbose *v);

/* Milliseconds with one decimal, as in "12.4". */
static inline double verbose_ms(uint64_t us)
{
    return (double)us / 1000;
}

/* verbose_net.c */
void verbose_on_resolved(struct verbose *v, const struct trace_resolved *r);
void verbose_on_connecting(struct verbose *v, const struct trace_address *a, uint64_t at_us);
void verbose_on_connect_failed(struct verbose *v, const struct trace_address *a);
void verbose_on_connected(struct verbose *v, const struct trace_address *a, uint64_t at_us);
void verbose_on_reused(struct verbose *v, const struct trace_address *a);

/* verbose_tls.c */
void verbose_on_tls_offer(struct verbose *v, const struct tls_offer *offer);
void verbose_on_tls_message(struct verbose *v, const struct tls_message *m);
void verbose_on_tls_certificate(struct verbose *v, const struct tls_verdict *verdict);
void verbose_on_tls_staple(struct verbose *v, const struct tls_staple *staple);
void verbose_on_tls_established(struct verbose *v, const struct tls_facts *f);
/* Prints what was held back. */
void verbose_print_held_finished(struct verbose *v);
void verbose_print_held_certificate(struct verbose *v);

#endif

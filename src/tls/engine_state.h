/* The inside of an engine, for the files of this room: engine_new.c makes it, engine.c runs it, failure.c finds words
 * for its end, tell.c tells what it did. */
#ifndef PEEL_TLS_ENGINE_STATE_H
#define PEEL_TLS_ENGINE_STATE_H

#include "tls/chosen.h"
#include "tls/context_state.h"
#include "tls/engine.h"
#include "tls/facts.h"
#include "tls/framing.h"
#include "tls/verify.h"

enum {
    TLS_FIRST_BYTES = 128,
    TLS_ALPN_ANSWER = 64,
};

struct tls_engine {
    struct tls_context *context;
    SSL *ssl;
    BIO *from_peer; /* these two belong to ssl */
    BIO *to_peer;
    char *host;              /* no trailing dot */
    const char *server_name; /* sent as SNI; NULL: none. host, or the context's */
    char *place;             /* "HOST:PORT", an IPv6 address in brackets */
    char *where;             /* the same for messages: "proxy HOST:PORT" for a proxy */
    struct slice *alpn;      /* what we offer; the bytes are in alpn_wire */
    size_t n_alpn;
    char *alpn_wire;
    struct tls_verify verify;
    struct tls_issuers issuers; /* of verify */
    const struct trace *trace;
    char *session_peer; /* under which sessions are kept */
    enum tls_resumption resumption;
    struct buf early; /* to be sent before the handshake is done */
    long early_bytes; /* as tls_engine_early; 0: not sent yet */

    char *recv_space;     /* made when first asked for */
    struct slice waiting; /* received, yet not in from_peer: a part of recv_space */
    size_t replies;       /* bytes that reading produced and the socket has not taken */

    /* For words about what went wrong. */
    char first[TLS_FIRST_BYTES]; /* what the peer said first */
    size_t n_first;
    uint64_t n_received;
    struct tls_framing framing; /* of the handshake */
    /* What stands where a record was refused after the handshake: its header, and if that is none, what follows. */
    char refused[TLS_FIRST_BYTES];
    size_t n_refused;
    int peer_alert;                    /* the last that came, by its number; -1: none */
    char alpn_answer[TLS_ALPN_ANSWER]; /* the start of the server's ALPN extension, as it came */
    size_t n_alpn_answer;
    struct tls_chosen chosen;
    char pin[TLS_PIN_SIZE + 8]; /* of the server's key when it is not a pinned one: "sha256//..."; else empty */
    unsigned blamed;            /* enum tls_narrowing: the options to which the failure may be due */
    bool is_certificate_asked;  /* a CertificateRequest came */
    bool has_sent;              /* the socket took something */
    bool is_mute;               /* ... and takes nothing any more */
    uint64_t started_us;        /* when the handshake began; 0 without a trace */
    enum tls_status ended;      /* TLS_FAILED or TLS_TRUNCATED, for good; else TLS_OK */
    struct error error;

    /* For the trace; kept only if it wants them. */
    uint64_t hello_us; /* when the first ClientHello was made */
    unsigned n_hellos; /* ClientHellos sent: two after a HelloRetryRequest */
    uint64_t cpu_us;
    struct tls_record records[TLS_RECORDS_KEPT]; /* since the last message */
    size_t n_records;
    bool is_record_sent;
    unsigned char header[5]; /* of the record that came last, as it came */
    size_t n_header;         /* 0: none came, or nobody listens */

    struct tls_summary *summary; /* NULL as long as nobody wants it */
};

#endif

/* What happened, told upwards. Every layer may say what it did; whoever wants to know (-v, timings, reports)
 * subscribes. It costs one branch on a bit mask when nobody listens: ask trace_wants() before gathering anything that
 * is not at hand anyway. A layer never formats text for people; it hands over facts. */
#ifndef PEEL_BASE_TRACE_H
#define PEEL_BASE_TRACE_H

#include "base/cause.h"
#include "base/slice.h"

#include <stdint.h>

/* Each kind names the struct that `data` points to; it is valid during the call only. */
enum trace_kind {
    TRACE_HOP,             /* struct trace_hop: a URL is about to be asked, the first, a redirect's or once more */
    TRACE_RESOLVED,        /* struct trace_resolved: the addresses of a name are known */
    TRACE_CONNECTING,      /* struct trace_address: a TCP attempt starts */
    TRACE_CONNECT_FAILED,  /* struct trace_address: an attempt ended; error is an errno value */
    TRACE_CONNECTED,       /* struct trace_address: the attempt that won */
    TRACE_REUSED,          /* struct trace_address: a kept connection is used again */
    TRACE_TLS_OFFER,       /* struct tls_offer (tls/facts.h): before the ClientHello */
    TRACE_TLS_MESSAGE,     /* struct tls_message (tls/facts.h): a handshake message, an alert or a CCS, either way */
    TRACE_TLS_ESTABLISHED, /* struct tls_facts (tls/facts.h): handshake done */
    TRACE_TLS_CERTIFICATE, /* struct tls_verdict (tls/facts.h): chain and verify errors, before ESTABLISHED; also on
                              failure */
    TRACE_TLS_STAPLE,      /* struct tls_staple (tls/facts.h): asked for where somebody listens; before ESTABLISHED */
    TRACE_TLS_REFUSED,     /* struct tls_verdict (tls/facts.h): the certificate was refused */
    TRACE_TLS_FAILED,      /* struct tls_breakdown (tls/facts.h): TLS ended by another fault */
    TRACE_ERROR,           /* struct error: a URL failed. Who listens shows it */
    TRACE_REQUEST_LINE,    /* struct trace_line: a line of the request head, without CRLF; empty: its end */
    TRACE_RESPONSE_LINE,   /* struct trace_line: a line of a response head or trailer, without CRLF */
    TRACE_BYTES,           /* struct trace_bytes: a piece of a head or a body, either way */
    TRACE_EXCHANGED,       /* struct trace_exchanged: a request and its answer are over, well or not */
    TRACE_NOTE,            /* struct trace_note: something a user who looks wants to know */
    TRACE_DONE,            /* struct trace_done: one URL is over */
    TRACE_SOCKET,          /* struct trace_socket: what crossed a socket, and the socket's own life */
    TRACE_TLS_SECRET,      /* struct trace_line: a line of an NSS key log; who has it can read the connection */
    TRACE_TLS_SUMMARY, /* struct tls_summary (tls/summary.h): after ESTABLISHED; or before REFUSED or FAILED, as far as
                          it came */
    TRACE_TLS_RESUMED, /* struct tls_verdict (tls/facts.h): what a session that was resumed remembers of the
                          certificates, which are neither sent nor checked again; before ESTABLISHED */
    TRACE_PROBE_BEGIN, /* struct trace_probe: --tls-probe begins to try a change, and of it only that and the URL are
                          filled */
    TRACE_PROBE_END,   /* struct trace_probe: what came of it */
    TRACE_PROBED,      /* struct trace_probed: all of them are over */
    TRACE_KINDS
};

struct trace_event {
    enum trace_kind kind;
    uint64_t at_us;   /* microseconds since the run began */
    const void *data; /* as the kind says */
};

/* One subscriber list for one run; zeroed, nobody listens. The clock is the caller's: transfer/ sets now_us at every
 * turn of the loop, so that all that came out of one read bears the time of that read. What we do ourselves takes its
 * time, so it asks for the clock to be set once more (trace_tick). */
struct trace {
    unsigned mask; /* 1u << kind for each kind that somebody wants */
    uint64_t now_us;
    void (*tick)(void *clock); /* sets now_us; NULL: it stays as it is */
    void *clock;
    struct trace_subscriber *first;
};

struct trace_subscriber {
    unsigned mask;
    void (*on_event)(void *ctx, const struct trace_event *event);
    void *ctx;
    struct trace_subscriber *next; /* the trace's own */
};

#define TRACE_BIT(kind) (1u << (kind))

/* Told for files of evidence and reports alone: nobody gets these by asking for all. */
#define TRACE_EVIDENCE                                                                                                 \
    (TRACE_BIT(TRACE_SOCKET) | TRACE_BIT(TRACE_TLS_SECRET) | TRACE_BIT(TRACE_TLS_SUMMARY) |                            \
     TRACE_BIT(TRACE_TLS_RESUMED))

/* The subscriber is the caller's and stays where it is as long as the trace is in use. */
void trace_subscribe(struct trace *t, struct trace_subscriber *s);

/* For trace_tell only. */
void trace_deliver(const struct trace *t, enum trace_kind kind, const void *data);

/* t may be NULL: nobody listens. */
static inline bool trace_wants(const struct trace *t, enum trace_kind kind)
{
    return t && (t->mask & TRACE_BIT(kind)) != 0;
}

/* Before something is told that is done at this moment, and did not come out of a read. */
static inline void trace_tick(const struct trace *t)
{
    if (t->tick)
        t->tick(t->clock);
}

static inline void trace_tell(const struct trace *t, enum trace_kind kind, const void *data)
{
    if (trace_wants(t, kind))
        trace_deliver(t, kind, data);
}

/* Each line of a head, without its line end, as a struct trace_line; the empty one at its end too. */
void trace_tell_lines(const struct trace *t, enum trace_kind kind, struct slice head);

/* The facts of the layers that need no header of their own. */

/* An option of the command line that decides how a host is reached or trusted, without any secret. */
struct trace_option {
    const char *name; /* without dashes */
    char letter;      /* 0: none */
    char *value;      /* NULL: it takes none */
    bool is_off;      /* --no-NAME */
};

/* All of them, in the order in which they hold. It lasts as long as the run, and so does what names some of them. */
struct trace_way {
    struct trace_option *options;
    size_t n;
};

struct trace_hop {
    struct slice url; /* without userinfo and fragment */
    struct slice method;
    const struct trace_way *way; /* NULL: nothing was said of it */
    const char *not_here;        /* names of options of the way that are for another host, "a b"; NULL: none */
    const char *leads_to;        /* "HOST:PORT", where --connect-to leads; NULL: where the URL says */
};

struct trace_resolved {
    struct slice host; /* as in the URL, A-label */
    uint16_t port;
    uint64_t took_us;
    const char *const *addresses; /* numeric, in the order in which they will be tried */
    size_t n_addresses;
    bool is_override; /* from --resolve */
};

struct trace_address {
    struct slice host;
    const char *address; /* numeric, no brackets */
    uint16_t port;
    int error;           /* errno for TRACE_CONNECT_FAILED */
    uint64_t took_us;    /* since the connection was wanted, for TRACE_CONNECTED */
    unsigned connection; /* number of the connection, from 0 */
    const char *proxy;   /* "HOST:PORT", for TRACE_CONNECTED and TRACE_REUSED: the peer is that; NULL: it is the host */
};

struct trace_line {
    struct slice text;
};

enum trace_bytes_what {
    TRACE_SENT_HEAD, /* whole, with its secrets: who shows it masks them */
    TRACE_SENT_BODY,
    TRACE_RECEIVED_HEAD, /* a line of it */
    TRACE_RECEIVED_BODY, /* chunks undone, codings not */
};

struct trace_bytes {
    enum trace_bytes_what what;
    struct slice bytes;
};

struct trace_exchanged {
    uint64_t upload_bytes;    /* of the request's body */
    uint64_t body_bytes;      /* as they came, chunks undone, codings not */
    uint64_t content_bytes;   /* codings undone */
    bool is_decoded;          /* else content_bytes says nothing */
    uint64_t request_sent_us; /* on the clock of trace_event; 0: not all has been sent */
    uint64_t first_byte_us;   /* 0: none came */
};

enum trace_socket_what {
    TRACE_SOCKET_OPENED, /* connected; the first that is told of a connection */
    TRACE_SOCKET_SENT,
    TRACE_SOCKET_RECEIVED,
    TRACE_SOCKET_SECURED,     /* every TLS handshake is over: from now on each byte is sent and read as it comes */
    TRACE_SOCKET_PEER_CLOSED, /* FIN */
    TRACE_SOCKET_PEER_RESET,  /* RST */
    TRACE_SOCKET_CLOSED,      /* by us; the last that is told of a connection */
    TRACE_SOCKET_ABORTED,     /* the same, with bytes that nobody read: the system answers with RST (RFC 9293 3.6.1) */
};

struct trace_endpoint {
    const char *address; /* numeric, without brackets; "" for a Unix socket */
    uint16_t port;       /* for a Unix socket 0, at the peer's end what the URL says */
};

struct trace_socket {
    enum trace_socket_what what;
    unsigned connection; /* as in trace_address */
    struct slice bytes;  /* SENT and RECEIVED */
    /* OPENED */
    uint64_t began_us; /* on the clock of trace_event: when it was asked to connect */
    struct trace_endpoint local, remote;
    bool is_tls;
};

/* One thing that --tls-probe does differently. The texts last until TRACE_PROBED. */
struct trace_probe_change {
    const char *name;
    const char *options;     /* that do the same; NULL: nothing is changed */
    const char *without;     /* names of options that it does without, where they were given; NULL: none */
    const char *words;       /* what it says of the server when it helps, to be read behind its name */
    const char *risk;        /* of going on like that; NULL: none */
    const char *server_name; /* that it sends; NULL: that is not what it changes */
};

struct trace_probe {
    struct slice url; /* without userinfo */
    const struct trace_probe_change *change;
    bool is_tls_reached; /* the connection stood, so whatever happened is a matter of TLS */
    bool is_accepted;    /* the handshake was done, and the certificate is good */
    uint64_t took_us;    /* since the connection stood, up to the end of the handshake or what went wrong */
    int code;            /* enum peel_code */
    enum cause cause;
    const char *error;
};

struct trace_probed {
    struct slice url; /* without userinfo */
    const struct trace_way *way;
    const char *host;
    uint16_t port;
    struct trace_probe plain;                    /* without any change */
    const struct trace_probe_change *helps;      /* the least harmful of those that help; NULL: none does */
    const struct trace_probe_change *helps_half; /* ... of those after which the certificate was refused; NULL: none */
    enum cause half_cause;                       /* ... for this */
    bool is_address;                             /* the URL's host is: no server name could be tried */
    bool is_out_of_time;                         /* not all were tried */
};

enum trace_note_id {
    NOTE_LENIENT,               /* text: which leniency of the HTTP/1 reader was needed */
    NOTE_EXCESS_BYTES,          /* number: bytes behind the end of the response */
    NOTE_CLOSED_WITHOUT_NOTIFY, /* the body was whole, yet TLS was not closed cleanly */
    NOTE_REDIRECT,              /* text: the next URL, redacted; number: status */
    NOTE_CREDENTIALS_DROPPED,   /* text: host of the hop */
    NOTE_RETRY_DEAD,            /* a kept connection was dead, once more on a new one */
    NOTE_GOES_ON,               /* text: the validator; number: the byte at which a broken download goes on */
    NOTE_BEGINS_ANEW,           /* number: the byte at which it cannot go on after all */
    NOTE_LEFT_INTACT,           /* text: host; the connection is kept */
    NOTE_CLOSING,               /* text: host; it is not */
    NOTE_RENEGOTIATION_REFUSED,
    NOTE_EARLY_SENT,          /* number: bytes of a request that went as early data */
    NOTE_EARLY_ACCEPTED,      /* the same: the server took them */
    NOTE_EARLY_REJECTED,      /* the same: it did not, and they are sent again */
    NOTE_EARLY_UNUSED,        /* number: bytes that the session allows, fewer than the request has; 0: none */
    NOTE_EARLY_FAILED,        /* the handshake failed with it: once more without */
    NOTE_TOO_EARLY,           /* 425: once more, not early */
    NOTE_CLIENT_CERT_LACKING, /* number: the status of the answer, which is likely for want of a client certificate */
    NOTE_CONNECT_TO,          /* text: HOST:PORT really connected to */
    NOTE_VERIFY_SKIPPED,      /* text: what -k let pass */
    NOTE_METHOD_CHANGED,      /* text: old and new method of a redirect, "POST to GET" */
    NOTE_IDN,                 /* text: the A-label */
    NOTE_COOKIE_ADDED,    /* text: the cookie without its value, 'a for domain d, path p'; number: its end, Unix s */
    NOTE_COOKIE_REPLACED, /* the same */
    NOTE_COOKIE_REFUSED,  /* text: why */
    NOTE_HSTS_UPGRADE,    /* text: the URL with https */
    NOTE_FILE_UNREADABLE, /* text: a cookie or HSTS file and why it could not be opened */
    NOTE_AUTH_CHOSEN,     /* text: the scheme with which the request is made once more */
    NOTE_AUTH_REFUSED,    /* text: why it is not */
    NOTE_PROXY,           /* text: the variable that names a proxy, and the proxy, "http_proxy == 'http://p:1/'" */
    NOTE_TUNNEL,          /* text: HOST:PORT that a proxy is asked for */
    NOTE_TUNNEL_OPEN,     /* number: the status of its answer */
    NOTE_ISSUER_ASKED,    /* text: the address that a certificate names for its issuer's, raw; --aia */
    NOTE_ISSUER_CAME,     /* number: bytes from there */
    NOTE_ISSUER_FAILED,   /* text: why none came */
    NOTE_SEND_FAILED,     /* text: why; number: how many bytes were not taken */
    NOTE_WOULD_CONNECT,   /* text: where to; --dry-run */
    NOTE_WOULD_SEND_BODY, /* number: how many bytes; --dry-run */
    NOTE_COUNT,
};

struct trace_note {
    enum trace_note_id id;
    struct slice text;
    uint64_t number;
};

struct trace_done {
    int code; /* enum peel_code */
    uint64_t body_bytes;
    /* Phase ends in microseconds since the start, 0 when not reached, as -w's time_* variables; those have no setup, in
     * which the files that options name are read. */
    uint64_t setup_us, namelookup_us, connect_us, appconnect_us, starttransfer_us, total_us;
    const char *error; /* what is said of the code; NULL for PEEL_OK */
    enum cause cause;  /* of the same */
};

#endif

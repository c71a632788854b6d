/* What connection.c, connection_tell.c, link.c and establish.c share: the struct behind connection.h. Nobody else
 * includes this. */
#ifndef PEEL_TRANSFER_CONNECTION_STATE_H
#define PEEL_TRANSFER_CONNECTION_STATE_H

#include "http/tunnel.h"
#include "net/connect.h"
#include "net/resolve.h"
#include "tls/engine.h"
#include "transfer/connection.h"

struct connection {
    struct run *run;
    struct tls_settings tls; /* of this connection: perhaps without the client certificate */
    struct tls_settings proxy_tls;
    struct tls_peer proxy; /* whom TLS with the proxy is for; host NULL: none is spoken */
    char *key;
    char *host; /* whom we mean: verified, SNI */
    bool host_is_ip;
    uint16_t port;
    uint64_t start_us;
    char *dial_host; /* where we go: a proxy, or what --connect-to says */
    char *dial_zone;
    uint16_t dial_port;

    struct http_tunnel *tunnel; /* NULL: none is needed */
    char *tunnel_target;        /* borrowed by it, as the next */
    char *proxy_name;           /* "host port N"; NULL: directly */
    char *proxy_place;          /* the same as "HOST:PORT" */
    struct buf early;           /* bytes of the tunnel that came along with the answer to CONNECT */

    struct resolve *resolve;
    struct race *race;
    ev_io resolve_io;
    ev_io *race_io; /* race_size of them */
    int *race_fds;
    size_t n_race_io;
    ev_timer race_timer;

    int fd;
    ev_io io;
    struct buf announcement;         /* --haproxy-protocol: what of it must still be sent */
    struct tls_engine *engine;       /* NULL: no TLS with the origin, or not yet */
    struct tls_engine *proxy_engine; /* below it: TLS with an https:// proxy; NULL likewise */
    struct buf early_request;        /* to go as early data of TLS, or gone so; a secret may be in it */
    bool may_have_bytes; /* the socket was readable and has not said EAGAIN since, nor given a turn's worth */
    size_t turn_bytes;   /* read since it was last readable */
    bool has_fin;
    bool is_batching, is_batching_over;
    ev_timer batch_timer;
    bool is_write_broken;
    struct error error;
    struct error write_error;
    struct connection_facts facts;

    connection_wake_fn wake;
    void *owner;
};

/* connection.c: tells the owner that something may have changed. */
void connection_woken(struct connection *c);

enum {
    CONNECTION_UNSENT_MAX = 256 * 1024, /* an engine that has more to send takes no more */
    /* Read before the loop gets its turn: who is never silent keeps no timer from firing. */
    CONNECTION_TURN_BYTES = 512 * 1024,
};

/* link.c */
/* One step of the handshake with the proxy; as connection_establish. */
enum connection_status connection_shake_proxy(struct connection *c);
/* What engines have is sent as far as it goes; true when something is left. */
bool connection_has_unsent(struct connection *c);
/* To what lies below the engine, or below the owner where there is none. *n >= 1 for OK; for FAILED write_error is
 * filled. */
enum connection_status connection_send_below(struct connection *c, struct slice from, size_t *n);
/* From there: OK with *n >= 1, WAIT, CLOSED for FIN (of TLS: close_notify), TRUNCATED, FAILED with error filled. */
enum connection_status connection_receive_below(struct connection *c, struct span room, size_t *n);
/* Sends what the engine has for the peer. Rule one of tls/README.md: after every call. */
void connection_flush_engine(struct connection *c);
/* The engine wants bytes: from below into it. OK: ask the engine again. */
enum connection_status connection_feed_engine(struct connection *c);
/* What a read from an engine, either, means to whoever reads; not for TLS_WANT_BYTES, where it must be fed first. */
enum connection_status connection_read_status(struct connection *c, const struct tls_engine *engine,
                                              enum tls_status status);
/* The engine's error becomes the connection's. */
enum connection_status connection_engine_failed(struct connection *c);

/* connection_tell.c: TRACE_SOCKET, where something has just happened to the socket. */
void connection_tell(const struct connection *c, enum trace_socket_what what);
void connection_tell_bytes(const struct connection *c, enum trace_socket_what what, struct slice bytes);
/* With the addresses of c->facts; began_us: when it was asked to connect. */
void connection_tell_opened(const struct connection *c, uint64_t began_us);
/* error: errno of a send or recv; nothing is told but of a reset. */
void connection_tell_error(const struct connection *c, int error);
/* Before the socket is closed: what its end will look like to the peer. */
void connection_tell_closing(const struct connection *c);

/* establish.c */
void connection_dial(struct connection *c);
void connection_init_establishing(struct connection *c);
void connection_stop_establishing(struct connection *c);

#endif

/* What connection.c and establish.c share: the struct behind connection.h. Nobody else includes this. */
#ifndef PEEL_TRANSFER_CONNECTION_STATE_H
#define PEEL_TRANSFER_CONNECTION_STATE_H

#include "net/connect.h"
#include "net/resolve.h"
#include "tls/engine.h"
#include "transfer/connection.h"

struct connection {
    struct run *run;
    struct tls_settings tls; /* of this connection: perhaps without the client certificate */
    char *key;
    char *host; /* whom we mean: verified, SNI */
    bool host_is_ip;
    uint16_t port;
    uint64_t start_us;
    char *dial_host; /* where we go: --connect-to may say otherwise */
    uint16_t dial_port;

    struct resolve *resolve;
    struct race *race;
    ev_io resolve_io;
    ev_io *race_io; /* race_size of them */
    int *race_fds;
    size_t n_race_io;
    ev_timer race_timer;

    int fd;
    ev_io io;
    struct buf announcement; /* --haproxy-protocol: what of it must still be sent */
    struct tls_engine *engine;
    struct buf early;    /* a request to go as early data, or that has gone; a secret may be in it */
    bool may_have_bytes; /* the socket was readable and has not said EAGAIN since */
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
/* connection.c: sends what the engine has for the peer. Rule one of tls/README.md: after every call. */
void connection_flush_engine(struct connection *c);
/* connection.c: as connection_write, below TLS. */
enum connection_status connection_write_socket(struct connection *c, struct slice from, size_t *n);
/* connection.c: the engine wants bytes: from the socket into it. OK: ask the engine again. */
enum connection_status connection_feed_engine(struct connection *c);
/* connection.c: the engine's error becomes the connection's. */
enum connection_status connection_engine_failed(struct connection *c);

/* connection_tell.c: TRACE_SOCKET, where something happened to the socket. */
void connection_tell(const struct connection *c, enum trace_socket_what what);
void connection_tell_bytes(const struct connection *c, enum trace_socket_what what, struct slice bytes);
/* With the addresses of c->facts. */
void connection_tell_opened(const struct connection *c);
/* error: errno of a send or recv; nothing is told but of a reset. */
void connection_tell_error(const struct connection *c, int error);
/* Before the socket is closed: what its end will look like to the peer. */
void connection_tell_closing(const struct connection *c);

/* establish.c */
void connection_init_establishing(struct connection *c);
void connection_stop_establishing(struct connection *c);

#endif

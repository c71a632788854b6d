/* One connection: a stack of layers over one fd: tcp, tls with a proxy, its CONNECT, tls with the origin, of which all
 * but the first may be absent. The only place where a socket meets the loop and where the TLS engine meets a socket.
 *
 * It is pulled, not pushed: its owner is woken when something may have changed, asks for what it wants
 * (connection_establish, connection_read, connection_write) until the answer is CONNECTION_WAIT, and then says with
 * connection_arm what to wait for. So a slow reader of the output holds the peer up by not asking. */
#ifndef PEEL_TRANSFER_CONNECTION_H
#define PEEL_TRANSFER_CONNECTION_H

#include "net/address.h"
#include "transfer/route.h"
#include "transfer/run.h"
#include "url/url.h"

struct connection;

enum connection_status {
    CONNECTION_OK,
    CONNECTION_WANT_ISSUER, /* --aia: the handshake waits for connection_supply_issuer */
    CONNECTION_WAIT,        /* nothing more until the owner is woken */
    CONNECTION_CLOSED,      /* the peer is done, cleanly: FIN, over TLS after close_notify */
    CONNECTION_TRUNCATED,   /* over TLS: FIN without close_notify */
    CONNECTION_FAILED,      /* connection_error() says why */
};

typedef void (*connection_wake_fn)(void *owner);

struct connection_plan {
    const struct url *url;
    struct route *route; /* lent until the connection stands: the login toward a proxy changes with its answers */
    const struct tls_settings *tls; /* copied, but for the texts in it */
    const char *key;                /* what pool_key made; copied */
};

/* Begins to resolve and connect; ends in CONNECTION_FAILED later if that fails. */
struct connection *connection_new(struct run *run, const struct connection_plan *plan);
/* Says close_notify if it can be said at once, and closes. Takes NULL. */
void connection_free(struct connection *c);

/* Who is woken; NULL for nobody (while kept in the pool). */
void connection_set_owner(struct connection *c, connection_wake_fn wake, void *owner);

/* Before it is established: a whole request that may go as early data of TLS, where that can be. */
void connection_offer_early(struct connection *c, struct slice request);
/* Moves the request into out if it is on its way already, early or not: once. */
bool connection_take_early(struct connection *c, struct buf *out);

/* CONNECTION_OK when it stands, handshake and all. */
enum connection_status connection_establish(struct connection *c);
/* After CONNECTION_WANT_ISSUER: from where, and what came, as tls_engine_wanted_issuer() and tls_engine_supply_issuer()
 * say it. Establish it further then. */
const char *connection_wanted_issuer(const struct connection *c);
void connection_supply_issuer(struct connection *c, struct slice bytes, const char *failure);
/* Some bytes from the peer, *n >= 1 for CONNECTION_OK. */
enum connection_status connection_read(struct connection *c, struct span into, size_t *n);
/* Takes as much as may be on its way at once; *n >= 1 for CONNECTION_OK. A failure here does not forbid to read: the
 * answer may be there already. */
enum connection_status connection_write(struct connection *c, struct slice from, size_t *n);
/* What to wake the owner for. Bytes that the socket must still take are always waited for. */
void connection_arm(struct connection *c, bool for_reading, bool for_writing);

/* on: the peer is fast and has much to send, so be woken for much at once (SO_RCVLOWAT), not for each segment. It ends
 * for good when that takes longer than CONNECTION_BATCH_MS; nothing that has come is kept waiting longer than that. */
void connection_batch(struct connection *c, bool on);

enum {
    CONNECTION_BATCH_BYTES = 448 * 1024,
    CONNECTION_BATCH_MS = 50,
};

/* What the owner heard on it, for who has it next. */
void connection_note_old_server(struct connection *c, bool is_old);
/* A kept connection that the peer closed, or on which it spoke unasked, is of no more use. */
bool connection_is_alive(struct connection *c);

const struct error *connection_error(const struct connection *c);
/* Why sending failed, code PEEL_OK if it did not; apart, since the peer's answer may say more. */
const struct error *connection_write_error(const struct connection *c);
/* Gives the error of its owner, which ended the TLS handshake from outside, this cause, and tells the trace. */
void connection_tell_broken(const struct connection *c, enum cause cause, struct error *error);
/* Appends the certificates of the server's handshake, as tls_engine_certificates() does; how many, 0 without TLS. */
size_t connection_certificates(const struct connection *c, struct buf *out);
/* The server has asked for a client certificate. */
bool connection_is_certificate_asked(const struct connection *c);
/* ... and there was none to send. */
bool connection_lacks_certificate(const struct connection *c);
/* Appends the verified chain in PEM, as tls_engine_chain() does. */
void connection_chain(const struct connection *c, struct buf *out);
const char *connection_key(const struct connection *c);
/* "HOST:PORT" of the proxy that it goes to; NULL for none. */
const char *connection_proxy(const struct connection *c);

/* The lines of all heads with which a proxy answered CONNECT, moved to out; nothing when there was none. */
void connection_take_heads(struct connection *c, struct buf *out);

enum connection_phase {
    CONNECTION_RESOLVING,
    CONNECTION_CONNECTING,
    CONNECTION_PROXY_HANDSHAKE,
    CONNECTION_TUNNEL,     /* CONNECT */
    CONNECTION_ANNOUNCING, /* --haproxy-protocol */
    CONNECTION_HANDSHAKE,
    CONNECTION_OPEN,
};

struct connection_facts {
    enum connection_phase phase;
    unsigned id;
    bool is_tls;
    bool is_proxied;
    bool is_old_server; /* the last answer on it was HTTP/1.0 */
    int connect_status; /* of a proxy's last answer to CONNECT; 0: none */
    long verify_result, proxy_verify_result;
    long early_bytes; /* sent as early data; negative: the server did not take them */
    uint64_t namelookup_us, connect_us,
        appconnect_us; /* ends of the phases, on the clock of run_now_us; 0: not reached */
    char remote_ip[NET_ADDRESS_TEXT], local_ip[NET_ADDRESS_TEXT];
    uint16_t remote_port, local_port;
};

const struct connection_facts *connection_facts(const struct connection *c);
/* NULL for one without TLS; good as long as the connection. */
const struct tls_summary *connection_tls(struct connection *c);

#endif

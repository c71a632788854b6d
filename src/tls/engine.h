/* A TLS client connection with no socket in it: one SSL between two memory BIOs.
 *
 * The caller owns the fd and asks; all state is OpenSSL's. After every call, on either side, look at
 * tls_engine_unsent(): what stands there must go to the socket, since a read can produce bytes too (KeyUpdate, alerts).
 * README.md in this folder tells the whole story.
 *
 *   recv into tls_engine_recv_space(), tell tls_engine_received(), then tls_engine_handshake() until TLS_OK, then
 *   tls_engine_read() until TLS_WANT_BYTES; each time send tls_engine_unsent() and tell tls_engine_sent(). */
#ifndef PEEL_TLS_ENGINE_H
#define PEEL_TLS_ENGINE_H

#include "base/buf.h"
#include "base/error.h"
#include "base/slice.h"
#include "base/trace.h"
#include "tls/context.h"
#include "tls/summary.h"

struct tls_engine;

/* Whom we mean to talk to. All is copied. */
struct tls_peer {
    /* Name (A-label) or numeric address, as verified and, for a name, sent as SNI unless the context's settings have
     * another; a trailing dot is stripped. */
    const char *host;
    bool is_ip;               /* host is an address: no SNI of its own, iPAddress is verified */
    uint16_t port;            /* for messages only */
    bool is_proxy;            /* likewise: one on the way to whom we want */
    const struct slice *alpn; /* protocols offered, best first */
    size_t n_alpn;
    bool wants_summary; /* tls_engine_summary will be asked for */
};

enum tls_status {
    TLS_OK,
    TLS_WANT_VERIFY, /* --aia: an issuer must be fetched first; see tls_engine_wanted_issuer */
    TLS_WANT_BYTES,  /* nothing to do until more arrives from the peer */
    TLS_CLOSED,      /* the peer said close_notify: the end, and nothing was cut off */
    TLS_TRUNCATED,   /* FIN without close_notify: whether that is an error, the framing above knows */
    TLS_FAILED,      /* tls_engine_error() says why; unsent may hold an alert that still should go out */
};

/* trace may be NULL; it is kept and must outlive the engine. */
struct tls_engine *tls_engine_new(struct tls_context *context, const struct tls_peer *peer, const struct trace *trace);
/* Before the first step of the handshake: offers no session, as the one that was found may not be used. */
void tls_engine_forget_session(struct tls_engine *engine);
/* Takes NULL. */
void tls_engine_free(struct tls_engine *engine);

/* Before the first step of the handshake: a whole request, to travel with the ClientHello (RFC 8446 section 2.3), where
 * the session that is offered allows that many bytes. True: it is the engine's to send, early, and once more behind the
 * handshake if the server does not take it so. Who is on the way can replay it. Copied; told to the trace. */
bool tls_engine_offer_early(struct tls_engine *engine, struct slice bytes);
/* How many bytes went early; negative when the server did not take them; known when the handshake is done. */
long tls_engine_early(const struct tls_engine *engine);

/* Cipher side: what the socket sees. */

/* Room for the next recv(2), TLS_RECV_SPACE bytes; never NULL. */
struct span tls_engine_recv_space(struct tls_engine *engine);
/* n bytes have been put at the start of that room. */
void tls_engine_received(struct tls_engine *engine, size_t n);
/* The peer's FIN: no more bytes will come. */
void tls_engine_peer_closed(struct tls_engine *engine);
/* What the socket must still take, in order; good until the next call. */
struct slice tls_engine_unsent(const struct tls_engine *engine);
/* The socket took the first n bytes of it. */
void tls_engine_sent(struct tls_engine *engine, size_t n);
/* The socket takes nothing any more. What is made from now on does not leave, so the trace is not told of it. What the
 * peer sent may be read on. */
void tls_engine_send_failed(struct tls_engine *engine);

enum {
    TLS_RECV_SPACE = 512 * 1024
};

/* Plain side: what HTTP sees. */

/* One step of the handshake; TLS_OK when it is done (and from then on). */
enum tls_status tls_engine_handshake(struct tls_engine *engine);

/* After TLS_WANT_VERIFY: the http:// address where the issuer that is missing may be fetched, byte by byte as the
 * peer's certificate has it, so believe nothing of it. Good until the next call. */
const char *tls_engine_wanted_issuer(const struct tls_engine *engine);
/* What came from there, at most 64 KiB; or why nothing did, else NULL. Then go on with tls_engine_handshake, which may
 * want another: three at most. */
void tls_engine_supply_issuer(struct tls_engine *engine, struct slice bytes, const char *failure);
/* At most one record, into room for at least one byte. *n is at least 1 for TLS_OK, else 0. Read until it is not TLS_OK
 * before the next recv: what is left inside is kept, but piles up. */
enum tls_status tls_engine_read(struct tls_engine *engine, struct span into, size_t *n);
/* Takes all of from (TLS_OK, *n == from.len) unless the connection failed. TLS_WANT_BYTES: the handshake, or a later
 * message of it, is only half here; nothing was taken, so try again when more has arrived. */
enum tls_status tls_engine_write(struct tls_engine *engine, struct slice from, size_t *n);
/* Queues close_notify, once; TLS_OK. Harmless after a failure. */
enum tls_status tls_engine_close(struct tls_engine *engine);

/* The server has asked for a client certificate. */
bool tls_engine_is_certificate_asked(const struct tls_engine *engine);
/* ... and there was none to send. */
bool tls_engine_lacks_certificate(const struct tls_engine *engine);

/* What went wrong, filled by the call that returned TLS_FAILED or TLS_TRUNCATED. Codes: PEEL_SSL_CONNECT_ERROR (35) in
 * the handshake, PEEL_PEER_FAILED_VERIFICATION (60), PEEL_SSL_PINNEDPUBKEYNOTMATCH (90) and PEEL_SSL_INVALIDCERTSTATUS
 * (91) for a certificate, PEEL_RECV_ERROR (56) or PEEL_SEND_ERROR (55)
 * after it. */
const struct error *tls_engine_error(const struct tls_engine *engine);

/* The connection below failed (reset, time-out): tells TRACE_TLS_FAILED with what is known here, for this error of the
 * caller's. */
void tls_engine_tell_broken(const struct tls_engine *engine, const struct error *error);

/* The protocol that ALPN picked, or the empty slice. */
struct slice tls_engine_alpn(const struct tls_engine *engine);
/* X509_V_OK (0) or the first verify error, as -w's ssl_verify_result; also with -k. */
long tls_engine_verify_result(const struct tls_engine *engine);
/* Appends all about each certificate that the server sent, its own first, as text (describe.h says how); how many there
 * are. For a resumed session those of its first handshake, or of that only the first when it was in a file. */
size_t tls_engine_certificates(const struct tls_engine *engine, struct buf *out);
/* Appends the chain that the certificate was verified by, the leaf first, without the root, in PEM. */
void tls_engine_chain(const struct tls_engine *engine, struct buf *out);
/* What came of the connection so far, good as long as the engine. Without wants_summary the anchor and JA4 are missing.
 */
const struct tls_summary *tls_engine_summary(struct tls_engine *engine);

#endif

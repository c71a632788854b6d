/* TLS without a network: our engine against an OpenSSL server, both in memory, with certificates made on the spot. The
 * driver moves the bytes and can hold them back, cut, flip or drip them. */
#ifndef PEEL_TESTS_TLS_SIM_H
#define PEEL_TESTS_TLS_SIM_H

#include "base/buf.h"
#include "tls/context_state.h"
#include "tls/engine.h"

#include <openssl/ssl.h>

/* Certificates. */

struct sim_identity {
    X509 *certificate;
    EVP_PKEY *key;
};

/* What is to stand in a certificate; zero is a plain one, valid from yesterday on for 30 days, with an Ed25519 key. */
struct sim_certificate {
    const char *name;        /* the common name */
    const char *san;         /* as in openssl.cnf: "DNS:a.test,IP:192.0.2.1" */
    struct slice raw_dns;    /* one more dNSName, any bytes */
    const char *constraints; /* basicConstraints, as in openssl.cnf; "CA:TRUE" makes a CA */
    const char *extended_key_usage;
    const char *name_constraints;
    const char *aia;
    int from_days; /* from now and an hour; 0 is yesterday */
    int to_days;   /* likewise; 0 is 30 */
    unsigned rsa_bits;
    const char *digest; /* for the signature with an RSA key */
    unsigned n_sans;    /* that many names n0.many.test ... */
};

/* Signed by the issuer, or by itself when that is NULL. */
struct sim_identity sim_identity_make(const struct sim_certificate *what, const struct sim_identity *issuer);
void sim_identity_free(struct sim_identity *identity);

/* What most tests need: a root and a certificate for good.test (and 192.0.2.7, 2001:db8::7) under it. */
struct sim_pki {
    struct sim_identity root;
    struct sim_identity leaf;
};

struct sim_pki sim_pki_make(void);
void sim_pki_free(struct sim_pki *pki);

/* Contexts. */

/* One of ours that trusts the root (may be NULL) and nothing else. */
struct tls_context *sim_client(const struct tls_settings *settings, const struct sim_identity *root);
/* A server with that identity. */
SSL_CTX *sim_server(const struct sim_identity *identity);

/* A connection. */

struct sim {
    struct tls_engine *client;
    SSL *server;
    const char *request;     /* what the client writes after the handshake */
    const char *response[3]; /* records the server writes after the request, then close_notify */
    bool is_left_open;       /* no close_notify */
    bool takes_early;        /* the server reads early data, where its context allows any */

    size_t down_limit;  /* so many bytes may have reached the client in all */
    size_t up_limit;    /* and the server */
    size_t socket_size; /* so many bytes go over at once, at most */
    size_t flip_at;     /* position of the byte on its way down that arrives with a bit changed */
    unsigned char flip_mask;

    size_t down; /* bytes that reached the client */
    size_t up;
    size_t flight;          /* value of down when the client's handshake was done; 0: it never was */
    enum tls_status status; /* the client's last */
    struct buf flow;        /* all that went down, before any flip */
    struct buf client_got;  /* plain */
    struct buf server_got;
    struct buf server_got_early; /* a part of server_got */
    size_t n_responses_sent;
    bool is_early_over;
    bool is_request_sent;
    bool is_server_failed;
};

/* Starts one with a "GET" and two records as the response. */
void sim_start(struct sim *sim, struct tls_context *client, SSL_CTX *server, const struct tls_peer *peer,
               const struct trace *trace);
/* Runs both sides until nothing moves. */
void sim_run(struct sim *sim);
/* Lets the client see FIN, and runs it. */
void sim_cut(struct sim *sim);
/* Puts bytes into the client as if the server had sent them, and runs it. */
void sim_inject(struct sim *sim, struct slice bytes);
/* Bytes that the server has sent and that have not gone down yet. */
size_t sim_held_down(const struct sim *sim);
void sim_done(struct sim *sim);

/* The peer that sim_pki's leaf is for, offering http/1.1. */
struct tls_peer sim_peer(void);

#endif

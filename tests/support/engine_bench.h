/* What the tests of the engine share: a client and a server for each kind of handshake. */
#ifndef PEEL_TESTS_ENGINE_BENCH_H
#define PEEL_TESTS_ENGINE_BENCH_H

#include "tls_sim.h"

#define RESPONSE "HTTP/1.1 200 OK\r\n\r\nhello"

/* The kinds of handshake that everything is tried with. */
enum {
    KIND_1_2,
    KIND_1_3,
    KIND_RETRIED, /* HelloRetryRequest */
    KIND_CLIENT_CERTIFICATE_1_2,
    KIND_CLIENT_CERTIFICATE_1_3,
    KIND_RESUMED_1_2,
    KIND_RESUMED_1_3,
    N_KINDS
};

struct kind {
    const char *name;
    int version;
    bool is_retried;
    bool asks_certificate; /* and gets one */
    bool is_resumed;
};

extern const struct kind kinds[N_KINDS];

struct bench {
    struct sim_pki pki;
    struct sim_identity user;
    struct tls_context *client[N_KINDS];
    SSL_CTX *server[N_KINDS];
    SSL_SESSION *session[N_KINDS]; /* for the kinds that are resumed */
};

int bench_set_up(void **state);
int bench_tear_down(void **state);

/* A server for that kind of handshake. */
SSL_CTX *bench_server(const struct bench *bench, const struct kind *kind);
/* For SSL_CTX_set_alpn_select_cb: takes what the client likes best. */
int bench_pick_first(SSL *ssl, const unsigned char **out, unsigned char *outlen, const unsigned char *in, unsigned len,
                     void *unused);

/* One exchange of that kind, at its start. */
void bench_start(struct bench *bench, size_t kind, struct sim *sim);
void bench_start_told(struct bench *bench, size_t kind, struct sim *sim, const struct trace *trace);
/* All went well, and to its end. */
void assert_whole(struct sim *sim, const char *kind, size_t at);

/* One whole exchange; how many bytes went down and up, and how many of them down for the handshake. */
struct lengths {
    size_t down, up, flight;
};

struct lengths bench_measure(struct bench *bench, size_t kind);

#endif

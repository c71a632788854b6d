/* One client of poll_server: TLS between two memory BIOs, HTTP in it, and the socket beside it. */
#ifndef PEEL_TESTS_POLL_CONNECTION_H
#define PEEL_TESTS_POLL_CONNECTION_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    REQUEST_MAX = 16 * 1024,
    PLAIN_STEP = 16 * 1024, /* plain bytes made at a time */
};

enum body_mode {
    BODY_LENGTH,
    BODY_CHUNKED,
    BODY_CLOSE,
};

struct options {
    size_t record;
    uint64_t key_update;
    bool no_close_notify;
};

struct connection {
    int fd; /* -1: this place is free */
    SSL *ssl;
    BIO *in;  /* what the socket gave */
    BIO *out; /* what it must still take, beyond unsent */
    unsigned char *unsent;
    size_t unsent_len;
    size_t unsent_from;
    char request[REQUEST_MAX];
    size_t request_len;
    bool is_answering;
    bool is_ending; /* nothing more will be said; FIN when the queue is empty */
    bool fin_sent;
    enum body_mode mode;
    uint64_t body_len;
    uint64_t body_done;
    uint64_t until_key_update;
};

/* Once, before the first connection: the pattern that bodies are made of. */
void pattern_make(void);

/* Takes fd over. */
bool connection_open(struct connection *c, int fd, SSL_CTX *ctx);
void connection_close(struct connection *c);

/* Cipher bytes that the socket has still to take. */
size_t connection_queued(const struct connection *c);

/* Does what poll's events allow; closes the connection when it is over. */
void connection_serve(struct connection *c, short events, const struct options *options);

#endif

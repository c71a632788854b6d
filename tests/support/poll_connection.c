#include "poll_connection.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PATTERN_PERIOD = 65521,
    CIPHER_STEP = 256 * 1024,  /* cipher bytes given to the socket at a time */
    CIPHER_QUEUE = 512 * 1024, /* no more plain bytes are made while so many wait */
};

static unsigned char pattern[PATTERN_PERIOD + PLAIN_STEP];

void pattern_make(void)
{
    uint32_t x = 1;
    for (size_t i = 0; i < PATTERN_PERIOD; i++) {
        x = x * 1103515245U + 12345U;
        pattern[i] = (unsigned char)(x >> 16);
    }
    memcpy(pattern + PATTERN_PERIOD, pattern, PLAIN_STEP);
}

bool connection_open(struct connection *c, int fd, SSL_CTX *ctx)
{
    memset(c, 0, sizeof *c);
    c->fd = fd;
    c->ssl = SSL_new(ctx);
    c->in = BIO_new(BIO_s_mem());
    c->out = BIO_new(BIO_s_mem());
    c->unsent = malloc(CIPHER_STEP);
    if (!c->ssl || !c->in || !c->out || !c->unsent)
        return false;
    BIO_set_mem_eof_return(c->in, -1);
    SSL_set_bio(c->ssl, c->in, c->out);
    SSL_set_accept_state(c->ssl);
    return true;
}

void connection_close(struct connection *c)
{
    SSL_free(c->ssl);
    free(c->unsent);
    close(c->fd);
    memset(c, 0, sizeof *c);
    c->fd = -1;
}

size_t connection_queued(const struct connection *c)
{
    return BIO_ctrl_pending(c->out) + c->unsent_len - c->unsent_from;
}

static void connection_end(struct connection *c, const struct options *options)
{
    c->is_ending = true;
    if (!options->no_close_notify && SSL_is_init_finished(c->ssl))
        SSL_shutdown(c->ssl);
}

/* A memory BIO takes everything, so a write is never partial. */
static bool write_plain(struct connection *c, const void *bytes, size_t len, const struct options *options)
{
    const unsigned char *at = bytes;
    while (len > 0) {
        size_t n = len < options->record ? len : options->record;
        ERR_clear_error();
        if (SSL_write(c->ssl, at, (int)n) <= 0)
            return false;
        at += n;
        len -= n;
    }
    return true;
}

static enum body_mode mode_of(const char *query)
{
    if (strstr(query, "mode=chunked"))
        return BODY_CHUNKED;
    return strstr(query, "mode=close") ? BODY_CLOSE : BODY_LENGTH;
}

/* Reads the request line "METHOD /bytes/N?query HTTP/1.1" and answers with a head. */
static bool start_answer(struct connection *c, const struct options *options)
{
    char method[16] = "";
    char query[64] = "";
    uint64_t n = 0;
    char head[256];
    int len;
    bool is_known = sscanf(c->request, "%15s /bytes/%" SCNu64 "%63s", method, &n, query) >= 2;
    c->mode = is_known ? mode_of(query) : BODY_LENGTH;
    c->body_len = is_known ? n : 0;
    c->body_done = 0;
    c->is_answering = true;
    if (c->mode == BODY_CHUNKED)
        len = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    else if (c->mode == BODY_CLOSE)
        len = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    else
        len = snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %" PRIu64 "\r\n\r\n",
                       is_known ? "200 OK" : "404 Not Found", c->body_len);
    if (!write_plain(c, head, (size_t)len, options))
        return false;
    if (strcmp(method, "HEAD") == 0) {
        c->body_done = c->body_len;
        c->mode = c->mode == BODY_CHUNKED ? BODY_LENGTH : c->mode;
    }
    return true;
}

static bool write_body_step(struct connection *c, const struct options *options)
{
    uint64_t left = c->body_len - c->body_done;
    size_t n = left < PLAIN_STEP ? (size_t)left : PLAIN_STEP;
    char size_line[32];
    int len = snprintf(size_line, sizeof size_line, "%zx\r\n", n);
    if (c->mode == BODY_CHUNKED && !write_plain(c, size_line, (size_t)len, options))
        return false;
    if (!write_plain(c, pattern + c->body_done % PATTERN_PERIOD, n, options))
        return false;
    if (c->mode == BODY_CHUNKED && !write_plain(c, "\r\n", 2, options))
        return false;
    c->body_done += n;
    c->until_key_update += n;
    /* Never behind the last byte: close_notify cannot leave while a KeyUpdate waits for a write. */
    if (options->key_update > 0 && c->body_done < c->body_len && c->until_key_update >= options->key_update) {
        c->until_key_update = 0;
        SSL_key_update(c->ssl, SSL_KEY_UPDATE_REQUESTED);
    }
    return true;
}

/* As much of the answer as the queue may hold. */
static bool continue_answer(struct connection *c, const struct options *options)
{
    while (c->body_done < c->body_len) {
        if (connection_queued(c) >= CIPHER_QUEUE)
            return true;
        if (!write_body_step(c, options))
            return false;
    }
    if (c->mode == BODY_CHUNKED && !write_plain(c, "0\r\n\r\n", 5, options))
        return false;
    c->is_answering = false;
    if (c->mode == BODY_CLOSE)
        connection_end(c, options);
    return true;
}

/* Takes a whole request head out of c->request, if there is one. */
static bool take_request(struct connection *c, const struct options *options)
{
    c->request[c->request_len] = '\0';
    char *end = strstr(c->request, "\r\n\r\n");
    if (!end)
        return true;
    *end = '\0';
    bool ok = start_answer(c, options);
    size_t used = (size_t)(end - c->request) + 4;
    c->request_len -= used;
    memmove(c->request, c->request + used, c->request_len);
    return ok;
}

/* Everything that the bytes in c->in allow. False: the connection is of no more use, but what is queued (an alert) may
 * still go out. */
static bool connection_advance(struct connection *c, const struct options *options)
{
    while (!c->is_ending) {
        if (c->is_answering && !continue_answer(c, options))
            return false;
        if (c->is_answering || c->is_ending)
            return true;
        if (!take_request(c, options))
            return false;
        if (c->is_answering)
            continue;
        ERR_clear_error();
        int n = SSL_read(c->ssl, c->request + c->request_len, (int)(REQUEST_MAX - 1 - c->request_len));
        if (n <= 0)
            return SSL_get_error(c->ssl, n) == SSL_ERROR_WANT_READ;
        c->request_len += (size_t)n;
    }
    return true;
}

/* False: the peer is gone. */
static bool connection_flush(struct connection *c)
{
    for (;;) {
        if (c->unsent_from == c->unsent_len) {
            int n = BIO_read(c->out, c->unsent, CIPHER_STEP);
            c->unsent_from = 0;
            c->unsent_len = n > 0 ? (size_t)n : 0;
            if (n <= 0)
                break;
        }
        ssize_t n = send(c->fd, c->unsent + c->unsent_from, c->unsent_len - c->unsent_from, MSG_DONTWAIT);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        c->unsent_from += (size_t)n;
    }
    if (c->is_ending && !c->fin_sent) {
        c->fin_sent = true;
        shutdown(c->fd, SHUT_WR);
    }
    return true;
}

/* False: the connection is to be closed. After our FIN what comes is only thrown away: a close with unread bytes would
 * reset the connection under the reader. */
static bool connection_receive(struct connection *c, const struct options *options)
{
    static unsigned char bytes[64 * 1024];
    ssize_t n = recv(c->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    if (n == 0)
        return false;
    if (c->is_ending)
        return true;
    BIO_write(c->in, bytes, (int)n);
    if (!connection_advance(c, options))
        c->is_ending = true;
    return true;
}

void connection_serve(struct connection *c, short events, const struct options *options)
{
    bool is_alive = true;
    if (events & (POLLIN | POLLHUP | POLLERR))
        is_alive = connection_receive(c, options);
    if (is_alive && !connection_advance(c, options))
        c->is_ending = true;
    if (!is_alive || !connection_flush(c))
        connection_close(c);
}

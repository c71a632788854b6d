/* An HTTPS server of our own with memory BIOs on its side too: poll(2) owns the sockets, OpenSSL never sees one.
 *
 *     poll_server --cert CHAIN --key KEY [--tls 1.2|1.3] [--groups LIST] [--client-ca FILE] [--tickets N]
 *                 [--key-update BYTES] [--record BYTES] [--no-close-notify]
 *
 * It prints its port, a line, and ends when its standard input does. GET and HEAD of /bytes/N?mode=length|chunked|close
 * answer with N bytes of a pattern that test code computes again: byte i is block[i % 65521], where block is made by
 * pattern_make(). Any other path is 404.
 *
 * --key-update BYTES    a KeyUpdate that wants an answer after each so many bytes of a body (TLS 1.3)
 * --record BYTES        no record holds more plain text than this; 1 makes records of one byte
 * --no-close-notify     ends with FIN alone */
#include "poll_connection.h"

#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 64,
};

static void die(const char *what)
{
    fprintf(stderr, "poll_server: %s: %s\n", what, strerror(errno));
    ERR_print_errors_fp(stderr);
    exit(1);
}

static int listen_anywhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, 64) != 0)
        die("listen");
    if (getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        die("getsockname");
    printf("%u\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void accept_one(int listener, SSL_CTX *ctx, struct connection *connections)
{
    int fd = accept(listener, NULL, NULL);
    if (fd < 0)
        return;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        if (connections[i].fd >= 0)
            continue;
        if (!connection_open(&connections[i], fd, ctx))
            die("connection");
        return;
    }
    close(fd);
}

static void serve(int listener, SSL_CTX *ctx, const struct options *options)
{
    static struct connection connections[CONNECTIONS_MAX];
    struct pollfd polled[CONNECTIONS_MAX + 2] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                                 {.fd = listener, .events = POLLIN}};
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        connections[i].fd = -1;
    for (;;) {
        for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
            struct connection *c = &connections[i];
            bool has_more = c->fd >= 0 && (c->is_answering || connection_queued(c) > 0);
            polled[i + 2] = (struct pollfd){.fd = c->fd, .events = (short)(POLLIN | (has_more ? POLLOUT : 0))};
        }
        if (poll(polled, CONNECTIONS_MAX + 2, -1) < 0 && errno != EINTR)
            die("poll");
        char byte;
        if (polled[0].revents && read(STDIN_FILENO, &byte, 1) <= 0)
            return;
        for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
            if (connections[i].fd >= 0 && polled[i + 2].revents)
                connection_serve(&connections[i], polled[i + 2].revents, options);
        }
        if (polled[1].revents)
            accept_one(listener, ctx, connections);
    }
}

static bool set_version(SSL_CTX *ctx, const char *version)
{
    int number = strcmp(version, "1.2") == 0 ? TLS1_2_VERSION : TLS1_3_VERSION;
    return SSL_CTX_set_min_proto_version(ctx, number) && SSL_CTX_set_max_proto_version(ctx, number);
}

static bool ask_for_client_certificate(SSL_CTX *ctx, const char *ca)
{
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_client_CA_list(ctx, SSL_load_client_CA_file(ca));
    return SSL_CTX_load_verify_locations(ctx, ca, NULL) == 1;
}

static bool set_option(SSL_CTX *ctx, struct options *options, int letter, const char *value)
{
    switch (letter) {
    case 'c':
        return SSL_CTX_use_certificate_chain_file(ctx, value) == 1;
    case 'k':
        return SSL_CTX_use_PrivateKey_file(ctx, value, SSL_FILETYPE_PEM) == 1;
    case 't':
        return set_version(ctx, value);
    case 'g':
        return SSL_CTX_set1_groups_list(ctx, value) == 1;
    case 'a':
        return ask_for_client_certificate(ctx, value);
    case 'n':
        return SSL_CTX_set_num_tickets(ctx, strtoul(value, NULL, 10)) == 1;
    case 'u':
        options->key_update = strtoull(value, NULL, 10);
        return true;
    case 'r':
        options->record = strtoul(value, NULL, 10);
        return options->record > 0;
    case 'x':
        options->no_close_notify = true;
        return true;
    default:
        return false;
    }
}

int main(int argc, char **argv)
{
    static const struct option names[] = {
        {"cert", required_argument, NULL, 'c'},       {"key", required_argument, NULL, 'k'},
        {"tls", required_argument, NULL, 't'},        {"groups", required_argument, NULL, 'g'},
        {"client-ca", required_argument, NULL, 'a'},  {"tickets", required_argument, NULL, 'n'},
        {"key-update", required_argument, NULL, 'u'}, {"record", required_argument, NULL, 'r'},
        {"no-close-notify", no_argument, NULL, 'x'},  {NULL, 0, NULL, 0},
    };
    struct options options = {.record = PLAIN_STEP};
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (!ctx)
        die("SSL_CTX_new");
    for (int letter; (letter = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        if (!set_option(ctx, &options, letter, optarg))
            die("wrong option");
    }
    signal(SIGPIPE, SIG_IGN);
    SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"poll", 4);
    pattern_make();
    int listener = listen_anywhere();
    serve(listener, ctx, &options);
    close(listener);
    SSL_CTX_free(ctx);
    return 0;
}

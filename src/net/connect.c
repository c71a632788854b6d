/* A race of non-blocking connects. */
#include "net/connect.h"

#include "base/mem.h"
#include "net/socket.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct race {
    struct net_addresses addresses;
    int *fds;           /* one an address: -1 when not started or over */
    uint64_t *began_us; /* the same: when */
    size_t n_started;
    size_t winner; /* index, addresses.n while there is none */
    uint64_t next_us;
    int last_error;
    bool is_bound_wrong; /* the last failure was that of binding */
    const char *host;
    uint16_t port;
    bool is_proxy;
    const struct net_settings *settings;
    const struct trace *trace;
};

struct race *race_new(struct net_addresses *addresses, const struct net_settings *settings, const char *host,
                      uint16_t port, const struct trace *trace)
{
    struct race *r = mem_alloc(sizeof *r);
    r->addresses = *addresses;
    *addresses = (struct net_addresses){0};
    r->fds = mem_array(r->addresses.n, sizeof *r->fds);
    r->began_us = mem_array(r->addresses.n, sizeof *r->began_us);
    for (size_t i = 0; i < r->addresses.n; i++)
        r->fds[i] = -1;
    r->winner = r->addresses.n;
    r->settings = settings;
    r->host = host;
    r->port = port;
    r->trace = trace;
    return r;
}

void race_set_proxy(struct race *r)
{
    r->is_proxy = true;
}

void race_free(struct race *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->addresses.n; i++)
        if (r->fds[i] >= 0)
            close(r->fds[i]);
    net_addresses_done(&r->addresses);
    mem_free(r->fds);
    mem_free(r->began_us);
    mem_free(r);
}

static void race_tell(const struct race *r, enum trace_kind kind, size_t i, int error)
{
    struct trace_address told = {
        .host = slice_of(r->host), .address = r->addresses.list[i].text, .port = r->port, .error = error};
    trace_tell(r->trace, kind, &told);
}

static void attempt_failed(struct race *r, size_t i, int error)
{
    if (r->fds[i] >= 0)
        close(r->fds[i]);
    r->fds[i] = -1;
    r->last_error = error;
    race_tell(r, TRACE_CONNECT_FAILED, i, error);
    r->next_us = 0;
}

static void attempt_start(struct race *r, uint64_t now_us)
{
    size_t i = r->n_started++;
    const struct net_address *a = &r->addresses.list[i];
    race_tell(r, TRACE_CONNECTING, i, 0);
    r->began_us[i] = now_us;
    r->next_us = now_us + r->settings->attempt_delay_ms * 1000;
    r->fds[i] = net_socket_new(a, r->settings, &r->is_bound_wrong);
    if (r->fds[i] < 0) {
        attempt_failed(r, i, errno);
        return;
    }
    if (connect(r->fds[i], (const struct sockaddr *)&a->address, a->len) == 0)
        r->winner = i;
    else if (errno != EINPROGRESS && errno != EINTR)
        attempt_failed(r, i, errno);
}

static void attempt_check(struct race *r, size_t i)
{
    struct pollfd ready = {.fd = r->fds[i], .events = POLLOUT};
    if (poll(&ready, 1, 0) != 1)
        return;
    int error = 0;
    socklen_t len = sizeof error;
    if (getsockopt(r->fds[i], SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        error = errno;
    if (error != 0)
        attempt_failed(r, i, error);
    else
        r->winner = i;
}

static bool race_is_over(const struct race *r)
{
    if (r->n_started < r->addresses.n)
        return false;
    for (size_t i = 0; i < r->n_started; i++)
        if (r->fds[i] >= 0)
            return false;
    return true;
}

enum race_status race_step(struct race *r, uint64_t now_us, struct error *err)
{
    for (;;) {
        for (size_t i = 0; i < r->n_started && r->winner == r->addresses.n; i++)
            if (r->fds[i] >= 0)
                attempt_check(r, i);
        if (r->winner < r->addresses.n || r->n_started == r->addresses.n || r->next_us > now_us)
            break;
        attempt_start(r, now_us);
    }
    if (r->winner < r->addresses.n)
        return RACE_WON;
    if (!race_is_over(r))
        return RACE_RUNNING;
    char tried[40] = "";
    if (r->addresses.n > 1)
        snprintf(tried, sizeof tried, " (%zu addresses tried)", r->addresses.n);
    err->os_error = r->last_error;
    if (r->is_bound_wrong) {
        error_set(err, PEEL_INTERFACE_FAILED, "Could not bind to %.300s: %s",
                  r->settings->interface ? r->settings->interface : "the local port", strerror(r->last_error));
        return RACE_LOST;
    }
    error_set(err, PEEL_COULDNT_CONNECT, "Failed to connect to %s%.300s port %u: %s%s", r->is_proxy ? "proxy " : "",
              r->host, r->port, strerror(r->last_error), tried);
    return RACE_LOST;
}

size_t race_fds(const struct race *r, int *fds, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_started; i++) {
        if (r->fds[i] < 0)
            continue;
        if (n < max)
            fds[n] = r->fds[i];
        n++;
    }
    return n;
}

size_t race_size(const struct race *r)
{
    return r->addresses.n;
}

uint64_t race_due_us(const struct race *r)
{
    return r->n_started < r->addresses.n ? r->next_us : UINT64_MAX;
}

int race_take_fd(struct race *r, const struct net_address **address, uint64_t *began_us)
{
    int fd = r->fds[r->winner];
    r->fds[r->winner] = -1;
    *began_us = r->began_us[r->winner];
    *address = &r->addresses.list[r->winner];
    return fd;
}

/* socket(2), its options and bind(2). */
#include "net/socket.h"

#include "base/escape.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    KEEPALIVE_S = 60, /* curl's */
};

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static void set_option(int fd, int level, int name, int value)
{
    /* Best effort: a kernel that refuses one of these still gives a working connection. */
    (void)setsockopt(fd, level, name, &value, sizeof value);
}

static void set_keepalive(int fd, const struct net_settings *s)
{
    if (s->no_keepalive)
        return;
    int seconds = s->keepalive_s > 0 ? (int)s->keepalive_s : KEEPALIVE_S;
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, seconds);
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, seconds);
    if (s->keepalive_count > 0)
        set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, (int)s->keepalive_count);
}

/* curl's defaults: no Nagle, a probe after a minute of silence. */
static void set_options(int fd, int family, const struct net_settings *s)
{
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, !s->has_nagle);
    set_keepalive(fd, s);
    if (s->ip_tos > 0)
        set_option(fd, family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP, family == AF_INET6 ? IPV6_TCLASS : IP_TOS,
                   (int)s->ip_tos);
    if (s->tcp_fastopen)
        set_option(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
}

/* The address of that family on the interface of that name. */
static bool interface_address(const char *name, sa_family_t family, struct net_addresses *out)
{
    struct ifaddrs *all = NULL;
    if (getifaddrs(&all) != 0)
        return false;
    socklen_t len = family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    for (const struct ifaddrs *i = all; i && out->n == 0; i = i->ifa_next)
        if (i->ifa_addr && i->ifa_addr->sa_family == family && strcmp(i->ifa_name, name) == 0)
            net_addresses_add(out, i->ifa_addr, len);
    freeifaddrs(all);
    return out->n > 0;
}

/* "NAME", "if!NAME", "host!ADDRESS": where we come from. */
static bool find_source(const char *name, sa_family_t family, struct net_addresses *out)
{
    bool may_be_address = strncmp(name, "if!", 3) != 0;
    bool may_be_interface = strncmp(name, "host!", 5) != 0;
    if (!may_be_address || !may_be_interface)
        name = strchr(name, '!') + 1;
    if (may_be_interface && interface_address(name, family, out))
        return true;
    return may_be_address && net_address_parse(out, name, NULL, 0) && out->list[0].address.ss_family == family;
}

static void put_port(struct sockaddr_storage *address, uint16_t port)
{
    if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)address)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)address)->sin_port = htons(port);
}

static bool bind_source(int fd, sa_family_t family, const struct net_settings *s)
{
    struct net_addresses found = {0};
    struct sockaddr_storage any = {.ss_family = family};
    struct net_address from = {.address = any,
                               .len = family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in)};
    if (s->interface && !find_source(s->interface, family, &found)) {
        net_addresses_done(&found);
        errno = EADDRNOTAVAIL;
        return false;
    }
    if (found.n > 0)
        from = found.list[0];
    net_addresses_done(&found);
    for (unsigned port = s->local_port; port <= s->local_port_last; port++) {
        put_port(&from.address, (uint16_t)port);
        if (bind(fd, (const struct sockaddr *)&from.address, from.len) == 0)
            return true;
        if (errno != EADDRINUSE)
            return false;
    }
    return false;
}

int net_socket_new(const struct net_address *to, const struct net_settings *s, bool *is_bound_wrong)
{
    sa_family_t family = to->address.ss_family;
    int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    *is_bound_wrong = false;
    if (family == AF_UNIX)
        return socket(family, type, 0);
    int fd = s->mptcp ? socket(family, type, IPPROTO_MPTCP) : -1;
    if (fd < 0) /* a kernel without it: plain TCP, as the peer may answer anyway */
        fd = socket(family, type, IPPROTO_TCP);
    if (fd < 0)
        return -1;
    set_options(fd, family, s);
    if ((!s->interface && s->local_port == 0) || bind_source(fd, family, s))
        return fd;
    int reason = errno;
    close(fd);
    *is_bound_wrong = true;
    errno = reason;
    return -1;
}

bool net_unix_address(struct net_addresses *out, const struct net_settings *s)
{
    if (!s->unix_socket)
        return false;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(s->unix_socket);
    size_t at = s->is_unix_abstract ? 1 : 0; /* such a name begins with a NUL byte and ends where it ends */
    if (at + len >= sizeof address.sun_path)
        return true;
    memcpy(address.sun_path + at, s->unix_socket, len);
    size_t used = offsetof(struct sockaddr_un, sun_path) + at + len + (s->is_unix_abstract ? 0 : 1);
    net_addresses_add(out, (const struct sockaddr *)&address, (socklen_t)used);
    escape_into(out->list[0].text, sizeof out->list[0].text, slice_of(s->unix_socket));
    return true;
}

/* What a user may say about names and connections. Plain data; strings belong to whoever filled it. */
#ifndef PEEL_NET_SETTINGS_H
#define PEEL_NET_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum net_family {
    NET_ANY,
    NET_IPV4, /* -4 */
    NET_IPV6, /* -6 */
};

/* --resolve HOST:PORT:ADDR[,ADDR]... ; "*" as the host stands for every name. */
struct net_resolve_override {
    char *host;
    uint16_t port;
    char **addresses; /* numeric, no brackets */
    size_t n_addresses;
    bool is_removal; /* -HOST:PORT: forget what an earlier one said */
};

/* --connect-to HOST1:PORT1:HOST2:PORT2 ; an empty part is NULL or 0 and means "any" on the left, "the same" on the
 * right. */
struct net_connect_to {
    char *from_host;
    uint16_t from_port;
    char *to_host;
    uint16_t to_port;
};

struct net_settings {
    enum net_family family;
    struct net_resolve_override *resolve;
    size_t n_resolve;
    struct net_connect_to *connect_to;
    size_t n_connect_to;
    char *unix_socket;                    /* --unix-socket, --abstract-unix-socket: stands for every host; NULL: none */
    bool is_unix_abstract;                /* its name is none of a file */
    char *interface;                      /* --interface, as typed */
    uint16_t local_port, local_port_last; /* --local-port; 0: any */
    uint64_t ip_tos;                      /* --ip-tos; 0: as the system likes */
    uint64_t attempt_delay_ms;            /* --happy-eyeballs-timeout-ms: from one attempt to connect to the next */
    bool tcp_fastopen;
    bool mptcp;
    bool has_nagle; /* --no-tcp-nodelay */
    bool no_keepalive;
    uint64_t keepalive_s;     /* --keepalive-time; 0: a minute */
    uint64_t keepalive_count; /* --keepalive-cnt; 0: as the system likes */
    char *proxy;              /* -x, --proxy1.0, as typed; "": none; NULL: the environment says. May hold a secret */
    char *noproxy;            /* --noproxy; NULL: the environment says */
    bool proxy_tunnel;        /* -p: CONNECT for http:// too */
    bool is_proxy_old;        /* --proxy1.0: it is asked with HTTP/1.0 */
    bool announces_client;    /* --haproxy-protocol: says first for whom it comes */
    char *client_ip;          /* --haproxy-clientip: for this numeric address; NULL: for ourselves */
};

#endif

/* HAProxy's PROXY protocol, version 1: one line before anything else on a connection, which says between whom it is. */
#ifndef PEEL_NET_HAPROXY_H
#define PEEL_NET_HAPROXY_H

#include "base/buf.h"

#include <stdint.h>

/* Addresses are numeric; a zone behind "%" is nobody else's business and is left out. local_ip "": a Unix socket, of
 * which there is nothing to say. */
struct haproxy_ends {
    const char *client_ip; /* stands for both ends; NULL: what follows is the truth */
    const char *local_ip, *remote_ip;
    uint16_t local_port, remote_port;
};

/* Appends "PROXY TCP4 192.0.2.1 192.0.2.2 49152 443" with its CR LF. */
void haproxy_print(struct buf *out, const struct haproxy_ends *ends);

#endif

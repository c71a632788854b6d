/* Addresses of a peer, ready for connect(2). */
#ifndef PEEL_NET_ADDRESS_H
#define PEEL_NET_ADDRESS_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
    NET_ADDRESS_TEXT = INET6_ADDRSTRLEN + 1 + IF_NAMESIZE
};

struct net_address {
    struct sockaddr_storage address;
    socklen_t len;
    char text[NET_ADDRESS_TEXT]; /* numeric, without brackets; an IPv6 zone behind "%" */
};

/* Owned list; all zero is empty. */
struct net_addresses {
    struct net_address *list;
    size_t n;
};

void net_addresses_done(struct net_addresses *a);
void net_addresses_add(struct net_addresses *a, const struct sockaddr *address, socklen_t len);

/* A numeric address (no brackets; the zone, if any, apart or NULL). False when text is none or the zone does not exist.
 */
bool net_address_parse(struct net_addresses *out, const char *text, const char *zone, uint16_t port);

/* The text form and port of any socket address; both may be NULL when not wanted. text has NET_ADDRESS_TEXT bytes. */
void net_address_describe(const struct sockaddr_storage *address, char *text, uint16_t *port);

/* RFC 8305 section 4: the families in turn, the first one first, the order within each kept. */
void net_addresses_interleave(struct net_addresses *a);

#endif

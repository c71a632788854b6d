/* Packets that never were: the TCP connection as it could have looked, around bytes that did cross it. IPv4 (RFC 791),
 * IPv6 (RFC 8200), TCP (RFC 9293) with right lengths and checksums. Pure functions of their arguments. */
#ifndef PEEL_INSIGHT_PACKET_H
#define PEEL_INSIGHT_PACKET_H

#include "base/buf.h"

#include <stdint.h>

enum {
    PACKET_FIN = 0x01, /* RFC 9293 section 3.1 */
    PACKET_SYN = 0x02, /* brings the options of a SYN with it: MSS, window scale (RFC 7323 section 2) */
    PACKET_RST = 0x04,
    PACKET_PSH = 0x08,
    PACKET_ACK = 0x10,

    PACKET_PAYLOAD_MAX = 1400,
};

struct packet_end {
    bool is_ipv6;
    unsigned char address[16]; /* in network order; the first 4 for IPv4 */
    uint16_t port;
};

struct packet {
    const struct packet_end *from, *to; /* of one family */
    uint32_t seq, ack;
    unsigned flags;
    struct slice payload; /* up to PACKET_PAYLOAD_MAX */
};

void packet_append(struct buf *out, const struct packet *packet);

/* The Internet checksum (RFC 1071) of bytes behind what has been summed up already; 0 to begin with. A sum over the
 * whole, its checksum in it, is 0xffff. */
uint32_t packet_sum(uint32_t sum, struct slice bytes);

/* A numeric address, a zone behind it left out. False when it is none. */
bool packet_end_parse(struct packet_end *end, const char *address, uint16_t port);

#endif

/* What was written as pcapng, read again block by block, and packets looked at: for tests. */
#ifndef PEEL_TESTS_PCAPNG_READER_H
#define PEEL_TESTS_PCAPNG_READER_H

#include "insight/packet.h"

enum {
    READ_SECTION = 0x0a0d0d0a,
    READ_INTERFACE = 1,
    READ_PACKET = 6,
    READ_SECRETS = 10,
};

struct read_block {
    uint32_t type;
    struct slice body;    /* between the two lengths */
    struct slice secrets; /* of READ_SECRETS */
    struct slice packet;  /* of READ_PACKET */
    struct slice options; /* behind the packet */
    uint64_t at_us;
};

static inline uint32_t read_le(struct slice bytes, size_t at)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr + at;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint32_t read_be(struct slice bytes, size_t at, unsigned n)
{
    uint32_t number = 0;
    for (unsigned i = 0; i < n; i++)
        number = number << 8 | (unsigned char)bytes.ptr[at + i];
    return number;
}

static inline size_t read_padded(size_t len)
{
    return (len + 3) / 4 * 4;
}

/* Takes one block from the front of rest; false when that is not a whole and sound one. */
static inline bool read_block(struct slice *rest, struct read_block *block)
{
    if (rest->len < 12)
        return false;
    size_t len = read_le(*rest, 4);
    if (len % 4 != 0 || len < 12 || len > rest->len || read_le(*rest, len - 4) != len)
        return false;
    *block = (struct read_block){.type = read_le(*rest, 0), .body = slice_make(rest->ptr + 8, len - 12)};
    *rest = slice_from(*rest, len);
    struct slice body = block->body;
    if (block->type == READ_SECRETS) {
        if (body.len < 8 || read_padded(read_le(body, 4)) != body.len - 8)
            return false;
        block->secrets = slice_make(body.ptr + 8, read_le(body, 4));
    }
    if (block->type == READ_PACKET) {
        if (body.len < 20 || read_le(body, 0) != 0 || read_le(body, 12) != read_le(body, 16) ||
            read_padded(read_le(body, 12)) > body.len - 20)
            return false;
        block->at_us = (uint64_t)read_le(body, 4) << 32 | read_le(body, 8);
        block->packet = slice_make(body.ptr + 20, read_le(body, 12));
        block->options = slice_from(body, 20 + read_padded(block->packet.len));
    }
    return true;
}

struct read_packet {
    bool is_ipv6;
    uint16_t from, to;
    uint32_t seq, ack;
    unsigned flags;
    struct slice payload;
};

/* False when lengths or checksums are wrong. */
static inline bool read_packet(struct slice bytes, struct read_packet *packet)
{
    bool is_ipv6 = bytes.len > 0 && (unsigned char)bytes.ptr[0] >> 4 == 6;
    size_t header = is_ipv6 ? 40 : 20, address = is_ipv6 ? 16 : 4;
    if (bytes.len < header + 20)
        return false;
    struct slice tcp = slice_from(bytes, header);
    size_t said = is_ipv6 ? read_be(bytes, 4, 2) + header : read_be(bytes, 2, 2);
    size_t tcp_header = (size_t)(unsigned char)tcp.ptr[12] / 16 * 4;
    uint32_t sum = packet_sum((uint32_t)tcp.len + 6, slice_make(bytes.ptr + header - 2 * address, 2 * address));
    if (said != bytes.len || tcp_header > tcp.len || packet_sum(sum, tcp) != 0xffff ||
        (!is_ipv6 && packet_sum(0, slice_first(bytes, header)) != 0xffff))
        return false;
    *packet = (struct read_packet){.is_ipv6 = is_ipv6,
                                   .from = (uint16_t)read_be(tcp, 0, 2),
                                   .to = (uint16_t)read_be(tcp, 2, 2),
                                   .seq = read_be(tcp, 4, 4),
                                   .ack = read_be(tcp, 8, 4),
                                   .flags = (unsigned char)tcp.ptr[13],
                                   .payload = slice_from(tcp, tcp_header)};
    return true;
}

#endif

/* Made-up packets. */
#include "insight/packet.h"

#include "base/bytes.h"

#include <arpa/inet.h>

enum {
    IPV4_HEADER = 20,
    IPV6_HEADER = 40,
    TCP_HEADER = 20,
    TCP_SYN_OPTIONS = 8,
    TTL = 64,
    WINDOW = 0xffff,
    WINDOW_SHIFT = 14, /* the largest (RFC 7323 section 2.3), so that no window is ever full */
};

uint32_t packet_sum(uint32_t sum, struct slice bytes)
{
    const unsigned char *at = (const unsigned char *)bytes.ptr;
    for (size_t i = 0; i + 1 < bytes.len; i += 2)
        sum += (uint32_t)at[i] << 8 | at[i + 1];
    if (bytes.len % 2 == 1)
        sum += (uint32_t)at[bytes.len - 1] << 8;
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

static void put_checksum(struct buf *out, size_t at, uint32_t sum)
{
    unsigned char *field = (unsigned char *)out->data + out->start + at;
    field[0] = (unsigned char)(~sum >> 8);
    field[1] = (unsigned char)~sum;
}

static void append_ipv4(struct buf *out, const struct packet *p, size_t len)
{
    size_t start = out->len;
    bytes_append_be(out, 0x4500, 2);
    bytes_append_be(out, IPV4_HEADER + len, 2);
    bytes_append_be(out, 0, 2);      /* identification: of no meaning in what is not in fragments (RFC 6864) */
    bytes_append_be(out, 0x4000, 2); /* don't fragment */
    bytes_append_be(out, TTL << 8 | IPPROTO_TCP, 2);
    bytes_append_be(out, 0, 2);
    buf_append(out, slice_make(p->from->address, 4));
    buf_append(out, slice_make(p->to->address, 4));
    put_checksum(out, start + 10, packet_sum(0, slice_from(buf_slice(out), start)));
}

static void append_ipv6(struct buf *out, const struct packet *p, size_t len)
{
    bytes_append_be(out, 0x60000000, 4);
    bytes_append_be(out, len, 2);
    bytes_append_be(out, IPPROTO_TCP << 8 | TTL, 2);
    buf_append(out, slice_make(p->from->address, 16));
    buf_append(out, slice_make(p->to->address, 16));
}

static void append_tcp(struct buf *out, const struct packet *p)
{
    size_t options = p->flags & PACKET_SYN ? TCP_SYN_OPTIONS : 0;
    bytes_append_be(out, p->from->port, 2);
    bytes_append_be(out, p->to->port, 2);
    bytes_append_be(out, p->seq, 4);
    bytes_append_be(out, p->ack, 4);
    bytes_append_be(out, ((size_t)TCP_HEADER + options) / 4 << 12 | p->flags, 2);
    bytes_append_be(out, WINDOW, 2);
    bytes_append_be(out, 0, 4); /* checksum, urgent pointer */
    if (options > 0) {
        bytes_append_be(out, 0x0204u << 16 | PACKET_PAYLOAD_MAX, 4);
        bytes_append_be(out, 0x03030001u | WINDOW_SHIFT << 8, 4); /* and one NOP */
    }
    buf_append(out, p->payload);
}

void packet_append(struct buf *out, const struct packet *p)
{
    bool is_ipv6 = p->from->is_ipv6;
    size_t address = is_ipv6 ? 16 : 4;
    size_t len = (size_t)TCP_HEADER + (p->flags & PACKET_SYN ? TCP_SYN_OPTIONS : 0) + p->payload.len;
    if (is_ipv6)
        append_ipv6(out, p, len);
    else
        append_ipv4(out, p, len);
    size_t start = out->len;
    append_tcp(out, p);
    /* With the pseudo header of RFC 9293 section 3.1 and RFC 8200 section 8.1: they sum up to the same. */
    uint32_t sum = packet_sum((uint32_t)len + IPPROTO_TCP, slice_make(p->from->address, address));
    sum = packet_sum(sum, slice_make(p->to->address, address));
    put_checksum(out, start + 16, packet_sum(sum, slice_from(buf_slice(out), start)));
}

bool packet_end_parse(struct packet_end *end, const char *address, uint16_t port)
{
    char text[INET6_ADDRSTRLEN];
    size_t len = strcspn(address, "%");
    if (len >= sizeof text)
        return false;
    memcpy(text, address, len);
    text[len] = '\0';
    *end = (struct packet_end){.is_ipv6 = strchr(text, ':') != NULL, .port = port};
    return inet_pton(end->is_ipv6 ? AF_INET6 : AF_INET, text, end->address) == 1;
}

/* From events to pcapng: one stream of made-up TCP for each connection. */
#include "insight/capture.h"

#include "base/mem.h"
#include "insight/packet.h"
#include "insight/pcapng.h"

/* Which time is whose. */
#define TIMES                                                                                                          \
    "Times are those of peel's own calls: SYN, when it asked to connect; SYN-ACK and ACK, when it saw that the "       \
    "connection stood; bytes, when it had sent or read them. ACKs bear the time of what they acknowledge."
#define INVENTED "The TCP and IP layers are invented by peel; the bytes, addresses and ports are real. " TIMES
#define INVENTED_ALL                                                                                                   \
    "A Unix socket: the TCP and IP layers, addresses and ports are invented by peel; the bytes are real. " TIMES

enum {
    CLIENT,
    SERVER,
    FIRST_MADE_UP_PORT = 49152, /* RFC 6335 section 6: dynamic ports */
    MADE_UP_PORTS = 16384,
};

struct stream {
    unsigned connection;
    struct packet_end ends[2];
    uint32_t seq[2]; /* of the next byte, from 0 */
    bool has_fin[2];
    bool is_reset;
    bool is_secured; /* TLS shakes no hands (any more) */
    bool is_holding;
    struct buf held; /* whole blocks */
};

struct capture {
    uint64_t epoch_us, at_us;
    struct buf secrets; /* not in the file yet */
    struct buf packet;  /* in the making */
    struct stream *streams;
    size_t n;
};

struct capture *capture_new(uint64_t epoch_us, struct buf *out)
{
    struct capture *c = mem_alloc(sizeof *c);
    c->epoch_us = epoch_us;
    pcapng_append_start(out, INVENTED);
    return c;
}

static void write_secrets(struct capture *c, struct buf *out)
{
    if (c->secrets.len == 0)
        return;
    pcapng_append_secrets(out, buf_slice(&c->secrets));
    buf_wipe(&c->secrets);
}

static void release(struct capture *c, struct stream *s, struct buf *out)
{
    s->is_holding = false;
    write_secrets(c, out);
    buf_append(out, buf_slice(&s->held));
    buf_done(&s->held);
}

/* One packet from that end, and what it does to the sequence numbers. */
static void say(struct capture *c, struct stream *s, int from, unsigned flags, struct slice payload,
                const char *comment, struct buf *out)
{
    int to = !from;
    struct packet packet = {.from = &s->ends[from],
                            .to = &s->ends[to],
                            .seq = s->seq[from],
                            .ack = flags & PACKET_ACK ? s->seq[to] : 0,
                            .flags = flags,
                            .payload = payload};
    if (!s->is_holding)
        write_secrets(c, out);
    buf_clear(&c->packet);
    packet_append(&c->packet, &packet);
    pcapng_append_packet(s->is_holding ? &s->held : out, c->epoch_us + c->at_us, buf_slice(&c->packet), comment);
    s->seq[from] += (uint32_t)payload.len + (flags & (PACKET_SYN | PACKET_FIN) ? 1 : 0);
}

static void say_nothing_but(struct capture *c, struct stream *s, int from, unsigned flags, struct buf *out)
{
    say(c, s, from, flags, SLICE(""), NULL, out);
}

/* The real ends where there are some. */
static bool choose_ends(struct stream *s, const struct trace_socket *told)
{
    struct packet_end *client = &s->ends[CLIENT], *server = &s->ends[SERVER];
    if (packet_end_parse(client, told->local.address, told->local.port) &&
        packet_end_parse(server, told->remote.address, told->remote.port) && client->is_ipv6 == server->is_ipv6)
        return true;
    uint16_t port = (uint16_t)(FIRST_MADE_UP_PORT + told->connection % MADE_UP_PORTS);
    packet_end_parse(client, "127.0.0.1", port);
    packet_end_parse(server, "127.0.0.1", told->remote.port);
    return false;
}

static void on_opened(struct capture *c, const struct trace_socket *told, struct buf *out)
{
    c->streams = mem_realloc(c->streams, (c->n + 1) * sizeof *c->streams);
    struct stream *s = &c->streams[c->n++];
    *s = (struct stream){.connection = told->connection, .is_secured = !told->is_tls};
    const char *comment = choose_ends(s, told) ? INVENTED : INVENTED_ALL;
    uint64_t stood_us = c->at_us;
    c->at_us = told->began_us;
    say(c, s, CLIENT, PACKET_SYN, SLICE(""), comment, out);
    c->at_us = stood_us;
    say_nothing_but(c, s, SERVER, PACKET_SYN | PACKET_ACK, out);
    say_nothing_but(c, s, CLIENT, PACKET_ACK, out);
}

/* In segments, and acknowledged. */
static void on_bytes(struct capture *c, struct stream *s, int from, struct slice bytes, struct buf *out)
{
    while (bytes.len > 0) {
        struct slice segment = slice_first(bytes, PACKET_PAYLOAD_MAX);
        bytes = slice_from(bytes, segment.len);
        say(c, s, from, PACKET_ACK | (bytes.len == 0 ? PACKET_PSH : 0), segment, NULL, out);
    }
    say_nothing_but(c, s, !from, PACKET_ACK, out);
}

static void on_fin(struct capture *c, struct stream *s, int from, struct buf *out)
{
    if (s->has_fin[from] || s->is_reset)
        return;
    s->has_fin[from] = true;
    say_nothing_but(c, s, from, PACKET_FIN | PACKET_ACK, out);
    say_nothing_but(c, s, !from, PACKET_ACK, out);
}

static void on_reset(struct capture *c, struct stream *s, int from, struct buf *out)
{
    if (s->is_reset)
        return;
    s->is_reset = true;
    say_nothing_but(c, s, from, PACKET_RST | PACKET_ACK, out);
}

static void on_over(struct capture *c, struct stream *s, struct buf *out)
{
    release(c, s, out);
    *s = c->streams[--c->n];
}

static void on_socket(struct capture *c, struct stream *s, const struct trace_socket *told, struct buf *out)
{
    switch (told->what) {
    case TRACE_SOCKET_SENT:
        release(c, s, out);
        on_bytes(c, s, CLIENT, told->bytes, out);
        break;
    case TRACE_SOCKET_RECEIVED:
        s->is_holding = s->is_holding || !s->is_secured;
        on_bytes(c, s, SERVER, told->bytes, out);
        if (s->held.len > CAPTURE_HELD_MAX)
            release(c, s, out);
        break;
    case TRACE_SOCKET_SECURED:
        s->is_secured = true;
        release(c, s, out);
        break;
    case TRACE_SOCKET_PEER_CLOSED:
        on_fin(c, s, SERVER, out);
        break;
    case TRACE_SOCKET_PEER_RESET:
        on_reset(c, s, SERVER, out);
        break;
    case TRACE_SOCKET_CLOSED:
        on_fin(c, s, CLIENT, out);
        on_over(c, s, out);
        break;
    case TRACE_SOCKET_ABORTED:
        on_reset(c, s, CLIENT, out);
        on_over(c, s, out);
        break;
    case TRACE_SOCKET_OPENED:
        break;
    }
}

void capture_event(struct capture *c, const struct trace_event *event, struct buf *out)
{
    c->at_us = event->at_us;
    if (event->kind == TRACE_TLS_SECRET) {
        buf_append(&c->secrets, ((const struct trace_line *)event->data)->text);
        buf_append_byte(&c->secrets, '\n');
    }
    if (event->kind != TRACE_SOCKET)
        return;
    const struct trace_socket *told = event->data;
    if (told->what == TRACE_SOCKET_OPENED)
        on_opened(c, told, out);
    for (size_t i = 0; i < c->n; i++) {
        if (c->streams[i].connection == told->connection) {
            on_socket(c, &c->streams[i], told, out);
            return;
        }
    }
}

void capture_free(struct capture *c, struct buf *out)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n; i++)
        release(c, &c->streams[i], out);
    buf_wipe(&c->secrets);
    buf_done(&c->packet);
    mem_free(c->streams);
    mem_free(c);
}

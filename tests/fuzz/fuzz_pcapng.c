/* Captures from lists of events. Each event is three bytes (what and of which connection, how long its bytes are, how
 * much time went by) and its bytes. What comes out must be whole blocks, in them sound packets; what was sent and
 * received must all be there, and keys must be in the file before a packet that came after them. */
#include "../support/pcapng_reader.h"
#include "base/mem.h"
#include "insight/capture.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    SECRET = 8,
    LONG = 20, /* times the length, to get beyond a segment */
};

static const struct trace_endpoint ends[][2] = {
    {{"192.0.2.1", 50000}, {"192.0.2.2", 443}},
    {{"2001:db8::1", 50000}, {"2001:db8::2%1", 443}},
    {{"", 0}, {"", 80}},
    {{"::1", 1}, {"127.0.0.1", 2}},
};

/* All that came out so far: counts the payload, and fails at what is not sound. */
static size_t check(struct slice blocks, size_t *secrets)
{
    size_t payload = 0;
    struct read_block block;
    struct read_packet packet;
    *secrets = 0;
    while (blocks.len > 0) {
        if (!read_block(&blocks, &block))
            abort();
        if (block.type == READ_SECRETS)
            *secrets += block.secrets.len;
        if (block.type != READ_PACKET)
            continue;
        if (!read_packet(block.packet, &packet) || packet.payload.len > PACKET_PAYLOAD_MAX)
            abort();
        payload += packet.payload.len;
    }
    return payload;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf out = {0};
    struct capture *capture = capture_new(UINT32_MAX, &out);
    struct trace_event event = {0};
    size_t crossed = 0, secrets = 0, written = 0;
    bool is_open[4] = {false};
    while (size >= 3 && out.len < 1 << 20) {
        unsigned what = data[0] & 15, connection = data[0] >> 4 & 3;
        size_t len = data[1] < size - 3 ? data[1] : size - 3;
        event.at_us += (uint64_t)data[2] << (data[0] & 16);
        struct slice bytes = slice_make(data + 3, len);
        struct trace_line line = {bytes};
        struct trace_socket s = {.what = what % SECRET, .connection = connection, .is_tls = (data[1] & 1) != 0};
        char *longer = mem_alloc(len * LONG);
        for (size_t i = 0; i < LONG && len > 0; i++)
            memcpy(longer + i * len, bytes.ptr, len);
        data += 3 + len;
        size -= 3 + len;
        s.bytes = slice_make(longer, len * LONG);
        s.local = ends[connection][0];
        s.remote = ends[connection][1];
        event.kind = what == SECRET ? TRACE_TLS_SECRET : TRACE_SOCKET;
        event.data = what == SECRET ? (const void *)&line : &s;
        /* A number is told of once at a time. */
        if (what != SECRET && s.what == TRACE_SOCKET_OPENED && is_open[connection]) {
            mem_free(longer);
            continue;
        }
        capture_event(capture, &event, &out);
        if (what == SECRET)
            secrets += len + 1;
        else if (s.what == TRACE_SOCKET_OPENED)
            is_open[connection] = true;
        else if (s.what == TRACE_SOCKET_CLOSED || s.what == TRACE_SOCKET_ABORTED)
            is_open[connection] = false;
        else if (is_open[connection] && (s.what == TRACE_SOCKET_SENT || s.what == TRACE_SOCKET_RECEIVED))
            crossed += s.bytes.len;
        mem_free(longer);
        size_t before = written, known = 0;
        written = check(buf_slice(&out), &known);
        if (written > crossed || (written > before && known != secrets))
            abort();
    }
    capture_free(capture, &out);
    if (check(buf_slice(&out), &secrets) != crossed)
        abort();
    buf_done(&out);
    return 0;
}

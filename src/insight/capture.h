/* --pcapng: what crossed the sockets, as a capture that Wireshark opens and decrypts without another file. Made of
 * trace events (TRACE_SOCKET, TRACE_TLS_SECRET) alone: the bytes, addresses and ports are real, the times those of
 * peel's own calls, the TCP and IP layers around them are invented (packet.h). A pure function of its events.
 *
 * The order matters: a reader can open only what comes behind its secrets. What is sent is written at once, for its
 * secrets are known when it is made. What is received within a handshake waits in memory until we answer it or the
 * handshake is over, since the secrets come of reading it; after the handshake nothing waits. */
#ifndef PEEL_INSIGHT_CAPTURE_H
#define PEEL_INSIGHT_CAPTURE_H

#include "base/buf.h"
#include "base/trace.h"

struct capture;

enum {
    CAPTURE_EVENTS = TRACE_BIT(TRACE_SOCKET) | TRACE_BIT(TRACE_TLS_SECRET),
    CAPTURE_HELD_MAX = 1024 * 1024, /* of one handshake; more is written without waiting for secrets */
};

/* epoch_us: when the trace's clock was 0, microseconds since 1970. Appends the start of the file. */
struct capture *capture_new(uint64_t epoch_us, struct buf *out);
/* Appends what is to be written now: nothing, or whole blocks. */
void capture_event(struct capture *capture, const struct trace_event *event, struct buf *out);
/* Appends what still waits, and ends the capture. */
void capture_free(struct capture *capture, struct buf *out);

#endif

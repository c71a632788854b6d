/* From events to entries. */
#include "insight/har.h"

#include "base/mem.h"
#include "insight/har_entry.h"
#include "insight/known.h"
#include "insight/packet.h"

#include <stdio.h>

const char har_start[] =
    "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"peel\",\"version\":\"" PEEL_VERSION "\"},\"entries\":[\n";
const char har_end[] = "\n]}}\n";

struct har {
    uint64_t epoch_us, at_us;
    bool with_secrets;
    bool has_entry;
    bool is_interim_over; /* a response with 1xx is whole: another follows */
    bool is_head_over;    /* the final one is: what follows are trailers */
    struct har_entry entry;
    struct known known; /* of each connection its struct har_security */
};

struct har *har_new(uint64_t epoch_us, bool with_secrets)
{
    struct har *h = mem_alloc(sizeof *h);
    h->epoch_us = epoch_us;
    h->with_secrets = with_secrets;
    h->known.free = mem_free;
    return h;
}

void har_free(struct har *h)
{
    if (!h)
        return;
    har_entry_done(&h->entry);
    known_done(&h->known);
    mem_free(h);
}

bool har_finish(struct har *h, struct buf *out)
{
    if (!h->has_entry)
        return false;
    /* Not EXCHANGED: it failed on the way. */
    if (h->entry.over_us == 0)
        h->entry.over_us = h->at_us;
    har_entry_append(out, &h->entry, h->epoch_us, h->with_secrets);
    har_entry_done(&h->entry);
    h->has_entry = false;
    return true;
}

static void begin_entry(struct har *h, const struct trace_hop *hop, uint64_t at_us)
{
    h->has_entry = true;
    h->is_interim_over = h->is_head_over = false;
    h->entry.begun_us = at_us;
    buf_append(&h->entry.url, hop->url);
    buf_append(&h->entry.method, hop->method);
}

/* A Unix socket has no address. */
static void on_address(struct har_entry *e, const struct trace_address *a)
{
    struct packet_end ignored;
    if (packet_end_parse(&ignored, a->address, 0))
        snprintf(e->address, sizeof e->address, "%.*s", (int)strcspn(a->address, "%"), a->address);
    e->has_connection = true;
    e->connection = a->connection;
}

static void on_reused(struct har *h, const struct trace_address *a)
{
    h->entry.is_reused = true;
    on_address(&h->entry, a);
    const struct har_security *security = known_find(&h->known, a->connection);
    if (security)
        h->entry.security = *security;
}

static void on_certificate(struct har_security *s, const struct tls_verdict *verdict)
{
    if (!verdict->leaf)
        return;
    s->is_known = s->has_certificate = true;
    s->certificate = *verdict->leaf;
}

static void on_established(struct har *h, const struct tls_facts *facts)
{
    struct har_security *s = &h->entry.security;
    s->is_known = s->is_established = true;
    s->is_resumed = facts->is_resumed;
    snprintf(s->version, sizeof s->version, "%s", facts->version);
    snprintf(s->cipher, sizeof s->cipher, "%s", facts->cipher);
    snprintf(s->group, sizeof s->group, "%s", facts->group ? facts->group : "");
    struct har_security *kept = mem_alloc(sizeof *kept);
    *kept = *s;
    known_add(&h->known, h->entry.connection, kept);
}

/* 101 is final: no other head follows. */
static bool is_interim(struct slice head)
{
    struct slice status = slice_from(head, slice_find(head, ' '));
    return slice_starts_with(status, SLICE(" 1")) && !slice_starts_with(status, SLICE(" 101"));
}

/* A line of a head, with its line end. */
static void on_received_line(struct har *h, struct slice line)
{
    struct buf *head = &h->entry.received_head;
    bool is_end = line.len == 0 || line.ptr[0] == '\r' || line.ptr[0] == '\n';
    if (h->is_head_over)
        return;
    if (h->is_interim_over)
        buf_clear(head);
    h->is_interim_over = false;
    buf_append(head, line);
    if (is_end && is_interim(buf_slice(head)))
        h->is_interim_over = true;
    else if (is_end)
        h->is_head_over = true;
}

static void on_bytes(struct har *h, const struct trace_bytes *told)
{
    struct har_entry *e = &h->entry;
    switch (told->what) {
    case TRACE_SENT_HEAD: /* of what was asked on the way here, of a proxy, nothing stays */
        h->is_interim_over = h->is_head_over = false;
        buf_clear(&e->received_head);
        e->sending_us = h->at_us;
        buf_clear(&e->sent_head);
        buf_append(&e->sent_head, told->bytes);
        break;
    case TRACE_SENT_BODY:
        buf_append(&e->body, slice_first(told->bytes, HAR_BODY_MAX - e->body.len));
        break;
    case TRACE_RECEIVED_HEAD:
        on_received_line(h, told->bytes);
        break;
    case TRACE_RECEIVED_BODY:
        break;
    }
}

static void on_resolved(struct har *h, const struct trace_resolved *resolved)
{
    struct har_entry *e = &h->entry;
    e->resolved_us = h->at_us;
    e->asked_us = resolved->took_us < h->at_us - e->begun_us ? h->at_us - resolved->took_us : e->begun_us;
}

/* Everything but beginnings and ends. */
static void take_in(struct har *h, enum trace_kind kind, const void *data)
{
    struct har_entry *e = &h->entry;
    switch (kind) {
    case TRACE_RESOLVED:
        on_resolved(h, data);
        break;
    case TRACE_CONNECTED:
        e->connected_us = h->at_us;
        on_address(e, data);
        break;
    case TRACE_REUSED:
        on_reused(h, data);
        break;
    case TRACE_TLS_OFFER:
        e->security = (struct har_security){0};
        break;
    case TRACE_TLS_CERTIFICATE:
        on_certificate(&e->security, data);
        break;
    case TRACE_TLS_ESTABLISHED:
        on_established(h, data);
        break;
    case TRACE_BYTES:
        on_bytes(h, data);
        break;
    case TRACE_EXCHANGED:
        e->exchanged = *(const struct trace_exchanged *)data;
        e->over_us = h->at_us;
        break;
    default: /* of the others only the time counts */
        break;
    }
}

bool har_event(struct har *h, const struct trace_event *event, struct buf *out)
{
    bool is_over = false;
    if (event->kind == TRACE_HOP) {
        is_over = har_finish(h, out);
        begin_entry(h, event->data, event->at_us);
    }
    h->at_us = event->at_us;
    if (!h->has_entry)
        return false;
    if (event->kind == TRACE_DONE) {
        const struct trace_done *done = event->data;
        buf_append(&h->entry.error, slice_of(done->error));
        return har_finish(h, out);
    }
    take_in(h, event->kind, event->data);
    return is_over;
}

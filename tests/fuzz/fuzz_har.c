/* HTTP archives from lists of events. Each event is two bytes (what, how long its bytes are) and its bytes; the first
 * byte of all says whether secrets may be in it. Each entry must be JSON, and there must be one for each hop. */
#include "../support/json_check.h"
#include "base/mem.h"
#include "insight/har.h"
#include "tls/facts.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct archive {
    struct har *har;
    struct buf out;
    unsigned n_hops, n_entries;
};

static void take_entry(struct archive *a, bool is_over)
{
    if (!is_over)
        return;
    if (!json_check(buf_slice(&a->out)))
        abort();
    buf_clear(&a->out);
    a->n_entries++;
}

static void tell(struct archive *a, enum trace_kind kind, uint64_t at_us, const void *data)
{
    struct trace_event event = {.kind = kind, .at_us = at_us, .data = data};
    a->n_hops += kind == TRACE_HOP;
    take_entry(a, har_event(a->har, &event, &a->out));
}

static void tell_certificate(struct archive *a, uint64_t at_us, const char *text)
{
    struct tls_certificate leaf = {.not_after = "Dec 30 00:00:00 2026 GMT"};
    snprintf(leaf.subject, sizeof leaf.subject, "%s", text);
    snprintf(leaf.issuer, sizeof leaf.issuer, "%s", text);
    snprintf(leaf.not_before, sizeof leaf.not_before, "%s", text);
    tell(a, TRACE_TLS_CERTIFICATE, at_us, &(struct tls_verdict){.leaf = &leaf});
}

static void tell_one(struct archive *a, unsigned what, uint64_t at_us, struct slice bytes)
{
    char *text = mem_dup_slice(bytes);
    struct trace_address address = {.address = text, .connection = (unsigned)bytes.len};
    switch (what % 14) {
    case 0:
        tell(a, TRACE_HOP, at_us, &(struct trace_hop){.url = bytes, .method = slice_first(bytes, 3)});
        break;
    case 1:
        tell(a, TRACE_RESOLVED, at_us, &(struct trace_resolved){0});
        break;
    case 2:
        tell(a, TRACE_CONNECTED, at_us, &address);
        break;
    case 3:
        tell(a, TRACE_REUSED, at_us, &address);
        break;
    case 4:
        tell(a, TRACE_CONNECT_FAILED, at_us, &address);
        break;
    case 5:
        tell(a, TRACE_TLS_OFFER, at_us, &(struct tls_offer){0});
        break;
    case 6:
        tell_certificate(a, at_us, text);
        break;
    case 7:
        tell(a, TRACE_TLS_ESTABLISHED, at_us, &(struct tls_facts){.version = text, .cipher = text, .group = text});
        break;
    case 8:
        tell(a, TRACE_EXCHANGED, at_us,
             &(struct trace_exchanged){.upload_bytes = bytes.len,
                                       .body_bytes = at_us,
                                       .is_decoded = bytes.len % 2 == 1,
                                       .request_sent_us = bytes.len,
                                       .first_byte_us = at_us / 2});
        break;
    case 9:
        tell(a, TRACE_DONE, at_us, &(struct trace_done){.code = 1, .error = text});
        break;
    default: /* 10 to 13: all kinds of bytes */
        tell(a, TRACE_BYTES, at_us, &(struct trace_bytes){(enum trace_bytes_what)(what % 14 - 10), bytes});
        break;
    }
    mem_free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct archive a = {.har = har_new(1764000000000000, (data[0] & 1) != 0)};
    uint64_t at_us = 1;
    data++, size--;
    while (size >= 2) {
        size_t len = data[1] < size - 2 ? data[1] : size - 2;
        tell_one(&a, data[0], at_us, slice_make(data + 2, len));
        at_us += data[0];
        data += 2 + len;
        size -= 2 + len;
    }
    take_entry(&a, har_finish(a.har, &a.out));
    if (a.n_entries != a.n_hops)
        abort();
    har_free(a.har);
    buf_done(&a.out);
    return 0;
}

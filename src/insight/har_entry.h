/* One request and its response as an entry of an HTTP archive (HAR 1.2,
 * http://www.softwareishard.com/blog/har-12-spec/): from what is known of it to JSON. A pure function. */
#ifndef PEEL_INSIGHT_HAR_ENTRY_H
#define PEEL_INSIGHT_HAR_ENTRY_H

#include "base/buf.h"
#include "base/trace.h"
#include "tls/facts.h"

enum {
    HAR_BODY_MAX = 64 * 1024, /* of a request's body; the rest is left out, and that is said */
    HAR_ADDRESS = 64,
};

/* What TLS came to, kept as long as a connection may be used again. */
struct har_security {
    bool is_known, is_established, has_certificate;
    bool is_resumed;
    char version[16], cipher[64], group[32];
    struct tls_certificate certificate;
};

/* Times in microseconds on the trace's clock; 0: not reached. */
struct har_entry {
    struct buf url, method;
    uint64_t begun_us, asked_us, resolved_us, connected_us, sending_us, over_us; /* asked: for the addresses */
    bool has_connection, is_reused;
    unsigned connection;
    char address[HAR_ADDRESS];
    struct har_security security;
    struct buf sent_head;
    struct buf received_head; /* of the last response: one with status 1xx is followed by another */
    struct buf body;          /* of the request, its start */
    struct trace_exchanged exchanged;
    struct buf error; /* empty: none */
};

/* Frees and zeroes; secrets are wiped. */
void har_entry_done(struct har_entry *entry);

/* Appends the object. epoch_us: when the trace's clock was 0, since 1970. Without with_secrets, passwords, tokens and
 * cookies are masked, and bodies left out, as those of forms and of JSON often hold passwords. */
void har_entry_append(struct buf *out, const struct har_entry *entry, uint64_t epoch_us, bool with_secrets);

#endif

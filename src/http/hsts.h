/* HSTS (RFC 6797): hosts that said they are to be reached over TLS only, and that list as curl's file. No I/O and no
 * clock.
 *
 * The key of an entry is the host as struct url has it (A-label, lower-case) without one dot at its end, for asking and
 * for keeping. Addresses are never in the list. An exact entry is asked first, then the nearest parent that speaks for
 * its subdomains; changing an entry changes that very one. */
#ifndef PEEL_HTTP_HSTS_H
#define PEEL_HTTP_HSTS_H

#include "base/buf.h"

#include <stdint.h>

enum hsts_limit {
    HSTS_LINE_MAX = 4095,
    HSTS_ENTRIES_MAX = 10000,
    HSTS_AGE_MAX_S = 3650 * 86400, /* ten years */
};

struct hsts;

struct hsts *hsts_new(void);
/* Takes NULL. */
void hsts_free(struct hsts *h);

/* One line of the file: HOST "YYYYMMDD HH:MM:SS" in UTC, or "unlimited"; a dot before the host: its subdomains too.
 * A line that is nothing of the kind is skipped; of two for one host, that which lasts longer counts. False when the
 * list is full and this line found no place. */
bool hsts_read_line(struct hsts *h, struct slice line);
/* The list as such lines, without those whose time is over. */
void hsts_write(const struct hsts *h, struct buf *out, int64_t now);

/* Is the host, a name and no address, to be reached over TLS? */
bool hsts_covers(const struct hsts *h, const char *host, int64_t now);

/* The value of the first Strict-Transport-Security field of an answer that came over verified TLS, never from an
 * address (RFC 6797 section 8.1). False when it is no such value, or the list is full: nothing changed. */
bool hsts_take_field(struct hsts *h, const char *host, struct slice value, int64_t now);

#endif

/* Blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian, times in microseconds. Pure functions that append
 * to a buf; each block is whole. */
#ifndef PEEL_INSIGHT_PCAPNG_H
#define PEEL_INSIGHT_PCAPNG_H

#include "base/buf.h"

#include <stdint.h>

/* The section's header and its one interface: raw IP packets (link type 101). The comment is UTF-8. */
void pcapng_append_start(struct buf *out, const char *comment);
/* Lines of an NSS key log. They must come before the first packet that they open. */
void pcapng_append_secrets(struct buf *out, struct slice lines);
/* One packet; at_us since 1970. comment may be NULL. */
void pcapng_append_packet(struct buf *out, uint64_t at_us, struct slice packet, const char *comment);

#endif

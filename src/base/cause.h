/* The causes of TLS failures, by stable ids; cause.def lists them. Made where the fault is known best, kept in struct
 * error, explained in insight/. */
#ifndef PEEL_BASE_CAUSE_H
#define PEEL_BASE_CAUSE_H

#include "base/slice.h"

enum cause {
    CAUSE_NONE,
#define CAUSE(name, id, title) CAUSE_##name,
#include "base/cause.def"
#undef CAUSE
    CAUSE_COUNT
};

/* "missing-issuer"; the empty string for CAUSE_NONE. */
const char *cause_id(enum cause cause);
/* A few words, to be read behind the thing that they are said of: "issuer certificate missing" of a certificate,
 * "does not speak TLS" of a server. */
const char *cause_title(enum cause cause);
/* CAUSE_NONE when no cause has that id. */
enum cause cause_by_id(struct slice id);

#endif

/* Whether, and when, a failed fetch is tried again (--retry). Numbers in, a decision out: no clock, no I/O. */
#ifndef PEEL_TRANSFER_RETRY_H
#define PEEL_TRANSFER_RETRY_H

#include "base/error.h"
#include "transfer/settings.h"

enum retry_reason {
    RETRY_NO,
    RETRY_TIMEOUT,
    RETRY_REFUSED,
    RETRY_HTTP,
    RETRY_ANY,
};

/* How one attempt ended. */
struct retry_attempt {
    enum peel_code code;
    bool is_refused;         /* of a failed connect: every address refused */
    int status;              /* of the last response; 0: there was none */
    int64_t retry_after_s;   /* what Retry-After asks for; 0: nothing */
    uint64_t n_retries;      /* attempts made again so far */
    uint64_t since_first_ms; /* since the first attempt began */
};

struct retry_decision {
    enum retry_reason reason;
    uint64_t wait_ms;
    uint64_t n_left;  /* retries left after this one would be */
    bool is_too_late; /* RETRY_NO because Retry-After lies behind --retry-max-time */
};

/* As curl: time-outs, names that cannot be resolved and the statuses 408, 429, 500, 502, 503, 504, 522 and 524 are
 * worth another try; the wait doubles from a second to ten minutes unless --retry-delay says otherwise, and is as long
 * as Retry-After asks if that is longer. */
struct retry_decision retry_decide(const struct retry_settings *settings, const struct retry_attempt *attempt);

/* What Retry-After (RFC 9110 section 10.2.3) asks for: seconds, or a date seen from now. 0 when it says nothing that
 * can be understood. */
int64_t retry_after_seconds(struct slice value, int64_t now_unix_s);

/* The sentence for the user, without "Warning:" and without a line end. */
void retry_say(struct buf *out, const struct retry_decision *decision);

#endif

/* --tls-probe: when a handshake fails, which change of our side would mend it? The real hello once more with one change
 * at a time, each over a connection of its own. No HTTP request is made; what comes of each try is told to the trace.
 */
#ifndef PEEL_TRANSFER_PROBE_H
#define PEEL_TRANSFER_PROBE_H

#include "transfer/run.h"

enum {
    PROBE_TRY_MS = 3000,  /* one try, at most; --connect-timeout may be less */
    PROBE_ALL_MS = 20000, /* all of them; -m may be less */
};

/* The exit code: that of the try without any change, whatever else would help. */
int probe_url(struct run *run, const struct fetch *fetch);

#endif

/* The other server names that --tls-probe tries: never a stranger's. Each is below the registrable domain of the URL's
 * host, or that itself, as the public suffix list has it: who owns the one owns the other. */
#ifndef PEEL_TRANSFER_PROBE_NAMES_H
#define PEEL_TRANSFER_PROBE_NAMES_H

#include "transfer/probe_changes.h"

enum {
    PROBE_NAMES_MAX = 3,
};

struct probe_name {
    char *name, *options, *words;
    struct probe_change change; /* of these texts */
};

/* For host (a name in A-labels, lower case): with "www." in front or without, the name above it, and the registrable
 * domain, those of them that there are. How many; probe_names_done() them. What is said of them all is in kind. */
size_t probe_names_make(struct probe_name names[PROBE_NAMES_MAX], const char *host, const struct probe_change *kind);
void probe_names_done(struct probe_name names[PROBE_NAMES_MAX], size_t n);

#endif

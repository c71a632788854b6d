/* The list of changes, for probe.c. */
#ifndef PEEL_TRANSFER_PROBE_CHANGES_H
#define PEEL_TRANSFER_PROBE_CHANGES_H

#include "base/trace.h"
#include "tls/settings.h"

struct probe_change {
    void (*apply)(struct tls_settings *tls); /* what it puts there lasts; NULL: once for each of probe_names.h */
    struct trace_probe_change told;
    char *server_name; /* to send, in place of the host's; NULL: that of the settings */
};

/* The first changes nothing; all others change a hello without options. */
extern const struct probe_change probe_changes[];
extern const size_t probe_n_changes;

/* What peel would say without the options that shape its hello. What is trusted, and who we are, stays. */
void probe_reset_hello(struct tls_settings *tls);
/* Puts it there. */
void probe_change_apply(const struct probe_change *change, struct tls_settings *tls);
/* Would it make any difference to these settings? has_name: the host is a name. */
bool probe_is_change(const struct probe_change *change, const struct tls_settings *tls, bool has_name);

#endif

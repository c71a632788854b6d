/* Which of a certificate's names comes nearest to the one that was asked for, and why it does not match (RFC 9525
 * section 6.3). */
#ifndef PEEL_INSIGHT_NEAR_NAME_H
#define PEEL_INSIGHT_NEAR_NAME_H

#include <stdbool.h>
#include <stddef.h>

struct near_name {
    char *name; /* one to ask for instead; NULL when none is near */
    char *why;  /* half a sentence; NULL when nothing is worth saying */
};

/* names: "DNS:a.example", "IP:192.0.2.1". */
struct near_name near_name_find(const char *host, const char *const *names, size_t n);
void near_name_done(struct near_name *near);
/* Whether a host is written as an address, IPv4 or IPv6. */
bool near_name_is_of_address(const char *host);

#endif

/* A name becomes addresses. getaddrinfo(3) runs on a thread of its own, so that NSS, the hosts file and mDNS are the
 * system's, and answers through a file descriptor that the event loop can watch.
 *
 *   r = resolve_start(...); if resolve_fd(r) is not -1, wait until it is readable; then resolve_answer(r, ...),
 *   and resolve_free(r). */
#ifndef PEEL_NET_RESOLVE_H
#define PEEL_NET_RESOLVE_H

#include "base/error.h"
#include "net/address.h"
#include "net/settings.h"

struct resolve;

/* host is a name or a numeric address, as struct url has it; zone may be NULL. Addresses, localhost (RFC 6761
 * section 6.3) and what --resolve says need no thread. All is copied. */
struct resolve *resolve_start(const struct net_settings *settings, const char *host, const char *zone, uint16_t port);
/* The host is that of a proxy: only what a failure is called depends on it. */
void resolve_set_proxy(struct resolve *r);

/* Readable when the answer is there; -1 when it already is. */
int resolve_fd(const struct resolve *r);

/* The answer, in the order in which it is to be tried. False with err filled:
 * PEEL_COULDNT_RESOLVE_HOST, PEEL_COULDNT_RESOLVE_PROXY. */
bool resolve_answer(struct resolve *r, struct net_addresses *out, struct error *err);

/* Did --resolve decide? */
bool resolve_is_override(const struct resolve *r);

/* Frees it, at any time; a getaddrinfo that still runs is left to end alone. Takes NULL. */
void resolve_free(struct resolve *r);

#endif

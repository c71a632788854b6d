/* Happy eyeballs (RFC 8305): non-blocking connects race for the first that stands. Knows no loop and no clock: its
 * caller watches the fds for writing, tells the time, and calls race_step when one is ready or the time is up.
 *
 * Attempts start in the order of the list, the next one when the last has failed or attempt_delay_ms (of the settings)
 * after it.
 */
#ifndef PEEL_NET_CONNECT_H
#define PEEL_NET_CONNECT_H

#include "base/error.h"
#include "base/trace.h"
#include "net/address.h"
#include "net/settings.h"

/* RFC 8305 section 8 recommends 250 ms; curl takes 200. */
struct race;

enum race_status {
    RACE_RUNNING,
    RACE_WON,
    RACE_LOST, /* every address failed */
};

/* Takes the addresses over (addresses is emptied). host and port are for messages; host and settings must outlive the
 * race. */
struct race *race_new(struct net_addresses *addresses, const struct net_settings *settings, const char *host,
                      uint16_t port, const struct trace *trace);
/* The host is that of a proxy: only what a failure is called depends on it. */
void race_set_proxy(struct race *r);
/* Closes what is still open. Takes NULL. */
void race_free(struct race *r);

/* Looks at every attempt and starts the next when it is due. err is filled for RACE_LOST: PEEL_COULDNT_CONNECT. */
enum race_status race_step(struct race *r, uint64_t now_us, struct error *err);

/* The sockets to watch for writing; at most max are put into fds, returns how many there are. */
size_t race_fds(const struct race *r, int *fds, size_t max);
/* How many there can be at most. */
size_t race_size(const struct race *r);
/* When race_step is due even if no socket is ready; UINT64_MAX: never. */
uint64_t race_due_us(const struct race *r);

/* After RACE_WON: the connected socket, which is the caller's from then on; its address, valid until race_free; and the
 * now_us of the race_step that began the attempt. */
int race_take_fd(struct race *r, const struct net_address **address, uint64_t *began_us);

#endif

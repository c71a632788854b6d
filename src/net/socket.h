/* A socket as the settings want it, before it is connected. */
#ifndef PEEL_NET_SOCKET_H
#define PEEL_NET_SOCKET_H

#include "net/address.h"
#include "net/settings.h"

/* Non-blocking, close-on-exec, bound where --interface and --local-port say. -1 with errno set; *is_bound_wrong tells
 * that it was the binding that failed. */
int net_socket_new(const struct net_address *to, const struct net_settings *settings, bool *is_bound_wrong);

/* The address of the Unix socket that stands for every host; false when there is none, or its name is too long for one
 * (then out stays empty and the result is true). */
bool net_unix_address(struct net_addresses *out, const struct net_settings *settings);

#endif

/* The list of hosts that are reached without a proxy (--noproxy, no_proxy), read as curl reads it. */
#ifndef PEEL_NET_NOPROXY_H
#define PEEL_NET_NOPROXY_H

#include "url/url.h"

/* Is the URL's host in the list? Its entries are separated by commas or blanks: a name, which stands for itself and all
 * names below it, with or without a leading dot; an address, an IPv6 address also in brackets; a network in the form
 * ADDRESS/BITS. "*" as the whole list is every host. A dot at the end of either name does not count, nor does case, nor
 * a port: none is looked for. list NULL: empty. */
bool net_noproxy_has(const char *list, const struct url *url);

#endif

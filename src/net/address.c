/* Socket addresses: from text, to text, in the order of RFC 8305. */
#include "net/address.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

void net_addresses_done(struct net_addresses *a)
{
    mem_free(a->list);
    *a = (struct net_addresses){0};
}

void net_address_describe(const struct sockaddr_storage *address, char *text, uint16_t *port)
{
    char numeric[INET6_ADDRSTRLEN] = "", zone[IF_NAMESIZE + 1] = "";
    uint16_t found = 0;
    if (address->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
        inet_ntop(AF_INET, &v4->sin_addr, numeric, sizeof numeric);
        found = ntohs(v4->sin_port);
    } else if (address->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
        inet_ntop(AF_INET6, &v6->sin6_addr, numeric, sizeof numeric);
        found = ntohs(v6->sin6_port);
        zone[0] = '%';
        if (v6->sin6_scope_id == 0 || !if_indextoname(v6->sin6_scope_id, zone + 1))
            zone[0] = '\0';
    }
    if (text)
        snprintf(text, NET_ADDRESS_TEXT, "%s%s", numeric, zone);
    if (port)
        *port = found;
}

void net_addresses_add(struct net_addresses *a, const struct sockaddr *address, socklen_t len)
{
    if (len > sizeof a->list->address)
        return;
    a->list = mem_realloc(a->list, (a->n + 1) * sizeof *a->list);
    struct net_address *added = &a->list[a->n++];
    *added = (struct net_address){.len = len};
    memcpy(&added->address, address, len);
    net_address_describe(&added->address, added->text, NULL);
}

/* A zone is an interface's name or its number (RFC 4007 section 11.2). */
static bool zone_index(const char *zone, uint32_t *index)
{
    *index = if_nametoindex(zone);
    if (*index != 0)
        return true;
    char *end = NULL;
    unsigned long number = strtoul(zone, &end, 10);
    if (end == zone || *end != '\0' || number == 0 || number > UINT32_MAX)
        return false;
    *index = (uint32_t)number;
    return true;
}

bool net_address_parse(struct net_addresses *out, const char *text, const char *zone, uint16_t port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (!zone && inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        net_addresses_add(out, (const struct sockaddr *)&v4, sizeof v4);
        return true;
    }
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    if (inet_pton(AF_INET6, text, &v6.sin6_addr) != 1)
        return false;
    if (zone && !zone_index(zone, &v6.sin6_scope_id))
        return false;
    net_addresses_add(out, (const struct sockaddr *)&v6, sizeof v6);
    return true;
}

void net_addresses_interleave(struct net_addresses *a)
{
    if (a->n < 2)
        return;
    struct net_address *mixed = mem_array(a->n, sizeof *mixed);
    sa_family_t first = a->list[0].address.ss_family;
    size_t same = 0, other = 0; /* where the search for the next one of that family starts */
    for (size_t i = 0; i < a->n; i++) {
        while (same < a->n && a->list[same].address.ss_family != first)
            same++;
        while (other < a->n && a->list[other].address.ss_family == first)
            other++;
        bool takes_same = same < a->n && (i % 2 == 0 || other >= a->n);
        mixed[i] = a->list[takes_same ? same++ : other++];
    }
    mem_free(a->list);
    a->list = mixed;
}

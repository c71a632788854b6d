/* Hosts that need no proxy. */
#include "net/noproxy.h"

#include <arpa/inet.h>

/* One to three digits. */
static bool read_bits(struct slice text, unsigned most, unsigned *bits)
{
    *bits = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        *bits = *bits * 10 + (unsigned)(text.ptr[i] - '0');
    }
    return text.len > 0 && text.len <= 3 && *bits <= most;
}

/* host in ADDRESS/BITS, or equal to ADDRESS. */
static bool address_matches(const struct url *url, struct slice pattern)
{
    int family = url->host_kind == URL_HOST_IPV6 ? AF_INET6 : AF_INET;
    size_t slash = slice_find(pattern, '/');
    char text[INET6_ADDRSTRLEN] = "";
    if (slash >= sizeof text)
        return false;
    memcpy(text, pattern.ptr, slash);
    unsigned char host[16] = {0}, net[16] = {0};
    if (inet_pton(family, text, net) != 1 || inet_pton(family, url->host, host) != 1)
        return false;
    unsigned bits = family == AF_INET6 ? 128 : 32, most = bits;
    if (slash < pattern.len && !read_bits(slice_from(pattern, slash + 1), most, &bits))
        return false;
    size_t whole = bits / 8, rest = bits % 8;
    if (memcmp(host, net, whole) != 0)
        return false;
    return rest == 0 || (host[whole] >> (8 - rest)) == (net[whole] >> (8 - rest));
}

static bool name_matches(const struct url *url, struct slice pattern)
{
    struct slice host = slice_of(url->host);
    if (host.len > 0 && host.ptr[host.len - 1] == '.')
        host.len--;
    if (pattern.len > 0 && pattern.ptr[pattern.len - 1] == '.')
        pattern.len--;
    if (pattern.len > 0 && pattern.ptr[0] == '.')
        pattern = slice_from(pattern, 1);
    if (pattern.len == 0 || pattern.len > host.len)
        return false;
    struct slice tail = slice_from(host, host.len - pattern.len);
    bool at_label = tail.len == host.len || host.ptr[host.len - tail.len - 1] == '.';
    return at_label && slice_equal_nocase(tail, pattern);
}

bool net_noproxy_has(const char *list, const struct url *url)
{
    struct slice rest = slice_of(list);
    if (slice_equal(slice_trim(rest), SLICE("*")))
        return true;
    while (rest.len > 0) {
        size_t len = strcspn(rest.ptr, ", \t");
        struct slice entry = slice_first(rest, len);
        rest = slice_from(rest, len < rest.len ? len + 1 : len);
        if (entry.len > 2 && entry.ptr[0] == '[' && entry.ptr[entry.len - 1] == ']')
            entry = slice_make(entry.ptr + 1, entry.len - 2);
        if (entry.len == 0)
            continue;
        if (url->host_kind == URL_HOST_NAME ? name_matches(url, entry) : address_matches(url, entry))
            return true;
    }
    return false;
}

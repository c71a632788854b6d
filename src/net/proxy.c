/* The proxy variables. */
#include "net/proxy.h"

#include <arpa/inet.h>
#include <stdlib.h>

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
    unsigned long bits = family == AF_INET6 ? 128 : 32, most = bits;
    if (slash < pattern.len) {
        char digits[4] = "", *end = NULL;
        struct slice written = slice_from(pattern, slash + 1);
        memcpy(digits, written.ptr, written.len < 3 ? written.len : 3);
        bits = strtoul(digits, &end, 10);
        if (end == digits || *end != '\0' || bits > most)
            return false;
    }
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

static bool is_exempt(const struct url *url)
{
    const char *list = getenv("no_proxy");
    if (!list)
        list = getenv("NO_PROXY");
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

static const char *first_set(const char *const *names)
{
    for (; *names; names++) {
        const char *value = getenv(*names);
        if (value && *value)
            return *names;
    }
    return NULL;
}

const char *net_proxy_source(const struct url *url, const char *option)
{
    if (option && !*option)
        return NULL;
    static const char *const for_http[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
    static const char *const for_https[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL};
    const char *source = option ? "--proxy" : first_set(strcmp(url->scheme, "https") == 0 ? for_https : for_http);
    return source && !is_exempt(url) ? source : NULL;
}

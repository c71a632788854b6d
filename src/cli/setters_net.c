/* Options with a grammar of their own: --resolve, --connect-to, --haproxy-clientip, --proto, --proto-default; and
 * --proxy. */
#include "cli/setters.h"

#include "base/mem.h"
#include "url/url.h"

#include <arpa/inet.h>

/* Cuts the piece before the next colon off *rest; a colon in square brackets does not count. False when there is no
 * colon. */
static bool cut_at_colon(struct slice *rest, struct slice *piece)
{
    size_t start = 0;
    *piece = *rest;
    if (rest->len > 0 && rest->ptr[0] == '[') {
        start = slice_find(*rest, ']');
        if (start == rest->len) {
            *piece = *rest; /* a bracket that is never closed: no host, as who reads it will find */
            return false;
        }
    }
    size_t at = start + slice_find(slice_from(*rest, start), ':');
    *piece = slice_first(*rest, at);
    if (at == rest->len)
        return false;
    *rest = slice_from(*rest, at + 1);
    return true;
}

/* 1 to 65535. */
static bool read_port(struct slice text, uint16_t *port)
{
    unsigned number = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || number > 6553)
            return false;
        number = number * 10 + (unsigned)(text.ptr[i] - '0');
    }
    *port = (uint16_t)number;
    return number > 0 && number <= 65535;
}

/* As the URL's host will be: lower case, A-labels, an IPv6 address in its shortest form. */
static bool read_host(struct slice text, char **host)
{
    enum url_host_kind kind;
    struct error ignored = {0};
    return url_parse_host(host, NULL, &kind, text, &ignored);
}

/* A numeric address without its brackets, or NULL. A zone is let through for the system to judge. */
static char *read_address(struct slice text)
{
    if (text.len >= 2 && text.ptr[0] == '[' && text.ptr[text.len - 1] == ']')
        text = slice_make(text.ptr + 1, text.len - 2);
    unsigned char binary[16];
    char *address = mem_dup_slice(text);
    char *without_zone = mem_dup_slice(slice_first(text, slice_find(text, '%')));
    bool ok = inet_pton(AF_INET6, without_zone, binary) == 1 || inet_pton(AF_INET, address, binary) == 1;
    mem_free(without_zone);
    if (ok)
        return address;
    mem_free(address);
    return NULL;
}

/* What is wrong with the addresses is told in *problem. */
static bool read_addresses(struct net_resolve_override *entry, struct slice text, const char **problem)
{
    while (text.len > 0) {
        size_t n = slice_find(text, ',');
        char *address = read_address(slice_first(text, n));
        if (!address) {
            *problem = "an address in it is neither IPv4 nor IPv6";
            return false;
        }
        entry->addresses = parse_grow(entry->addresses, entry->n_addresses, sizeof *entry->addresses);
        entry->addresses[entry->n_addresses++] = address;
        text = slice_from(text, n < text.len ? n + 1 : n);
    }
    *problem = "no address in it";
    return entry->n_addresses > 0;
}

static bool read_resolve(struct net_resolve_override *entry, struct slice text, const char **problem)
{
    struct slice host;
    struct slice port = {0};
    entry->is_removal = slice_starts_with(text, SLICE("-"));
    /* "+" asks curl to let the entry grow old in its cache; within one run it makes no difference. */
    if (entry->is_removal || slice_starts_with(text, SLICE("+")))
        text = slice_from(text, 1);
    *problem = "expected HOST:PORT:ADDRESS[,ADDRESS]";
    if (!cut_at_colon(&text, &host))
        return false;
    bool has_addresses = cut_at_colon(&text, &port);
    if (entry->is_removal == has_addresses)
        return false;
    *problem = "the port is not a number from 1 to 65535";
    if (!read_port(port, &entry->port))
        return false;
    *problem = "the host is not one";
    if (slice_equal(host, SLICE("*")))
        entry->host = mem_strdup("*");
    else if (!read_host(host, &entry->host))
        return false;
    return entry->is_removal || read_addresses(entry, text, problem);
}

bool set_resolve(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct net_settings *net = &parse->settings->net;
    const char *problem = NULL;
    net->resolve = parse_grow(net->resolve, net->n_resolve, sizeof *net->resolve);
    if (read_resolve(&net->resolve[net->n_resolve++], slice_of(value), &problem))
        return true;
    return parse_fail(parse, PEEL_SETOPT_OPTION_SYNTAX, "cannot use '%s': %s", value, problem);
}

static bool read_connect_to(struct net_connect_to *entry, struct slice rest, const char **problem)
{
    struct slice from_host;
    struct slice from_port;
    struct slice to_host;
    struct slice to_port = {0};
    *problem = "expected HOST1:PORT1:HOST2:PORT2";
    if (!cut_at_colon(&rest, &from_host) || !cut_at_colon(&rest, &from_port))
        return false;
    if (cut_at_colon(&rest, &to_host))
        to_port = rest;
    *problem = "a port in it is not a number from 1 to 65535";
    if (from_port.len > 0 && !read_port(from_port, &entry->from_port))
        return false;
    if (to_port.len > 0 && !read_port(to_port, &entry->to_port))
        return false;
    *problem = "a host in it is not one";
    if (from_host.len > 0 && !read_host(from_host, &entry->from_host))
        return false;
    return to_host.len == 0 || read_host(to_host, &entry->to_host);
}

bool set_connect_to(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct net_settings *net = &parse->settings->net;
    const char *problem = NULL;
    if (!*value)
        return true;
    net->connect_to = parse_grow(net->connect_to, net->n_connect_to, sizeof *net->connect_to);
    if (read_connect_to(&net->connect_to[net->n_connect_to++], slice_of(value), &problem))
        return true;
    return parse_fail(parse, PEEL_SETOPT_OPTION_SYNTAX, "cannot use '%s': %s", value, problem);
}

bool set_client_ip(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct net_settings *net = &parse->settings->net;
    char *address = strchr(value, '%') ? NULL : read_address(slice_of(value));
    if (!address)
        return parse_fail(parse, PEEL_FAILED_INIT, "'%s' is neither an IPv4 nor an IPv6 address", value);
    mem_free(net->client_ip);
    net->client_ip = address;
    net->announces_client = true;
    return true;
}

/* Stands for all that curl speaks and peel does not: allowing those alone is odd, but no mistake. */
enum {
    PROTOCOL_OTHERS = 1 << 15,
    PROTOCOL_ALL = PROTOCOL_HTTP | PROTOCOL_HTTPS | PROTOCOL_OTHERS
};

/* The bits of a protocol's name, 0 for one that nobody knows. */
static unsigned protocol_bits(struct slice name)
{
    static const char *const others[] = {"dict",  "file",  "ftp",   "ftps",   "gopher", "gophers", "imap",
                                         "imaps", "ipfs",  "ipns",  "ldap",   "ldaps",  "mqtt",    "mqtts",
                                         "pop3",  "pop3s", "rtmp",  "rtsp",   "scp",    "sftp",    "smb",
                                         "smbs",  "smtp",  "smtps", "telnet", "tftp",   "ws",      "wss"};
    if (slice_equal_nocase(name, SLICE("http")))
        return PROTOCOL_HTTP;
    if (slice_equal_nocase(name, SLICE("https")))
        return PROTOCOL_HTTPS;
    if (slice_equal_nocase(name, SLICE("all")))
        return PROTOCOL_ALL;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (slice_equal_nocase(name, slice_of(others[i])))
            return PROTOCOL_OTHERS;
    }
    return 0;
}

/* One piece of --proto: modifiers, the last of which counts, and a name. */
static bool apply_protocol(struct parse *parse, struct slice piece, unsigned *protocols)
{
    char action = '+';
    while (piece.len > 0 && strchr("+-=", piece.ptr[0])) {
        action = piece.ptr[0];
        piece = slice_from(piece, 1);
    }
    if (piece.len == 0 || !((piece.ptr[0] | 0x20) >= 'a' && (piece.ptr[0] | 0x20) <= 'z'))
        return parse_fail(parse, PEEL_FAILED_INIT, "expected a protocol's name, not '%.*s'", (int)piece.len, piece.ptr);
    unsigned bits = protocol_bits(piece);
    if (bits == 0)
        parse_warn(parse, "unrecognized protocol '%.*s'", (int)piece.len, piece.ptr);
    if (action == '=')
        *protocols = bits;
    else if (action == '-')
        *protocols &= ~bits;
    else
        *protocols |= bits;
    return true;
}

bool set_proto(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)on;
    struct slice rest = slice_of(value);
    unsigned *field =
        option->name[strlen("proto")] ? &parse->settings->redirect_protocols : &parse->settings->protocols;
    unsigned protocols = PROTOCOL_ALL;
    while (rest.len > 0) {
        size_t n = slice_find(rest, ',');
        if (n > 0 && !apply_protocol(parse, slice_first(rest, n), &protocols))
            return false;
        rest = slice_from(rest, n < rest.len ? n + 1 : n);
    }
    if (protocols == 0)
        return parse_fail(parse, PEEL_FAILED_INIT, "'%s' allows no protocol at all", value);
    *field = protocols & ~(unsigned)PROTOCOL_OTHERS;
    return true;
}

bool set_proto_default(struct parse *parse, const struct option *option, const char *value, bool on)
{
    struct slice name = slice_of(value);
    if (!slice_equal_nocase(name, SLICE("http")) && !slice_equal_nocase(name, SLICE("https")))
        return parse_fail(parse, PEEL_UNSUPPORTED_PROTOCOL, "peel speaks http and https, not '%s'", value);
    return set_text(parse, option, value, on);
}

/* What it names is read when it is known which URL it is for: one that is exempt does not care. */
bool set_proxy(struct parse *parse, const struct option *option, const char *value, bool on)
{
    parse->settings->net.is_proxy_old = option->letter != 'x';
    return set_any_text(parse, option, value, on);
}

/* Hosts: percent-decoded once, checked, and brought into the one form in which they may be compared. */
#include "url/host.h"

#include "base/escape.h"
#include "base/mem.h"
#include "url/percent.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <stdarg.h>
#include <stdio.h>

/* Longest name of a network interface, without its NUL (IFNAMSIZ of Linux). */
enum {
    ZONE_MAX = 15,
    /* As curl. What is shorter, but longer than DNS has names, is for the resolver to refuse. */
    HOST_MAX = 65535
};

static bool fault_set(struct url_fault *fault, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fault_set(struct url_fault *fault, size_t at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(fault->what, sizeof fault->what, format, args);
    va_end(args);
    fault->at = at;
    return false;
}

const char *url_describe_byte(char *into, size_t size, char byte)
{
    unsigned char c = (unsigned char)byte;
    static const struct {
        char byte;
        const char *words;
    } named[] = {
        {' ', "a space"}, {'\t', "a tab"}, {'\r', "a carriage return"}, {'\n', "a line feed"}, {'\0', "a NUL"}};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (named[i].byte == byte) {
            snprintf(into, size, "%s", named[i].words);
            return into;
        }
    snprintf(into, size, c < 0x20 || c >= 0x7f ? "the byte 0x%02x" : "\"%c\"", c);
    return into;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The unreserved bytes of RFC 3986: what a name or a zone may have. "_" is in many names that no RFC allows. */
static bool is_host_byte(char c)
{
    return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* One number of an IPv4 address: 0x hexadecimal, 0 octal, else decimal. False when it is none, or over 32 bits. */
static bool ipv4_number(uint64_t *value, struct slice s)
{
    int base = 10;
    if (s.len > 2 && s.ptr[0] == '0' && (s.ptr[1] | 0x20) == 'x') {
        base = 16;
        s = slice_from(s, 2);
    } else if (s.len > 1 && s.ptr[0] == '0') {
        base = 8;
    }
    *value = 0;
    for (size_t i = 0; i < s.len; i++) {
        int digit = url_hex_value(s.ptr[i]);
        if (digit < 0 || digit >= base)
            return false;
        *value = *value * (uint64_t)base + (uint64_t)digit;
        if (*value > UINT32_MAX)
            return false;
    }
    return s.len > 0;
}

/* One to four numbers, the last of which fills the bytes that are left, as inet_aton and curl have it. What does not
 * fit is a name, and no error. */
static char *ipv4_normalise(struct slice name)
{
    uint64_t address = 0, value;
    for (unsigned n = 0;; n++) {
        struct slice part = slice_first(name, slice_find(name, '.'));
        bool is_last = part.len == name.len;
        if (n == 4 || !ipv4_number(&value, part))
            return NULL;
        uint64_t limit = is_last ? UINT32_MAX >> (8 * n) : 255;
        if (value > limit)
            return NULL;
        if (is_last)
            break;
        address |= value << (24 - 8 * n);
        name = slice_from(name, part.len + 1);
    }
    address |= value;
    return mem_printf("%u.%u.%u.%u", (unsigned)(address >> 24 & 255), (unsigned)(address >> 16 & 255),
                      (unsigned)(address >> 8 & 255), (unsigned)(address & 255));
}

/* What follows "%" in an IPv6 address: "25eth0" as RFC 6874 wants it, or "eth0" as people type it. */
static bool read_zone(char **zone, struct slice text, size_t at, struct url_fault *fault)
{
    char byte[24];
    if (text.len > 2 && slice_starts_with(text, SLICE("25"))) {
        text = slice_from(text, 2);
        at += 2;
    }
    if (text.len == 0)
        return fault_set(fault, at, "IPv6 address has an empty zone");
    for (size_t i = 0; i < text.len; i++)
        if (!is_host_byte(text.ptr[i]))
            return fault_set(fault, at + i, "IPv6 zone has %s", url_describe_byte(byte, sizeof byte, text.ptr[i]));
    if (text.len > ZONE_MAX)
        return fault_set(fault, at, "IPv6 zone has more than %d bytes", ZONE_MAX);
    *zone = mem_dup_slice(text);
    return true;
}

/* text without brackets; at is where it starts. */
static bool read_ipv6(struct url_host *out, struct slice text, size_t at, struct url_fault *fault)
{
    struct slice digits = slice_first(text, slice_find(text, '%'));
    char byte[24], number[INET6_ADDRSTRLEN] = {0};
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        if (url_hex_value(c) < 0 && c != ':' && c != '.')
            return fault_set(fault, at + i, "IPv6 address has %s", url_describe_byte(byte, sizeof byte, c));
    }
    struct in6_addr address;
    if (digits.len < sizeof number && digits.len > 0)
        memcpy(number, digits.ptr, digits.len);
    if (inet_pton(AF_INET6, number, &address) != 1)
        return fault_set(fault, at, "IPv6 address is not valid");
    if (digits.len < text.len && !read_zone(&out->zone, slice_from(text, digits.len + 1), at + digits.len + 1, fault))
        return false;
    inet_ntop(AF_INET6, &address, number, sizeof number);
    out->name = mem_strdup(number);
    out->kind = URL_HOST_IPV6;
    return true;
}

/* Decodes once and checks what came out, so that %2f never becomes a slash and %25 never a second "%". */
static bool decode_name(struct buf *name, struct slice text, bool *is_ascii, struct url_fault *fault)
{
    char byte[24], c;
    for (struct slice rest = text; rest.len > 0;) {
        size_t at = text.len - rest.len;
        bool is_encoded = url_take_byte(&c, &rest);
        bool is_high = (c & 0x80) != 0;
        if (!is_high && !is_host_byte(c))
            return fault_set(fault, at, "host name has %s%s%s", url_describe_byte(byte, sizeof byte, c),
                             is_encoded ? ", percent-encoded" : "",
                             c == ':' && !is_encoded ? " (an IPv6 address needs brackets)" : "");
        *is_ascii = *is_ascii && !is_high;
        buf_append_byte(name, c);
    }
    return true;
}

/* UTF-8 to an A-label. The mapping turns look-alikes into ASCII (a full-width slash into "/"), so the result is checked
 * as if it had been typed. */
static bool map_idn(struct buf *name, struct url_host *out, struct url_fault *fault)
{
    uint8_t *mapped = NULL;
    char byte[24];
    int rc = idn2_lookup_u8((const uint8_t *)buf_text(name), &mapped, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (rc != IDN2_OK)
        return fault_set(fault, 0, "host name is no international name: %s", idn2_strerror(rc));
    out->typed = buf_take(name);
    buf_append_text(name, (const char *)mapped);
    idn2_free(mapped);
    struct slice result = buf_slice(name);
    for (size_t i = 0; i < result.len; i++)
        if (!is_host_byte(result.ptr[i]))
            return fault_set(fault, 0, "host name has %s after IDNA mapping",
                             url_describe_byte(byte, sizeof byte, result.ptr[i]));
    return result.len > 0 || fault_set(fault, 0, "host name is empty after IDNA mapping");
}

/* Had it a capital letter? */
static bool lower_case(struct span s)
{
    bool had_capital = false;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') {
            s.ptr[i] = (char)(s.ptr[i] | 0x20);
            had_capital = true;
        }
    return had_capital;
}

static bool read_name(struct url_host *out, struct slice text, struct url_fault *fault)
{
    struct buf name = {0};
    bool is_ascii = true;
    if (!decode_name(&name, text, &is_ascii, fault) || (!is_ascii && !map_idn(&name, out, fault))) {
        buf_done(&name);
        return false;
    }
    char *typed = out->typed ? out->typed : mem_dup_slice(buf_slice(&name));
    bool had_capital = lower_case((struct span){name.data + name.start, name.len});
    char *address = ipv4_normalise(buf_slice(&name));
    bool keeps_typed = !address && (out->typed || had_capital);
    if (!keeps_typed)
        mem_free(typed);
    out->typed = keeps_typed ? typed : NULL;
    out->kind = address ? URL_HOST_IPV4 : URL_HOST_NAME;
    out->name = address ? address : buf_take(&name);
    buf_done(&name);
    return true;
}

static bool read_any(struct url_host *out, struct slice text, struct url_fault *fault)
{
    if (text.len == 0)
        return fault_set(fault, 0, "host is missing");
    if (text.ptr[0] != '[')
        return read_name(out, text, fault);
    size_t close = slice_find(text, ']');
    if (close == text.len)
        return fault_set(fault, 0, "IPv6 address has no closing \"]\"");
    if (close + 1 < text.len)
        return fault_set(fault, close + 1, "something other than a port follows the IPv6 address");
    return read_ipv6(out, slice_make(text.ptr + 1, close - 1), 1, fault);
}

bool url_host_read(struct url_host *out, struct slice text, struct url_fault *fault)
{
    *out = (struct url_host){0};
    if (text.len > HOST_MAX)
        return fault_set(fault, HOST_MAX, "host name is longer than %d bytes", HOST_MAX);
    if (read_any(out, text, fault))
        return true;
    mem_free(out->name);
    mem_free(out->zone);
    mem_free(out->typed);
    *out = (struct url_host){0};
    return false;
}

bool url_parse_host(char **host, char **zone, enum url_host_kind *kind, struct slice text, struct error *err)
{
    struct url_host read = {0};
    struct url_fault fault;
    bool is_bare_ipv6 = text.len > 0 && text.ptr[0] != '[' && slice_find(text, ':') < text.len;
    bool ok = is_bare_ipv6 ? read_ipv6(&read, text, 0, &fault) : url_host_read(&read, text, &fault);
    if (!ok) {
        char shown[300];
        return error_set(err, PEEL_URL_MALFORMED, "%s (byte %zu): \"%s\"", fault.what, fault.at + 1,
                         escape_into(shown, sizeof shown, text));
    }
    *host = read.name;
    *kind = read.kind;
    if (zone)
        *zone = read.zone;
    else
        mem_free(read.zone);
    mem_free(read.typed);
    return true;
}

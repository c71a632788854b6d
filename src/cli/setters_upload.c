/* Setters for uploads, retries, stalls and sockets. */
#include "cli/setters.h"

#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>

static bool read_count(struct parse *parse, const char *value, uint64_t *number)
{
    char *end = NULL;
    errno = 0;
    if (*value < '0' || *value > '9')
        return parse_fail_number(parse, value);
    unsigned long long count = strtoull(value, &end, 10);
    if (*end)
        return parse_fail_number(parse, value);
    if (errno == ERANGE || count > INT64_MAX / 1000000)
        return parse_fail_too_large(parse);
    *number = count;
    return true;
}

bool set_count(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)on;
    return read_count(parse, value, (uint64_t *)((char *)parse->settings + option->field));
}

/* Each of -Y and -y alone says something about the other: 1 byte a second, 30 seconds. */
bool set_speed(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)on;
    struct settings *settings = parse->settings;
    bool is_time = option->letter == 'y';
    if (!read_count(parse, value, is_time ? &settings->speed_time_s : &settings->speed_limit))
        return false;
    if (is_time && settings->speed_limit == 0)
        settings->speed_limit = 1;
    if (!is_time && settings->speed_time_s == 0)
        settings->speed_time_s = 30;
    return true;
}

/* Uploads and URLs pair up in the order in which they come; an empty one leaves its URL without. */
bool set_upload(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct settings *settings = parse->settings;
    if (parse->n_uploads == settings->n_fetches) {
        settings->fetches = parse_grow(settings->fetches, settings->n_fetches, sizeof *settings->fetches);
        settings->n_fetches++;
    }
    settings->fetches[parse->n_uploads++].upload = *value ? mem_strdup(value) : NULL;
    return true;
}

bool set_unix_socket(struct parse *parse, const struct option *option, const char *value, bool on)
{
    struct net_settings *net = &parse->settings->net;
    net->is_unix_abstract = option->name[0] == 'a';
    return set_text(parse, option, value, on);
}

/* N or N-M. */
bool set_local_port(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct net_settings *net = &parse->settings->net;
    char *end = NULL;
    unsigned long first = *value >= '0' && *value <= '9' ? strtoul(value, &end, 10) : 0;
    unsigned long last = first;
    if (end && *end == '-' && end[1] >= '0' && end[1] <= '9')
        last = strtoul(end + 1, &end, 10);
    if (!end || *end || first == 0 || last < first || last > UINT16_MAX)
        return parse_fail(parse, PEEL_FAILED_INIT, "expected a port or a range of ports, not '%s'", value);
    net->local_port = (uint16_t)first;
    net->local_port_last = (uint16_t)last;
    return true;
}

/* A number, or a name of RFC 2474, 2597, 5865, 8622 or 1349. */
bool set_ip_tos(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    static const struct {
        const char *name;
        unsigned tos;
    } names[] = {
        {"AF11", 0x28},        {"AF12", 0x30},     {"AF13", 0x38},    {"AF21", 0x48},        {"AF22", 0x50},
        {"AF23", 0x58},        {"AF31", 0x68},     {"AF32", 0x70},    {"AF33", 0x78},        {"AF41", 0x88},
        {"AF42", 0x90},        {"AF43", 0x98},     {"CS0", 0x00},     {"CS1", 0x20},         {"CS2", 0x40},
        {"CS3", 0x60},         {"CS4", 0x80},      {"CS5", 0xa0},     {"CS6", 0xc0},         {"CS7", 0xe0},
        {"ECT0", 0x02},        {"ECT1", 0x01},     {"CE", 0x03},      {"EF", 0xb8},          {"LE", 0x04},
        {"LOWCOST", 0x02},     {"LOWDELAY", 0x10}, {"MINCOST", 0x02}, {"RELIABILITY", 0x04}, {"THROUGHPUT", 0x08},
        {"VOICE-ADMIT", 0xb0},
    };
    uint64_t *tos = &parse->settings->net.ip_tos;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(value, names[i].name) == 0) {
            *tos = names[i].tos;
            return true;
        }
    if (!read_count(parse, value, tos))
        return false;
    return *tos <= 255 || parse_fail(parse, PEEL_FAILED_INIT, "expected 0 to 255 or a name, not '%s'", value);
}

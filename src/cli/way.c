/* The options that decide how a host is reached and trusted. */
#include "cli/way.h"

#include "base/mem.h"
#include "cli/secrets.h"
#include "cli/setters.h"

#include <string.h>

static bool is_of_way(const struct option *option, const char *value)
{
    static const char *const names[] = {
        "abstract-unix-socket",
        "alpn",
        "ca-native",
        "cacert",
        "capath",
        "cert",
        "cert-status",
        "cert-type",
        "ciphers",
        "connect-to",
        "crlfile",
        "curves",
        "haproxy-clientip",
        "haproxy-protocol",
        "interface",
        "ipv4",
        "ipv6",
        "key",
        "key-type",
        "local-port",
        "noproxy",
        "pinnedpubkey",
        "proxy",
        "proxy-cacert",
        "proxy-capath",
        "proxy-cert",
        "proxy-ciphers",
        "proxy-cert-type",
        "proxy-key",
        "proxy-key-type",
        "proxy-tls13-ciphers",
        "proxy1.0",
        "proxytunnel",
        "resolve",
        "sigalgs",
        "sni",
        "tls-max",
        "tls-legacy-server",
        "tls13-ciphers",
        "tlsv1",
        "tlsv1.0",
        "tlsv1.1",
        "tlsv1.2",
        "tlsv1.3",
        "unix-socket",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(option->name, names[i]) == 0)
            return true;
    /* The other two do not go on with what was fetched. */
    return strcmp(option->name, "aia") == 0 && strcmp(value, "use") == 0;
}

/* Of two that say the same thing the second holds. */
static bool is_same(const struct option *a, const struct option *b)
{
    bool adds = a->set == set_connect_to || a->set == set_resolve;
    return a->set == b->set && a->field == b->field && !adds;
}

static void forget(struct trace_way *way, const struct option *option)
{
    size_t n = 0;
    for (size_t i = 0; i < way->n; i++)
        if (is_same(option_by_name(slice_of(way->options[i].name)), option))
            mem_free(way->options[i].value);
        else
            way->options[n++] = way->options[i];
    way->n = n;
}

void way_note(struct trace_way *way, const struct option *option, const char *value, bool on)
{
    if (!is_of_way(option, value))
        return;
    char *bare = value ? secrets_bare(option, value) : NULL;
    forget(way, option);
    if (value && !bare)
        return;
    way->options = mem_realloc(way->options, (way->n + 1) * sizeof *way->options);
    way->options[way->n++] = (struct trace_option){
        .name = option->name, .letter = option->letter, .value = bare, .is_off = !option_takes_value(option) && !on};
}

void way_done(struct trace_way *way)
{
    for (size_t i = 0; i < way->n; i++)
        mem_free(way->options[i].value);
    mem_free(way->options);
    *way = (struct trace_way){0};
}

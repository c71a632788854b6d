/* getaddrinfo on a worker thread. */
#include "net/resolve.h"

#include "base/mem.h"
#include "net/socket.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* What the caller and the thread share; whoever lets go last frees it. */
struct lookup {
    atomic_int refs;
    atomic_bool is_done;
    int fd;
    char *host;
    char service[6];
    struct addrinfo hints;
    struct addrinfo *found;
    int failure; /* of getaddrinfo */
    int failure_errno;
};

struct resolve {
    char *host;
    enum net_family family;
    struct net_addresses known; /* without asking */
    bool is_override;
    bool is_proxy;
    const char *refusal; /* why the name is not even asked for */
    struct lookup *lookup;
};

static void lookup_release(struct lookup *l)
{
    if (atomic_fetch_sub(&l->refs, 1) != 1)
        return;
    if (l->found)
        freeaddrinfo(l->found);
    if (l->fd >= 0)
        close(l->fd);
    mem_free(l->host);
    mem_free(l);
}

static void lookup_run(struct lookup *l)
{
    l->failure = getaddrinfo(l->host, l->service, &l->hints, &l->found);
    l->failure_errno = errno;
    atomic_store(&l->is_done, true);
}

static void *lookup_thread(void *argument)
{
    struct lookup *l = argument;
    lookup_run(l);
    uint64_t one = 1;
    ssize_t written = write(l->fd, &one, sizeof one);
    (void)written; /* an eventfd takes its first number always */
    lookup_release(l);
    return NULL;
}

static int family_of(enum net_family family)
{
    return family == NET_IPV4 ? AF_INET : family == NET_IPV6 ? AF_INET6 : AF_UNSPEC;
}

static struct lookup *lookup_start(const char *host, uint16_t port, enum net_family family)
{
    struct lookup *l = mem_alloc(sizeof *l);
    atomic_init(&l->refs, 1);
    l->host = mem_strdup(host);
    snprintf(l->service, sizeof l->service, "%u", port);
    l->hints.ai_family = family_of(family);
    l->hints.ai_socktype = SOCK_STREAM;
    l->hints.ai_flags = AI_NUMERICSERV;
    l->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

    atomic_fetch_add(&l->refs, 1);
    pthread_t thread;
    if (l->fd >= 0 && pthread_create(&thread, NULL, lookup_thread, l) == 0) {
        pthread_detach(thread);
        return l;
    }
    /* No thread to be had: better a name that is looked up in line than none. */
    atomic_fetch_sub(&l->refs, 1);
    lookup_run(l);
    return l;
}

/* RFC 1035 section 2.3.4, in a form without the last dot. */
static const char *name_refusal(const char *host)
{
    size_t len = strlen(host);
    if (len > 0 && host[len - 1] == '.')
        len--;
    if (len > 253)
        return "host name too long";
    size_t label = 0;
    for (size_t i = 0; i < len; i++) {
        label = host[i] == '.' ? 0 : label + 1;
        if (label > 63)
            return "host name too long: a label may have 63 bytes";
    }
    return NULL;
}

static bool is_localhost(const char *host)
{
    struct slice name = slice_of(host);
    if (name.len > 0 && name.ptr[name.len - 1] == '.')
        name.len--;
    struct slice suffix = SLICE(".localhost");
    return slice_equal_nocase(name, SLICE("localhost")) ||
           (name.len > suffix.len && slice_equal_nocase(slice_from(name, name.len - suffix.len), suffix));
}

static bool family_allows(enum net_family family, const struct net_address *a)
{
    return family == NET_ANY || a->address.ss_family == family_of(family);
}

/* Removes what -4 or -6 forbids. */
static void keep_family(struct net_addresses *a, enum net_family family)
{
    size_t kept = 0;
    for (size_t i = 0; i < a->n; i++)
        if (family_allows(family, &a->list[i]))
            a->list[kept++] = a->list[i];
    a->n = kept;
}

/* The last --resolve that speaks of host:port decides; NULL when none does or it is a removal. */
static const struct net_resolve_override *find_override(const struct net_settings *s, const char *host, uint16_t port)
{
    for (size_t i = s->n_resolve; i > 0; i--) {
        const struct net_resolve_override *o = &s->resolve[i - 1];
        bool names_host = strcmp(o->host, "*") == 0 || strcasecmp(o->host, host) == 0;
        if (names_host && o->port == port)
            return o->is_removal ? NULL : o;
    }
    return NULL;
}

/* Fills r->known when nobody need be asked. */
static bool resolve_known(struct resolve *r, const struct net_settings *s, const char *zone, uint16_t port)
{
    const struct net_resolve_override *o = find_override(s, r->host, port);
    if (o) {
        r->is_override = true;
        for (size_t i = 0; i < o->n_addresses; i++)
            net_address_parse(&r->known, o->addresses[i], NULL, port);
        return true;
    }
    if (net_address_parse(&r->known, r->host, zone, port))
        return true;
    if (!is_localhost(r->host))
        return false;
    net_address_parse(&r->known, "::1", NULL, port);
    net_address_parse(&r->known, "127.0.0.1", NULL, port);
    return true;
}

struct resolve *resolve_start(const struct net_settings *settings, const char *host, const char *zone, uint16_t port)
{
    struct resolve *r = mem_alloc(sizeof *r);
    r->host = mem_strdup(host);
    r->family = settings->family;
    if (net_unix_address(&r->known, settings)) {
        r->refusal = r->known.n == 0 ? "the name of the Unix socket is too long" : NULL;
        return r;
    }
    if (resolve_known(r, settings, zone, port)) {
        keep_family(&r->known, r->family);
        return r;
    }
    r->refusal = zone ? "there is no such network interface" : name_refusal(host);
    if (!r->refusal)
        r->lookup = lookup_start(host, port, r->family);
    return r;
}

void resolve_set_proxy(struct resolve *r)
{
    r->is_proxy = true;
}

int resolve_fd(const struct resolve *r)
{
    return r->lookup && !atomic_load(&r->lookup->is_done) ? r->lookup->fd : -1;
}

bool resolve_is_override(const struct resolve *r)
{
    return r->is_override;
}

static bool resolve_failed(const struct resolve *r, struct error *err)
{
    const char *reason = r->refusal;
    if (r->lookup && r->lookup->failure != 0)
        reason =
            r->lookup->failure == EAI_SYSTEM ? strerror(r->lookup->failure_errno) : gai_strerror(r->lookup->failure);
    if (!reason)
        reason = "it has no address";
    const char *family = r->family == NET_IPV4 ? ", IPv4 only" : r->family == NET_IPV6 ? ", IPv6 only" : "";
    return error_set(err, r->is_proxy ? PEEL_COULDNT_RESOLVE_PROXY : PEEL_COULDNT_RESOLVE_HOST,
                     "Could not resolve %s: %.300s (%s%s)", r->is_proxy ? "proxy" : "host", r->host, reason, family);
}

bool resolve_answer(struct resolve *r, struct net_addresses *out, struct error *err)
{
    if (r->lookup)
        for (const struct addrinfo *a = r->lookup->found; a; a = a->ai_next)
            net_addresses_add(&r->known, a->ai_addr, a->ai_addrlen);
    if (r->known.n == 0)
        return resolve_failed(r, err);
    net_addresses_interleave(&r->known);
    *out = r->known;
    r->known = (struct net_addresses){0};
    return true;
}

void resolve_free(struct resolve *r)
{
    if (!r)
        return;
    if (r->lookup)
        lookup_release(r->lookup);
    net_addresses_done(&r->known);
    mem_free(r->host);
    mem_free(r);
}

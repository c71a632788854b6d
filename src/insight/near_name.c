/* The nearest name. */
#include "insight/near_name.h"
#include "insight/subject.h"

#include "base/mem.h"
#include "base/near.h"

enum {
    DISTANCE_MAX = 3, /* further off it is another name, no slip of the hand */
};

static bool equal_nocase(const char *a, const char *b)
{
    return strcasecmp(a, b) == 0;
}

static bool is_below(const char *host, const char *domain)
{
    size_t len_host = strlen(host), len_domain = strlen(domain);
    return len_host > len_domain && host[len_host - len_domain - 1] == '.' &&
           equal_nocase(host + len_host - len_domain, domain);
}

/* What a wildcard means for host; NULL when they have nothing to do with each other. */
static char *wildcard_reason(const char *host, const char *wildcard)
{
    const char *domain = wildcard + 2;
    if (equal_nocase(host, domain))
        return mem_printf("%s covers the names below %s, not %s itself", wildcard, domain, domain);
    if (is_below(host, domain))
        return mem_printf("%s covers one label only, and %s has more", wildcard, host);
    return NULL;
}

/* One name of the certificate; true when it is near. */
static bool look_at(struct near_name *near, const char *host, const char *name)
{
    if (strncmp(name, "*.", 2) == 0) {
        near->why = wildcard_reason(host, name);
        return near->why;
    }
    if (is_below(name, host))
        near->why = mem_printf("it is made for %s, and not for the bare %s", name, host);
    else if (is_below(host, name))
        near->why = mem_printf("it is made for %s, which does not cover what is below it", name);
    else if (near_edits(slice_of(host), slice_of(name)) <= DISTANCE_MAX)
        near->why = mem_printf("its name %s differs only a little", name);
    if (near->why)
        near->name = mem_strdup(name);
    return near->why;
}

/* The name ends up in a command line to paste, so it may hold nothing that a shell would see. */
static bool is_host_name(const char *name)
{
    return *name && *name != '-' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") == strlen(name);
}

static bool is_address(const char *name)
{
    return strncmp(name, "IP:", 3) == 0;
}

bool near_name_is_of_address(const char *host)
{
    return strchr(host, ':') || strspn(host, "0123456789.") == strlen(host);
}

/* The first that could be asked for. */
static const char *first_name(const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *name = subject_bare_name(names[i]);
        if (!is_address(names[i]) && !strchr(name, '*') && !near_name_is_of_address(name))
            return name;
    }
    return NULL;
}

struct near_name near_name_find(const char *host, const char *const *names, size_t n)
{
    enum {
        FEW = 3
    }; /* names, of which the first may be proposed: then there is little doubt which server it is */
    struct near_name near = {0};
    bool is_by_address = near_name_is_of_address(host);
    if (is_by_address)
        near.why =
            mem_strdup("a certificate must have the address itself, as an address; a name does not stand for it");
    for (size_t i = 0; i < n && !near.why; i++)
        if (!is_address(names[i]))
            look_at(&near, host, subject_bare_name(names[i]));
    if (!near.name && n <= FEW)
        near.name = mem_strdup(first_name(names, n));
    if (near.name && !is_host_name(near.name)) {
        mem_free(near.name);
        near.name = NULL;
    }
    return near;
}

void near_name_done(struct near_name *near)
{
    mem_free(near->name);
    mem_free(near->why);
    *near = (struct near_name){0};
}

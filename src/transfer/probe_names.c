/* Names near a host's, by the public suffix list. */
#include "transfer/probe_names.h"

#include "base/mem.h"
#include "http/suffix.h"

#include <string.h>

#define WWW "www."

struct names {
    struct probe_name *names;
    size_t n;
    const char *host;
    const struct probe_change *kind;
};

/* Once each, as far as there is room. Takes name. */
static void add(struct names *all, char *name)
{
    bool is_known = strcmp(name, all->host) == 0 || all->n == PROBE_NAMES_MAX;
    for (size_t i = 0; i < all->n && !is_known; i++)
        is_known = strcmp(all->names[i].name, name) == 0;
    if (is_known) {
        mem_free(name);
        return;
    }
    struct probe_name *added = &all->names[all->n++];
    *added = (struct probe_name){.name = name,
                                 .options = mem_printf("%s %s", all->kind->told.options, name),
                                 .words = mem_printf("%s %s", all->kind->told.words, name),
                                 .change = *all->kind};
    added->change.server_name = name;
    added->change.told.server_name = name;
    added->change.told.options = added->options;
    added->change.told.words = added->words;
}

/* The name above; NULL when there is none, or strangers register theirs below it. */
static const char *parent_of(const struct http_suffixes *suffixes, const char *name)
{
    const char *dot = strchr(name, '.');
    return dot && http_suffixes_allow(suffixes, name, dot + 1) ? dot + 1 : NULL;
}

static void add_all(struct names *all, const struct http_suffixes *suffixes)
{
    const char *parent = parent_of(suffixes, all->host), *top = parent;
    if (strncmp(all->host, WWW, strlen(WWW)) != 0) {
        char *twin = mem_printf(WWW "%s", all->host);
        if (parent_of(suffixes, twin))
            add(all, twin);
        else
            mem_free(twin);
    }
    if (!parent)
        return;
    add(all, mem_strdup(parent));
    for (const char *next = parent; next; next = parent_of(suffixes, next))
        top = next;
    add(all, mem_strdup(top));
}

size_t probe_names_make(struct probe_name names[PROBE_NAMES_MAX], const char *host, const struct probe_change *kind)
{
    char *bare = mem_strdup(host);
    size_t len = strlen(bare);
    if (len > 0 && bare[len - 1] == '.')
        bare[len - 1] = '\0'; /* as the ClientHello has it (RFC 6066 section 3) */
    struct names all = {.names = names, .host = bare, .kind = kind};
    struct http_suffixes *suffixes = http_suffixes_new();
    add_all(&all, suffixes);
    http_suffixes_free(suffixes);
    mem_free(bare);
    return all.n;
}

void probe_names_done(struct probe_name names[PROBE_NAMES_MAX], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        mem_free(names[i].name);
        mem_free(names[i].options);
        mem_free(names[i].words);
    }
}

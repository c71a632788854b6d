/* libpsl, which wants its names in lower case. */
#include "http/suffix.h"

#include "base/mem.h"

#include <libpsl.h>

struct http_suffixes {
    psl_ctx_t *list; /* NULL: libpsl has none, so everything but an exact match is refused */
};

struct http_suffixes *http_suffixes_new(void)
{
    struct http_suffixes *s = mem_alloc(sizeof *s);
    s->list = psl_latest(NULL);
    return s;
}

void http_suffixes_free(struct http_suffixes *s)
{
    if (!s)
        return;
    psl_free(s->list);
    mem_free(s);
}

static char *lower(const char *text)
{
    char *copy = mem_strdup(text);
    for (char *at = copy; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at |= 0x20;
    return copy;
}

bool http_suffixes_allow(const struct http_suffixes *s, const char *host, const char *domain)
{
    char *name = lower(domain);
    bool is_allowed = s->list ? psl_is_cookie_domain_acceptable(s->list, host, name) : strcmp(host, name) == 0;
    mem_free(name);
    return is_allowed;
}

bool http_suffixes_have(const struct http_suffixes *s, const char *domain)
{
    char *name = lower(domain);
    bool is_listed = s->list && psl_is_public_suffix2(s->list, name, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
    mem_free(name);
    return is_listed;
}

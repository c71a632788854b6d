/* The jar: what is kept, what replaces what, and who is sent what (RFC 6265bis sections 5.7 and 5.8). */
#include "base/mem.h"
#include "http/cookies.h"
#include "http/suffix.h"

#include <stdlib.h>

struct cookie_jar {
    struct cookie *list; /* in the order of creation */
    uint32_t *marks;     /* a hash of name, domain and path of each, so that most comparisons are one of numbers */
    size_t n, cap;
    unsigned n_of_response;
    struct http_suffixes *suffixes; /* NULL until a Domain asks for it */
};

struct cookie_jar *cookie_jar_new(void)
{
    return mem_alloc(sizeof(struct cookie_jar));
}

void cookie_jar_free(struct cookie_jar *jar)
{
    if (!jar)
        return;
    for (size_t i = 0; i < jar->n; i++)
        cookie_done(&jar->list[i]);
    mem_free(jar->list);
    mem_free(jar->marks);
    http_suffixes_free(jar->suffixes);
    mem_free(jar);
}

size_t cookie_jar_count(const struct cookie_jar *jar)
{
    return jar->n;
}

const struct cookie *cookie_jar_at(const struct cookie_jar *jar, size_t i)
{
    return &jar->list[i];
}

static bool has_expired(const struct cookie *c, int64_t now)
{
    return c->expires != 0 && c->expires < now;
}

static void remove_at(struct cookie_jar *jar, size_t i)
{
    cookie_done(&jar->list[i]);
    jar->n--;
    memmove(&jar->list[i], &jar->list[i + 1], (jar->n - i) * sizeof *jar->list);
    memmove(&jar->marks[i], &jar->marks[i + 1], (jar->n - i) * sizeof *jar->marks);
}

void cookie_jar_expire(struct cookie_jar *jar, int64_t now)
{
    size_t kept = 0;
    for (size_t i = 0; i < jar->n; i++) {
        if (has_expired(&jar->list[i], now)) {
            cookie_done(&jar->list[i]);
            continue;
        }
        jar->list[kept] = jar->list[i];
        jar->marks[kept++] = jar->marks[i];
    }
    jar->n = kept;
}

/* FNV-1a; the domain without its case. */
static uint32_t mark_of(const struct cookie *c)
{
    const char *const parts[] = {c->name, c->domain, c->path};
    uint32_t mark = 2166136261u;
    for (size_t k = 0; k < 3; k++)
        for (const char *at = parts[k]; *at; at++)
            mark = (mark ^ (unsigned char)(k == 1 ? *at | 0x20 : *at)) * 16777619u;
    return mark;
}

static bool is_same(const struct cookie *a, const struct cookie *b)
{
    return a->is_host_only == b->is_host_only && strcmp(a->name, b->name) == 0 &&
           strcasecmp(a->domain, b->domain) == 0 && strcmp(a->path, b->path) == 0;
}

static size_t find_same(const struct cookie_jar *jar, const struct cookie *c, uint32_t mark)
{
    for (size_t i = 0; i < jar->n; i++)
        if (jar->marks[i] == mark && is_same(&jar->list[i], c))
            return i;
    return jar->n;
}

/* RFC 6265bis section 5.7: from an insecure origin, none may stand before a Secure one of that name. */
static bool shadows_secure(const struct cookie_jar *jar, const struct cookie *c)
{
    for (size_t i = 0; i < jar->n; i++) {
        const struct cookie *old = &jar->list[i];
        if (!old->is_secure || strcmp(old->name, c->name) != 0)
            continue;
        struct slice theirs = slice_of(old->domain), ours = slice_of(c->domain);
        bool is_near = cookie_is_below(theirs, ours) || cookie_is_below(ours, theirs);
        if (is_near && cookie_path_matches(slice_of(c->path), slice_of(old->path)))
            return true;
    }
    return false;
}

/* Some at a time, since each time all others move. */
static void drop_oldest(struct cookie_jar *jar)
{
    const size_t n = COOKIE_JAR_MAX / 100;
    for (size_t i = 0; i < n; i++)
        cookie_done(&jar->list[i]);
    jar->n -= n;
    memmove(jar->list, &jar->list[n], jar->n * sizeof *jar->list);
    memmove(jar->marks, &jar->marks[n], jar->n * sizeof *jar->marks);
}

static void append(struct cookie_jar *jar, struct cookie *c, uint32_t mark)
{
    if (jar->n == COOKIE_JAR_MAX)
        drop_oldest(jar);
    if (jar->n == jar->cap) {
        jar->cap = jar->cap ? jar->cap * 2 : 16;
        jar->list = mem_realloc(jar->list, jar->cap * sizeof *jar->list);
        jar->marks = mem_realloc(jar->marks, jar->cap * sizeof *jar->marks);
    }
    jar->list[jar->n] = *c;
    jar->marks[jar->n++] = mark;
}

/* index: where it stands then; n when nowhere. */
static enum cookie_fault store(struct cookie_jar *jar, struct cookie *c, bool is_secure_origin, int64_t now,
                               size_t *index, bool *is_replaced)
{
    uint32_t mark = mark_of(c);
    size_t at = find_same(jar, c, mark);
    bool is_known = at < jar->n;
    enum cookie_fault fault = COOKIE_OK;
    *index = SIZE_MAX;
    *is_replaced = is_known;
    if (!c->is_secure && !is_secure_origin && shadows_secure(jar, c))
        fault = COOKIE_SHADOWS;
    else if (is_known && jar->list[at].is_live && !c->is_live)
        fault = COOKIE_NOT_WANTED;
    if (fault != COOKIE_OK || has_expired(c, now)) {
        if (fault == COOKIE_OK && is_known)
            remove_at(jar, at);
        cookie_done(c);
        return fault;
    }
    if (is_known) {
        cookie_done(&jar->list[at]);
        jar->list[at] = *c;
    } else {
        append(jar, c, mark);
        at = jar->n - 1;
    }
    *index = at;
    *c = (struct cookie){0};
    return COOKIE_OK;
}

static const struct http_suffixes *suffixes_of(struct cookie_jar *jar)
{
    if (!jar->suffixes)
        jar->suffixes = http_suffixes_new();
    return jar->suffixes;
}

enum cookie_fault cookie_jar_store(struct cookie_jar *jar, struct cookie *c, bool is_secure_origin, int64_t now)
{
    size_t index = 0;
    bool is_replaced = false;
    bool is_public = !c->is_host_only && *c->domain && http_suffixes_have(suffixes_of(jar), c->domain);
    if (!is_public)
        return store(jar, c, is_secure_origin, now, &index, &is_replaced);
    cookie_done(c);
    return COOKIE_PUBLIC;
}

void cookie_jar_begin_response(struct cookie_jar *jar)
{
    jar->n_of_response = 0;
}

/* A host that is itself a public suffix keeps its cookie to itself (RFC 6265bis section 5.7 step 9). */
static enum cookie_fault check_suffix(struct cookie_jar *jar, struct cookie *c, const struct cookie_origin *origin)
{
    if (c->is_host_only)
        return COOKIE_OK;
    if (!http_suffixes_allow(suffixes_of(jar), origin->host, c->domain))
        return COOKIE_PUBLIC;
    if (http_suffixes_have(suffixes_of(jar), c->domain))
        c->is_host_only = true;
    return COOKIE_OK;
}

enum cookie_fault cookie_jar_set(struct cookie_jar *jar, struct slice line, const struct cookie_origin *origin,
                                 int64_t now, const struct cookie **told, bool *is_replaced)
{
    struct cookie c;
    size_t index = SIZE_MAX;
    *told = NULL;
    *is_replaced = false;
    if (jar->n_of_response == COOKIE_PER_RESPONSE)
        return COOKIE_TOO_MANY;
    enum cookie_fault fault = cookie_parse(&c, line, origin, now);
    if (fault == COOKIE_OK)
        fault = check_suffix(jar, &c, origin);
    c.is_live = true;
    if (fault == COOKIE_OK)
        fault = store(jar, &c, origin->is_secure, now, &index, is_replaced);
    if (fault != COOKIE_OK) {
        cookie_done(&c);
        return fault;
    }
    jar->n_of_response++;
    if (index != SIZE_MAX)
        *told = &jar->list[index];
    return COOKIE_OK;
}

/* A cookie of a header dump that says no domain goes to addresses only, as curl's does. */
static bool domain_matches(const struct cookie *c, const struct cookie_origin *o)
{
    struct slice host = slice_of(o->host), domain = slice_of(c->domain);
    if (domain.len == 0)
        return o->is_address;
    return c->is_host_only || o->is_address ? slice_equal_nocase(host, domain) : cookie_is_below(host, domain);
}

static int by_length(const char *a, const char *b)
{
    size_t a_len = strlen(a), b_len = strlen(b);
    return (a_len < b_len) - (a_len > b_len);
}

static int compare(const void *left, const void *right)
{
    const struct cookie *a = *(const struct cookie *const *)left, *b = *(const struct cookie *const *)right;
    int order = by_length(a->path, b->path);
    if (order == 0)
        order = by_length(a->domain, b->domain);
    if (order == 0)
        order = by_length(a->name, b->name);
    return order != 0 ? order : (a < b) - (a > b);
}

void cookie_jar_print(struct cookie_jar *jar, struct buf *out, const struct cookie_origin *origin, int64_t now)
{
    cookie_jar_expire(jar, now);
    const struct cookie *found[COOKIE_SENT_MAX];
    size_t n = 0;
    for (size_t i = 0; i < jar->n && n < COOKIE_SENT_MAX; i++) {
        const struct cookie *c = &jar->list[i];
        if ((!c->is_secure || origin->is_secure) && domain_matches(c, origin) &&
            cookie_path_matches(slice_of(origin->path), slice_of(c->path)))
            found[n++] = c;
    }
    if (n > 1)
        qsort(found, n, sizeof(const struct cookie *), compare);
    size_t len = strlen("Cookie: ");
    for (size_t i = 0; i < n; i++) {
        len += strlen(found[i]->name) + 1 + strlen(found[i]->value) + (i > 0 ? 2 : 0);
        if (len > COOKIE_FIELD_MAX)
            break;
        buf_append_text(out, i > 0 ? "; " : "");
        buf_append_text(out, found[i]->name);
        buf_append_byte(out, '=');
        buf_append_text(out, found[i]->value);
    }
}

/* The HSTS list: an array of entries, and a table of places in it that is asked by hash. */
#include "http/hsts.h"

#include "base/mem.h"
#include "http/date.h"
#include "url/url.h"

#include <stdio.h>
#include <time.h>

#define UNLIMITED INT64_MAX

enum {
    TABLE_SIZE = 4 * 8192, /* a power of two, more than three times the entries */
};

struct entry {
    char *host;
    int64_t expires; /* Unix seconds; 0: not in force, the place is kept */
    bool with_subdomains;
};

struct hsts {
    struct entry *list;
    size_t n, cap;
    uint16_t table[TABLE_SIZE]; /* place + 1 in the list; 0: free. Open addressing, nothing is ever taken out */
};

_Static_assert(HSTS_ENTRIES_MAX < UINT16_MAX && 3 * HSTS_ENTRIES_MAX < TABLE_SIZE, "the table has room");

struct hsts *hsts_new(void)
{
    return mem_alloc(sizeof(struct hsts));
}

void hsts_free(struct hsts *h)
{
    if (!h)
        return;
    for (size_t i = 0; i < h->n; i++)
        mem_free(h->list[i].host);
    mem_free(h->list);
    mem_free(h);
}

/* Where in the table the host is, or would be. */
static size_t slot_of(const struct hsts *h, struct slice host)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < host.len; i++)
        hash = (hash ^ (unsigned char)host.ptr[i]) * 16777619u;
    uint32_t at = (hash ^ hash >> 15) % TABLE_SIZE;
    while (h->table[at] != 0 && !slice_equal(slice_of(h->list[h->table[at] - 1].host), host))
        at = (at + 1) % TABLE_SIZE;
    return at;
}

static struct entry *find(const struct hsts *h, struct slice host)
{
    uint16_t place = h->table[slot_of(h, host)];
    return place == 0 ? NULL : &h->list[place - 1];
}

/* NULL when the list is full. */
static struct entry *find_or_add(struct hsts *h, struct slice host)
{
    size_t slot = slot_of(h, host);
    if (h->table[slot] != 0)
        return &h->list[h->table[slot] - 1];
    if (h->n == HSTS_ENTRIES_MAX)
        return NULL;
    if (h->n == h->cap) {
        h->cap = h->cap ? h->cap * 2 : 16;
        h->list = mem_realloc(h->list, h->cap * sizeof *h->list);
    }
    h->list[h->n] = (struct entry){.host = mem_dup_slice(host)};
    h->table[slot] = (uint16_t)(h->n + 1);
    return &h->list[h->n++];
}

static struct slice without_dot(struct slice host)
{
    if (host.len > 0 && host.ptr[host.len - 1] == '.')
        host.len--;
    return host;
}

static bool is_in_force(const struct entry *e, int64_t now)
{
    return e && e->expires > now;
}

bool hsts_covers(const struct hsts *h, const char *host, int64_t now)
{
    struct slice name = without_dot(slice_of(host));
    if (is_in_force(find(h, name), now))
        return true;
    for (size_t dot = slice_find(name, '.'); dot < name.len; dot = slice_find(name, '.')) {
        name = slice_from(name, dot + 1);
        const struct entry *e = find(h, name);
        if (is_in_force(e, now) && e->with_subdomains)
            return true;
    }
    return false;
}

/* The field: RFC 6797 section 6.1. */

struct policy {
    int64_t max_age;
    bool has_max_age, with_subdomains;
};

/* "123" and 123; what is too large for any calendar is ten years. */
static bool read_max_age(struct policy *p, struct slice value)
{
    if (value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"')
        value = slice_make(value.ptr + 1, value.len - 2);
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] < '0' || value.ptr[i] > '9')
            return false;
        if (p->max_age < HSTS_AGE_MAX_S)
            p->max_age = p->max_age * 10 + (value.ptr[i] - '0');
    }
    if (p->max_age > HSTS_AGE_MAX_S)
        p->max_age = HSTS_AGE_MAX_S;
    bool is_first = !p->has_max_age;
    p->has_max_age = true;
    return is_first && value.len > 0;
}

/* A directive that comes twice makes the field none. */
static bool read_directive(struct policy *p, struct slice directive)
{
    size_t sign = slice_find(directive, '=');
    struct slice name = slice_trim(slice_first(directive, sign));
    struct slice value = sign < directive.len ? slice_trim(slice_from(directive, sign + 1)) : SLICE("");
    if (slice_equal_nocase(name, SLICE("max-age")))
        return read_max_age(p, value);
    if (!slice_equal_nocase(name, SLICE("includeSubDomains")))
        return true;
    bool is_first = !p->with_subdomains;
    p->with_subdomains = true;
    return is_first;
}

bool hsts_take_field(struct hsts *h, const char *host, struct slice value, int64_t now)
{
    struct policy policy = {0};
    while (value.len > 0) {
        struct slice directive = slice_first(value, slice_find(value, ';'));
        value = slice_from(value, directive.len < value.len ? directive.len + 1 : directive.len);
        if (!read_directive(&policy, directive))
            return false;
    }
    struct slice name = without_dot(slice_of(host));
    if (!policy.has_max_age || name.len == 0)
        return false;
    struct entry *e = policy.max_age == 0 ? find(h, name) : find_or_add(h, name);
    if (!e)
        return policy.max_age == 0;
    e->expires = policy.max_age == 0 ? 0 : now + policy.max_age;
    e->with_subdomains = policy.with_subdomains;
    return true;
}

/* The file. */

/* The host as the key has it; NULL when it is none, or an address, also one with a dot at its end. mem_free it. */
static char *read_host(struct slice text)
{
    text = without_dot(text);
    char *host = NULL;
    enum url_host_kind kind = URL_HOST_NAME;
    struct error ignored = {0};
    if (text.len == 0 || !url_parse_host(&host, NULL, &kind, text, &ignored))
        return NULL;
    struct slice name = slice_of(host);
    if (kind == URL_HOST_NAME && name.len > 0 && name.ptr[name.len - 1] != '.')
        return host;
    mem_free(host);
    return NULL;
}

static bool read_time(struct slice text, int64_t *expires)
{
    text = slice_trim(text);
    if (text.len < 2 || text.ptr[0] != '"' || text.ptr[text.len - 1] != '"')
        return false;
    text = slice_make(text.ptr + 1, text.len - 2);
    *expires = UNLIMITED;
    return slice_equal(text, SLICE("unlimited")) || http_date_parse(text, expires);
}

bool hsts_read_line(struct hsts *h, struct slice line)
{
    int64_t expires = 0;
    line = slice_trim(line);
    if (line.len == 0 || line.len > HSTS_LINE_MAX || line.ptr[0] == '#')
        return true;
    size_t blank = slice_find(line, ' ');
    struct slice text = slice_first(line, blank);
    bool with_subdomains = text.len > 0 && text.ptr[0] == '.';
    char *host = read_host(with_subdomains ? slice_from(text, 1) : text);
    bool is_stored = true;
    if (host && read_time(slice_from(line, blank), &expires)) {
        struct entry *e = find_or_add(h, slice_of(host));
        is_stored = e;
        /* As curl: of two lines about one host, the longer life, and the subdomains of either. */
        if (e) {
            e->expires = e->expires < expires ? expires : e->expires;
            e->with_subdomains = e->with_subdomains || with_subdomains;
        }
    }
    mem_free(host);
    return is_stored;
}

static void write_time(struct buf *out, int64_t expires)
{
    time_t at = (time_t)expires;
    struct tm tm;
    if (expires == UNLIMITED || !gmtime_r(&at, &tm)) {
        buf_append_text(out, " \"unlimited\"\n");
        return;
    }
    char text[64];
    strftime(text, sizeof text, "%Y%m%d %H:%M:%S", &tm);
    buf_printf(out, " \"%s\"\n", text);
}

void hsts_write(const struct hsts *h, struct buf *out, int64_t now)
{
    buf_append_text(out, "# Your HSTS cache: hosts that are to be reached over TLS only.\n"
                         "# Written by peel; what is changed here while peel runs is lost.\n");
    for (size_t i = 0; i < h->n; i++) {
        const struct entry *e = &h->list[i];
        if (!is_in_force(e, now))
            continue;
        buf_append_text(out, e->with_subdomains ? "." : "");
        buf_append_text(out, e->host);
        write_time(out, e->expires);
    }
}

/* Set-Cookie bytes into a cookie (RFC 6265bis section 5.6), and the matching of names and paths. */
#include "base/mem.h"
#include "http/cookies.h"
#include "http/date.h"

void cookie_done(struct cookie *c)
{
    mem_free_secret(c->name);
    mem_free_secret(c->value);
    mem_free(c->domain);
    mem_free(c->path);
    *c = (struct cookie){0};
}

const char *cookie_fault_text(enum cookie_fault fault)
{
    switch (fault) {
    case COOKIE_OK:
        return "nothing is wrong";
    case COOKIE_TOO_LONG:
        return "it is too long";
    case COOKIE_BAD_BYTE:
        return "it has a control byte";
    case COOKIE_NO_PAIR:
        return "it has no name and value";
    case COOKIE_BAD_DOMAIN:
        return "its Domain is not this host's";
    case COOKIE_PUBLIC:
        return "its Domain is a public suffix";
    case COOKIE_NOT_SECURE:
        return "it is Secure, and the connection is not";
    case COOKIE_BAD_PREFIX:
        return "it does not keep what the prefix of its name promises";
    case COOKIE_SHADOWS:
        return "it would hide a Secure cookie";
    case COOKIE_TOO_MANY:
        return "too many in one response";
    case COOKIE_NOT_WANTED:
        return "it is not wanted";
    }
    return "";
}

/* Matching. */

bool cookie_is_below(struct slice host, struct slice domain)
{
    if (slice_equal_nocase(host, domain))
        return true;
    if (domain.len == 0 || host.len <= domain.len || host.ptr[host.len - domain.len - 1] != '.')
        return false;
    return slice_equal_nocase(slice_from(host, host.len - domain.len), domain);
}

bool cookie_path_matches(struct slice path, struct slice cookie_path)
{
    if (!slice_starts_with(path, cookie_path))
        return false;
    if (path.len == cookie_path.len)
        return true;
    return cookie_path.len > 0 && (cookie_path.ptr[cookie_path.len - 1] == '/' || path.ptr[cookie_path.len] == '/');
}

/* RFC 6265 section 5.1.4: "/a/b/c" becomes "/a/b". */
static char *default_path(struct slice path)
{
    size_t end = path.len;
    while (end > 0 && path.ptr[end - 1] != '/')
        end--;
    bool has_more = path.len > 0 && path.ptr[0] == '/' && end > 1;
    return mem_dup_slice(has_more ? slice_first(path, end - 1) : SLICE("/"));
}

static bool has_prefix(const struct cookie *c, struct slice prefix)
{
    struct slice name = slice_of(c->name);
    return name.len >= prefix.len && slice_equal_nocase(slice_first(name, prefix.len), prefix);
}

bool cookie_breaks_prefix(const struct cookie *c)
{
    if (has_prefix(c, SLICE("__Secure-")))
        return !c->is_secure;
    if (has_prefix(c, SLICE("__Host-")))
        return !c->is_secure || !c->is_host_only || strcmp(c->path, "/") != 0;
    return false;
}

/* Origins. */

/* "host:port" without its port, normalised. */
static bool read_custom_host(struct cookie_origin *o, struct slice value)
{
    struct error ignored = {0};
    enum url_host_kind kind = URL_HOST_NAME;
    size_t end = value.len > 0 && value.ptr[0] == '[' ? slice_find(value, ']') + 1 : slice_find(value, ':');
    value = slice_first(value, end);
    if (value.len == 0 || !url_parse_host(&o->host, NULL, &kind, value, &ignored))
        return false;
    o->is_address = kind != URL_HOST_NAME;
    return true;
}

static bool is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0 || strcmp(host, "::1") == 0;
}

void cookie_origin_init(struct cookie_origin *o, const struct url *url, struct slice custom_host)
{
    *o = (struct cookie_origin){.path = mem_strdup(url->path)};
    if (!read_custom_host(o, custom_host)) {
        o->host = mem_strdup(url->host);
        o->is_address = url->host_kind != URL_HOST_NAME;
    }
    /* A Host field alone makes nobody local. */
    o->is_secure = strcmp(url->scheme, "https") == 0 || (is_loopback(url->host) && is_loopback(o->host));
}

void cookie_origin_done(struct cookie_origin *o)
{
    mem_free(o->host);
    mem_free(o->path);
    *o = (struct cookie_origin){0};
}

/* Parsing. */

struct parser {
    struct cookie *out;
    const struct cookie_origin *origin; /* NULL: a header dump */
    int64_t now;
    bool has_max_age;
    enum cookie_fault fault;
};

/* RFC 6265bis section 5.6 step 1. TAB parts the fields of a jar: it may stand around a value, never in one. */
static bool has_control(struct slice s, bool with_tab)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if ((c < 0x20 && (with_tab || c != '\t')) || c == 0x7f)
            return true;
    }
    return false;
}

static void replace(char **field, char *text)
{
    mem_free(*field);
    *field = text;
}

/* One fixed order, since each shortcut was somebody's hole: normalise, refuse a dot at the end, look for an address,
 * then compare. The public suffix list is the jar's. */
static void take_domain(struct parser *p, struct slice value)
{
    if (value.len > 0 && value.ptr[0] == '.')
        value = slice_from(value, 1);
    if (value.len == 0)
        return;
    char *name = NULL;
    enum url_host_kind kind = URL_HOST_NAME;
    struct error ignored = {0};
    p->fault = COOKIE_BAD_DOMAIN;
    if (value.ptr[0] == '.' || slice_find(value, '%') < value.len ||
        !url_parse_host(&name, NULL, &kind, value, &ignored))
        return;
    struct slice domain = slice_of(name);
    bool is_address = kind != URL_HOST_NAME;
    bool ends_in_dot = domain.len > 0 && domain.ptr[domain.len - 1] == '.';
    const struct cookie_origin *o = p->origin;
    bool is_own = !o || (is_address || o->is_address ? slice_equal(domain, slice_of(o->host))
                                                     : cookie_is_below(slice_of(o->host), domain));
    if (!ends_in_dot && is_own) {
        p->fault = COOKIE_OK;
        p->out->is_host_only = is_address;
        bool is_same = slice_equal_nocase(domain, value);
        replace(&p->out->domain, is_same ? mem_dup_slice(value) : mem_strdup(name));
    }
    mem_free(name);
}

/* Quotes around it and a slash at its end go away, as with curl. What is no path leaves the default. */
static void take_path(struct parser *p, struct slice value)
{
    if (value.len > 0 && value.ptr[0] == '"')
        value = slice_from(value, 1);
    if (value.len > 0 && value.ptr[value.len - 1] == '"')
        value.len--;
    if (value.len > 1 && value.ptr[value.len - 1] == '/')
        value.len--;
    bool is_path = value.len > 0 && value.ptr[0] == '/';
    replace(&p->out->path, is_path ? mem_dup_slice(value) : NULL);
}

/* The end of time, on a whole minute, is 400 days away. */
static int64_t latest(int64_t now)
{
    int64_t last = now + (int64_t)COOKIE_DAYS_MAX * 86400 + 30;
    return last - last % 60;
}

static void take_max_age(struct parser *p, struct slice value)
{
    bool is_negative = value.len > 0 && value.ptr[0] == '-';
    struct slice digits = is_negative ? slice_from(value, 1) : value;
    int64_t most = latest(p->now) - p->now, seconds = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return;
        seconds = seconds > most ? seconds : seconds * 10 + (digits.ptr[i] - '0');
    }
    if (digits.len == 0)
        return;
    p->has_max_age = true;
    p->out->expires = is_negative || seconds == 0 ? 1 : seconds >= most ? latest(p->now) : p->now + seconds;
}

static void take_expires(struct parser *p, struct slice value)
{
    int64_t at = 0;
    if (p->has_max_age || !http_date_parse(value, &at))
        return;
    p->out->expires = at < 1 ? 1 : at > latest(p->now) ? latest(p->now) : at;
}

static enum cookie_same_site same_site_of(struct slice value)
{
    if (slice_equal_nocase(value, SLICE("None")))
        return COOKIE_SAME_SITE_NONE;
    if (slice_equal_nocase(value, SLICE("Lax")))
        return COOKIE_SAME_SITE_LAX;
    return slice_equal_nocase(value, SLICE("Strict")) ? COOKIE_SAME_SITE_STRICT : COOKIE_SAME_SITE_UNSAID;
}

static void take_attribute(struct parser *p, struct slice name, struct slice value)
{
    if (value.len > COOKIE_PATH_MAX)
        return;
    if (slice_equal_nocase(name, SLICE("Secure")))
        p->out->is_secure = true;
    else if (slice_equal_nocase(name, SLICE("HttpOnly")))
        p->out->is_http_only = true;
    else if (slice_equal_nocase(name, SLICE("Path")))
        take_path(p, value);
    else if (slice_equal_nocase(name, SLICE("Domain")))
        take_domain(p, value);
    else if (slice_equal_nocase(name, SLICE("Max-Age")))
        take_max_age(p, value);
    else if (slice_equal_nocase(name, SLICE("Expires")))
        take_expires(p, value);
    else if (slice_equal_nocase(name, SLICE("SameSite")))
        p->out->same_site = same_site_of(value);
}

static enum cookie_fault take_pair(struct cookie *out, struct slice name, struct slice value, bool has_sign)
{
    if (!has_sign || name.len == 0)
        return COOKIE_NO_PAIR;
    if (name.len > COOKIE_NAME_MAX || value.len > COOKIE_NAME_MAX || name.len + value.len > COOKIE_PAIR_MAX)
        return COOKIE_TOO_LONG;
    out->name = mem_dup_slice(name);
    out->value = mem_dup_slice(value);
    return COOKIE_OK;
}

/* What was not said, and what may not be. */
static enum cookie_fault complete(struct cookie *out, const struct cookie_origin *origin)
{
    if (!out->domain) {
        out->domain = mem_strdup(origin ? origin->host : "");
        out->is_host_only = true;
    }
    if (!out->path)
        out->path = origin ? default_path(slice_of(origin->path)) : mem_strdup("/");
    if (strlen(out->path) > COOKIE_PATH_MAX)
        return COOKIE_TOO_LONG;
    if (has_control(slice_of(out->path), true) || has_control(slice_of(out->domain), true))
        return COOKIE_BAD_BYTE;
    if (out->is_secure && origin && !origin->is_secure)
        return COOKIE_NOT_SECURE;
    return cookie_breaks_prefix(out) ? COOKIE_BAD_PREFIX : COOKIE_OK;
}

enum cookie_fault cookie_parse(struct cookie *out, struct slice line, const struct cookie_origin *origin, int64_t now)
{
    *out = (struct cookie){0};
    if (line.len > COOKIE_LINE_MAX)
        return COOKIE_TOO_LONG;
    if (has_control(line, false))
        return COOKIE_BAD_BYTE;
    struct parser p = {.out = out, .origin = origin, .now = now};
    while (line.len > 0 && p.fault == COOKIE_OK) {
        struct slice part = slice_first(line, slice_find(line, ';'));
        line = slice_from(line, part.len < line.len ? part.len + 1 : part.len);
        size_t sign = slice_find(part, '=');
        bool has_sign = sign < part.len;
        struct slice name = slice_trim(slice_first(part, sign));
        struct slice value = slice_trim(slice_from(part, has_sign ? sign + 1 : sign));
        if (has_control(name, true) || has_control(value, true))
            p.fault = COOKIE_BAD_BYTE;
        else if (out->name)
            take_attribute(&p, name, value);
        else
            p.fault = take_pair(out, name, value, has_sign);
    }
    if (p.fault != COOKIE_OK)
        return p.fault;
    return out->name ? complete(out, origin) : COOKIE_NO_PAIR;
}

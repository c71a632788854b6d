/* The jar as a file: Netscape's format, seven fields with a TAB between them; and dumps of response heads. */
#include "base/mem.h"
#include "http/cookies.h"

#include <inttypes.h>

enum {
    FIELD_DOMAIN,
    FIELD_TAIL, /* TRUE: hosts below the domain too */
    FIELD_PATH,
    FIELD_SECURE,
    FIELD_EXPIRES,
    FIELD_NAME,
    FIELD_VALUE,
    N_FIELDS,
};

#define HTTP_ONLY  SLICE("#HttpOnly_")
#define SET_COOKIE SLICE("Set-Cookie:")

static bool starts_with_nocase(struct slice s, struct slice prefix)
{
    return s.len >= prefix.len && slice_equal_nocase(slice_first(s, prefix.len), prefix);
}

/* A value may be missing, when it is empty. */
static bool split(struct slice line, struct slice fields[N_FIELDS])
{
    size_t n = 0;
    for (bool has_more = true; has_more; n++) {
        if (n == N_FIELDS)
            return false;
        size_t end = slice_find(line, '\t');
        fields[n] = slice_first(line, end);
        has_more = end < line.len;
        line = slice_from(line, has_more ? end + 1 : end);
    }
    if (n == N_FIELDS - 1)
        fields[FIELD_VALUE] = SLICE("");
    return n >= N_FIELDS - 1;
}

static bool read_seconds(struct slice text, int64_t *seconds)
{
    *seconds = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        int digit = text.ptr[i] - '0';
        *seconds = *seconds > (INT64_MAX - digit) / 10 ? INT64_MAX : *seconds * 10 + digit;
    }
    return text.len > 0;
}

static bool is_plain(struct slice s, unsigned char first_good)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < first_good || s.ptr[i] == 0x7f)
            return false;
    return true;
}

static struct slice clean_path(struct slice path)
{
    if (path.len == 0 || path.ptr[0] != '/')
        return SLICE("/");
    if (path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

/* The same caps as for what comes from a server, or a jar could hold what no request can carry. */
static bool read_netscape(struct cookie *c, struct slice line)
{
    struct slice f[N_FIELDS];
    *c = (struct cookie){.is_http_only = slice_starts_with(line, HTTP_ONLY)};
    if (c->is_http_only)
        line = slice_from(line, HTTP_ONLY.len);
    if (line.len == 0 || line.ptr[0] == '#' || !split(line, f) || !read_seconds(f[FIELD_EXPIRES], &c->expires))
        return false;
    struct slice domain = f[FIELD_DOMAIN], name = f[FIELD_NAME], value = f[FIELD_VALUE],
                 path = clean_path(f[FIELD_PATH]);
    if (domain.len > 0 && domain.ptr[0] == '.')
        domain = slice_from(domain, 1);
    if (domain.len == 0 || domain.ptr[0] == '.' || !is_plain(domain, 0x21) || !is_plain(path, 0x20) ||
        !is_plain(name, 0x20) || !is_plain(value, 0x20))
        return false;
    if (name.len == 0 || name.len > COOKIE_NAME_MAX || value.len > COOKIE_NAME_MAX ||
        name.len + value.len > COOKIE_PAIR_MAX || path.len > COOKIE_PATH_MAX)
        return false;
    c->domain = mem_dup_slice(domain);
    c->is_host_only = !slice_equal_nocase(f[FIELD_TAIL], SLICE("TRUE"));
    c->path = mem_dup_slice(path);
    c->is_secure = slice_equal_nocase(f[FIELD_SECURE], SLICE("TRUE"));
    c->name = mem_dup_slice(name);
    c->value = mem_dup_slice(value);
    return !cookie_breaks_prefix(c);
}

void cookie_jar_read_line(struct cookie_jar *jar, struct slice line, bool drop_session, int64_t now)
{
    struct cookie c;
    bool is_cookie = starts_with_nocase(line, SET_COOKIE)
                         ? cookie_parse(&c, slice_from(line, SET_COOKIE.len), NULL, now) == COOKIE_OK
                         : line.len <= COOKIE_JAR_LINE_MAX && read_netscape(&c, line);
    if (is_cookie && !(drop_session && c.expires == 0))
        cookie_jar_store(jar, &c, true, now);
    else
        cookie_done(&c);
}

static void write_line(struct buf *out, const struct cookie *c)
{
    if (c->is_http_only)
        buf_append(out, HTTP_ONLY);
    buf_append_text(out, c->is_host_only ? "" : ".");
    buf_append_text(out, *c->domain ? c->domain : "unknown");
    buf_printf(out, "\t%s\t", c->is_host_only ? "FALSE" : "TRUE");
    buf_append_text(out, c->path);
    buf_printf(out, "\t%s\t%" PRId64 "\t", c->is_secure ? "TRUE" : "FALSE", c->expires);
    buf_append_text(out, c->name);
    buf_append_byte(out, '\t');
    buf_append_text(out, c->value);
    buf_append_byte(out, '\n');
}

void cookie_jar_write(struct cookie_jar *jar, struct buf *out, int64_t now)
{
    cookie_jar_expire(jar, now);
    buf_append_text(out, "# Netscape HTTP Cookie File\n"
                         "# Written by peel; what is changed here while peel runs is lost.\n\n");
    for (size_t i = cookie_jar_count(jar); i > 0; i--)
        write_line(out, cookie_jar_at(jar, i - 1));
}

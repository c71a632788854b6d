/* Where the parts of a URL begin and end. */
#include "url/parts.h"

/* Up to the first of the bytes in stops, or all of s. */
static struct slice until(struct slice s, const char *stops)
{
    size_t n = 0;
    while (n < s.len && (s.ptr[n] == '\0' || !strchr(stops, s.ptr[n])))
        n++;
    return slice_first(s, n);
}

/* The bytes of a that lie behind its front part. */
static struct slice behind(struct slice a, struct slice front)
{
    return slice_from(a, front.len);
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_scheme(struct slice s)
{
    if (s.len == 0 || !is_alpha(s.ptr[0]))
        return false;
    for (size_t i = 1; i < s.len; i++)
        if (!is_alpha(s.ptr[i]) && !(s.ptr[i] >= '0' && s.ptr[i] <= '9') && !memchr("+-.", s.ptr[i], 3))
            return false;
    return true;
}

static bool is_http(struct slice scheme)
{
    return slice_equal_nocase(scheme, SLICE("http")) || slice_equal_nocase(scheme, SLICE("https"));
}

static void split_host(struct url_parts *p, struct slice text)
{
    p->host = text;
    if (text.len > 0 && text.ptr[0] == '[') {
        size_t close = slice_find(text, ']');
        if (close + 1 < text.len && text.ptr[close + 1] == ':')
            p->host = slice_first(text, close + 1);
    } else {
        struct slice name = until(text, ":");
        /* More than one colon is an IPv6 address without its brackets: left whole for the message. */
        if (name.len < text.len && slice_find(slice_from(text, name.len + 1), ':') == text.len - name.len - 1)
            p->host = name;
    }
    p->has_port = p->host.len < text.len;
    p->port = p->has_port ? slice_from(text, p->host.len + 1) : slice_from(text, text.len);
}

static void split_authority(struct url_parts *p, struct slice authority)
{
    p->has_authority = true;
    p->authority = authority.ptr;
    const char *at = authority.len > 0 ? memrchr(authority.ptr, '@', authority.len) : NULL;
    p->has_userinfo = at != NULL;
    if (at) {
        p->userinfo = slice_make(authority.ptr, (size_t)(at - authority.ptr));
        authority = slice_from(authority, p->userinfo.len + 1);
    }
    split_host(p, authority);
}

static void split_tail(struct url_parts *p, struct slice rest)
{
    p->path = until(rest, "?#");
    rest = behind(rest, p->path);
    if (rest.len > 0 && rest.ptr[0] == '?') {
        p->has_query = true;
        p->query = until(slice_from(rest, 1), "#");
        rest = slice_from(rest, p->query.len + 1);
    }
    p->has_fragment = rest.len > 0;
    if (p->has_fragment)
        p->fragment = slice_from(rest, 1);
}

static void split_authority_and_tail(struct url_parts *p, struct slice rest)
{
    struct slice authority = until(rest, "/?#");
    split_authority(p, authority);
    split_tail(p, behind(rest, authority));
}

static struct slice parts_init(struct url_parts *p, struct slice text)
{
    *p = (struct url_parts){.text = text.ptr ? text : SLICE("")};
    p->scheme = p->userinfo = p->host = p->port = p->path = p->query = p->fragment = slice_first(p->text, 0);
    p->authority = p->text.ptr;
    return p->text;
}

/* What follows "scheme:". */
static void split_after_scheme(struct url_parts *p, struct slice rest)
{
    size_t slashes = 0;
    while (slashes < 3 && slashes < rest.len && rest.ptr[slashes] == '/')
        slashes++;
    p->authority = rest.ptr;
    if (is_http(p->scheme) && slashes > 0)
        split_authority_and_tail(p, slice_from(rest, slashes));
    else if (slashes >= 2)
        split_authority_and_tail(p, slice_from(rest, 2));
    else
        split_tail(p, rest);
}

void url_split_typed(struct url_parts *p, struct slice text)
{
    text = parts_init(p, text);
    struct slice scheme = until(text, ":/?#@[");
    struct slice rest = behind(text, scheme);
    bool is_loose = is_http(scheme) || slice_equal_nocase(scheme, SLICE("file"));
    p->has_scheme = slice_starts_with(rest, SLICE("://")) || (is_loose && slice_starts_with(rest, SLICE(":/")));
    if (!p->has_scheme) {
        p->is_bare = true;
        split_authority_and_tail(p, text);
        return;
    }
    p->scheme = scheme;
    split_after_scheme(p, slice_from(rest, 1));
}

void url_split_reference(struct url_parts *p, struct slice text)
{
    text = parts_init(p, text);
    struct slice scheme = until(text, ":/?#");
    if (scheme.len < text.len && text.ptr[scheme.len] == ':' && is_scheme(scheme)) {
        p->has_scheme = true;
        p->scheme = scheme;
        split_after_scheme(p, slice_from(text, scheme.len + 1));
        return;
    }
    if (slice_starts_with(text, SLICE("//")))
        split_authority_and_tail(p, slice_from(text, 2));
    else
        split_tail(p, text);
}

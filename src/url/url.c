/* From the parts of a URL to a struct url: checks and normal forms. */
#include "url/url.h"

#include "base/escape.h"
#include "base/mem.h"
#include "url/host.h"
#include "url/parts.h"

#include <stdio.h>

/* curl's own limit. */
enum {
    URL_LENGTH_MAX = 8000000
};

/* A password with a "/" in it ends the authority too early: nothing up to the last "@" is safe to show. */
static void redact(struct buf *out, const struct url_parts *p)
{
    struct slice from_authority = slice_from(p->text, (size_t)(p->authority - p->text.ptr));
    const char *last = from_authority.len > 0 ? memrchr(from_authority.ptr, '@', from_authority.len) : NULL;
    if (!last) {
        buf_append(out, p->text);
        return;
    }
    buf_append(out, slice_make(p->text.ptr, (size_t)(p->authority - p->text.ptr)));
    buf_append_text(out, "***");
    buf_append(out, slice_from(from_authority, (size_t)(last - from_authority.ptr)));
}

void url_redact(struct buf *out, struct slice text)
{
    struct url_parts parts;
    url_split_typed(&parts, text);
    redact(out, &parts);
}

bool url_fail(const struct url_parts *p, const char *at, const char *what, struct error *err)
{
    char shown[300];
    struct buf text = {0};
    redact(&text, p);
    error_set(err, PEEL_URL_MALFORMED, "%s (URL byte %zu): \"%s\"", what, (size_t)(at - p->text.ptr) + 1,
              escape_into(shown, sizeof shown, buf_slice(&text)));
    buf_wipe(&text);
    return false;
}

static bool is_control(char c)
{
    return (unsigned char)c <= 0x20 || c == 0x7f;
}

static bool fail_at_byte(const struct url_parts *p, const char *at, const char *part, struct error *err)
{
    char byte[24], what[100];
    snprintf(what, sizeof what, "%s has %s", part, url_describe_byte(byte, sizeof byte, *at));
    return url_fail(p, at, what, err);
}

bool url_build_component(struct buf *out, const struct url_parts *p, struct slice part, const char *name,
                         const char *blank, struct error *err)
{
    for (size_t i = 0; i < part.len; i++) {
        unsigned char c = (unsigned char)part.ptr[i];
        if (c == ' ' && blank)
            buf_append_text(out, blank);
        else if (is_control(part.ptr[i]))
            return fail_at_byte(p, part.ptr + i, name, err);
        else if (c >= 0x80)
            buf_printf(out, "%%%02X", c);
        else
            buf_append_byte(out, part.ptr[i]);
    }
    return true;
}

static bool build_component(char **out, const struct url_parts *p, struct slice part, const char *name,
                            const char *blank, struct error *err)
{
    struct buf text = {0};
    bool ok = url_build_component(&text, p, part, name, blank, err);
    if (ok)
        *out = buf_take(&text);
    buf_done(&text);
    return ok;
}

static char *lower_case(struct slice s)
{
    char *copy = mem_dup_slice(s);
    for (char *c = copy; *c; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c;
    return copy;
}

/* Any scheme that is one; "ftp" and worse are for the caller to refuse. */
static bool build_scheme(struct url *out, const struct url_parts *p, struct error *err)
{
    struct slice s = p->scheme;
    if (s.len == 0)
        return url_fail(p, s.ptr, "scheme is missing before \"://\"", err);
    for (size_t i = 0; i < s.len; i++) {
        char lower = (char)(s.ptr[i] | 0x20);
        bool is_letter = lower >= 'a' && lower <= 'z' && s.ptr[i] >= 'A';
        bool is_later = (s.ptr[i] >= '0' && s.ptr[i] <= '9') || memchr("+-.", s.ptr[i], 3);
        if (!is_letter && !(i > 0 && is_later))
            return fail_at_byte(p, s.ptr + i, i > 0 ? "scheme" : "scheme does not start with a letter: it", err);
    }
    out->scheme = lower_case(s);
    return true;
}

static bool build_credential(char **out, const struct url_parts *p, struct slice part, const char *name,
                             struct error *err)
{
    for (size_t i = 0; i < part.len; i++)
        if (is_control(part.ptr[i]))
            return fail_at_byte(p, part.ptr + i, name, err);
    struct buf decoded = {0};
    url_percent_decode(&decoded, part);
    struct slice s = buf_slice(&decoded);
    bool ok = true;
    for (size_t i = 0; ok && i < s.len; i++)
        if (s.ptr[i] == '\0' || s.ptr[i] == '\r' || s.ptr[i] == '\n') {
            char byte[24], what[100];
            snprintf(what, sizeof what, "%s has %s, percent-encoded", name,
                     url_describe_byte(byte, sizeof byte, s.ptr[i]));
            ok = url_fail(p, part.ptr, what, err);
        }
    if (ok)
        *out = mem_dup_slice(s);
    buf_wipe(&decoded);
    return ok;
}

static bool build_userinfo(struct url *out, const struct url_parts *p, struct error *err)
{
    if (!p->has_userinfo)
        return true;
    /* RFC 3986 section 3.2.1 has no bare "@" in it, and what the first of two and what the last ends are two hosts. */
    size_t at = slice_find(p->userinfo, '@');
    if (at < p->userinfo.len)
        return url_fail(p, p->userinfo.ptr + at, "user name or password has an \"@\", which has to be written %40",
                        err);
    size_t colon = slice_find(p->userinfo, ':');
    if (!build_credential(&out->user, p, slice_first(p->userinfo, colon), "user name", err))
        return false;
    return colon == p->userinfo.len ||
           build_credential(&out->password, p, slice_from(p->userinfo, colon + 1), "password", err);
}

static bool build_host(struct url *out, const struct url_parts *p, struct error *err)
{
    struct slice text = p->host;
    /* ":8080/x" is short for localhost; "file:///x" has no host. */
    bool is_short = text.len == 0 && p->is_bare && !p->has_userinfo && p->port.len > 0;
    bool may_be_empty = p->has_scheme && strcmp(out->scheme, "file") == 0;
    if (text.len == 0 && may_be_empty && !p->has_port) {
        out->host = mem_strdup("");
        return true;
    }
    struct url_host host;
    struct url_fault fault;
    if (!url_host_read(&host, is_short ? SLICE("localhost") : text, &fault))
        return url_fail(p, text.ptr + fault.at, fault.what, err);
    out->host = host.name;
    out->zone = host.zone;
    out->typed_host = host.typed;
    out->host_kind = host.kind;
    return true;
}

/* The bytes of a wrong port are not named: they may be a password with a "/" behind it. */
static bool build_port(struct url *out, const struct url_parts *p, struct error *err)
{
    unsigned port = 0;
    /* "http:" and the like: as curl, an empty port is fine only behind a scheme. */
    if (p->is_bare && p->has_port && p->port.len == 0)
        return url_fail(p, p->port.ptr, "port is missing", err);
    for (size_t i = 0; i < p->port.len; i++) {
        char c = p->port.ptr[i];
        if (c < '0' || c > '9')
            return url_fail(p, p->port.ptr + i, "port is no decimal number", err);
        port = port * 10 + (unsigned)(c - '0');
        if (port > UINT16_MAX)
            return url_fail(p, p->port.ptr, "port is over 65535", err);
    }
    out->has_port = p->port.len > 0;
    out->port = (uint16_t)port;
    return true;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* RFC 6761 section 6.3, and the addresses that never leave the machine. */
static bool is_loopback(const struct url *u)
{
    if (u->host_kind == URL_HOST_IPV4)
        return strncmp(u->host, "127.", 4) == 0;
    if (u->host_kind == URL_HOST_IPV6)
        return strcmp(u->host, "::1") == 0;
    return strcmp(u->host, "localhost") == 0 || strcmp(u->host, "localhost.") == 0 ||
           ends_with(u->host, ".localhost") || ends_with(u->host, ".localhost.");
}

static bool build_tail(struct url *out, const struct url_parts *p, unsigned flags, struct error *err)
{
    bool blanks = (flags & URL_ENCODE_BLANKS) != 0;
    struct slice path = p->path.len > 0 ? p->path : SLICE("/");
    if (!build_component(&out->path, p, path, "path", blanks ? "%20" : NULL, err))
        return false;
    if (!(flags & URL_PATH_AS_IS)) {
        struct buf clean = {0};
        url_remove_dot_segments(&clean, slice_of(out->path));
        mem_free(out->path);
        out->path = buf_take(&clean);
    }
    if (p->has_query && !build_component(&out->query, p, p->query, "query", blanks ? "+" : NULL, err))
        return false;
    return !p->has_fragment || build_component(&out->fragment, p, p->fragment, "fragment", blanks ? "%20" : NULL, err);
}

bool url_build(struct url *out, const struct url_parts *p, const char *default_scheme, unsigned flags,
               struct error *err)
{
    if (p->text.len > URL_LENGTH_MAX)
        return error_set(err, PEEL_URL_MALFORMED, "URL has more than %d bytes", URL_LENGTH_MAX);
    if (p->has_scheme && !build_scheme(out, p, err))
        return false;
    if (!build_userinfo(out, p, err) || !build_host(out, p, err) || !build_port(out, p, err))
        return false;
    if (!out->scheme)
        out->scheme = lower_case(slice_of(default_scheme ? default_scheme : is_loopback(out) ? "http" : "https"));
    if (!out->has_port)
        out->port = url_default_port(out->scheme);
    return build_tail(out, p, flags, err);
}

bool url_parse(struct url *out, struct slice text, const char *default_scheme, unsigned flags, struct error *err)
{
    struct url_parts parts;
    *out = (struct url){0};
    url_split_typed(&parts, text);
    if (url_build(out, &parts, default_scheme, flags, err))
        return true;
    url_done(out);
    return false;
}

void url_done(struct url *u)
{
    mem_free(u->scheme);
    mem_free(u->user);
    mem_free_secret(u->password);
    mem_free(u->host);
    mem_free(u->zone);
    mem_free(u->path);
    mem_free(u->query);
    mem_free(u->fragment);
    mem_free(u->typed_host);
    *u = (struct url){0};
}

void url_copy(struct url *out, const struct url *from)
{
    *out = *from;
    out->scheme = mem_strdup(from->scheme);
    out->user = mem_strdup(from->user);
    out->password = mem_strdup(from->password);
    out->host = mem_strdup(from->host);
    out->zone = mem_strdup(from->zone);
    out->path = mem_strdup(from->path);
    out->query = mem_strdup(from->query);
    out->fragment = mem_strdup(from->fragment);
    out->typed_host = mem_strdup(from->typed_host);
}

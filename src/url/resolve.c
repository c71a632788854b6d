/* References seen from a base (RFC 3986 section 5.2): what a Location leads to. */
#include "base/escape.h"
#include "base/mem.h"
#include "url/parts.h"

void url_remove_dot_segments(struct buf *out, struct slice path)
{
    while (path.len > 0) {
        struct slice rest = slice_from(path, 1);
        struct slice segment = slice_first(rest, slice_find(rest, '/'));
        bool is_last = segment.len == rest.len;
        bool is_up = slice_equal(segment, SLICE(".."));
        path = slice_from(rest, segment.len);
        if (is_up && out->len > 0) {
            struct slice so_far = buf_slice(out);
            out->len = (size_t)((const char *)memrchr(so_far.ptr, '/', so_far.len) - so_far.ptr);
        }
        if (!is_up && !slice_equal(segment, SLICE("."))) {
            buf_append_byte(out, '/');
            buf_append(out, segment);
        } else if (is_last) {
            buf_append_byte(out, '/');
        }
    }
}

/* The base's path with the reference's in place of what follows its last slash (section 5.2.3). */
static bool merge_path(struct buf *merged, const struct url *base, const struct url_parts *p, struct error *err)
{
    if (p->path.ptr[0] != '/') {
        const char *slash = strrchr(base->path, '/');
        buf_append(merged, slice_make(base->path, (size_t)(slash + 1 - base->path)));
    }
    return url_build_component(merged, p, p->path, "path", "%20", err);
}

static bool resolve_path(char **path, const struct url *base, const struct url_parts *p, unsigned flags,
                         struct error *err)
{
    struct buf merged = {0}, clean = {0};
    bool stays = (flags & URL_PATH_AS_IS) && p->path.ptr[0] == '/';
    bool ok = merge_path(&merged, base, p, err);
    if (ok && !stays)
        url_remove_dot_segments(&clean, buf_slice(&merged));
    if (ok) {
        mem_free(*path);
        *path = buf_take(stays ? &merged : &clean);
    }
    buf_done(&merged);
    buf_done(&clean);
    return ok;
}

/* Replaces *text by a query or a fragment; what was there goes also when the reference has none. */
static bool resolve_part(char **text, const struct url_parts *p, bool has_part, struct slice part, const char *name,
                         const char *blank, struct error *err)
{
    mem_free(*text);
    *text = NULL;
    if (!has_part)
        return true;
    struct buf encoded = {0};
    bool ok = url_build_component(&encoded, p, part, name, blank, err);
    if (ok)
        *text = buf_take(&encoded);
    buf_done(&encoded);
    return ok;
}

/* out is a copy of base here; what is relative stays. */
static bool resolve_relative(struct url *out, const struct url *base, const struct url_parts *p, unsigned flags,
                             struct error *err)
{
    if (p->path.len > 0 && !resolve_path(&out->path, base, p, flags, err))
        return false;
    bool keeps_query = p->path.len == 0 && !p->has_query;
    if (!keeps_query && !resolve_part(&out->query, p, p->has_query, p->query, "query", "+", err))
        return false;
    return resolve_part(&out->fragment, p, p->has_fragment, p->fragment, "fragment", "%20", err);
}

static bool resolve_parts(struct url *out, const struct url *base, const struct url_parts *p, unsigned flags,
                          struct error *err)
{
    if (p->has_authority)
        return url_build(out, p, base->scheme, flags | URL_ENCODE_BLANKS, err);
    if (!p->has_scheme) {
        url_copy(out, base);
        return resolve_relative(out, base, p, flags, err);
    }
    char scheme[60];
    escape_into(scheme, sizeof scheme, p->scheme);
    if (slice_equal_nocase(p->scheme, SLICE("http")) || slice_equal_nocase(p->scheme, SLICE("https")))
        return url_fail(p, p->path.ptr, "\"//\" and a host are missing", err);
    return error_set(err, PEEL_UNSUPPORTED_PROTOCOL, "redirect to a URL with the scheme \"%s\", which is not supported",
                     scheme);
}

bool url_resolve(struct url *out, const struct url *base, struct slice reference, unsigned flags, struct error *err)
{
    struct url_parts parts;
    *out = (struct url){0};
    url_split_reference(&parts, reference);
    if (resolve_parts(out, base, &parts, flags, err))
        return true;
    url_done(out);
    return false;
}

/* A struct url as text, and what is asked of a finished one. */
#include "base/mem.h"
#include "url/percent.h"
#include "url/url.h"

uint16_t url_default_port(const char *scheme)
{
    if (strcmp(scheme, "https") == 0)
        return 443;
    return strcmp(scheme, "http") == 0 ? 80 : 0;
}

static bool is_ascii(const char *text)
{
    while (*text && !(*text & 0x80))
        text++;
    return *text == '\0';
}

/* name: the one to show, unless the host is an address. */
static void print_host(struct buf *out, const struct url *u, const char *name, bool with_zone)
{
    if (u->host_kind != URL_HOST_IPV6) {
        buf_append_text(out, name);
        return;
    }
    buf_printf(out, "[%s", u->host);
    if (u->zone && with_zone)
        buf_printf(out, "%%25%s", u->zone);
    buf_append_text(out, "]");
}

static void print_port(struct buf *out, const struct url *u)
{
    uint16_t usual = url_default_port(u->scheme);
    if (u->port != usual || (u->has_port && usual == 0))
        buf_printf(out, ":%u", u->port);
}

void url_print(struct buf *out, const struct url *u, unsigned flags)
{
    buf_printf(out, "%s://", u->scheme);
    if ((flags & URL_WITH_USERINFO) && u->user) {
        url_percent_encode(out, slice_of(u->user));
        if (u->password) {
            buf_append_byte(out, ':');
            url_percent_encode(out, slice_of(u->password));
        }
        buf_append_byte(out, '@');
    }
    print_host(out, u, (flags & URL_TYPED_HOST) && u->typed_host ? u->typed_host : u->host, true);
    print_port(out, u);
    url_print_target(out, u);
    if ((flags & URL_WITH_FRAGMENT) && u->fragment) {
        buf_append_byte(out, '#');
        buf_append_text(out, u->fragment);
    }
}

void url_print_target(struct buf *out, const struct url *u)
{
    buf_append_text(out, u->path);
    if (u->query) {
        buf_append_byte(out, '?');
        buf_append_text(out, u->query);
    }
}

void url_print_authority(struct buf *out, const struct url *u)
{
    print_host(out, u, u->typed_host && is_ascii(u->typed_host) ? u->typed_host : u->host, false);
    print_port(out, u);
}

static bool same_text(const char *a, const char *b)
{
    return slice_equal(slice_of(a), slice_of(b));
}

bool url_same_origin(const struct url *a, const struct url *b)
{
    return same_text(a->scheme, b->scheme) && same_text(a->host, b->host) && same_text(a->zone, b->zone) &&
           a->port == b->port;
}

void url_append_query(struct url *u, struct slice text)
{
    if (text.len == 0)
        return;
    struct buf query = {0};
    buf_append_text(&query, u->query ? u->query : "");
    if (query.len > 0 && query.data[query.start + query.len - 1] != '&')
        buf_append_byte(&query, '&');
    while (text.len > 0) {
        char byte;
        bool is_encoded = url_take_byte(&byte, &text);
        unsigned char c = (unsigned char)byte;
        if (is_encoded || c <= 0x20 || c >= 0x7f || c == '#')
            buf_printf(&query, "%%%02X", c);
        else
            buf_append_byte(&query, byte);
    }
    mem_free(u->query);
    u->query = buf_take(&query);
}

struct slice url_last_segment(const struct url *u)
{
    const char *slash = strrchr(u->path, '/');
    return slice_of(slash ? slash + 1 : u->path);
}

/* Fuzz target: any bytes as a URL, and as a reference. What parses has one form, which parses to itself; nothing in it
 * can end a request line; and a relative reference stays with its scheme. */
#include "url/url.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_form(const struct url *u, unsigned flags)
{
    struct buf text = {0}, again_text = {0};
    struct url again;
    struct error err = {0};
    url_print(&text, u, URL_WITH_USERINFO | URL_WITH_FRAGMENT);
    struct slice s = buf_slice(&text);
    for (size_t i = 0; i < s.len; i++)
        require(s.ptr[i] > 0x20 && s.ptr[i] < 0x7f);
    require(url_parse(&again, s, NULL, flags, &err));
    url_print(&again_text, &again, URL_WITH_USERINFO | URL_WITH_FRAGMENT);
    require(slice_equal(s, buf_slice(&again_text)));
    require(url_same_origin(u, &again) && u->host_kind == again.host_kind && again.path[0] == '/');
    url_done(&again);
    buf_done(&text);
    buf_done(&again_text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_make(data, size);
    unsigned flags = size % 2 ? URL_PATH_AS_IS : 0;
    struct url u, base;
    struct error err = {0}, base_err = {0};
    require(url_parse(&base, SLICE("https://u:p@base.example:8443/d/p?q#f"), NULL, 0, &base_err));
    if (url_parse(&u, text, NULL, flags, &err))
        check_form(&u, flags);
    url_done(&u);
    err = (struct error){0};
    if (url_resolve(&u, &base, text, flags, &err)) {
        check_form(&u, flags);
        size_t colon = slice_find(text, ':'), scheme_len = strlen(u.scheme);
        bool is_own = colon == scheme_len && slice_equal_nocase(slice_first(text, colon), slice_of(u.scheme));
        require(is_own || strcmp(u.scheme, "https") == 0);
        require(is_own || slice_starts_with(text, SLICE("//")) || url_same_origin(&u, &base));
    }
    url_done(&u);
    url_done(&base);
    return 0;
}

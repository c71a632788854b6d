/* Fields as they may be shown. */
#include "insight/redact.h"

#include "base/escape.h"

#define HIDDEN "****"

/* "Basic dXNlcjpwYXNz" to "Basic ****". A value of one word may be all secret: nothing of it stays. */
static void append_scheme(struct buf *out, struct slice value)
{
    size_t end = slice_find(value, ' ');
    if (end < value.len)
        buf_append(out, slice_first(value, end + 1));
    buf_append_text(out, HIDDEN);
}

/* "a=1" to "a=****". Without a name it is all value. */
static void append_cookie_name(struct buf *out, struct slice pair)
{
    size_t name_len = slice_find(pair, '=');
    if (name_len < pair.len)
        buf_append(out, slice_first(pair, name_len + 1));
    buf_append_text(out, HIDDEN);
}

/* "a=1; b=2" to "a=****; b=****". */
static void append_cookie_names(struct buf *out, struct slice value)
{
    const char *before = "";
    while (value.len > 0) {
        size_t end = slice_find(value, ';');
        struct slice pair = slice_trim(slice_first(value, end));
        value = slice_from(value, end < value.len ? end + 1 : end);
        buf_append_text(out, before);
        append_cookie_name(out, pair);
        before = "; ";
    }
}

/* "a=1; Path=/" to "a=****; Path=/". */
static void append_set_cookie(struct buf *out, struct slice value)
{
    size_t end = slice_find(value, ';');
    append_cookie_name(out, slice_trim(slice_first(value, end)));
    buf_append(out, slice_from(value, end));
}

/* What stands before the host of an URL, user and password, becomes stars. How many slashes there are is forgiven, as
 * it is where such a URL is followed. */
static void append_url(struct buf *out, struct slice value)
{
    size_t colon = slice_find(value, ':');
    size_t start = colon < value.len && value.ptr[0] != '/' ? colon + 1 : 0;
    size_t authority = start;
    while (authority < value.len && value.ptr[authority] == '/')
        authority++;
    bool has_authority = authority - start >= (start > 0 ? 1 : 2);
    size_t at = 0;
    for (size_t i = authority; has_authority && i < value.len && !memchr("/?#", value.ptr[i], 3); i++)
        at = value.ptr[i] == '@' ? i : at;
    if (at > 0) {
        buf_append(out, slice_first(value, authority));
        buf_append_text(out, HIDDEN);
    }
    buf_append(out, slice_from(value, at));
}

/* Fields that no standard knows, by what services call those that let one in: X-Api-Key, Private-Token, X-Session-Id.
 */
static bool is_named_secret(struct slice name)
{
    static const struct slice words[] = {
        SLICE_INIT("token"),      SLICE_INIT("secret"),        SLICE_INIT("passw"),   SLICE_INIT("api-key"),
        SLICE_INIT("apikey"),     SLICE_INIT("auth-key"),      SLICE_INIT("session"), SLICE_INIT("access-key"),
        SLICE_INIT("credential"), SLICE_INIT("authorization"),
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t at = 0; at + words[i].len <= name.len; at++)
            if (slice_equal_nocase(slice_make(name.ptr + at, words[i].len), words[i]))
                return true;
    return false;
}

bool redact_value(struct buf *out, struct slice name, struct slice value)
{
    static const struct {
        struct slice name;
        void (*append)(struct buf *out, struct slice value);
    } rows[] = {
        {SLICE_INIT("Authorization"), append_scheme}, {SLICE_INIT("Proxy-Authorization"), append_scheme},
        {SLICE_INIT("Cookie"), append_cookie_names},  {SLICE_INIT("Set-Cookie"), append_set_cookie},
        {SLICE_INIT("Location"), append_url},         {SLICE_INIT("Content-Location"), append_url},
        {SLICE_INIT("Referer"), append_url},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows && value.len > 0; i++) {
        if (!slice_equal_nocase(name, rows[i].name))
            continue;
        size_t before = out->len;
        rows[i].append(out, value);
        return !slice_equal(slice_from(buf_slice(out), before), value);
    }
    bool is_hidden = value.len > 0 && is_named_secret(name);
    buf_append(out, is_hidden ? SLICE(HIDDEN) : value);
    return is_hidden;
}

void redact_request_line(struct buf *out, struct slice line)
{
    size_t colon = slice_find(line, ':');
    struct slice value = colon < line.len ? slice_trim(slice_from(line, colon + 1)) : SLICE("");
    struct buf shown = {0};
    if (redact_value(&shown, slice_trim(slice_first(line, colon)), value)) {
        escape_append(out, slice_first(line, colon + 1));
        buf_append_byte(out, ' ');
        escape_append(out, buf_slice(&shown));
    } else {
        escape_append(out, line);
    }
    buf_done(&shown);
}

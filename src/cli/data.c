/* The options that make a request body: -d and its family, --json. */
#include "cli/setters.h"

#include "base/mem.h"
#include "url/url.h"

/* Parts are joined with "&", those of --json with nothing. */
static void add_part(struct parse *parse, struct slice part, bool is_json)
{
    struct buf *body = &parse->settings->http.body;
    if (!is_json && body->len > 0)
        buf_append_byte(body, '&');
    buf_append(body, part);
    parse->has_data = true;
}

/* The value, or what the file behind its @ holds. */
static bool add_text_or_file(struct parse *parse, const char *value, bool is_json)
{
    if (value[0] != '@') {
        add_part(parse, slice_of(value), is_json);
        return true;
    }
    struct buf content = {0};
    bool ok = parse_read_file(parse, value + 1, &content);
    if (ok)
        add_part(parse, buf_slice(&content), is_json);
    buf_wipe(&content);
    return ok;
}

bool set_data(struct parse *parse, const struct option *option, const char *value, bool on)
{
    if (value[0] != '@')
        return set_data_raw(parse, option, value, on);
    struct buf content = {0};
    struct buf text = {0};
    bool ok = parse_read_file(parse, value + 1, &content);
    struct slice bytes = buf_slice(&content);
    for (size_t i = 0; i < bytes.len; i++) {
        char c = bytes.ptr[i];
        if (c != '\r' && c != '\n' && c != '\0')
            buf_append_byte(&text, c);
    }
    if (ok)
        add_part(parse, buf_slice(&text), false);
    buf_wipe(&content);
    buf_wipe(&text);
    return ok;
}

bool set_data_binary(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    return add_text_or_file(parse, value, false);
}

bool set_data_raw(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    add_part(parse, slice_of(value), false);
    return true;
}

/* Form encoding: a blank is "+". */
static void append_encoded(struct buf *out, struct slice text)
{
    while (text.len > 0) {
        size_t n = slice_find(text, ' ');
        url_percent_encode(out, slice_first(text, n));
        if (n < text.len)
            buf_append_byte(out, '+');
        text = slice_from(text, n < text.len ? n + 1 : n);
    }
}

/* The forms of --data-urlencode, encoded into part. */
static bool encode_part(struct parse *parse, const char *value, struct buf *part)
{
    const char *sign = strchr(value, '=');
    if (!sign)
        sign = strchr(value, '@');
    struct buf content = {0};
    bool ok = true;
    if (sign && sign > value) {
        buf_append(part, slice_make(value, (size_t)(sign - value)));
        buf_append_byte(part, '=');
    }
    if (sign && *sign == '@')
        ok = parse_read_file(parse, sign + 1, &content);
    else
        buf_append_text(&content, sign ? sign + 1 : value);
    append_encoded(part, buf_slice(&content));
    buf_wipe(&content);
    return ok;
}

bool set_data_urlencode(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct buf part = {0};
    bool ok = encode_part(parse, value, &part);
    if (ok)
        add_part(parse, buf_slice(&part), false);
    buf_wipe(&part);
    return ok;
}

bool set_url_query(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    struct buf *query = &parse->settings->http.query;
    struct buf part = {0};
    bool ok = true;
    if (value[0] == '+')
        buf_append_text(&part, value + 1);
    else
        ok = encode_part(parse, value, &part);
    if (query->len > 0)
        buf_append_byte(query, '&');
    buf_append(query, buf_slice(&part));
    buf_wipe(&part);
    return ok;
}

bool set_json(struct parse *parse, const struct option *option, const char *value, bool on)
{
    (void)option, (void)on;
    parse->settings->http.is_json = true;
    return add_text_or_file(parse, value, true);
}

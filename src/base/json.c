/* Writing JSON. */
#include "base/json.h"

#include "base/escape.h"

void json_string(struct buf *out, struct slice text)
{
    static const char controls[] = "\b\f\n\r\t\"\\";
    static const char letters[] = "bfnrt\"\\";
    buf_append_byte(out, '"');
    while (text.len > 0) {
        unsigned char c = (unsigned char)text.ptr[0];
        const char *special = c ? strchr(controls, c) : NULL;
        size_t len = escape_utf8_length(text);
        if (special) {
            buf_append_byte(out, '\\');
            buf_append_byte(out, letters[special - controls]);
        } else if (c < 0x20 || len == 0) {
            buf_printf(out, "\\u%04x", c);
        } else {
            buf_append(out, slice_first(text, len));
        }
        text = slice_from(text, len > 0 ? len : 1);
    }
    buf_append_byte(out, '"');
}

void json_key(struct json *json, const char *key)
{
    if (json->has_member)
        buf_append_byte(json->out, ',');
    json->has_member = true;
    if (!key)
        return;
    json_string(json->out, slice_of(key));
    buf_append_byte(json->out, ':');
}

void json_open(struct json *json, const char *key, char bracket)
{
    json_key(json, key);
    buf_append_byte(json->out, bracket);
    json->has_member = false;
}

void json_close(struct json *json, char bracket)
{
    buf_append_byte(json->out, bracket);
    json->has_member = true;
}

void json_text(struct json *json, const char *key, struct slice text)
{
    json_key(json, key);
    json_string(json->out, text);
}

void json_number(struct json *json, const char *key, int64_t number)
{
    json_key(json, key);
    buf_printf(json->out, "%lld", (long long)number);
}

void json_ms(struct json *json, const char *key, uint64_t us)
{
    json_key(json, key);
    buf_printf(json->out, "%llu.%03u", (unsigned long long)(us / 1000), (unsigned)(us % 1000));
}

void json_bool(struct json *json, const char *key, bool value)
{
    json_key(json, key);
    buf_append_text(json->out, value ? "true" : "false");
}

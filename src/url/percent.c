/* Percent-encoding (RFC 3986 section 2.1). */
#include "url/percent.h"

#include "url/url.h"

static bool is_unreserved(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

void url_percent_encode(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (is_unreserved(c))
            buf_append_byte(out, text.ptr[i]);
        else
            buf_printf(out, "%%%02X", c);
    }
}

int url_hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool url_take_byte(char *byte, struct slice *s)
{
    if (s->ptr[0] == '%' && s->len > 2 && url_hex_value(s->ptr[1]) >= 0 && url_hex_value(s->ptr[2]) >= 0) {
        *byte = (char)(url_hex_value(s->ptr[1]) * 16 + url_hex_value(s->ptr[2]));
        *s = slice_from(*s, 3);
        return true;
    }
    *byte = s->ptr[0];
    *s = slice_from(*s, 1);
    return false;
}

void url_percent_decode(struct buf *out, struct slice text)
{
    char byte;
    while (text.len > 0) {
        url_take_byte(&byte, &text);
        buf_append_byte(out, byte);
    }
}

/* Text for a page. */
#include "insight/html.h"

#include "base/escape.h"

static const char *reference_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void html_text(struct buf *out, struct slice text)
{
    struct buf safe = {0};
    escape_append(&safe, text);
    struct slice rest = buf_slice(&safe);
    for (size_t i = 0; i < rest.len; i++) {
        const char *reference = reference_of(rest.ptr[i]);
        if (reference)
            buf_append_text(out, reference);
        else
            buf_append_byte(out, rest.ptr[i]);
    }
    buf_done(&safe);
}

void html_element(struct buf *out, const char *tag, const char *kind, const char *text)
{
    if (*kind)
        buf_printf(out, "<%s class=\"%s\">", tag, kind);
    else
        buf_printf(out, "<%s>", tag);
    html_text(out, slice_of(text));
    buf_printf(out, "</%s>", tag);
}

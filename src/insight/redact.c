/* A line of a request head as it may be shown. */
#include "insight/redact.h"

#include "base/escape.h"

#define HIDDEN "****"

/* "Basic dXNlcjpwYXNz" to "Basic ****". A value of one word may be all secret: nothing of it stays. */
static void append_scheme(struct buf *out, struct slice value)
{
    size_t end = slice_find(value, ' ');
    if (end < value.len)
        escape_append(out, slice_first(value, end + 1));
    buf_append_text(out, HIDDEN);
}

/* "a=1; b=2" to "a=****; b=****". A piece without a name is all value. */
static void append_cookie_names(struct buf *out, struct slice value)
{
    const char *before = "";
    while (value.len > 0) {
        size_t end = slice_find(value, ';');
        struct slice pair = slice_trim(slice_first(value, end));
        value = slice_from(value, end < value.len ? end + 1 : end);
        size_t name_len = slice_find(pair, '=');
        buf_append_text(out, before);
        if (name_len < pair.len)
            escape_append(out, slice_first(pair, name_len + 1));
        buf_append_text(out, HIDDEN);
        before = "; ";
    }
}

void redact_request_line(struct buf *out, struct slice line)
{
    static const struct {
        struct slice name;
        void (*append)(struct buf *out, struct slice value);
    } rows[] = {
        {SLICE_INIT("Authorization"), append_scheme},
        {SLICE_INIT("Proxy-Authorization"), append_scheme},
        {SLICE_INIT("Cookie"), append_cookie_names},
    };
    size_t colon = slice_find(line, ':');
    struct slice value = colon < line.len ? slice_trim(slice_from(line, colon + 1)) : SLICE("");
    for (size_t i = 0; i < sizeof rows / sizeof *rows && value.len > 0; i++) {
        if (!slice_equal_nocase(slice_trim(slice_first(line, colon)), rows[i].name))
            continue;
        escape_append(out, slice_first(line, colon + 1));
        buf_append_byte(out, ' ');
        rows[i].append(out, value);
        return;
    }
    escape_append(out, line);
}

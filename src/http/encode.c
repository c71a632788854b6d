/* Transfer encodings for parts of a form. */
#include "http/encode.h"

#include "base/base64.h"

enum {
    LINE_MAX_LEN = 76, /* RFC 2045 sections 6.7 and 6.8 */
};

static const char *const names[] = {
    [ENCODING_BINARY] = "binary",
    [ENCODING_8BIT] = "8bit",
    [ENCODING_7BIT] = "7bit",
    [ENCODING_BASE64] = "base64",
    [ENCODING_QUOTED_PRINTABLE] = "quoted-printable",
};

enum encoding encoding_by_name(struct slice name)
{
    for (size_t i = ENCODING_BINARY; i <= ENCODING_QUOTED_PRINTABLE; i++)
        if (slice_equal_nocase(name, slice_of(names[i])))
            return (enum encoding)i;
    return ENCODING_NONE;
}

const char *encoding_name(enum encoding encoding)
{
    return names[encoding];
}

uint64_t encoding_length(enum encoding encoding, uint64_t n)
{
    if (n == 0 || n == UINT64_MAX)
        return n;
    if (encoding == ENCODING_QUOTED_PRINTABLE)
        return UINT64_MAX;
    if (encoding != ENCODING_BASE64)
        return n;
    uint64_t len = 4 * ((n - 1) / 3 + 1);
    return len + 2 * ((len - 1) / LINE_MAX_LEN); /* lines are parted, not ended */
}

static void feed_base64(struct encoder *e, struct slice bytes, bool is_last, struct buf *out)
{
    for (size_t i = 0; i < bytes.len || (is_last && e->n_held > 0); i++) {
        if (i < bytes.len)
            e->held[e->n_held++] = bytes.ptr[i];
        if (e->n_held < 3 && !(is_last && i + 1 >= bytes.len))
            continue;
        if (e->column == LINE_MAX_LEN) {
            buf_append_text(out, "\r\n");
            e->column = 0;
        }
        base64_append(out, slice_make(e->held, e->n_held));
        e->column += 4;
        e->n_held = 0;
    }
}

/* One byte as it may stand on a line, with a soft line break before it where the line would become too long. A line
 * that this byte does not end needs room for the "=" behind it. */
static void put_quoted(struct encoder *e, unsigned char c, bool is_literal, bool ends_line, struct buf *out)
{
    size_t width = is_literal ? 1 : 3;
    if (e->column + width > LINE_MAX_LEN - (ends_line ? 0 : 1)) {
        buf_append_text(out, "=\r\n");
        e->column = 0;
    }
    if (is_literal)
        buf_append_byte(out, (char)c);
    else
        buf_printf(out, "=%02X", c);
    e->column += width;
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c <= 0x7e && c != '=';
}

/* The first of the held bytes, now that what follows it is known. */
static void quote_first(struct encoder *e, struct buf *out)
{
    unsigned char c = (unsigned char)e->held[0];
    bool has_break = e->n_held >= 2 && e->held[0] == '\r' && e->held[1] == '\n';
    bool before_break = e->n_held >= 3 ? e->held[1] == '\r' && e->held[2] == '\n' : e->n_held == 1;
    size_t used = 1;
    if (has_break) {
        buf_append_text(out, "\r\n");
        e->column = 0;
        used = 2;
    } else {
        bool is_blank = c == ' ' || c == '\t';
        put_quoted(e, c, is_blank ? !before_break : is_plain(c), before_break, out);
    }
    e->n_held -= used;
    memmove(e->held, e->held + used, e->n_held);
}

static void feed_quoted(struct encoder *e, struct slice bytes, bool is_last, struct buf *out)
{
    for (size_t i = 0; i < bytes.len; i++) {
        e->held[e->n_held++] = bytes.ptr[i];
        if (e->n_held == sizeof e->held)
            quote_first(e, out);
    }
    while (is_last && e->n_held > 0)
        quote_first(e, out);
}

static bool feed_7bit(struct slice bytes, struct buf *out, struct error *err)
{
    for (size_t i = 0; i < bytes.len; i++)
        if ((unsigned char)bytes.ptr[i] > 127)
            return error_set(err, PEEL_READ_ERROR,
                             "A part of the form is to be sent as 7bit, and has a byte above 127 (0x%02X)",
                             (unsigned char)bytes.ptr[i]);
    buf_append(out, bytes);
    return true;
}

bool encoder_feed(struct encoder *e, struct slice bytes, bool is_last, struct buf *out, struct error *err)
{
    switch (e->encoding) {
    case ENCODING_BASE64:
        feed_base64(e, bytes, is_last, out);
        return true;
    case ENCODING_QUOTED_PRINTABLE:
        feed_quoted(e, bytes, is_last, out);
        return true;
    case ENCODING_7BIT:
        return feed_7bit(bytes, out, err);
    case ENCODING_NONE:
    case ENCODING_BINARY:
    case ENCODING_8BIT:
        break;
    }
    buf_append(out, bytes);
    return true;
}

/* The light markup of the manual's text. */
#include "cli/markup.h"

bool markup_next_line(struct slice *rest, struct slice *line)
{
    if (rest->len == 0)
        return false;
    *line = slice_first(*rest, slice_find(*rest, '\n'));
    *rest = slice_from(*rest, line->len < rest->len ? line->len + 1 : line->len);
    return true;
}

bool markup_next(struct slice *rest, struct slice *block)
{
    while (rest->len > 0 && rest->ptr[0] == '\n')
        *rest = slice_from(*rest, 1);
    size_t len = 0;
    while (len < rest->len && !slice_starts_with(slice_from(*rest, len), SLICE("\n\n")))
        len++;
    *block = slice_first(*rest, len);
    *rest = slice_from(*rest, len);
    while (block->len > 0 && block->ptr[block->len - 1] == '\n')
        block->len--;
    return block->len > 0;
}

bool markup_is_verbatim(struct slice block)
{
    return slice_starts_with(block, SLICE("    "));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n';
}

bool markup_next_word(struct slice *rest, struct slice *word)
{
    while (rest->len > 0 && is_blank(rest->ptr[0]))
        *rest = slice_from(*rest, 1);
    size_t len = 0;
    while (len < rest->len && !is_blank(rest->ptr[len]))
        len++;
    *word = slice_first(*rest, len);
    *rest = slice_from(*rest, len);
    return len > 0;
}

void markup_wrap(struct buf *out, struct slice paragraph, size_t column, size_t indent, size_t width)
{
    struct slice word;
    bool is_first = true;
    while (markup_next_word(&paragraph, &word)) {
        if (!is_first && column + 1 + word.len > width) {
            buf_append_byte(out, '\n');
            column = 0;
            is_first = true;
        }
        if (!is_first) {
            buf_append_byte(out, ' ');
            column++;
        }
        for (; is_first && column < indent; column++)
            buf_append_byte(out, ' ');
        buf_append(out, word);
        column += word.len;
        is_first = false;
    }
    buf_append_byte(out, '\n');
}

void markup_print(struct buf *out, struct slice text, size_t indent, size_t width)
{
    struct slice block;
    struct slice line;
    for (bool is_first = true; markup_next(&text, &block); is_first = false) {
        if (!is_first)
            buf_append_byte(out, '\n');
        if (!markup_is_verbatim(block)) {
            markup_wrap(out, block, 0, indent, width);
            continue;
        }
        while (markup_next_line(&block, &line))
            buf_printf(out, "%*s%.*s\n", (int)indent, "", (int)line.len, line.ptr);
    }
}

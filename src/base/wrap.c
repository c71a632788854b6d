/* Folding prose to a width. */
#include "base/wrap.h"

#include "base/columns.h"

static void append_blanks(struct buf *out, size_t n)
{
    while (n-- > 0)
        buf_append_byte(out, ' ');
}

void wrap_append(struct buf *out, struct wrap place, struct slice text)
{
    size_t column = place.column;
    bool is_first = true;
    while (text.len > 0) {
        size_t n_blanks = 0;
        while (n_blanks < text.len && text.ptr[n_blanks] == ' ')
            n_blanks++;
        struct slice word = slice_from(text, n_blanks);
        word = slice_first(word, slice_find(word, ' '));
        text = slice_from(text, n_blanks + word.len);
        size_t taken = n_blanks + columns_of(word);
        if (place.width > 0 && !is_first && word.len > 0 && column + taken > place.width) {
            buf_append_byte(out, '\n');
            append_blanks(out, place.indent);
            column = place.indent;
            taken -= n_blanks;
        } else {
            append_blanks(out, n_blanks);
        }
        buf_append(out, word);
        column += taken;
        is_first = false;
    }
}

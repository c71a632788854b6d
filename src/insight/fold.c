/* Folding lists to a width. */
#include "insight/fold.h"

#include "base/columns.h"

enum {
    LEAST_ROOM = 10 /* for values, however narrow the terminal */
};

static void pad(struct fold *f)
{
    for (; f->column < f->indent; f->column++)
        buf_append_byte(f->out, ' ');
}

static void next_line(struct fold *f)
{
    buf_append_text(f->out, "\n*");
    f->column = 1;
    pad(f);
    f->is_begun = false;
}

static void put(struct fold *f, struct slice text)
{
    buf_append(f->out, text);
    f->column += columns_of(text);
    f->is_begun = true;
}

static size_t room(const struct fold *f)
{
    return f->width > f->indent + LEAST_ROOM ? f->width - f->indent : LEAST_ROOM;
}

static bool fits(const struct fold *f, size_t n)
{
    return f->column + (f->is_begun ? 1 : 0) + n <= f->indent + room(f);
}

/* Text that has no place to be broken at, a blank in front of it unless it starts a line. n_behind: columns that must
 * stay free behind it. */
static void put_word(struct fold *f, struct slice word, size_t n_behind)
{
    if (f->is_begun && !fits(f, columns_of(word) + n_behind))
        next_line(f);
    if (f->is_begun)
        put(f, SLICE(" "));
    while (columns_of(word) + n_behind > room(f)) {
        size_t n = columns_fit(word, room(f) - n_behind);
        put(f, slice_first(word, n));
        word = slice_from(word, n);
        next_line(f);
    }
    put(f, word);
}

void fold_begin(struct fold *f, struct buf *out, size_t width, size_t indent, const char *prefix, const char *label)
{
    *f = (struct fold){.out = out, .width = width, .indent = indent};
    put(f, slice_of(prefix));
    put(f, slice_of(label));
    f->is_begun = f->column >= indent;
    pad(f);
}

void fold_value(struct fold *f, struct slice text)
{
    if (f->has_value)
        put(f, SLICE(","));
    f->has_value = true;
    /* One column for the comma that may come. */
    if (columns_of(text) + 1 <= room(f)) {
        put_word(f, text, 1);
        return;
    }
    while (text.len > 0) {
        struct slice word = slice_first(text, slice_find(text, ' '));
        put_word(f, word, word.len == text.len ? 1 : 0);
        text = slice_from(text, word.len < text.len ? word.len + 1 : word.len);
    }
}

void fold_end(struct fold *f)
{
    buf_append_byte(f->out, '\n');
}

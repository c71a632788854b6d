/* The text, and a caret below the place. */
#include "cli/caret.h"

#include "base/buf.h"
#include "base/escape.h"

enum {
    SHOWN_BEFORE = 150,
    SHOWN_BEHIND = 50
};

bool caret_error(struct error *err, enum peel_code code, const char *problem, struct slice text, size_t offset)
{
    size_t start = offset > SHOWN_BEFORE ? offset - SHOWN_BEFORE : 0;
    struct slice before = slice_make(text.ptr + start, offset - start);
    struct buf shown = {0};
    escape_append(&shown, before);
    size_t column = shown.len;
    escape_append(&shown, slice_first(slice_from(text, offset), SHOWN_BEHIND));
    error_set(err, code, "%s in position %zu:\n%s\n%*s^", problem, offset + 1, buf_text(&shown), (int)column, "");
    buf_done(&shown);
    return false;
}

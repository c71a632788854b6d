/* Bytes into lines. */
#include "base/lines.h"

static bool hand_out(struct lines *l, struct slice line, lines_fn take, void *ctx)
{
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line.len > l->max || take(ctx, line);
}

/* One byte more than max is kept: it may be the CR. */
static void keep_part(struct lines *l, struct slice bytes)
{
    if (l->is_skipping || l->part.len + bytes.len > l->max + 1) {
        l->is_skipping = true;
        buf_clear(&l->part);
        return;
    }
    buf_append(&l->part, bytes);
}

bool lines_feed(struct lines *l, struct slice bytes, lines_fn take, void *ctx)
{
    while (bytes.len > 0) {
        size_t end = slice_find(bytes, '\n');
        struct slice line = slice_first(bytes, end);
        bool is_whole = end < bytes.len;
        bytes = slice_from(bytes, is_whole ? end + 1 : end);
        if (!is_whole) {
            keep_part(l, line);
            return true;
        }
        if (l->part.len > 0 && !l->is_skipping) {
            keep_part(l, line);
            line = buf_slice(&l->part);
        }
        bool goes_on = l->is_skipping || hand_out(l, line, take, ctx);
        l->is_skipping = false;
        buf_clear(&l->part);
        if (!goes_on)
            return false;
    }
    return true;
}

bool lines_end(struct lines *l, lines_fn take, void *ctx)
{
    bool has_part = l->part.len > 0 && !l->is_skipping;
    bool goes_on = !has_part || hand_out(l, buf_slice(&l->part), take, ctx);
    l->is_skipping = false;
    buf_clear(&l->part);
    return goes_on;
}

void lines_done(struct lines *l)
{
    buf_done(&l->part);
}

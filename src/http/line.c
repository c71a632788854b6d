/* Lines of -H and --proxy-header. */
#include "http/line.h"

enum line_kind line_read(struct slice line, struct slice *name)
{
    size_t colon = slice_find(line, ':');
    if (colon < line.len) {
        *name = slice_first(line, colon);
        bool has_value = slice_trim(slice_from(line, colon + 1)).len > 0;
        return colon == 0 ? LINE_NOTHING : has_value ? LINE_FIELD : LINE_REMOVES;
    }
    size_t semicolon = slice_find(line, ';');
    *name = slice_first(line, semicolon);
    return semicolon > 0 && semicolon + 1 == line.len ? LINE_EMPTY : LINE_NOTHING;
}

void line_print(struct buf *out, struct slice line)
{
    struct slice name;
    enum line_kind kind = line_read(line, &name);
    if (kind != LINE_FIELD && kind != LINE_EMPTY)
        return;
    buf_append(out, kind == LINE_FIELD ? line : name);
    buf_append_text(out, kind == LINE_FIELD ? "\r\n" : ":\r\n");
}

const char *line_find(char *const *lines, size_t n, const char *wanted)
{
    struct slice name;
    for (size_t i = 0; i < n; i++)
        if (line_read(slice_of(lines[i]), &name) != LINE_NOTHING && slice_equal_nocase(name, slice_of(wanted)))
            return lines[i];
    return NULL;
}

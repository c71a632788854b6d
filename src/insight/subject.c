/* Names in certificates. */
#include "insight/subject.h"

#include "base/columns.h"
#include "base/mem.h"

char *subject_short(const char *subject)
{
    struct slice all = slice_of(subject);
    for (size_t at = 0; at + 3 <= all.len; at++) {
        bool is_start = at == 0 || (at >= 2 && memcmp(all.ptr + at - 2, "; ", 2) == 0);
        if (is_start && memcmp(all.ptr + at, "CN=", 3) == 0) {
            struct slice name = slice_from(all, at + 3);
            return mem_dup_slice(slice_first(name, slice_find(name, ';')));
        }
    }
    return mem_strdup(subject);
}

size_t subject_wider(size_t width, const char *subject)
{
    char *name = subject_short(subject);
    size_t own = columns_of(slice_of(name));
    mem_free(name);
    return own > width ? own : width;
}

void subject_append_column(struct buf *out, const char *subject, size_t width)
{
    char *name = subject_short(subject);
    buf_append_text(out, name);
    for (size_t used = columns_of(slice_of(name)); used < width; used++)
        buf_append_byte(out, ' ');
    mem_free(name);
}

const char *subject_bare_name(const char *name)
{
    if (strncmp(name, "DNS:", 4) == 0)
        return name + 4;
    return strncmp(name, "IP:", 3) == 0 ? name + 3 : name;
}

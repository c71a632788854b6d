/* Names in certificates. */
#include "insight/subject.h"

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

const char *subject_bare_name(const char *name)
{
    if (strncmp(name, "DNS:", 4) == 0)
        return name + 4;
    return strncmp(name, "IP:", 3) == 0 ? name + 3 : name;
}

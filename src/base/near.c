/* Edit distance, for "did you mean". */
#include "base/near.h"

#include <ctype.h>

enum {
    LONGEST = 253, /* of host names (RFC 1035 section 2.3.4) */
};

static size_t min_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool is_same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

size_t near_edits(struct slice a, struct slice b)
{
    size_t rows[3][LONGEST + 1];
    if (a.len > LONGEST || b.len > LONGEST)
        return NEAR_NOT;
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t cost = is_same(a.ptr[i - 1], b.ptr[j - 1]) ? 0 : 1;
            row[j] = min_of(min_of(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
            if (i > 1 && j > 1 && is_same(a.ptr[i - 1], b.ptr[j - 2]) && is_same(a.ptr[i - 2], b.ptr[j - 1]))
                row[j] = min_of(row[j], above2[j - 2] + 1);
        }
    }
    return rows[a.len % 3][b.len];
}

size_t near_distance(struct slice typed, struct slice name)
{
    bool is_start = typed.len >= 3 && typed.len < name.len && slice_equal_nocase(slice_first(name, typed.len), typed);
    size_t distance = is_start ? 1 : near_edits(typed, name);
    return distance <= min_of(3, typed.len / 3) ? distance : NEAR_NOT;
}

/* "Did you mean": the option whose name is nearest to a name that is not known. */
#include "cli/setters.h"

enum {
    SUGGEST_MAX = 32
};

static size_t min_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters must be put in, left out, changed or swapped with their neighbour to turn a into b (optimal string
 * alignment). Names longer than SUGGEST_MAX are as far as can be. */
static size_t edit_distance(struct slice a, struct slice b)
{
    size_t rows[3][SUGGEST_MAX + 1];
    if (a.len > SUGGEST_MAX || b.len > SUGGEST_MAX)
        return SUGGEST_MAX;
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t cost = a.ptr[i - 1] == b.ptr[j - 1] ? 0 : 1;
            row[j] = min_of(min_of(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1])
                row[j] = min_of(row[j], above2[j - 2] + 1);
        }
    }
    return rows[a.len % 3][b.len];
}

struct nearest {
    struct slice typed;
    struct slice name;
    size_t distance;
    const char *absent; /* curl's, not ours: what is said of it; NULL when it is ours */
};

static void consider(struct nearest *nearest, struct slice name, const char *absent)
{
    /* A name that was cut short is an abbreviation: as near as one letter. */
    bool is_start = nearest->typed.len >= 3 && slice_starts_with(name, nearest->typed);
    size_t distance = is_start ? 1 : edit_distance(nearest->typed, name);
    /* One in three letters may be wrong; what differs more was not meant. */
    if (distance > min_of(3, nearest->typed.len / 3) || distance >= nearest->distance)
        return;
    nearest->name = name;
    nearest->distance = distance;
    nearest->absent = absent;
}

void suggest_option(struct buf *out, struct slice name)
{
    bool is_negated = slice_starts_with(name, SLICE("no-"));
    struct nearest nearest = {.typed = is_negated ? slice_from(name, 3) : name, .distance = SUGGEST_MAX};
    for (size_t i = 0; i < option_table_len; i++)
        consider(&nearest, slice_of(option_table[i].name), NULL);
    for (size_t i = 0; i < option_aliases_len; i++)
        consider(&nearest, slice_of(option_aliases[i].name), NULL);
    for (size_t i = 0; i < option_absent_len; i++)
        consider(&nearest, slice_of(option_absent[i].name),
                 option_absent[i].text ? "is not in peel" : "is not in peel yet");
    if (nearest.distance == SUGGEST_MAX)
        return;
    const struct option *option = option_by_name(nearest.name);
    bool is_switch = !option || option->kind == IS_SWITCH;
    bool shows_no = (is_negated && is_switch) || (option && option->kind == IS_OFF_SWITCH);
    buf_printf(out, nearest.absent ? "; curl's --%s%.*s, if that was meant, " : "; did you mean --%s%.*s",
               shows_no ? "no-" : "", (int)nearest.name.len, nearest.name.ptr);
    buf_append_text(out, nearest.absent ? nearest.absent : "?");
}

/* "Did you mean": the option whose name is nearest to a name that is not known. */
#include "base/near.h"
#include "cli/setters.h"

struct nearest {
    struct slice typed;
    struct slice name;
    size_t distance;
    const char *absent; /* curl's, not ours: what is said of it; NULL when it is ours */
};

static void consider(struct nearest *nearest, struct slice name, const char *absent)
{
    size_t distance = near_distance(nearest->typed, name);
    if (distance >= nearest->distance)
        return;
    nearest->name = name;
    nearest->distance = distance;
    nearest->absent = absent;
}

void suggest_option(struct buf *out, struct slice name)
{
    bool is_negated = slice_starts_with(name, SLICE("no-"));
    struct nearest nearest = {.typed = is_negated ? slice_from(name, 3) : name, .distance = NEAR_NOT};
    for (size_t i = 0; i < option_table_len; i++)
        consider(&nearest, slice_of(option_table[i].name), NULL);
    for (size_t i = 0; i < option_aliases_len; i++)
        consider(&nearest, slice_of(option_aliases[i].name), NULL);
    for (size_t i = 0; i < option_absent_len; i++)
        consider(&nearest, slice_of(option_absent[i].name),
                 option_absent[i].text ? "is not in peel" : "is not in peel yet");
    if (nearest.distance == NEAR_NOT)
        return;
    const struct option *option = option_by_name(nearest.name);
    bool is_switch = !option || option->kind == IS_SWITCH;
    bool shows_no = (is_negated && is_switch) || (option && option->kind == IS_OFF_SWITCH);
    buf_printf(out, nearest.absent ? "; curl's --%s%.*s, if that was meant, " : "; did you mean --%s%.*s",
               shows_no ? "no-" : "", (int)nearest.name.len, nearest.name.ptr);
    buf_append_text(out, nearest.absent ? nearest.absent : "?");
}

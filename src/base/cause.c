/* Ids and titles of the causes. */
#include "base/cause.h"

static const struct {
    const char *id, *title;
} causes[CAUSE_COUNT] = {
    [CAUSE_NONE] = {"", ""},
#define CAUSE(name, id, title) [CAUSE_##name] = {id, title},
#include "base/cause.def"
#undef CAUSE
};

const char *cause_id(enum cause cause)
{
    return causes[cause].id;
}

const char *cause_title(enum cause cause)
{
    return causes[cause].title;
}

enum cause cause_by_id(struct slice id)
{
    for (enum cause cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
        if (slice_equal(id, slice_of(causes[cause].id)))
            return cause;
    return CAUSE_NONE;
}

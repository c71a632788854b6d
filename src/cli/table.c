/* options.def as tables, and how to find a row. Linear: a command line names a handful of options. */
#include "cli/table.h"

#include "cli/setters.h"
#include "transfer/settings.h"

#define FIELD(member)  offsetof(struct settings, member)
#define COMMON(member) (offsetof(struct command, member) | OPTION_IS_COMMON)

#define OPTION(name, letter, kind, argument, categories, set, field, help, manual)                                     \
    {name, letter, kind, argument, categories, set, field, help, manual},
const struct option option_table[] = {
#include "cli/options.def"
};
const size_t option_table_len = sizeof option_table / sizeof *option_table;

#define ALIAS(name, of) {name, 0, PEEL_OK, of},
const struct option_other option_aliases[] = {
#include "cli/options.def"
};
const size_t option_aliases_len = sizeof option_aliases / sizeof *option_aliases;

#define ABSENT(name, letter)             {name, letter, PEEL_NOT_BUILT_IN, NULL},
#define REFUSED(name, letter, code, why) {name, letter, code, why},
const struct option_other option_absent[] = {
#include "cli/options.def"
};
const size_t option_absent_len = sizeof option_absent / sizeof *option_absent;

#define CATEGORY(bit, name, help) {bit, name, help},
const struct category option_categories[] = {
#include "cli/options.def"
};
const size_t option_categories_len = sizeof option_categories / sizeof *option_categories;

const struct option *option_by_name(struct slice name)
{
    for (size_t i = 0; i < option_aliases_len; i++) {
        if (slice_equal(name, slice_of(option_aliases[i].name)))
            name = slice_of(option_aliases[i].text);
    }
    for (size_t i = 0; i < option_table_len; i++) {
        if (slice_equal(name, slice_of(option_table[i].name)))
            return &option_table[i];
    }
    return NULL;
}

const struct option *option_by_letter(char letter)
{
    for (size_t i = 0; i < option_table_len; i++) {
        if (option_table[i].letter != 0 && option_table[i].letter == letter)
            return &option_table[i];
    }
    return NULL;
}

const struct option_other *option_absent_by_name(struct slice name)
{
    for (size_t i = 0; i < option_absent_len; i++) {
        if (slice_equal(name, slice_of(option_absent[i].name)))
            return &option_absent[i];
    }
    return NULL;
}

const struct option_other *option_absent_by_letter(char letter)
{
    for (size_t i = 0; i < option_absent_len; i++) {
        if (option_absent[i].letter != 0 && option_absent[i].letter == letter)
            return &option_absent[i];
    }
    return NULL;
}

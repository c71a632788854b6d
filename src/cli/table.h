/* The option table, as options.def fills it. Private to src/cli. */
#ifndef PEEL_CLI_TABLE_H
#define PEEL_CLI_TABLE_H

#include "base/error.h"
#include "base/slice.h"

#include <stddef.h>

/* What an option takes. Help, the completions and the hiding of secrets follow from it. */
enum option_kind {
    TAKES_NOTHING, /* --name */
    IS_SWITCH,     /* --name and --no-name */
    IS_OFF_SWITCH, /* the same, but on from the start: shown as --no-name, and its letter switches off */
    TAKES_TEXT,
    TAKES_FILE,
    TAKES_FOLDER,
    TAKES_URL,
    TAKES_NUMBER,
    TAKES_SECONDS,
    TAKES_SIZE,
    TAKES_CHOICE, /* the argument's name lists the values: "1.2|1.3" */
    TAKES_DATA,   /* text or @file */
    TAKES_HEADER, /* text or @file; the values of some fields are secrets */
    TAKES_SECRET,
    TAKES_CERTIFICATE, /* file[:password] */
    TAKES_COOKIES,     /* text with "=", a secret, or a file */
};

enum option_category {
    IN_IMPORTANT = 1 << 0,
    IN_AUTH = 1 << 1,
    IN_CONNECTION = 1 << 2,
    IN_CURL = 1 << 3,
    IN_DNS = 1 << 4,
    IN_HTTP = 1 << 5,
    IN_OUTPUT = 1 << 6,
    IN_POST = 1 << 7,
    IN_PROXY = 1 << 8,
    IN_TIMEOUT = 1 << 9,
    IN_TLS = 1 << 10,
    IN_VERBOSE = 1 << 11,
};

struct category {
    unsigned bit;
    const char *name;
    const char *help;
};

enum {
    /* This bit of option.field says: not one group's, but the whole run's. */
    OPTION_IS_COMMON = 1 << 30,
};

struct parse;
struct option;
/* Puts what was typed into the settings. value is NULL and on is meant where the kind takes nothing. False with the
 * error filled. */
typedef bool (*option_setter)(struct parse *parse, const struct option *option, const char *value, bool on);

struct option {
    const char *name; /* without dashes */
    char letter;      /* 0: none */
    enum option_kind kind;
    const char *argument; /* its name in help; NULL: takes none */
    unsigned categories;
    option_setter set;
    size_t
        field; /* offset in struct settings, or with OPTION_IS_COMMON in struct command, for setters of many options */
    const char *help;   /* one line */
    const char *manual; /* paragraphs; see docgen.h for the markup */
};

/* A second name; or one that curl has and peel has not (yet). */
struct option_other {
    const char *name;
    char letter;
    enum peel_code code; /* with which it is refused */
    const char *text;    /* what it stands for; or why it is refused, NULL when it is merely not there yet */
};

extern const struct option option_table[];
extern const size_t option_table_len;
extern const struct option_other option_aliases[];
extern const size_t option_aliases_len;
extern const struct option_other option_absent[];
extern const size_t option_absent_len;
extern const struct category option_categories[];
extern const size_t option_categories_len;

/* By its whole name, its own or an alias; NULL when there is none. */
const struct option *option_by_name(struct slice name);
const struct option *option_by_letter(char letter);
const struct option_other *option_absent_by_name(struct slice name);
const struct option_other *option_absent_by_letter(char letter);

static inline bool option_takes_value(const struct option *option)
{
    return option->kind > IS_OFF_SWITCH;
}

#endif

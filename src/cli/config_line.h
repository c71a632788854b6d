/* One line of a config file, by curl's grammar (man curl, --config), and with what peel adds to it:
 *
 *     # comment                    a "/" or "*" in the first place makes one too
 *     name value                   a long name, with or without its dashes; "=" or ":" may stand before the value
 *     -x value                     a letter
 *     name = "a \"b\"\n"           in double quotes \t \n \r \v, and \ before any other byte stands for that byte
 *     [host.example]               what follows is for this host only; [] ends that
 *
 * Without quotes a value ends at the first blank. Private to src/cli. */
#ifndef PEEL_CLI_CONFIG_LINE_H
#define PEEL_CLI_CONFIG_LINE_H

#include "base/slice.h"

enum config_kind {
    CONFIG_NOTHING,
    CONFIG_OPTION,
    CONFIG_SECTION,
    CONFIG_WRONG, /* remark says why */
};

struct config_line {
    enum config_kind kind;
    char *word;         /* the option with its dashes ("--max-time", "-m"), or the section's host */
    const char *name;   /* the option as it stands there; borrowed from word */
    char *value;        /* NULL: none */
    const char *remark; /* what the user should know, or NULL: "Option 'name' ..." */
};

/* line has no line end. config_line_done what it made. */
void config_line_read(struct config_line *into, struct slice line);
void config_line_done(struct config_line *line);

#endif

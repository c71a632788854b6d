/* The command line -> struct command, by the one table options.def. */
#ifndef PEEL_CLI_OPTIONS_H
#define PEEL_CLI_OPTIONS_H

#include "base/buf.h"
#include "base/error.h"
#include "transfer/settings.h"

enum cli_action {
    CLI_FETCH,
    CLI_SHOW,   /* -h, -V: out holds what to print on stdout; exit 0 */
    CLI_MANUAL, /* -M: cli_manual_by_man(), and when that is false: print out, the manual as plain text */
    CLI_FAILED, /* err is filled; usually PEEL_FAILED_INIT (2) */
};

/* Parses all of argv (argv[0] is not looked at). Warnings as curl's ("Warning: ...") are appended to warnings, a line
 * each. Arguments of options that hold a secret are overwritten in argv. Files named by @ are read here; stdin too. */
enum cli_action cli_parse(struct command *command, int argc, char **argv, struct buf *out, struct buf *warnings,
                          struct error *err);

/* Lets man(1) show the installed page, when stdout is a terminal; false when it was not shown. */
bool cli_manual_by_man(void);

/* Frees all strings; secrets are wiped. */
void command_done(struct command *command);

#endif

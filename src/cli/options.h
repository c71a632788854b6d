/* The command line -> struct command, by the one table options.def. */
#ifndef PEEL_CLI_OPTIONS_H
#define PEEL_CLI_OPTIONS_H

#include "base/buf.h"
#include "base/error.h"
#include "transfer/settings.h"

enum cli_action {
    CLI_FETCH,
    CLI_SHOW,    /* -h, -V: out holds what to print on stdout; exit 0 */
    CLI_MANUAL,  /* -M: cli_manual_by_man(), and when that is false: print out, the manual as plain text */
    CLI_MISUSED, /* the command line is wrong: err has the exit code, usually PEEL_FAILED_INIT (2), and the words; these
                    are empty when the remarks have said it all */
    CLI_FAILED,  /* what it asks for cannot be, such as a URL's pattern: err is filled */
};

/* Where to read on after CLI_MISUSED. */
#define CLI_HINT "try 'peel --help' or 'peel --manual' for more information"

/* Parses all of argv (argv[0] is not looked at). Remarks, as console_remarks of output/console.h takes them, are
 * appended, a line each. Arguments of options that hold a secret are overwritten in argv. Files named by @ are read
 * here; stdin too. config is a file to read first, unless argv begins with -q; may be NULL. */
enum cli_action cli_parse(struct command *command, int argc, char **argv, const char *config, struct buf *out,
                          struct buf *remarks, struct error *err);

/* The config file that is read without being asked for, or NULL: see FILES in the manual. mem_free it. */
char *cli_default_config(void);

/* Lets man(1) show the installed page, when stdout is a terminal; false when it was not shown. */
bool cli_manual_by_man(void);

/* Frees all strings; secrets are wiped. */
void command_done(struct command *command);

#endif

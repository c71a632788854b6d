/* Config files: where the default one is, and how one is read. Private to src/cli. */
#ifndef PEEL_CLI_CONFIG_H
#define PEEL_CLI_CONFIG_H

#include <stdbool.h>

struct parse;

/* cli_default_config of options.h looks for the default file. peel's own (peelrc) is looked for in all places before
 * curl's: $CURL_HOME/.peelrc  $XDG_CONFIG_HOME/peelrc  $XDG_CONFIG_HOME/.peelrc  $HOME/.peelrc $HOME/.config/peelrc
 * where XDG_CONFIG_HOME is not set; without HOME, the home of the user database
 */

/* Reads the default file as if its options stood at this place of the command line. What is wrong in it is told with
 * the file's name and line; an option that peel lacks is a warning there, unless the user counts on it for protection.
 * A file that was asked for (set_config) is held to more: everything wrong in it ends the run. */
bool config_read_default(struct parse *parse, const char *path);

#endif

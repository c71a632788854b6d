/* The defaults of struct settings, and how a command grows; command_done is in options.h. Private to src/cli. */
#ifndef PEEL_CLI_SETTINGS_H
#define PEEL_CLI_SETTINGS_H

#include "transfer/settings.h"

/* What holds when nothing was said: http and https, 50 redirects. */
void settings_init(struct settings *settings);
/* Frees all strings; secrets are wiped. */
void settings_done(struct settings *settings);
/* One more group, with the defaults. The command owns it. */
struct settings *command_add_group(struct command *command);

#endif

/* The defaults of struct settings; settings_done is in options.h. Private to src/cli. */
#ifndef PEEL_CLI_SETTINGS_H
#define PEEL_CLI_SETTINGS_H

#include "transfer/settings.h"

/* What holds when nothing was said: http and https, 50 redirects. */
void settings_init(struct settings *settings);

#endif

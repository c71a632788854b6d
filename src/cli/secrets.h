/* Hiding secrets in argv, where everyone on the machine can read them (/proc/PID/cmdline). Private to src/cli. */
#ifndef PEEL_CLI_SECRETS_H
#define PEEL_CLI_SECRETS_H

#include "cli/table.h"

/* Overwrites what is secret in the value of an option that has been copied already; the length stays. */
void secrets_hide(const struct option *option, char *value);
/* The same for an argument that is a URL: the password before its host. */
void secrets_hide_in_url(char *url);
/* A copy of the value without what is secret in it, user and pass phrase too; NULL when nothing may be shown. */
char *secrets_bare(const struct option *option, const char *value);

#endif

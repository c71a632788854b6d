/* Asking for a password. Private to src/cli. */
#ifndef PEEL_CLI_PROMPT_H
#define PEEL_CLI_PROMPT_H

#include "base/buf.h"

/* Shows the prompt on stderr and appends one line, without its end, to *into: read from the terminal (/dev/tty) with
 * its echo off; without a terminal from stdin, as curl does. No line, or none that ends: what was there. */
void prompt_password(const char *prompt, struct buf *into);

#endif

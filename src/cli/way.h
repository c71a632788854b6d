/* Which of the options decide how a host is reached and trusted, without the secrets in them: what a command that is
 * proposed later needs too (struct trace_way). Private to src/cli. */
#ifndef PEEL_CLI_WAY_H
#define PEEL_CLI_WAY_H

#include "base/trace.h"
#include "cli/table.h"

/* Notes the option, if it is one of these, in place of what was said by it before, unless each adds something. value
 * and on are those that its setter got; they are copied. -k is never one of them: no command that is proposed trusts
 * whom it does not know. */
void way_note(struct trace_way *way, const struct option *option, const char *value, bool on);
/* Frees what was noted. */
void way_done(struct trace_way *way);

#endif

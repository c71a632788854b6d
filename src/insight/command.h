/* A command line of peel that is proposed: here each of them is put together, from what it is for and what the user
 * has said himself of how the host is reached and trusted. It is there to be pasted, so each word is one that a shell
 * takes as it is. */
#ifndef PEEL_INSIGHT_COMMAND_H
#define PEEL_INSIGHT_COMMAND_H

#include "base/buf.h"
#include "base/trace.h"

struct command_line {
    const struct trace_way *way; /* what the user has said; NULL: nothing */
    const char *not_here;        /* as in struct trace_hop */
    const char *options;         /* what it is for, as it stands on a command line; "": nothing */
    const char *without;         /* names the options of the way that it does without, "a b", or "--a 1 and --b"; NULL:
                                    none */
    const char *proxy;           /* it goes through this one, in place of the way's; NULL: as the way has it */
    bool is_for_proxy;           /* each of options, "--NAME", is said of the proxy, "--proxy-NAME" */
    const char *url;
};

/* "peel OPTIONS WAY URL". What the options say takes the place of what the way says of the same. */
void command_append(struct buf *out, const struct command_line *line);

/* A word for a POSIX shell: as it is, or in single quotes. */
void command_append_word(struct buf *out, const char *word);

#endif

/* Sections of config files: options for one host. All that a group is told is written down, so that its settings can be
 * made once more, with a host's options in their place. Private to src/cli.
 *
 * Options stand where they were written: those of a default config file come before the command line's, so the command
 * line wins over them, in a section or not. A group begun by --next has none of the sections that were read before it,
 * as it has none of the other options. */
#ifndef PEEL_CLI_JOURNAL_H
#define PEEL_CLI_JOURNAL_H

#include "base/buf.h"
#include "base/error.h"

struct journal;
struct parse;
struct option;
struct command;
struct settings;
struct trace_way;

/* [host] in a config file; "" ends it. False with err filled when it is no host. */
bool journal_begin_section(struct parse *parse, const char *host);
void journal_end_section(struct parse *parse);

/* Calls the option's setter, for the group or for the section that is open, and writes it down. */
bool journal_apply(struct parse *parse, const struct option *option, const char *value, bool on);

/* Notes what a command needs that is proposed for this group, with the section of host (NULL: without any). What the
 * default config file says for all hosts is read again by that command, and left out. */
void journal_note_way(const struct journal *journal, size_t group, const char *host, struct trace_way *way);

/* stdin can be read once only. What an option read is kept, and given to the same option when the group's settings are
 * made once more: then journal_give_stdin is true. */
bool journal_give_stdin(struct parse *parse, struct buf *into);
void journal_keep_stdin(struct parse *parse, struct slice text);

/* The settings of a group for this URL: the group's own, or a copy with the section of its host, made when it is first
 * asked for. NULL with err filled. They belong to the command. */
const struct settings *journal_settings(const struct command *command, size_t group, const char *url,
                                        struct error *err);

struct journal *journal_new(void);
/* Takes NULL. */
void journal_free(struct journal *journal);

#endif

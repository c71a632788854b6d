/* peel-docgen: writes, from options.def, what would otherwise have to be kept in step by hand.
 *
 *   peel-docgen man FRAME    the manual as a man page
 *   peel-docgen text FRAME   the manual as plain text
 *   peel-docgen inc FRAME    the same as a C initializer, for --manual
 *   peel-docgen bash|zsh|fish FRAME   the completions (the frame is not used)
 *
 * The frame (man/peel.1.in) is the part of the manual that a person writes, in the markup of markup.h and four more
 * kinds of block: "# HEADING", ": TERM" whose further lines are the text of an item, "@OPTIONS@" and "@EXIT_CODES@".
 * A line that starts with "%%" is a comment. */
#ifndef PEEL_CLI_DOCGEN_H
#define PEEL_CLI_DOCGEN_H

#include "base/buf.h"
#include "cli/table.h"

/* docgen.c: the rows of options.def, as far as documents need them; set is NULL. */
extern const struct option docgen_options[];
extern const size_t docgen_options_len;
extern const struct option_other docgen_aliases[];
extern const size_t docgen_aliases_len;
extern const char *const docgen_categories[];
extern const size_t docgen_categories_len;

/* docgen_manual.c */
void docgen_man(struct buf *out, struct slice frame);
void docgen_text(struct buf *out, struct slice frame);

/* docgen_shells.c */
void docgen_bash(struct buf *out);
void docgen_zsh(struct buf *out);
void docgen_fish(struct buf *out);

#endif

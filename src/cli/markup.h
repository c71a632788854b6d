/* The light markup of the manual's text, in options.def and in man/peel.1.in: blocks with an empty line between them.
 * A block that starts with four blanks is shown as it is, any other is a paragraph and its line ends mean nothing.
 * Words like --output and <file> are set off by docgen on their own. */
#ifndef PEEL_CLI_MARKUP_H
#define PEEL_CLI_MARKUP_H

#include "base/buf.h"

enum {
    MARKUP_VERBATIM_INDENT = 4
};

/* Cuts the next block off *rest, without the empty lines around it; false at the end. */
bool markup_next(struct slice *rest, struct slice *block);
bool markup_is_verbatim(struct slice block);
/* Cuts the next line off *rest, without its line end; false at the end. */
bool markup_next_line(struct slice *rest, struct slice *line);
/* Cuts the next word off *rest; false at the end. */
bool markup_next_word(struct slice *rest, struct slice *word);

/* Appends the paragraph, every line indented and none longer than width if it can be helped. The first line starts at
 * column, where the caller has written up to already. Ends in a line end. */
void markup_wrap(struct buf *out, struct slice paragraph, size_t column, size_t indent, size_t width);
/* Appends all blocks as plain text, an empty line between them. */
void markup_print(struct buf *out, struct slice text, size_t indent, size_t width);

#endif

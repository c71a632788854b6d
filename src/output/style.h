/* What stands out on a terminal. Every colour has a word or a sign beside it: nobody needs to see it. */
#ifndef PEEL_OUTPUT_STYLE_H
#define PEEL_OUTPUT_STYLE_H

#include "base/buf.h"

enum console_style {
    STYLE_PLAIN,
    STYLE_DIM,
    STYLE_BOLD,
    STYLE_CYAN,
    STYLE_GREEN,
    STYLE_YELLOW,
    STYLE_RED_BOLD,
};

/* Is it a terminal on which the cursor can be moved (TERM is not "dumb")? */
bool style_has_line_control(int fd);
/* ... and colours are not refused by NO_COLOR (https://no-color.org)? */
bool style_has_colours(int fd);

/* How many columns the terminal has, or what COLUMNS says; 0 when nobody says. Asked anew each time: a window can
 * change its size. */
unsigned style_columns(int fd);

/* Appends the text in that style; as it is without is_styled. */
void style_append(struct buf *out, bool is_styled, enum console_style style, struct slice text);

#endif

/* Folding prose to a width. */
#ifndef PEEL_BASE_WRAP_H
#define PEEL_BASE_WRAP_H

#include "base/buf.h"

/* Where the text goes. */
struct wrap {
    size_t width;  /* columns a line may have; 0: as many as it likes */
    size_t column; /* where the text begins, */
    size_t indent; /* ... and where it goes on in the lines below */
};

/* Appends a text that is safe to print, broken at blanks, without a line end. What does not fit anywhere stays whole,
 * so that a command or a URL can be copied. Several blanks stay several, but for where a line ends. */
void wrap_append(struct buf *out, struct wrap place, struct slice text);

#endif

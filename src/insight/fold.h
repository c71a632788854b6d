/* "label   value, value, value" in lines of a width, the values below each other when there are too many for one. */
#ifndef PEEL_INSIGHT_FOLD_H
#define PEEL_INSIGHT_FOLD_H

#include "base/buf.h"

struct fold {
    struct buf *out;
    size_t width;   /* columns a line may have */
    size_t indent;  /* where values begin */
    size_t column;  /* where the line is now */
    bool is_begun;  /* a value stands on this line, or the label is too long for its place */
    bool has_value; /* the next one needs a comma in front */
};

/* prefix and label start the line. */
void fold_begin(struct fold *fold, struct buf *out, size_t width, size_t indent, const char *prefix, const char *label);
/* One more value, safe to print. It stays whole where it fits; what is longer than a line is broken at blanks, and at
 * last anywhere; nothing is left out. */
void fold_value(struct fold *fold, struct slice text);
void fold_end(struct fold *fold);

#endif

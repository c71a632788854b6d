/* --explain: what a cause, an alert, an extension or an exit code means, without a network. */
#ifndef PEEL_INSIGHT_EXPLAIN_H
#define PEEL_INSIGHT_EXPLAIN_H

#include "base/buf.h"

/* Appends the pages for word, whose case does not count: the id of a cause, the name of an alert or of a TLS extension,
 * or a number, which may be that of an exit code and of an alert; "list" gives the list of all. width: columns a
 * line may have. False, and nothing appended, when there is none. */
bool explain_append(struct buf *out, struct slice word, size_t width);
/* For a word without a page: "; did you mean NAME, NAME?", of the names nearest to it; nothing when none is near. */
void explain_suggest(struct buf *out, struct slice word);

#endif

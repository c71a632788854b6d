/* --explain: what a cause, an alert or an exit code means, without a network. */
#ifndef PEEL_INSIGHT_EXPLAIN_H
#define PEEL_INSIGHT_EXPLAIN_H

#include "base/buf.h"

/* Appends the pages for word: the id of a cause, the name of an alert, or a number, which may be that of an exit code
 * and of an alert; "list" gives the list of all. width: columns a line may have. False, and nothing
 * appended, when there is none. */
bool explain_append(struct buf *out, struct slice word, size_t width);

#endif

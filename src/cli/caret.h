/* An error that shows its place in what was typed. Private to src/cli. */
#ifndef PEEL_CLI_CARET_H
#define PEEL_CLI_CARET_H

#include "base/error.h"
#include "base/slice.h"

/* "problem in position N:", a line with the text, and a caret below the byte at offset (which may be text.len). Of a
 * long text only what stands around the place is shown. Always returns false. */
bool caret_error(struct error *err, enum peel_code code, const char *problem, struct slice text, size_t offset);

#endif

/* URL patterns: {a,b}, [1-10], [a-z], [01-10:2]; each of them may have a name: {<size>s,m,l}. What a pattern stands for
 * is counted, not stored: a million URLs cost no more memory than one.
 *
 * A backslash before one of {}[] takes its meaning away; in braces, before any byte. An IPv6 address in brackets, and
 * [], stay what they are. Of several patterns in one URL the last runs fastest. */
#ifndef PEEL_CLI_GLOB_H
#define PEEL_CLI_GLOB_H

#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

enum {
    GLOB_PATTERNS_MAX = 100,
    GLOB_URLS_MAX = 1000000000,
};

struct glob;

/* NULL with err filled (PEEL_URL_MALFORMED) when the pattern is wrong: what is wrong, the position counted from 1, and
 * on two more lines the URL, its password masked, and a caret below the place. */
struct glob *glob_new(const char *url, struct error *err);
/* A text in which no pattern is looked for. */
struct glob *glob_new_plain(const char *text);
/* Takes NULL. */
void glob_free(struct glob *glob);

/* How many URLs it stands for: 1 to GLOB_URLS_MAX. */
uint64_t glob_count(const struct glob *glob);
/* The next URL, into url (cleared first); false when there are no more. */
bool glob_next(struct glob *glob, struct buf *url);
/* Begins anew. */
void glob_rewind(struct glob *glob);

/* The name for the current URL's file, into out (cleared first): "#1" stands for the current text of the first pattern,
 * "#<size>" for that of the one with this name; any other "#" is a "#". more (or NULL) has further patterns, which are
 * counted behind those of glob: what is uploaded to the URL. A text that would lead elsewhere in the file
 * system ("/" or a control byte in it, or "." or ".." as a whole component) is refused with PEEL_WRITE_ERROR, a name
 * that no pattern has with PEEL_BAD_FUNCTION_ARGUMENT. */
bool glob_fill_name(const struct glob *glob, const struct glob *more, const char *name, struct buf *out,
                    struct error *err);

#endif

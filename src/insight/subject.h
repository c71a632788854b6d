/* Names in certificates, shortened for people. */
#ifndef PEEL_INSIGHT_SUBJECT_H
#define PEEL_INSIGHT_SUBJECT_H

#include "base/buf.h"

/* Of "C=US; O=Some; CN=Root X1" the common name, by which people know it; where there is none, all of it. mem_free it.
 * Not escaped. */
char *subject_short(const char *subject);

/* For names below each other: the width that the column has so far, or that of this one's short form if it is wider. */
size_t subject_wider(size_t width, const char *subject);
/* Appends the short form, and blanks up to the width of the column; a longer one stays whole. */
void subject_append_column(struct buf *out, const char *subject, size_t width);

/* "DNS:a.example" without its kind; points into name. */
const char *subject_bare_name(const char *name);

#endif

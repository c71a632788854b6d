/* Text for a page. */
#ifndef PEEL_INSIGHT_HTML_H
#define PEEL_INSIGHT_HTML_H

#include "base/buf.h"

/* Appends text so that a browser shows it and nothing else: safe to show first (base/escape.h), then with the five
 * characters that mean something in HTML as references, in content as in quoted attributes. */
void html_text(struct buf *out, struct slice text);
/* Appends "<TAG class="KIND">text</TAG>"; without a class when kind is empty. tag and kind are ours. */
void html_element(struct buf *out, const char *tag, const char *kind, const char *text);

#endif

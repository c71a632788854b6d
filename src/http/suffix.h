/* The public suffix list, by libpsl: names under which strangers register theirs (com, co.uk, github.io). */
#ifndef PEEL_HTTP_SUFFIX_H
#define PEEL_HTTP_SUFFIX_H

#include <stdbool.h>

struct http_suffixes;

/* The newest list that the system has, else the one that libpsl brought. */
struct http_suffixes *http_suffixes_new(void);
/* Takes NULL. */
void http_suffixes_free(struct http_suffixes *s);

/* May host (A-label, lower-case) set a cookie for domain (A-label, any case)? */
bool http_suffixes_allow(const struct http_suffixes *s, const char *host, const char *domain);
/* Is the domain on the list? A single label that nobody knows (localhost) is not. */
bool http_suffixes_have(const struct http_suffixes *s, const char *domain);

#endif

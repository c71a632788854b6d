/* A list of header fields in order (RFC 9110 section 5). Owns its strings. */
#ifndef PEEL_HTTP_HEADERS_H
#define PEEL_HTTP_HEADERS_H

#include "base/buf.h"

struct http_header {
    char *name;  /* as written */
    char *value; /* no blanks at its ends; NUL-terminated and without NUL inside */
};

/* All zero is a valid empty list. */
struct http_headers {
    struct http_header *list;
    size_t n;
    size_t cap;
};

void http_headers_add(struct http_headers *h, struct slice name, struct slice value);
void http_headers_done(struct http_headers *h);
/* The first value under that name, case ignored; NULL when there is none. */
const char *http_headers_get(const struct http_headers *h, const char *name);
/* Appends all values under that name to out, each ended by the byte. */
void http_headers_join(const struct http_headers *h, const char *name, char end, struct buf *out);
/* How many fields bear that name. */
size_t http_headers_count(const struct http_headers *h, const char *name);

/* Is it a token (RFC 9110 section 5.6.2): a field name, a method? */
bool http_is_token(struct slice s);
/* Does the comma-separated list in value hold the token, case ignored (Connection: close)? */
bool http_list_has(struct slice value, struct slice token);

#endif

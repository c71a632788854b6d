/* Borrowed bytes. A slice is read, a span is written into; neither owns what it points to, and neither ends in a NUL.
 */
#ifndef PEEL_BASE_SLICE_H
#define PEEL_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct slice {
    const char *ptr;
    size_t len;
};

struct span {
    char *ptr;
    size_t len;
};

/* A string literal as a slice, its length known to the compiler. */
#define SLICE(literal) ((struct slice)SLICE_INIT(literal))
/* The same as an initializer, for tables. */
#define SLICE_INIT(literal)                                                                                            \
    {                                                                                                                  \
        "" literal, sizeof(literal) - 1                                                                                \
    }

static inline struct slice slice_make(const void *ptr, size_t len)
{
    return (struct slice){ptr, len};
}

/* NULL gives the empty slice. */
static inline struct slice slice_of(const char *text)
{
    return text ? (struct slice){text, strlen(text)} : (struct slice){"", 0};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* ASCII case is ignored, as for header field names, schemes and host names. */
static inline bool slice_equal_nocase(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || strncasecmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool slice_starts_with(struct slice s, struct slice prefix)
{
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

/* Without its first n bytes; n may not be larger than the slice. */
static inline struct slice slice_from(struct slice s, size_t n)
{
    return (struct slice){s.ptr + n, s.len - n};
}

/* The first n bytes, or all when there are fewer. */
static inline struct slice slice_first(struct slice s, size_t n)
{
    return (struct slice){s.ptr, s.len < n ? s.len : n};
}

/* The position of byte c, or s.len when there is none. */
static inline size_t slice_find(struct slice s, char c)
{
    const char *at = s.len ? memchr(s.ptr, c, s.len) : NULL;
    return at ? (size_t)(at - s.ptr) : s.len;
}

/* Without the blanks (SP, HTAB) at both ends: OWS of RFC 9110 section 5.6.3. */
static inline struct slice slice_trim(struct slice s)
{
    while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
        s = slice_from(s, 1);
    while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
        s.len--;
    return s;
}

#endif

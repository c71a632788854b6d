/* Challenges and their parameters. */
#include "http/challenge.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct slice skip_blanks(struct slice s)
{
    while (s.len > 0 && is_blank(s.ptr[0]))
        s = slice_from(s, 1);
    return s;
}

/* Empty list elements are allowed anywhere (RFC 9110 section 5.6.1.2). */
static struct slice skip_separators(struct slice s)
{
    while (s.len > 0 && (is_blank(s.ptr[0]) || s.ptr[0] == ','))
        s = slice_from(s, 1);
    return s;
}

/* A scheme or a name: up to what cannot be in either. */
static struct slice word_of(struct slice s)
{
    size_t n = 0;
    while (n < s.len && !is_blank(s.ptr[n]) && s.ptr[n] != ',' && s.ptr[n] != '=')
        n++;
    return slice_first(s, n);
}

/* The length of a quoted string at the front, with its quotes; up to the end when the last quote is missing. */
static size_t quoted_len(struct slice s)
{
    size_t n = 1;
    while (n < s.len && s.ptr[n] != '"')
        n += s.ptr[n] == '\\' && n + 1 < s.len ? 2 : 1;
    return n < s.len ? n + 1 : s.len;
}

/* The length of a list element: up to the next comma that stands in no quotes. */
static size_t element_len(struct slice s)
{
    size_t n = 0;
    while (n < s.len && s.ptr[n] != ',')
        n += s.ptr[n] == '"' ? quoted_len(slice_from(s, n)) : 1;
    return n;
}

/* "name = ..." goes on with a challenge; "Scheme", "Scheme name=..." begins one. */
static bool is_param(struct slice s)
{
    struct slice name = word_of(s);
    s = skip_blanks(slice_from(s, name.len));
    return name.len > 0 && s.len > 0 && s.ptr[0] == '=';
}

bool challenge_next(struct slice *value, struct slice *scheme, struct slice *params)
{
    struct slice rest = skip_separators(*value);
    *scheme = word_of(rest);
    /* A value that starts with "=" is no list of challenges: nothing of it is. */
    if (scheme->len == 0) {
        *value = SLICE("");
        return false;
    }
    rest = slice_from(rest, scheme->len);
    const char *start = rest.ptr;
    const char *end = start;
    bool is_first = true;
    for (;;) {
        rest = is_first ? skip_blanks(rest) : skip_separators(rest);
        if (rest.len == 0 || (!is_first && !is_param(rest)))
            break;
        is_first = false;
        rest = slice_from(rest, element_len(rest));
        end = rest.ptr;
    }
    *params = slice_make(start, (size_t)(end - start));
    *value = rest;
    return true;
}

static void unquote(struct buf *out, struct slice quoted)
{
    for (size_t i = 1; i < quoted.len; i++) {
        if (quoted.ptr[i] == '"')
            return;
        if (quoted.ptr[i] == '\\' && i + 1 < quoted.len)
            i++;
        buf_append_byte(out, quoted.ptr[i]);
    }
}

bool challenge_param(struct slice *params, struct slice *name, struct buf *value)
{
    for (;;) {
        struct slice rest = skip_separators(*params);
        if (rest.len == 0)
            return false;
        struct slice element = slice_first(rest, element_len(rest));
        *params = slice_from(rest, element.len);
        if (!is_param(element))
            continue;
        *name = word_of(element);
        element = slice_from(element, slice_find(element, '=') + 1);
        element = slice_trim(element);
        buf_clear(value);
        if (element.len > 0 && element.ptr[0] == '"')
            unquote(value, element);
        else
            buf_append(value, word_of(element));
        return true;
    }
}

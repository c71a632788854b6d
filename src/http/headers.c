/* A list of header fields in order. */
#include "http/headers.h"

#include "base/mem.h"

void http_headers_add(struct http_headers *h, struct slice name, struct slice value)
{
    if (h->n == h->cap) {
        h->cap = h->cap > 0 ? 2 * h->cap : 16;
        h->list = mem_realloc(h->list, h->cap * sizeof *h->list);
    }
    h->list[h->n++] = (struct http_header){mem_dup_slice(name), mem_dup_slice(slice_trim(value))};
}

void http_headers_done(struct http_headers *h)
{
    for (size_t i = 0; i < h->n; i++) {
        mem_free(h->list[i].name);
        mem_free(h->list[i].value);
    }
    mem_free(h->list);
    *h = (struct http_headers){0};
}

const char *http_headers_get(const struct http_headers *h, const char *name)
{
    for (size_t i = 0; i < h->n; i++)
        if (strcasecmp(h->list[i].name, name) == 0)
            return h->list[i].value;
    return NULL;
}

void http_headers_join(const struct http_headers *h, const char *name, char end, struct buf *out)
{
    for (size_t i = 0; i < h->n; i++) {
        if (strcasecmp(h->list[i].name, name) != 0)
            continue;
        buf_append_text(out, h->list[i].value);
        buf_append_byte(out, end);
    }
}

size_t http_headers_count(const struct http_headers *h, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++)
        n += strcasecmp(h->list[i].name, name) == 0;
    return n;
}

bool http_is_token(struct slice s)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool is_digit = c >= '0' && c <= '9';
        if (!is_letter && !is_digit && !memchr(marks, c, sizeof marks - 1))
            return false;
    }
    return s.len > 0;
}

bool http_list_has(struct slice value, struct slice token)
{
    for (;;) {
        size_t comma = slice_find(value, ',');
        if (slice_equal_nocase(slice_trim(slice_first(value, comma)), token))
            return true;
        if (comma == value.len)
            return false;
        value = slice_from(value, comma + 1);
    }
}

/* A growing byte buffer. */
#include "base/buf.h"

#include "base/mem.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

void buf_done(struct buf *b)
{
    mem_free(b->data);
    *b = (struct buf){0};
}

void buf_wipe(struct buf *b)
{
    mem_wipe(b->data, b->cap);
    buf_done(b);
}

void buf_clear(struct buf *b)
{
    b->start = 0;
    b->len = 0;
}

struct span buf_reserve(struct buf *b, size_t n)
{
    if (b->len == 0)
        b->start = 0;
    size_t used = b->start + b->len;
    if (b->cap - used >= n && b->data)
        return (struct span){b->data + used, b->cap - used};
    if (b->data && b->start > 0) {
        memmove(b->data, b->data + b->start, b->len);
        b->start = 0;
    }
    if (b->cap - b->len < n || !b->data) {
        size_t wanted = b->len + n;
        size_t cap = b->cap > 0 ? b->cap : 64;
        assert(wanted >= n && wanted <= SIZE_MAX / 2);
        while (cap < wanted)
            cap *= 2;
        b->data = mem_realloc(b->data, cap);
        b->cap = cap;
    }
    return (struct span){b->data + b->len, b->cap - b->len};
}

void buf_added(struct buf *b, size_t n)
{
    assert(n <= b->cap - b->start - b->len);
    b->len += n;
}

void buf_append(struct buf *b, struct slice s)
{
    if (s.len == 0)
        return;
    struct span room = buf_reserve(b, s.len);
    memcpy(room.ptr, s.ptr, s.len);
    b->len += s.len;
}

void buf_append_text(struct buf *b, const char *text)
{
    buf_append(b, slice_of(text));
}

void buf_append_byte(struct buf *b, char c)
{
    buf_append(b, slice_make(&c, 1));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    enum {
        OFTEN_ENOUGH = 64 /* then it is formatted once and not twice */
    };
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    struct span room = buf_reserve(b, OFTEN_ENOUGH);
    int n = vsnprintf(room.ptr, room.len, format, args);
    va_end(args);
    assert(n >= 0);
    if ((size_t)n >= room.len) {
        room = buf_reserve(b, (size_t)n + 1);
        vsnprintf(room.ptr, room.len, format, again);
    }
    va_end(again);
    b->len += (size_t)n;
}

void buf_append_number(struct buf *b, uint64_t number)
{
    char digits[20];
    size_t first = sizeof digits;
    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    buf_append(b, slice_make(digits + first, sizeof digits - first));
}

void buf_consume(struct buf *b, size_t n)
{
    assert(n <= b->len);
    b->start += n;
    b->len -= n;
    if (b->len == 0)
        b->start = 0;
}

struct slice buf_slice(const struct buf *b)
{
    return b->len > 0 ? slice_make(b->data + b->start, b->len) : SLICE("");
}

const char *buf_text(struct buf *b)
{
    struct span room = buf_reserve(b, 1);
    room.ptr[0] = '\0';
    return b->data + b->start;
}

char *buf_take(struct buf *b)
{
    char *text = mem_dup_slice(buf_slice(b));
    buf_done(b);
    return text;
}

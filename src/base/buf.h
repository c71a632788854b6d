/* Owned bytes that grow. Appended to at the end, consumed at the front; bytes [start, start+len) are the content. */
#ifndef PEEL_BASE_BUF_H
#define PEEL_BASE_BUF_H

#include "base/slice.h"

#include <stdint.h>

/* All zero is a valid empty buf. Read the content with buf_slice. */
struct buf {
    char *data;
    size_t start;
    size_t len;
    size_t cap;
};

/* Frees the memory; the buf is empty and usable again. */
void buf_done(struct buf *b);
/* Like buf_done, but what it held is overwritten first. */
void buf_wipe(struct buf *b);
/* Forgets the content and keeps the memory. */
void buf_clear(struct buf *b);
/* At least n bytes of room behind the content; what the caller puts there counts after buf_added. */
struct span buf_reserve(struct buf *b, size_t n);
void buf_added(struct buf *b, size_t n);
void buf_append(struct buf *b, struct slice s);
void buf_append_text(struct buf *b, const char *text);
void buf_append_byte(struct buf *b, char c);
/* In decimal digits. */
void buf_append_number(struct buf *b, uint64_t number);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3), nonnull(2)));
/* Drops the first n bytes of the content. */
void buf_consume(struct buf *b, size_t n);
/* The content; good until the next call that changes b. */
struct slice buf_slice(const struct buf *b);
/* The content as a NUL-terminated string; good until the next call that changes b. */
const char *buf_text(struct buf *b);
/* Hands the content over as a NUL-terminated string; mem_free it. The buf is empty after that. */
char *buf_take(struct buf *b);

#endif

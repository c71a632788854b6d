/* Allocation that ends the process instead of returning NULL. */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static _Noreturn void mem_exhausted(void)
{
    static const char message[] = "peel: (27) out of memory\n";
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
    (void)written;
    _exit(27);
}

void *mem_alloc(size_t n)
{
    void *ptr = calloc(1, n ? n : 1);
    if (!ptr)
        mem_exhausted();
    return ptr;
}

void *mem_realloc(void *ptr, size_t n)
{
    void *grown = realloc(ptr, n ? n : 1);
    if (!grown)
        mem_exhausted();
    return grown;
}

void *mem_array(size_t n, size_t size)
{
    void *ptr = calloc(n ? n : 1, size ? size : 1);
    if (!ptr)
        mem_exhausted();
    return ptr;
}

char *mem_strdup(const char *text)
{
    return text ? mem_dup_slice(slice_of(text)) : NULL;
}

char *mem_dup_slice(struct slice s)
{
    char *copy = mem_alloc(s.len + 1);
    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    return copy;
}

char *mem_printf(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = NULL;
    if (vasprintf(&text, format, args) < 0)
        mem_exhausted();
    va_end(args);
    return text;
}

void mem_free(void *ptr)
{
    free(ptr);
}

void mem_wipe(void *ptr, size_t n)
{
    if (ptr && n > 0)
        explicit_bzero(ptr, n);
}

void mem_free_secret(char *text)
{
    if (text)
        mem_wipe(text, strlen(text));
    free(text);
}

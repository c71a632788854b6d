/* Memory that never says no: when there is none left, the process ends with curl's exit code 27, so no caller checks.
 */
#ifndef PEEL_BASE_MEM_H
#define PEEL_BASE_MEM_H

#include "base/slice.h"

#include <stddef.h>

/* Zeroed memory of n bytes. The caller owns it; mem_free. */
void *mem_alloc(size_t n);
/* Grows or shrinks; new bytes are not zeroed. ptr may be NULL. */
void *mem_realloc(void *ptr, size_t n);
/* Zeroed room for n things of the given size; the product is checked for overflow. */
void *mem_array(size_t n, size_t size);
/* NULL stays NULL. */
char *mem_strdup(const char *text);
/* A copy with a NUL put behind it. */
char *mem_dup_slice(struct slice s);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Takes NULL. */
void mem_free(void *ptr);
/* Overwrites n bytes with zeros, and the compiler may not leave it out. */
void mem_wipe(void *ptr, size_t n);
/* Wipes a NUL-terminated secret and frees it. Takes NULL. */
void mem_free_secret(char *text);

#endif

/* What went wrong: curl's exit code and one sentence for the user. Made once, where the fault is known best, and handed
 * up unchanged. The text says what was attempted, on what, and what came back, without "peel:" and without the code;
 * bytes from the peer in it have passed escape_append(). */
#ifndef PEEL_BASE_ERROR_H
#define PEEL_BASE_ERROR_H

#include "base/cause.h"

#include <stdbool.h>

/* curl's exit codes (man curl, EXIT CODES), under curl's meanings. */
enum peel_code {
#define EXIT_CODE(name, number, text) PEEL_##name = (number),
#include "base/exit_codes.def"
#undef EXIT_CODE
};

struct error {
    enum peel_code code; /* PEEL_OK: nothing went wrong */
    int os_error;        /* the errno value behind it, where somebody asks for it; else 0 */
    enum cause cause;    /* of a failure of TLS, for insight/; set behind error_set() */
    char text[1000];
};

/* Fills e, unless it holds an error already: the first one is nearest to the cause. Returns false, so that a function
 * can say `return error_set(...)`. Text that does not fit is cut and ends in "...". */
bool error_set(struct error *e, enum peel_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif

/* --variable and --expand-OPTION: named texts, and {{name:function}} in an option's argument. Private to src/cli. */
#ifndef PEEL_CLI_VARIABLES_H
#define PEEL_CLI_VARIABLES_H

#include "base/buf.h"

enum {
    VARIABLE_NAME_MAX = 127
};

struct variable {
    char *name;
    struct buf text; /* any bytes */
};

struct variables {
    struct variable *all;
    size_t n;
};

void variables_done(struct variables *variables);

/* Takes over the text, and leaves the buf empty. An older text of that name is forgotten. */
void variables_put(struct variables *variables, struct slice name, struct buf *text);

/* text with each {{name}} replaced, appended to out. {{name:trim:url}}: the functions, from left to right, are trim,
 * json (what stands between the quotes of a JSON string), url (percent-encoded), b64, and 64dec, which gives
 * [64dec-fail] for what is no Base64. A name that is not set is empty; what is no name stays as it is; \{{ stands for
 * {{. Returns NULL, or what is wrong: an unknown function, a NUL byte in the result. *culprit is then where. */
const char *variables_expand(const struct variables *variables, struct slice text, struct buf *out,
                             struct slice *culprit);

/* "name", "name[5-]", "%name[0-9]" and so on of --variable, up to "=" or "@" or the end. Returns NULL or what is wrong.
 */
struct variable_spec {
    struct slice name;
    bool is_environment;
    size_t first, last; /* the bytes to keep */
    char source;        /* '=', '@', or NUL: none */
    const char *rest;   /* behind it */
};
const char *variable_spec_read(struct variable_spec *into, const char *text);

#endif

/* A form as the user described it (-F): a tree of parts. Plain data; http/multipart.h makes a body of it. */
#ifndef PEEL_HTTP_FORM_H
#define PEEL_HTTP_FORM_H

#include "http/encode.h"

#include <stdbool.h>
#include <stddef.h>

enum form_kind {
    FORM_TEXT,  /* data is the content */
    FORM_FILE,  /* data is a file's name, "-" is stdin */
    FORM_PARTS, /* others inside */
};

/* Owned strings; NULL where nothing was said. */
struct form_part {
    enum form_kind kind;
    char *name;
    char *data;
    char *filename; /* what the server is told */
    char *type;
    enum encoding encoding;
    char **headers; /* "Name: value" */
    size_t n_headers;
    struct form_part **parts; /* owned */
    size_t n_parts;
    struct form_part *parent; /* NULL: the root */
};

struct form {
    struct form_part root;     /* FORM_PARTS; no parts: no form was given */
    struct form_part *current; /* where the next -F goes; NULL: the root */
    bool is_backslash_escaped; /* --form-escape */
};

/* A new empty part at the end of parent. */
struct form_part *form_add(struct form_part *parent);
void form_done(struct form *form);

#endif

/* What glob.c and glob_read.c share. Nobody else includes this. */
#ifndef PEEL_CLI_GLOB_STATE_H
#define PEEL_CLI_GLOB_STATE_H

#include "cli/glob.h"

enum glob_kind {
    GLOB_TEXT,
    GLOB_SET,
    GLOB_LETTERS,
    GLOB_NUMBERS,
};

struct glob_part {
    enum glob_kind kind;
    char *name;     /* NULL: none */
    char **texts;   /* GLOB_SET: all; GLOB_TEXT: the one */
    uint64_t count; /* how many texts it stands for */
    uint64_t first; /* GLOB_LETTERS, GLOB_NUMBERS */
    uint64_t step;
    int width; /* GLOB_NUMBERS: digits to fill up with zeros */
};

struct glob {
    struct glob_part *parts;
    size_t n_parts;
    size_t n_patterns; /* parts that are no plain text */
    uint64_t count;
    uint64_t next; /* number of the URL that comes next */
};

/* Fills glob->parts from url; glob_free frees them whatever happens. */
bool glob_read(struct glob *glob, struct slice url, struct error *err);

#endif

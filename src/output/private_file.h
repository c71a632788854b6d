/* A file that holds secrets: made with mode 0600, and never through a symlink (who could plant one would choose where
 * the secrets go). */
#ifndef PEEL_OUTPUT_PRIVATE_FILE_H
#define PEEL_OUTPUT_PRIVATE_FILE_H

#include "base/error.h"
#include "base/slice.h"
#include "output/console.h"

#include <stdint.h>

enum private_existing {
    PRIVATE_APPEND,
    PRIVATE_REWRITE, /* stays as it is until private_file_write_at; what is no regular file is an error */
    PRIVATE_REFUSE,  /* an error */
};

/* All zero: closed. */
struct private_file {
    char *path; /* owned; NULL: closed */
    int fd;
    bool is_rewritten;
};

/* False with err filled (23, naming file and errno). What is there already and can be read by others, or is not ours,
 * is used all the same: that is the user's to know, by a warning on the console. */
bool private_file_open(struct private_file *file, const char *path, enum private_existing existing,
                       struct console *console, struct error *err);
/* All of the bytes, by one write(2) where the system takes them so; false with err filled (23). */
bool private_file_write(struct private_file *file, struct slice bytes, struct error *err);
/* PRIVATE_REWRITE: the same, from this offset on; the first time the file is emptied before. */
bool private_file_write_at(struct private_file *file, uint64_t offset, struct slice bytes, struct error *err);
/* All of the file at once, whole or not at all, with mode 0600 whatever was there. What is there and is no regular file
 * is an error (23). */
bool private_file_replace(const char *path, struct slice bytes, struct error *err);

/* A closed one may be closed. False with err filled when the system says only now that it could not be written. */
bool private_file_close(struct private_file *file, struct error *err);

#endif

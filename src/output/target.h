/* A file that a body goes into: how it is found a name, opened, made whole, or taken back. What the bytes are is not
 * known here; sink.c writes them. */
#ifndef PEEL_OUTPUT_TARGET_H
#define PEEL_OUTPUT_TARGET_H

#include "base/error.h"

enum target_existing {
    TARGET_REPLACE, /* emptied and written anew; a symlink is followed, as the shell does it */
    TARGET_APPEND,  /* --continue-at: what is there stays */
    TARGET_REFUSE,  /* a name from the peer: an existing file, symlink or anything else is a write error (23) */
    TARGET_NUMBER,  /* --no-clobber: name.1, name.2 ... up to name.100, then 23 */
};

struct target_plan {
    const char *path;
    enum target_existing existing;
    bool is_atomic;   /* the file appears under its name only by target_commit; not for what is no regular file */
    bool is_quick;    /* with is_atomic: not flushed to the disk first, as a failure of power may cost it */
    bool is_secret;   /* with is_atomic: another user's file is replaced by one of ours, with plan.mode */
    bool create_dirs; /* --create-dirs, with mode 0750 */
    unsigned mode;    /* --create-file-mode; before the umask */
};

enum {
    TARGET_MODE = 0666, /* of a file when nobody has said something else */
};

struct target;

/* Copies the plan; touches nothing. */
struct target *target_new(const struct target_plan *plan);
/* Takes NULL. Closes; what target_commit has not made whole under --atomic is gone. */
void target_free(struct target *t);

/* Another name and another treatment of what is there under it, as long as the file has not been opened. */
void target_rename(struct target *t, const char *path, enum target_existing existing);
/* The descriptor to write to; opened at the first call. -1 with err filled (23, naming file and errno). */
int target_open(struct target *t, struct error *err);
/* The name under which it is, or will be. */
const char *target_path(const struct target *t);
/* All has been written: an atomic one is flushed to the disk and takes its name, then the file is closed. A failed
 * close is a write error. */
bool target_commit(struct target *t, struct error *err);
/* --remove-on-error: takes the file away, if it is open or was, if it is a regular one, and if what stands under its
 * name is still what was opened. */
void target_remove(struct target *t);

#endif

/* Files that bodies go into. What --atomic writes has no name at all until it is whole, where the file system can do
 * that (O_TMPFILE): then a killed run leaves nothing behind. The name is taken by rename(2), so there is never a moment
 * in which neither the old nor the new file stands under it. */
#include "output/target.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FOLDER_MODE = 0750,
    NUMBERS_MOST = 100,
    NAME_TRIES = 100,
};

struct target {
    struct target_plan plan;
    char *path;
    int fd; /* -1: not opened, or closed */
    int folder;
    bool is_opened; /* once */
    dev_t device;   /* of what was opened, for target_remove */
    ino_t inode;
    bool is_regular;
    bool is_nameless; /* --atomic by O_TMPFILE */
    char *temporary;  /* --atomic: the name within the folder that is to be renamed, while it exists */
};

struct target *target_new(const struct target_plan *plan)
{
    struct target *t = mem_alloc(sizeof *t);
    t->plan = *plan;
    t->path = mem_strdup(plan->path);
    t->plan.path = NULL;
    if (t->plan.mode == 0)
        t->plan.mode = TARGET_MODE;
    t->fd = t->folder = -1;
    return t;
}

void target_free(struct target *t)
{
    if (!t)
        return;
    if (t->fd >= 0)
        close(t->fd);
    if (t->temporary)
        unlinkat(t->folder, t->temporary, 0);
    if (t->folder >= 0)
        close(t->folder);
    mem_free(t->temporary);
    mem_free(t->path);
    mem_free(t);
}

const char *target_path(const struct target *t)
{
    return t->path;
}

void target_rename(struct target *t, const char *path, enum target_existing existing)
{
    if (t->is_opened)
        return;
    mem_free(t->path);
    t->path = mem_strdup(path);
    t->plan.existing = existing;
}

static bool target_failed(const struct target *t, const char *what, int error, struct error *err)
{
    return error_set(err, PEEL_WRITE_ERROR, "Failed %s file '%.500s': %s", what, t->path, strerror(error));
}

/* Those that path needs; those that exist are fine. */
static bool make_folders(const char *path, struct error *err)
{
    char *folder = mem_strdup(path);
    bool is_ok = true;
    for (char *at = strchr(folder + 1, '/'); is_ok && *folder && at; at = strchr(at + 1, '/')) {
        *at = '\0';
        is_ok = mkdir(folder, FOLDER_MODE) == 0 || errno == EEXIST ||
                error_set(err, PEEL_WRITE_ERROR, "Failed to create the folder '%.500s': %s", folder, strerror(errno));
        *at = '/';
    }
    mem_free(folder);
    return is_ok;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The folder of the file, so that what is opened, renamed and removed lies in one and the same. */
static bool open_folder(struct target *t, struct error *err)
{
    const char *base = base_name(t->path);
    char *folder = base == t->path ? mem_strdup(".") : mem_dup_slice(slice_make(t->path, (size_t)(base - t->path)));
    if (t->folder >= 0)
        close(t->folder);
    t->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    mem_free(folder);
    return t->folder >= 0 || target_failed(t, "to open the", errno, err);
}

/* A name in the same folder that nobody can guess. */
static char *random_name(const struct target *t)
{
    uint64_t number = 0;
    while (getrandom(&number, sizeof number, 0) != sizeof number)
        ;
    return mem_printf(".%.200s.%016llx.part", base_name(t->path), (unsigned long long)number);
}

/* Where the symlink leads: opened, and not only read, so that the kernel judges it as it judges those that others may
 * have planted (proc(5), protected_symlinks). NULL with errno set; ENOENT: it leads nowhere. */
static char *follow_link(const char *path)
{
    char name[sizeof "/proc/self/fd/" + 11];
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    char *real = realpath(name, NULL);
    int reason = errno;
    close(fd);
    errno = reason;
    return real;
}

/* Whose was the file that is replaced? --atomic keeps owner and mode; with secrets in it, it goes to nobody else. */
static void take_over(const struct target *t, const struct stat *replaced)
{
    if (t->plan.is_secret && replaced->st_uid != geteuid())
        return;
    (void)!fchown(t->fd, replaced->st_uid, replaced->st_gid); /* only root can, and only root has to */
    (void)fchmod(t->fd, replaced->st_mode & 07777);
}

/* The file that --atomic replaces may be a symlink's: then that is the one to be replaced. What is no regular file
 * cannot be replaced at all; it is written as without --atomic. */
static bool prepare_atomic(struct target *t, struct stat *replaced, struct error *err)
{
    struct stat old;
    if (lstat(t->path, &old) != 0)
        return true;
    if (t->plan.existing == TARGET_REFUSE)
        return target_failed(t, "to open the", EEXIST, err);
    if (t->plan.existing == TARGET_NUMBER)
        return true;
    if (S_ISLNK(old.st_mode)) {
        char *real = follow_link(t->path);
        if (!real && errno == ENOENT) {
            t->plan.is_atomic = false; /* it leads nowhere yet: there is nothing to keep */
            return true;
        }
        if (!real || stat(real, &old) != 0) {
            free(real);
            return target_failed(t, "to follow the", errno, err);
        }
        mem_free(t->path);
        t->path = mem_strdup(real);
        free(real);
    }
    if (S_ISREG(old.st_mode))
        *replaced = old;
    else
        t->plan.is_atomic = false;
    return true;
}

static bool open_atomic(struct target *t, struct error *err)
{
    struct stat replaced = {0};
    if (!prepare_atomic(t, &replaced, err))
        return false;
    if (!t->plan.is_atomic)
        return true;
    if (!open_folder(t, err))
        return false;
    t->fd = openat(t->folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, t->plan.mode);
    t->is_nameless = t->fd >= 0 && access("/proc/self/fd", X_OK) == 0;
    if (t->fd >= 0 && !t->is_nameless) {
        close(t->fd);
        t->fd = -1;
    }
    for (int i = 0; i < NAME_TRIES && t->fd < 0; i++) {
        char *name = random_name(t);
        t->fd = openat(t->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, t->plan.mode);
        if (t->fd >= 0)
            t->temporary = name;
        else
            mem_free(name);
        if (t->fd < 0 && errno != EEXIST)
            break;
    }
    if (t->fd < 0)
        return target_failed(t, "to open the", errno, err);
    if (replaced.st_mode != 0)
        take_over(t, &replaced);
    return true;
}

/* name, then name.1 ... */
static int open_numbered(struct target *t)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    int fd = openat(t->folder, base_name(t->path), flags, t->plan.mode);
    for (int i = 1; fd < 0 && errno == EEXIST && i <= NUMBERS_MOST; i++) {
        char *numbered = mem_printf("%s.%d", t->path, i);
        fd = openat(t->folder, base_name(numbered), flags, t->plan.mode);
        if (fd < 0) {
            int reason = errno;
            mem_free(numbered);
            errno = reason;
            continue;
        }
        mem_free(t->path);
        t->path = numbered;
    }
    return fd;
}

static int open_named(struct target *t)
{
    const char *base = base_name(t->path);
    const int flags = O_WRONLY | O_CREAT | O_CLOEXEC;
    switch (t->plan.existing) {
    case TARGET_REPLACE:
        return openat(t->folder, base, flags | O_TRUNC, t->plan.mode);
    case TARGET_APPEND:
        return openat(t->folder, base, flags | O_APPEND, t->plan.mode);
    case TARGET_REFUSE:
        return openat(t->folder, base, flags | O_EXCL | O_NOFOLLOW, t->plan.mode);
    case TARGET_NUMBER:
        return open_numbered(t);
    }
    return -1;
}

static void note_what_it_is(struct target *t)
{
    struct stat status;
    t->is_opened = true;
    if (fstat(t->fd, &status) != 0)
        return;
    t->device = status.st_dev;
    t->inode = status.st_ino;
    t->is_regular = S_ISREG(status.st_mode);
}

int target_open(struct target *t, struct error *err)
{
    if (t->fd >= 0)
        return t->fd;
    if (t->plan.create_dirs && !make_folders(t->path, err))
        return -1;
    if (t->plan.is_atomic && t->plan.existing != TARGET_APPEND && !open_atomic(t, err))
        return -1;
    if (t->fd < 0) {
        if (!open_folder(t, err))
            return -1;
        const char *base = base_name(t->path);
        t->fd = *base ? open_named(t) : -1;
        if (t->fd < 0)
            return target_failed(t, "to open the", *base ? errno : EISDIR, err) ? 0 : -1;
    }
    note_what_it_is(t);
    return t->fd;
}

/* The nameless file gets a name that nobody uses, so that it can be renamed over the old one. */
static bool give_name(struct target *t)
{
    char *self = mem_printf("/proc/self/fd/%d", t->fd);
    for (int i = 0; i < NAME_TRIES && !t->temporary; i++) {
        char *name = random_name(t);
        if (linkat(AT_FDCWD, self, t->folder, name, AT_SYMLINK_FOLLOW) == 0) {
            t->temporary = name;
            break;
        }
        int reason = errno;
        mem_free(name);
        errno = reason;
        if (errno != EEXIST)
            break;
    }
    mem_free(self);
    return t->temporary != NULL;
}

/* Takes the name, or with --no-clobber the first free one, only if nobody has it: link(2) never replaces. */
static bool take_free_name(struct target *t)
{
    bool is_taken = linkat(t->folder, t->temporary, t->folder, base_name(t->path), 0) == 0;
    int most = t->plan.existing == TARGET_NUMBER ? NUMBERS_MOST : 0;
    for (int i = 1; !is_taken && errno == EEXIST && i <= most; i++) {
        char *numbered = mem_printf("%s.%d", t->path, i);
        is_taken = linkat(t->folder, t->temporary, t->folder, base_name(numbered), 0) == 0;
        int reason = errno;
        if (is_taken) {
            mem_free(t->path);
            t->path = numbered;
        } else {
            mem_free(numbered);
        }
        errno = reason;
    }
    return is_taken && unlinkat(t->folder, t->temporary, 0) == 0;
}

static bool commit_atomic(struct target *t, struct error *err)
{
    if (!t->plan.is_quick && fsync(t->fd) != 0)
        return target_failed(t, "writing to", errno, err);
    if (t->is_nameless && !give_name(t))
        return target_failed(t, "to name the", errno, err);
    bool is_named = t->plan.existing == TARGET_REPLACE
                        ? renameat(t->folder, t->temporary, t->folder, base_name(t->path)) == 0
                        : take_free_name(t);
    if (!is_named)
        return target_failed(t, "to put into place the", errno, err);
    mem_free(t->temporary);
    t->temporary = NULL;
    return true;
}

bool target_commit(struct target *t, struct error *err)
{
    bool is_atomic = t->is_nameless || t->temporary;
    if (is_atomic && !commit_atomic(t, err))
        return false;
    t->is_nameless = false;
    int fd = t->fd;
    t->fd = -1;
    return fd < 0 || close(fd) == 0 || errno == EINTR || target_failed(t, "to close the", errno, err);
}

void target_remove(struct target *t)
{
    struct stat now;
    const char *base = base_name(t->path);
    if (!t->is_opened || !t->is_regular || t->is_nameless || t->temporary)
        return;
    bool is_same =
        fstatat(t->folder, base, &now, AT_SYMLINK_NOFOLLOW) == 0 && now.st_dev == t->device && now.st_ino == t->inode;
    if (is_same)
        unlinkat(t->folder, base, 0);
}

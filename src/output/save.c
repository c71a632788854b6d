/* Whole files: a temporary one, then rename(2). */
#include "output/save.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, struct slice bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes = slice_from(bytes, (size_t)n);
    }
    return true;
}

static bool write_and_close(int fd, struct slice bytes)
{
    bool is_written = write_all(fd, bytes);
    int why = errno;
    bool is_closed = close(fd) == 0;
    if (!is_written)
        errno = why;
    return is_written && is_closed;
}

static bool write_directly(const char *path, struct slice bytes)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return fd >= 0 && write_and_close(fd, bytes);
}

/* stdout or stderr under a name of its own (/dev/stdout) while it goes into a file: -1 when it is neither. To replace
 * that file would take away what has been written to it. */
static int standard_stream(const struct stat *file)
{
    struct stat status;
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
        if (fstat(fd, &status) == 0 && status.st_dev == file->st_dev && status.st_ino == file->st_ino)
            return fd;
    return -1;
}

/* The name is short whatever the target's is: a long one plus a suffix may be more than a directory takes. */
static bool replace_file(const char *target, const struct stat *old, struct slice bytes)
{
    const char *slash = strrchr(target, '/');
    char *temporary = mem_printf("%.*s.peel-XXXXXX", slash ? (int)(slash - target + 1) : 0, target);
    int fd = mkostemp(temporary, O_CLOEXEC);
    bool is_ok = fd >= 0;
    if (is_ok && old) {
        (void)!fchown(fd, old->st_uid, old->st_gid); /* only root can, and only root has to */
        is_ok = fchmod(fd, old->st_mode & 0777) == 0;
    }
    if (fd >= 0) {
        is_ok = write_and_close(fd, bytes) && is_ok && rename(temporary, target) == 0;
        int why = errno;
        if (!is_ok)
            unlink(temporary);
        errno = why;
    }
    mem_free(temporary);
    return is_ok;
}

bool save_whole(const char *path, struct slice bytes, struct error *err)
{
    struct stat old;
    bool is_there = stat(path, &old) == 0;
    int stream = is_there && S_ISREG(old.st_mode) ? standard_stream(&old) : -1;
    bool is_ok = false;
    if (stream >= 0) {
        is_ok = write_all(stream, bytes);
    } else if (is_there && !S_ISREG(old.st_mode)) {
        is_ok = write_directly(path, bytes);
    } else if (is_there) {
        char *target = realpath(path, NULL);
        is_ok = target && replace_file(target, &old, bytes);
        free(target);
    } else {
        is_ok = errno == ENOENT && replace_file(path, NULL, bytes);
    }
    return is_ok || error_set(err, PEEL_WRITE_ERROR, "%.600s: %s", path, strerror(errno));
}

/* Files with secrets in them. */
#include "output/private_file.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PRIVATE_MODE = 0600,
    OTHERS_MAY = 0077,
};

static bool failed(const char *what, const char *path, int error, struct error *err)
{
    /* What O_NOFOLLOW says of a symlink would not be understood. */
    const char *reason = error == ELOOP ? "it is a symlink, and secrets go through none" : strerror(error);
    return error_set(err, PEEL_WRITE_ERROR, "Failed to %s the file '%.500s': %s", what, path, reason);
}

static void warn_if_shared(const struct private_file *file, struct console *console)
{
    struct stat status;
    if (fstat(file->fd, &status) != 0 || !S_ISREG(status.st_mode))
        return;
    if (status.st_uid != geteuid())
        console_warn(console, "'%.500s' is to hold secrets, and belongs to another user", file->path);
    else if (status.st_mode & OTHERS_MAY)
        console_warn(console, "'%.500s' is to hold secrets, and its mode is %04o: others may use it (chmod 600 it)",
                     file->path, (unsigned)(status.st_mode & 07777));
}

bool private_file_open(struct private_file *file, const char *path, enum private_existing existing,
                       struct console *console, struct error *err)
{
    /* O_NONBLOCK: a named pipe that nobody reads is a fault, and nothing to wait for. */
    int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    flags |= existing == PRIVATE_APPEND ? O_APPEND : existing == PRIVATE_REFUSE ? O_EXCL : 0;
    *file = (struct private_file){.fd = open(path, flags, PRIVATE_MODE)};
    if (file->fd < 0)
        return failed(existing == PRIVATE_REFUSE ? "create" : "open", path, errno, err);
    struct stat status;
    bool is_file = fstat(file->fd, &status) == 0 && S_ISREG(status.st_mode);
    if (existing == PRIVATE_REWRITE && !is_file) {
        close(file->fd);
        return error_set(err, PEEL_WRITE_ERROR, "Failed to open the file '%.500s': it is not a regular file", path);
    }
    file->path = mem_strdup(path);
    warn_if_shared(file, console);
    return true;
}

/* Only what it may take the place of: rename(2) would take away a symlink, a pipe or a device too. */
static bool is_replaceable(const char *path, struct error *err)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return errno == ENOENT || failed("replace", path, errno, err);
    if (S_ISLNK(status.st_mode))
        return failed("replace", path, ELOOP, err);
    return S_ISREG(status.st_mode) ||
           error_set(err, PEEL_WRITE_ERROR, "Failed to replace the file '%.500s': it is not a regular file", path);
}

bool private_file_replace(const char *path, struct slice bytes, struct error *err)
{
    if (!is_replaceable(path, err))
        return false;
    struct private_file file = {.path = mem_printf("%s.XXXXXX", path)};
    file.fd = mkostemp(file.path, O_CLOEXEC); /* mode 0600 */
    if (file.fd < 0) {
        mem_free(file.path);
        return failed("create", path, errno, err);
    }
    char *temporary = mem_strdup(file.path);
    bool is_written = private_file_write(&file, bytes, err);
    is_written = private_file_close(&file, err) && is_written;
    bool is_ok = is_written && (rename(temporary, path) == 0 || failed("replace", path, errno, err));
    if (!is_ok)
        unlink(temporary);
    mem_free(temporary);
    return is_ok;
}

bool private_file_write(struct private_file *file, struct slice bytes, struct error *err)
{
    while (bytes.len > 0) {
        ssize_t n = write(file->fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failed("write", file->path, errno, err);
        bytes = slice_from(bytes, (size_t)n);
    }
    return true;
}

bool private_file_write_at(struct private_file *file, uint64_t offset, struct slice bytes, struct error *err)
{
    if (!file->is_rewritten && ftruncate(file->fd, 0) != 0)
        return failed("empty", file->path, errno, err);
    file->is_rewritten = true;
    if (lseek(file->fd, (off_t)offset, SEEK_SET) < 0)
        return failed("write", file->path, errno, err);
    return private_file_write(file, bytes, err);
}

bool private_file_close(struct private_file *file, struct error *err)
{
    if (!file->path)
        return true;
    bool is_closed = close(file->fd) == 0 || errno == EINTR || failed("close", file->path, errno, err);
    mem_free(file->path);
    *file = (struct private_file){0};
    return is_closed;
}

/* Locks on files that are replaced. A lock is the inode's, and a file that was replaced is another one: so whoever gets
 * a lock looks whether it is still the one that the path names. */
#include "output/file_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    POLL_MS = 5,
    PRIVATE_MODE = 0600,
};

/* For writing, as NFS has exclusive locks only so; where that may not be, for reading. */
static int open_either(const char *path, int made)
{
    /* O_NONBLOCK: a named pipe that nobody reads is a fault, and nothing to wait for. */
    int flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int fd = open(path, O_RDWR | made | flags, PRIVATE_MODE);
    if (fd >= 0 || (errno != EACCES && errno != EROFS))
        return fd;
    int error = errno;
    fd = open(path, O_RDONLY | flags);
    if (fd < 0)
        errno = error;
    return fd;
}

static bool is_named(int fd, const char *path)
{
    struct stat locked, named;
    return fstat(fd, &locked) == 0 && lstat(path, &named) == 0 && locked.st_dev == named.st_dev &&
           locked.st_ino == named.st_ino;
}

int file_lock(const char *path, bool can_be_made, unsigned wait_ms)
{
    for (unsigned waited_ms = 0;; waited_ms += POLL_MS) {
        int fd = open_either(path, can_be_made ? O_CREAT : 0);
        if (fd < 0)
            return -1;
        int error = flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
        if (error == 0 && is_named(fd, path))
            return fd;
        close(fd);
        errno = error != 0 ? error : EWOULDBLOCK;
        if (errno != EWOULDBLOCK || waited_ms >= wait_ms)
            return -1;
        if (error != 0)
            nanosleep(&(struct timespec){.tv_nsec = POLL_MS * 1000000L}, NULL);
    }
}

/* Whole files, by a target that appears when it is whole. */
#include "output/save.h"

#include "output/sink.h"
#include "output/target.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* stdout or stderr under a name of its own (/dev/stdout) while it goes into a file: -1 when it is neither. To replace
 * that file would take away what has been written to it. */
static int standard_stream(const char *path)
{
    struct stat file, status;
    if (stat(path, &file) != 0 || !S_ISREG(file.st_mode))
        return -1;
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
        if (fstat(fd, &status) == 0 && status.st_dev == file.st_dev && status.st_ino == file.st_ino)
            return fd;
    return -1;
}

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

bool save_whole(const char *path, struct slice bytes, struct error *err)
{
    int stream = standard_stream(path);
    if (stream >= 0)
        return write_all(stream, bytes) || error_set(err, PEEL_WRITE_ERROR, "%.600s: %s", path, strerror(errno));
    struct target_plan plan = {
        .path = path, .is_atomic = true, .is_quick = true, .is_secret = true, .mode = S_IRUSR | S_IWUSR};
    struct sink *sink = sink_new_file(target_new(&plan));
    bool is_ok = sink_write(sink, bytes, true, err) && sink_finish(sink, err);
    sink_free(sink);
    return is_ok;
}

/* Entity tags, dates, extended attributes. */
#include "output/sidecar.h"

#include "output/sink.h"
#include "output/target.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum {
    LINE_MOST = 8 * 1024
};

bool sidecar_read(const char *path, struct buf *line, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return true;
    struct span space = buf_reserve(line, LINE_MOST);
    ssize_t n = fd >= 0 ? read(fd, space.ptr, space.len) : -1;
    int reason = errno;
    if (fd >= 0)
        close(fd);
    if (n < 0)
        return error_set(err, PEEL_READ_ERROR, "Failed to read the file '%.500s': %s", path, strerror(reason));
    struct slice text = slice_make(space.ptr, (size_t)n);
    size_t end = 0;
    while (end < text.len && text.ptr[end] != '\r' && text.ptr[end] != '\n' && text.ptr[end] != '\0')
        end++;
    buf_added(line, end);
    return true;
}

bool sidecar_write(const char *path, struct slice content, bool create_dirs, struct error *err)
{
    struct target_plan plan = {.path = path, .is_atomic = true, .create_dirs = create_dirs};
    struct sink *sink = sink_new_file(target_new(&plan));
    bool is_ok = sink_write(sink, content, true, err) && sink_finish(sink, err);
    sink_free(sink);
    return is_ok;
}

bool sidecar_set_time(int fd, int64_t unix_seconds)
{
    struct timespec times[] = {{.tv_sec = (time_t)unix_seconds}, {.tv_sec = (time_t)unix_seconds}};
    return futimens(fd, times) == 0;
}

static bool set_attribute(int fd, const char *name, const char *value)
{
    return !value || !*value || fsetxattr(fd, name, value, strlen(value), 0) == 0;
}

bool sidecar_set_attributes(int fd, const struct sidecar_origin *origin)
{
    return set_attribute(fd, "user.creator", "peel") && set_attribute(fd, "user.xdg.origin.url", origin->url) &&
           set_attribute(fd, "user.xdg.referrer.url", origin->referer) &&
           set_attribute(fd, "user.mime_type", origin->content_type);
}

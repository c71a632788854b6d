/* Lines out of read(2). */
#include "cli/text_file.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum {
    READ_STEP = 64 * 1024
};

static bool is_endless(int fd)
{
    struct stat is;
    static const unsigned null_major = 1;
    static const unsigned null_minor = 3;
    if (fstat(fd, &is) != 0 || !(S_ISCHR(is.st_mode) || S_ISBLK(is.st_mode)))
        return false;
    return is.st_rdev != makedev(null_major, null_minor);
}

bool text_file_open(struct text_file *lines, const char *path, struct error *err)
{
    bool is_stdin = strcmp(path, "-") == 0;
    *lines = (struct text_file){.fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)};
    if (lines->fd < 0) {
        err->os_error = errno;
        return error_set(err, PEEL_READ_ERROR, "cannot read '%s': %s", path, strerror(errno));
    }
    lines->name = mem_strdup(is_stdin ? "stdin" : path);
    if (is_stdin || !is_endless(lines->fd))
        return true;
    text_file_close(lines);
    return error_set(err, PEEL_READ_ERROR, "cannot read '%s': it is a device", path);
}

void text_file_close(struct text_file *lines)
{
    if (lines->fd > STDIN_FILENO)
        close(lines->fd);
    mem_free(lines->name);
    buf_wipe(&lines->bytes);
    *lines = (struct text_file){.fd = -1};
}

static enum text_file_status take(struct text_file *lines, size_t len, size_t consumed, struct slice *line)
{
    *line = slice_first(buf_slice(&lines->bytes), len);
    if (line->len > 0 && line->ptr[line->len - 1] == '\r')
        line->len--;
    lines->consumed = consumed;
    lines->number++;
    return TEXT_FILE_OK;
}

enum text_file_status text_file_next(struct text_file *lines, struct slice *line, struct error *err)
{
    buf_consume(&lines->bytes, lines->consumed);
    lines->consumed = 0;
    size_t searched = 0;
    for (;;) {
        struct slice all = buf_slice(&lines->bytes);
        size_t at = searched + slice_find(slice_from(all, searched), '\n');
        if (at < all.len)
            return take(lines, at, at + 1, line);
        searched = all.len;
        if (lines->has_ended)
            return all.len > 0 ? take(lines, all.len, all.len, line) : TEXT_FILE_END;
        if (all.len > TEXT_FILE_LINE_MAX) {
            error_set(err, PEEL_READ_ERROR, "%s:%zu: the line is longer than 10 MiB", lines->name, lines->number + 1);
            return TEXT_FILE_FAILED;
        }
        struct span space = buf_reserve(&lines->bytes, READ_STEP);
        ssize_t n = read(lines->fd, space.ptr, READ_STEP);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            error_set(err, PEEL_READ_ERROR, "cannot read '%s': %s", lines->name, strerror(errno));
            return TEXT_FILE_FAILED;
        }
        lines->has_ended = n == 0;
        buf_added(&lines->bytes, (size_t)n);
    }
}

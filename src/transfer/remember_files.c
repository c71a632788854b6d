/* The files of what a run remembers. */
#include "base/lines.h"
#include "output/save.h"
#include "transfer/remember.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_MAX = 64 * 1024 * 1024, /* a device that never ends is no jar */
};

static void tell_unreadable(const struct run *run, const char *path)
{
    struct buf text = {0};
    buf_printf(&text, "%s: %s", path, strerror(errno));
    struct trace_note note = {.id = NOTE_FILE_UNREADABLE, .text = buf_slice(&text)};
    trace_tell(run->trace, TRACE_NOTE, &note);
    buf_done(&text);
}

enum remember_read remember_read_file(struct run *run, const char *path, size_t line_max,
                                      bool (*take)(void *ctx, struct slice line), void *ctx, struct error *err)
{
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        bool is_absent = errno == ENOENT || errno == ENOTDIR;
        tell_unreadable(run, path);
        return is_absent ? REMEMBER_READ_WHOLE : REMEMBER_READ_PART;
    }
    struct lines lines = {.max = line_max};
    size_t sum = 0;
    ssize_t n = 0;
    bool goes_on = true;
    while (goes_on && sum < FILE_MAX) {
        n = read(fd, run->read_space.ptr, run->read_space.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        sum += (size_t)n;
        goes_on = lines_feed(&lines, slice_make(run->read_space.ptr, (size_t)n), take, ctx);
    }
    bool is_whole = goes_on && n == 0 && lines_end(&lines, take, ctx);
    if (n < 0)
        error_set(err, PEEL_READ_ERROR, "Failed to read %.600s: %s", path, strerror(errno));
    else if (!is_whole)
        console_warn(run->console, "%s is too large: only its beginning is read", path);
    lines_done(&lines);
    close(fd);
    return n < 0 ? REMEMBER_READ_FAILED : is_whole ? REMEMBER_READ_WHOLE : REMEMBER_READ_PART;
}

void remember_tell_shared(const struct run *run, const char *path)
{
    struct stat status;
    bool is_shared = stat(path, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & (S_IRGRP | S_IROTH));
    if (is_shared)
        console_warn(run->console, "others can read the cookies in %s (mode %04o): chmod 600 would keep them yours",
                     path, (unsigned)status.st_mode & 07777);
}

void remember_write_file(struct run *run, const char *path, struct slice text, const char *what)
{
    struct error err = {0};
    bool is_stdout = strcmp(path, "-") == 0;
    bool is_ok = is_stdout ? sink_write(run->out, text, true, &err) && sink_finish(run->out, &err)
                           : save_whole(path, text, &err);
    if (!is_ok)
        console_warn(run->console, "failed to save %s: %s", what, err.text);
}

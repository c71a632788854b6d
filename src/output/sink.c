/* Where a body goes. A pipe on stdout is opened a second time through /proc, so that O_NONBLOCK is ours alone and not
 * also that of whoever shares the descriptor; then a slow reader is a matter of the event loop. */
#include "output/sink.h"

#include "base/buf.h"
#include "base/mem.h"
#include "output/target.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SINK_PIPE_SIZE = 1024 * 1024,   /* what an ordinary user may ask for: /proc/sys/fs/pipe-max-size */
    SINK_PENDING_MAX = 1024 * 1024, /* a decoder can make much of little: above this, sink_write waits */
};

enum sink_kind {
    SINK_FILE,     /* regular files, devices: a write takes what it is given, or fails */
    SINK_PIPE,     /* may say EAGAIN */
    SINK_SOCKET,   /* the same, by MSG_DONTWAIT */
    SINK_TERMINAL, /* no NUL bytes, please */
    SINK_NULL,     /* nobody reads it */
};

struct sink {
    struct target *target; /* NULL: stdout, or nothing */
    bool is_dash;
    bool is_stdout;
    enum sink_kind kind;
    int fd; /* -1: not opened yet */
    struct buf pending;
    struct buf *memory; /* with SINK_NULL: where it goes after all; else NULL */
};

struct sink *sink_new(const char *path, bool is_dash)
{
    if (path)
        return sink_new_file(target_new(&(struct target_plan){.path = path}));
    struct sink *s = mem_alloc(sizeof *s);
    s->is_dash = is_dash;
    s->is_stdout = true;
    s->fd = -1;
    if (isatty(STDOUT_FILENO))
        s->kind = SINK_TERMINAL;
    return s;
}

struct sink *sink_new_file(struct target *target)
{
    struct sink *s = mem_alloc(sizeof *s);
    s->target = target;
    s->fd = -1;
    return s;
}

struct sink *sink_new_null(void)
{
    struct sink *s = mem_alloc(sizeof *s);
    s->kind = SINK_NULL;
    s->fd = -1;
    return s;
}

struct sink *sink_new_memory(struct buf *into)
{
    struct sink *s = sink_new_null();
    s->memory = into;
    return s;
}

void sink_free(struct sink *s)
{
    if (!s)
        return;
    if (s->is_stdout && s->fd >= 0 && s->fd != STDOUT_FILENO)
        close(s->fd);
    target_free(s->target);
    buf_done(&s->pending);
    mem_free(s);
}

bool sink_is_terminal(const struct sink *s)
{
    return s->kind == SINK_TERMINAL;
}

static bool sink_failed(const struct sink *s, const char *what, int error, struct error *err)
{
    if (s->is_stdout)
        return error_set(err, PEEL_WRITE_ERROR, "Failed %s stdout: %s", what, strerror(error));
    return error_set(err, PEEL_WRITE_ERROR, "Failed %s file '%.500s': %s", what, target_path(s->target),
                     strerror(error));
}

static void sink_open_stdout(struct sink *s)
{
    s->fd = STDOUT_FILENO;
    struct stat status;
    if (s->kind == SINK_TERMINAL || fstat(STDOUT_FILENO, &status) != 0)
        return;
    if (S_ISSOCK(status.st_mode))
        s->kind = SINK_SOCKET;
    if (!S_ISFIFO(status.st_mode))
        return;
    int own = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (own >= 0) {
        s->fd = own;
        s->kind = SINK_PIPE;
    }
    (void)fcntl(s->fd, F_SETPIPE_SZ, SINK_PIPE_SIZE); /* a wish: small pipes work as well */
}

bool sink_open(struct sink *s, struct error *err)
{
    if (s->fd >= 0 || s->kind == SINK_NULL)
        return true;
    if (s->is_stdout) {
        sink_open_stdout(s);
        return true;
    }
    s->fd = target_open(s->target, err);
    return s->fd >= 0;
}

/* One write; *n is 0 when the reader has no room. */
static bool sink_put(struct sink *s, struct slice bytes, size_t *n, struct error *err)
{
    *n = 0;
    ssize_t written = s->kind == SINK_SOCKET ? send(s->fd, bytes.ptr, bytes.len, MSG_DONTWAIT | MSG_NOSIGNAL)
                                             : write(s->fd, bytes.ptr, bytes.len);
    if (written >= 0) {
        *n = (size_t)written;
        return true;
    }
    if (errno == EAGAIN || errno == EINTR)
        return true;
    return sink_failed(s, "writing to", errno, err);
}

/* Writes while the reader takes it; the rest stays in bytes. */
static bool sink_put_all(struct sink *s, struct slice *bytes, struct error *err)
{
    while (bytes->len > 0) {
        size_t n = 0;
        if (!sink_put(s, *bytes, &n, err))
            return false;
        *bytes = slice_from(*bytes, n);
        if (n == 0 && (s->kind == SINK_PIPE || s->kind == SINK_SOCKET))
            return true;
    }
    return true;
}

bool sink_flush(struct sink *s, struct error *err)
{
    struct slice rest = buf_slice(&s->pending);
    size_t before = rest.len;
    bool is_ok = sink_put_all(s, &rest, err);
    buf_consume(&s->pending, before - rest.len);
    return is_ok;
}

static bool sink_wait(struct sink *s, size_t until, struct error *err)
{
    while (s->pending.len > until) {
        struct pollfd ready = {.fd = s->fd, .events = POLLOUT};
        if (poll(&ready, 1, -1) < 0 && errno != EINTR)
            return sink_failed(s, "waiting for", errno, err);
        if (!sink_flush(s, err))
            return false;
    }
    return true;
}

bool sink_write(struct sink *s, struct slice bytes, bool is_text, struct error *err)
{
    if (s->memory)
        buf_append(s->memory, bytes);
    if (bytes.len == 0 || s->kind == SINK_NULL)
        return true;
    if (!is_text && s->kind == SINK_TERMINAL && !s->is_dash && memchr(bytes.ptr, '\0', bytes.len))
        return error_set(err, PEEL_WRITE_ERROR,
                         "Binary output can mess up your terminal. Use \"--output -\" to see it anyway, or "
                         "\"--output FILE\" to save it");
    if (!sink_open(s, err) || (s->pending.len > 0 && !sink_flush(s, err)))
        return false;
    if (s->pending.len == 0 && !sink_put_all(s, &bytes, err))
        return false;
    buf_append(&s->pending, bytes);
    return s->pending.len <= SINK_PENDING_MAX || sink_wait(s, SINK_PENDING_MAX / 2, err);
}

size_t sink_pending(const struct sink *s)
{
    return s->pending.len;
}

int sink_fd(const struct sink *s)
{
    return s->fd;
}

bool sink_finish(struct sink *s, struct error *err)
{
    if (!s->is_stdout && !sink_open(s, err))
        return false;
    if (!sink_wait(s, 0, err))
        return false;
    if (!s->target)
        return true;
    s->fd = -1;
    return target_commit(s->target, err);
}

bool sink_restart(struct sink *s, uint64_t size, struct error *err)
{
    buf_clear(&s->pending);
    if (!s->target || s->fd < 0)
        return true;
    /* A device has nothing to take back. */
    bool is_ok = ftruncate(s->fd, (off_t)size) == 0 || errno == EINVAL;
    if (is_ok)
        (void)lseek(s->fd, (off_t)size, SEEK_SET);
    return is_ok ? true : sink_failed(s, "to cut the", errno, err);
}

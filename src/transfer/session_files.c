/* Files of TLS sessions. Who has one can pass for the servers in it, and who can write one can make us believe him: so
 * only a file counts that nobody else can read or write, and the way to it goes through no symlink. */
#include "transfer/session_files.h"

#include "base/lines.h"
#include "base/mem.h"
#include "output/private_file.h"
#include "tls/session_text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    OTHERS_MAY = 0077,
};

struct session_file {
    struct session_file *next;
    char *path;
    struct tls_sessions *sessions;
    bool is_foreign; /* what is there is not ours to replace */
    bool has_header;
    size_t n_bad; /* lines */
};

static int64_t now_s(void)
{
    return (int64_t)time(NULL);
}

static struct session_file *file_of(const struct run *run, const char *path)
{
    struct session_file *file = run->session_files;
    while (file && strcmp(file->path, path) != 0)
        file = file->next;
    return file;
}

struct tls_sessions *session_files_store(const struct run *run, const char *path)
{
    struct session_file *file = path ? file_of(run, path) : NULL;
    return file ? file->sessions : NULL;
}

/* The first line says what the file is; without it not one more is looked at. */
static bool take_line(void *ctx, struct slice line)
{
    struct session_file *file = ctx;
    if (!file->has_header) {
        file->has_header = slice_equal(line, SLICE(TLS_SESSIONS_HEADER));
        file->is_foreign = !file->has_header;
        return file->has_header;
    }
    if (!tls_sessions_read_line(file->sessions, line, now_s()))
        file->n_bad++;
    return true;
}

/* The reason why what is there does not count, NULL when it does. */
static const char *why_not_trusted(const struct stat *status, bool *is_foreign)
{
    *is_foreign = true;
    if (!S_ISREG(status->st_mode))
        return "it is not a regular file";
    if (status->st_uid != geteuid())
        return "it belongs to another user";
    *is_foreign = false;
    return status->st_size > 0 && (status->st_mode & OTHERS_MAY) ? "others may read or write it" : NULL;
}

/* 0, or errno. */
static int read_lines(struct run *run, struct session_file *file, int fd)
{
    struct lines lines = {.max = TLS_SESSION_LINE_MAX};
    size_t sum = 0;
    ssize_t n = 1;
    bool goes_on = true;
    while (goes_on && n > 0 && sum < TLS_SESSIONS_TEXT_MAX) {
        n = read(fd, run->read_space.ptr, run->read_space.len);
        if (n > 0)
            goes_on = lines_feed(&lines, slice_make(run->read_space.ptr, (size_t)n), take_line, file);
        sum += n > 0 ? (size_t)n : 0;
    }
    int error = n < 0 ? errno : 0;
    if (goes_on && n == 0)
        lines_end(&lines, take_line, file);
    lines_done(&lines);
    return error;
}

/* The reason why the file does not count, NULL when it does, or is not there. */
static const char *file_try(struct run *run, struct session_file *file)
{
    struct stat status;
    int fd = open(file->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return NULL;
    file->is_foreign = true;
    if (fd < 0)
        return errno == ELOOP ? "it is a symlink, and secrets go through none" : strerror(errno);
    const char *why = fstat(fd, &status) == 0 ? why_not_trusted(&status, &file->is_foreign) : strerror(errno);
    int error = why ? 0 : read_lines(run, file, fd);
    close(fd);
    if (error != 0)
        return strerror(error);
    return !why && file->is_foreign ? "it is no file of TLS sessions" : why;
}

static void file_read(struct run *run, struct session_file *file)
{
    const char *why = file_try(run, file);
    if (why)
        console_warn(run->console, "the TLS sessions in %s are ignored%s: %s", file->path,
                     file->is_foreign ? ", and it is left as it is" : "", why);
    else if (file->n_bad > 0)
        console_warn(run->console, "%s: %zu line%s ignored: no TLS session that was kept here", file->path, file->n_bad,
                     file->n_bad == 1 ? " is" : "s are");
}

void session_files_open(struct run *run)
{
    const char *path = run->settings->tls.session_file;
    if (!path || file_of(run, path))
        return;
    struct session_file *file = mem_alloc(sizeof *file);
    *file = (struct session_file){.next = run->session_files, .path = mem_strdup(path), .sessions = tls_sessions_new()};
    run->session_files = file;
    file_read(run, file);
}

void session_files_save(struct run *run)
{
    const char *path = run->settings->tls.session_file;
    const struct session_file *file = path ? file_of(run, path) : NULL;
    if (!file || file->is_foreign)
        return;
    struct buf text = {0};
    struct error err = {0};
    tls_sessions_write(file->sessions, &text, now_s());
    if (!private_file_replace(path, buf_slice(&text), &err))
        console_warn(run->console, "failed to save the TLS sessions: %s", err.text);
    buf_wipe(&text);
}

void session_files_free(struct run *run)
{
    while (run->session_files) {
        struct session_file *file = run->session_files;
        run->session_files = file->next;
        tls_sessions_free(file->sessions);
        mem_free(file->path);
        mem_free(file);
    }
}

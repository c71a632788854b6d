/* Files of TLS sessions. Who has one can pass for the servers in it, and who can write one can make us believe him: so
 * only a file counts that nobody else can read or write, and the way to it goes through no symlink.
 *
 * Several runs may have one. So a file is read when a connection is about to choose a session and when all is over,
 * under a lock, and what was chosen is out of the file before the lock ends. */
#include "transfer/session_files.h"

#include "base/lines.h"
#include "base/mem.h"
#include "output/file_lock.h"
#include "output/private_file.h"
#include "tls/session_text.h"

#include <errno.h>
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
    bool is_stuck;   /* others did not let go of the lock: not waited for again */
    bool is_told;    /* that something in it is ignored */

    struct tls_sessions *read; /* of one reading: what it finds, and */
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
    if (!tls_sessions_read_line(file->read, line, now_s()))
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

/* The reason why what the open file holds does not count, NULL when it does. */
static const char *file_read(struct run *run, struct session_file *file, int fd)
{
    struct stat status;
    file->has_header = false;
    file->n_bad = 0;
    file->is_foreign = true;
    const char *why = fstat(fd, &status) == 0 ? why_not_trusted(&status, &file->is_foreign) : strerror(errno);
    int error = why ? 0 : read_lines(run, file, fd);
    if (error != 0)
        return strerror(error);
    return !why && file->is_foreign ? "it is no file of TLS sessions" : why;
}

/* The reason why it could not be locked, NULL when there is none. */
static const char *lock_failure(struct session_file *file, int error)
{
    file->is_stuck = error == EWOULDBLOCK;
    if (file->is_stuck)
        return "another program has locked it";
    if (error == ENOENT)
        return NULL;
    file->is_foreign = true;
    return error == ELOOP ? "it is a symlink, and secrets go through none" : strerror(error);
}

/* Takes the place of what the file held before by what it holds now, and keeps others from it until the descriptor is
 * closed. -1: there is none, or it cannot be had. *why: what it holds does not count. */
static int file_hold(struct run *run, struct session_file *file, bool can_be_made, const char **why)
{
    int fd = file_lock(file->path, can_be_made, file->is_stuck ? 0 : FILE_LOCK_WAIT_MS);
    int error = errno;
    file->read = tls_sessions_new();
    *why = fd < 0 ? lock_failure(file, error) : file_read(run, file, fd);
    tls_sessions_refresh(file->sessions, file->read);
    tls_sessions_free(file->read);
    if (fd < 0 || !file->is_foreign)
        return fd;
    close(fd);
    return -1;
}

/* Once a file: it is read again and again. */
static void tell_ignored(const struct run *run, struct session_file *file, const char *why)
{
    if (file->is_told || (!why && file->n_bad == 0))
        return;
    file->is_told = true;
    if (why)
        console_warn(run->console, "the TLS sessions in %s are ignored%s: %s", file->path,
                     file->is_foreign ? ", and it is left as it is" : "", why);
    else
        console_warn(run->console, "%s: %zu line%s ignored: no TLS session that was kept here", file->path, file->n_bad,
                     file->n_bad == 1 ? " is" : "s are");
}

static bool file_write(struct session_file *file, struct error *err)
{
    struct buf text = {0};
    tls_sessions_write(file->sessions, &text, now_s());
    bool is_written = private_file_replace(file->path, buf_slice(&text), err);
    buf_wipe(&text);
    if (is_written)
        tls_sessions_note_stored(file->sessions);
    return is_written;
}

void session_files_open(struct run *run)
{
    const char *path = run->settings->tls.session_file;
    if (!path || file_of(run, path))
        return;
    struct session_file *file = mem_alloc(sizeof *file);
    *file = (struct session_file){.next = run->session_files, .path = mem_strdup(path), .sessions = tls_sessions_new()};
    run->session_files = file;
}

struct tls_engine *session_files_new_engine(struct run *run, const struct tls_settings *settings,
                                            struct tls_context *context, const struct tls_peer *peer)
{
    struct session_file *file = settings->session_file ? file_of(run, settings->session_file) : NULL;
    if (!file)
        return tls_engine_new(context, peer, run->trace);
    const char *why = NULL;
    struct error unwritten = {0};
    int fd = file_hold(run, file, false, &why);
    tell_ignored(run, file, why);
    size_t n_stored = tls_sessions_stored(file->sessions);
    struct tls_engine *engine = tls_engine_new(context, peer, run->trace);
    bool is_taken = tls_sessions_stored(file->sessions) < n_stored;
    /* That it cannot be written is told in the end. */
    if (is_taken && !file_write(file, &unwritten))
        tls_engine_forget_session(engine);
    if (fd >= 0)
        close(fd);
    return engine;
}

void session_files_save(struct run *run)
{
    const char *path = run->settings->tls.session_file, *why = NULL;
    struct session_file *file = path ? file_of(run, path) : NULL;
    if (!file || file->is_foreign)
        return;
    struct error err = {0};
    int fd = file_hold(run, file, true, &why);
    if (fd < 0) {
        console_warn(run->console, "failed to save the TLS sessions in %s: %s", path, why ? why : strerror(ENOENT));
        return;
    }
    tell_ignored(run, file, why);
    if (!file_write(file, &err))
        console_warn(run->console, "failed to save the TLS sessions: %s", err.text);
    close(fd);
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

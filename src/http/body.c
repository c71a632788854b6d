/* A request body: a list of pieces, each in memory or in a file. */
#include "http/body.h"

#include "base/buf.h"
#include "base/escape.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_STEP = 48 * 1024, /* of a file that is encoded: base64 makes 64 KiB of it */
};

struct piece {
    struct slice bytes; /* in memory, when is_file is false */
    char *owned;
    bool is_file;
    char *path; /* NULL: stdin */
    off_t start;
    bool can_seek;
    uint64_t length; /* of the file, before encoding */
    enum encoding encoding;
};

struct body {
    struct piece *pieces;
    size_t n_pieces;
    size_t at;     /* the piece whose turn it is */
    uint64_t done; /* of that piece, before encoding */
    int fd;        /* of that piece, -1: not open */
    struct encoder encoder;
    struct buf encoded; /* not yet handed out */
    bool is_piece_over; /* all of the piece is in encoded */
};

struct body *body_new(void)
{
    struct body *b = mem_alloc(sizeof *b);
    b->fd = -1;
    return b;
}

static void close_piece(struct body *b)
{
    if (b->fd > STDIN_FILENO)
        close(b->fd);
    b->fd = -1;
    b->done = 0;
    b->encoder = (struct encoder){0};
    b->is_piece_over = false;
    buf_clear(&b->encoded);
}

void body_free(struct body *b)
{
    if (!b)
        return;
    close_piece(b);
    for (size_t i = 0; i < b->n_pieces; i++) {
        mem_free(b->pieces[i].owned);
        mem_free(b->pieces[i].path);
    }
    mem_free(b->pieces);
    buf_done(&b->encoded);
    mem_free(b);
}

static struct piece *add_piece(struct body *b)
{
    b->pieces = mem_realloc(b->pieces, (b->n_pieces + 1) * sizeof *b->pieces);
    struct piece *p = &b->pieces[b->n_pieces++];
    *p = (struct piece){.length = BODY_LENGTH_UNKNOWN};
    return p;
}

void body_add_borrowed(struct body *b, struct slice bytes)
{
    struct piece *p = add_piece(b);
    p->bytes = bytes;
    p->length = bytes.len;
}

void body_add_text(struct body *b, struct slice bytes)
{
    char *copy = mem_dup_slice(bytes);
    body_add_borrowed(b, slice_make(copy, bytes.len));
    b->pieces[b->n_pieces - 1].owned = copy;
}

static bool cannot_read(const char *path, int error, struct error *err)
{
    char shown[300];
    if (!path)
        return error_set(err, PEEL_READ_ERROR, "Cannot read stdin, which is to be sent: %s", strerror(error));
    return error_set(err, PEEL_READ_ERROR, "Cannot read '%s', which is to be sent: %s",
                     escape_into(shown, sizeof shown, slice_of(path)), strerror(error));
}

/* A regular stdin is a file like any other, from where it stands. */
static void measure_stdin(struct piece *p)
{
    struct stat status;
    off_t start = lseek(STDIN_FILENO, 0, SEEK_CUR);
    if (fstat(STDIN_FILENO, &status) != 0 || !S_ISREG(status.st_mode) || start < 0)
        return;
    p->start = start;
    p->can_seek = true;
    p->length = status.st_size > start ? (uint64_t)(status.st_size - start) : 0;
}

/* A pipe has no length and comes once; as a part of a form it has to have both, so it is read now. */
static bool take_stdin(struct piece *p, struct error *err)
{
    struct buf all = {0};
    struct encoder encoder = {.encoding = p->encoding};
    char step[FILE_STEP];
    ssize_t got = 0;
    bool is_ok = true;
    do {
        got = read(STDIN_FILENO, step, sizeof step);
        if (got < 0 && errno == EINTR)
            continue;
        is_ok = got >= 0 ? encoder_feed(&encoder, slice_make(step, (size_t)got), got == 0, &all, err)
                         : cannot_read(NULL, errno, err);
    } while (is_ok && got != 0);
    p->is_file = false;
    p->encoding = ENCODING_NONE;
    p->length = all.len;
    p->owned = buf_take(&all);
    p->bytes = slice_make(p->owned, (size_t)p->length);
    return is_ok;
}

bool body_add_file(struct body *b, const char *path, enum encoding encoding, struct error *err)
{
    struct piece *p = add_piece(b);
    p->is_file = true;
    p->encoding = encoding;
    if (strcmp(path, "-") == 0) {
        measure_stdin(p);
        return p->can_seek || take_stdin(p, err);
    }
    struct stat status;
    if (stat(path, &status) != 0 || access(path, R_OK) != 0)
        return cannot_read(path, errno, err);
    if (S_ISDIR(status.st_mode))
        return cannot_read(path, EISDIR, err);
    p->path = mem_strdup(path);
    p->can_seek = S_ISREG(status.st_mode);
    if (p->can_seek)
        p->length = (uint64_t)status.st_size;
    return true;
}

void body_add_stdin_stream(struct body *b)
{
    struct piece *p = add_piece(b);
    p->is_file = true;
    measure_stdin(p);
    p->length = BODY_LENGTH_UNKNOWN;
}

bool body_skip(struct body *b, uint64_t n, struct error *err)
{
    struct piece *p = &b->pieces[0];
    char shown[300];
    if (!p->can_seek)
        return error_set(err, PEEL_READ_ERROR, "Cannot begin at byte %llu of '%s': it is no regular file",
                         (unsigned long long)n, escape_into(shown, sizeof shown, slice_of(p->path ? p->path : "-")));
    struct stat status;
    uint64_t size = 0;
    if ((p->path ? stat(p->path, &status) : fstat(STDIN_FILENO, &status)) == 0)
        size = (uint64_t)status.st_size;
    if (size <= (uint64_t)p->start + n)
        return error_set(err, PEEL_PARTIAL_FILE, "File already completely uploaded");
    p->start += (off_t)n;
    if (p->length != BODY_LENGTH_UNKNOWN)
        p->length -= n;
    return p->path || lseek(STDIN_FILENO, p->start, SEEK_SET) >= 0 || cannot_read(NULL, errno, err);
}

uint64_t body_length(const struct body *b)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < b->n_pieces; i++) {
        uint64_t len = encoding_length(b->pieces[i].encoding, b->pieces[i].length);
        if (len > INT64_MAX - sum)
            return BODY_LENGTH_UNKNOWN;
        sum += len;
    }
    return sum;
}

int body_wait_fd(const struct body *b)
{
    return b->fd;
}

static bool open_piece(struct body *b, struct error *err)
{
    const struct piece *p = &b->pieces[b->at];
    if (b->fd >= 0)
        return true;
    b->encoder = (struct encoder){.encoding = p->encoding};
    b->fd = p->path ? open(p->path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
    bool is_open = b->fd >= 0 && (!p->path || p->start == 0 || lseek(b->fd, p->start, SEEK_SET) >= 0);
    return is_open || cannot_read(p->path, errno, err);
}

/* One read. What is not a regular file may have nothing yet, and nobody's O_NONBLOCK is changed to find out. */
static enum body_status read_fd(struct body *b, struct span into, size_t *n, struct error *err)
{
    const struct piece *p = &b->pieces[b->at];
    bool is_promised = p->length != BODY_LENGTH_UNKNOWN;
    if (is_promised && into.len > p->length - b->done)
        into.len = (size_t)(p->length - b->done);
    if (into.len == 0)
        return BODY_END;
    struct pollfd ready = {.fd = b->fd, .events = POLLIN};
    if (!p->can_seek && poll(&ready, 1, 0) == 0)
        return BODY_WAIT;
    ssize_t got = read(b->fd, into.ptr, into.len);
    if (got > 0) {
        *n = (size_t)got;
        b->done += *n;
        return BODY_BYTES;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return BODY_WAIT;
    if (got < 0) {
        cannot_read(p->path, errno, err);
        return BODY_FAILED;
    }
    if (!is_promised)
        return BODY_END;
    char shown[300];
    error_set(err, PEEL_READ_ERROR, "'%s' has become shorter while it was sent: %llu of %llu bytes were there",
              escape_into(shown, sizeof shown, slice_of(p->path ? p->path : "-")), (unsigned long long)b->done,
              (unsigned long long)p->length);
    return BODY_FAILED;
}

/* What is encoded and waits. */
static enum body_status take_encoded(struct body *b, struct span into, size_t *n)
{
    struct slice ready = slice_first(buf_slice(&b->encoded), into.len);
    memcpy(into.ptr, ready.ptr, ready.len);
    *n = ready.len;
    buf_consume(&b->encoded, ready.len);
    return BODY_BYTES;
}

static enum body_status read_encoded(struct body *b, struct span into, size_t *n, struct error *err)
{
    while (b->encoded.len == 0) {
        if (b->is_piece_over)
            return BODY_END;
        char raw[FILE_STEP];
        size_t got = 0;
        enum body_status status = read_fd(b, (struct span){raw, sizeof raw}, &got, err);
        if (status == BODY_WAIT || status == BODY_FAILED)
            return status;
        b->is_piece_over = status == BODY_END;
        if (!encoder_feed(&b->encoder, slice_make(raw, got), b->is_piece_over, &b->encoded, err))
            return BODY_FAILED;
    }
    return take_encoded(b, into, n);
}

static enum body_status read_memory(struct body *b, struct span into, size_t *n)
{
    struct slice rest = slice_first(slice_from(b->pieces[b->at].bytes, (size_t)b->done), into.len);
    if (rest.len == 0)
        return BODY_END;
    memcpy(into.ptr, rest.ptr, rest.len);
    b->done += rest.len;
    *n = rest.len;
    return BODY_BYTES;
}

static enum body_status read_piece(struct body *b, struct span into, size_t *n, struct error *err)
{
    const struct piece *p = &b->pieces[b->at];
    if (!p->is_file)
        return read_memory(b, into, n);
    if (!open_piece(b, err))
        return BODY_FAILED;
    return p->encoding >= ENCODING_7BIT ? read_encoded(b, into, n, err) : read_fd(b, into, n, err);
}

enum body_status body_read(struct body *b, struct span into, size_t *n, struct error *err)
{
    size_t have = 0;
    *n = 0;
    while (b->at < b->n_pieces && have < into.len) {
        size_t got = 0;
        enum body_status status = read_piece(b, (struct span){into.ptr + have, into.len - have}, &got, err);
        have += got;
        if (status == BODY_END) {
            close_piece(b);
            b->at++;
        } else if (status == BODY_FAILED || (status == BODY_WAIT && have == 0)) {
            return status;
        } else if (status == BODY_WAIT) {
            break;
        }
    }
    *n = have;
    return have > 0 ? BODY_BYTES : BODY_END;
}

bool body_rewind(struct body *b, struct error *err)
{
    for (size_t i = 0; i < b->n_pieces && i <= b->at; i++) {
        const struct piece *p = &b->pieces[i];
        bool is_touched = i < b->at || b->done > 0;
        if (p->is_file && is_touched && !p->can_seek)
            return error_set(err, PEEL_SEND_FAIL_REWIND,
                             "necessary data rewind was not possible: %s%s has been read once and cannot be read again",
                             p->path ? "" : "stdin", p->path ? p->path : "");
        if (p->is_file && is_touched && !p->path && lseek(STDIN_FILENO, p->start, SEEK_SET) < 0)
            return cannot_read(NULL, errno, err);
    }
    close_piece(b);
    b->at = 0;
    return true;
}

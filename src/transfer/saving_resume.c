/* Where a download goes on, and where it begins again. */
#include "transfer/saving_state.h"

#include "base/escape.h"
#include "base/mem.h"
#include "http/range.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

/* --sha256 of a download that goes on: what is here already counts. */
static bool hash_beginning(struct saving *s, struct error *err)
{
    int fd = s->hash && s->target && s->offset > 0 ? open(saving_filename(s), O_RDONLY | O_CLOEXEC) : -1;
    uint64_t left = fd >= 0 ? s->offset : 0;
    bool is_ok = true;
    while (left > 0 && is_ok) {
        struct span space = s->run->read_space;
        ssize_t n = read(fd, space.ptr, left < space.len ? (size_t)left : space.len);
        is_ok = n > 0 || error_set(err, PEEL_READ_ERROR, "Failed to read the file '%.500s': %s", saving_filename(s),
                                   n < 0 ? strerror(errno) : "it is shorter than --continue-at says");
        if (is_ok) {
            hash_add(s->hash, slice_make(space.ptr, (size_t)n));
            left -= (uint64_t)n;
        }
    }
    if (fd >= 0)
        close(fd);
    return is_ok;
}

bool saving_start_range(struct saving *s, struct error *err)
{
    struct stat status;
    if (!s->output->resumes) {
        s->range = mem_strdup(s->run->settings->http.range);
        return true;
    }
    s->offset = s->output->resume_from;
    if (s->output->resume_from_file && s->target && stat(saving_filename(s), &status) == 0)
        s->offset = (uint64_t)status.st_size;
    if (s->offset > 0)
        s->range = mem_printf("%" PRIu64 "-", s->offset);
    return hash_beginning(s, err);
}

bool saving_judge_resume(struct saving *s, const struct http_response_head *head, struct error *err)
{
    const char *range = http_headers_get(head->headers, "Content-Range");
    switch (resume_judge(s->offset, head->status, range, head->has_length, head->length)) {
    case RESUME_GOES_ON:
        return true;
    case RESUME_IS_WHOLE:
        s->is_body_unwanted = s->leaves_file_alone = true;
        return true;
    case RESUME_REFUSED:
        break;
    }
    char shown[100];
    s->leaves_file_alone = true;
    if (range)
        return error_set(err, PEEL_RANGE_ERROR,
                         "Cannot resume at byte %" PRIu64 ": the server sends another part (Content-Range: %s)",
                         s->offset, escape_into(shown, sizeof shown, slice_of(range)));
    return error_set(err, PEEL_RANGE_ERROR,
                     "Cannot resume at byte %" PRIu64 ": the server does not seem to support byte ranges (status %d)",
                     s->offset, head->status);
}

bool saving_restart(struct saving *s, struct error *err)
{
    s->size = 0;
    s->leaves_file_alone = s->is_body_unwanted = s->is_stale = s->has_time = false;
    buf_clear(&s->held);
    if (s->hash) {
        hash_free(s->hash);
        s->hash = hash_new(HASH_SHA256);
    }
    if (s->target && s->is_finished) {
        /* Closed under its name, and ours: it is opened again. */
        struct target_plan plan = {.path = saving_filename(s),
                                   .existing = s->output->resumes ? TARGET_APPEND : TARGET_REPLACE,
                                   .is_atomic = s->output->atomic,
                                   .mode = s->output->file_mode};
        struct target *target = target_new(&plan);
        sink_free(s->own_sink);
        s->target = target;
        s->sink = s->own_sink = sink_new_file(target);
    }
    s->is_finished = false;
    return sink_restart(s->sink, s->offset, err) && hash_beginning(s, err);
}

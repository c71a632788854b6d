/* Where a download goes on, and where it begins again. */
#include "transfer/saving_state.h"

#include "base/escape.h"
#include "base/mem.h"
#include "http/range.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
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
    /* Of an upload that goes on, it is the body that begins later. */
    if (s->fetch->upload && s->output->resumes)
        return true;
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

static void tell(const struct saving *s, enum trace_note_id id, const char *text)
{
    struct trace_note note = {.id = id, .text = slice_of(text), .number = s->rest.what.offset};
    trace_tell(s->run->trace, TRACE_NOTE, &note);
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

void saving_shape_request(struct saving *s, struct http_request *request)
{
    struct saving_rest *rest = &s->rest;
    request->range = s->range;
    request->if_none_match = s->etag;
    s->is_body_unwanted = rest->begins_anew = false;
    if (rest->what.offset == 0 || !rest->what.validator || rest->is_refused)
        return;
    struct buf url = {0};
    url_print(&url, request->url, 0);
    if (strcmp(buf_text(&url), rest->url) == 0) {
        snprintf(rest->range, sizeof rest->range, "%" PRIu64 "-", rest->what.offset);
        request->range = rest->range;
        request->if_range = rest->what.validator;
        tell(s, NOTE_GOES_ON, rest->what.validator);
    }
    buf_done(&url);
}

/* What the file holds is the body's bytes from the first one on, and nobody had another part, or none, in mind. */
static bool is_beginning(const struct saving *s, const struct http_request *request,
                         const struct http_response_head *head)
{
    static const char *const conditions[] = {"Range",         "If-Range",          "If-Match",
                                             "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"};
    const struct http_settings *http = &s->run->settings->http;
    bool is_whole = !http->range && !s->output->resumes && http->time_condition == HTTP_TIME_ANY && !s->etag;
    bool is_as_sent = !http->compressed && !http->raw && !s->output->include_headers;
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
        is_whole = is_whole && !http_request_has_line(request, conditions[i]);
    return is_whole && is_as_sent && s->target && head->status == 200 && head->has_body && !request->has_body &&
           strcmp(request->method, "GET") == 0;
}

void saving_rest_done(struct saving_rest *rest)
{
    mem_free(rest->url);
    mem_free((char *)rest->what.validator);
    *rest = (struct saving_rest){.is_refused = rest->is_refused};
}

static void note_rest(struct saving *s, const struct http_request *request, const struct http_response_head *head)
{
    saving_rest_done(&s->rest);
    if (s->rest.is_refused || s->run->settings->retry.times == 0 || !is_beginning(s, request, head))
        return;
    struct buf url = {0};
    url_print(&url, request->url, 0);
    s->rest.url = buf_take(&url);
    s->rest.what = (struct range_rest){
        .validator = mem_strdup(range_validator(head->headers)), .has_total = head->has_length, .total = head->length};
}

static bool begin_digest(struct saving *s, struct error *err)
{
    if (s->hash) {
        hash_free(s->hash);
        s->hash = hash_new(HASH_SHA256);
    }
    return hash_beginning(s, err);
}

/* The body begins at its first byte: what is there of an earlier one goes. */
static bool empty_the_file(struct saving *s, struct error *err)
{
    s->size = 0;
    s->rest.what.offset = 0;
    return sink_restart(s->sink, s->offset, err) && begin_digest(s, err);
}

bool saving_judge_rest(struct saving *s, const struct http_request *request, const struct http_response_head *head,
                       bool is_wanted, struct error *err)
{
    bool is_asked = request->if_range != NULL;
    if (is_asked && range_is_rest(&s->rest.what, head))
        return true;
    if (is_asked && (head->status == 206 || head->status == 416)) {
        tell(s, NOTE_BEGINS_ANEW, "");
        s->rest.is_refused = s->rest.begins_anew = s->is_body_unwanted = true;
        return true;
    }
    if (!is_wanted)
        return true;
    if (s->rest.what.offset > 0 && !empty_the_file(s, err))
        return false;
    note_rest(s, request, head);
    return true;
}

bool saving_begins_anew(const struct saving *s)
{
    return s->rest.begins_anew;
}

uint64_t saving_offset(const struct saving *s)
{
    return s->output->resumes ? s->offset : s->rest.what.offset;
}

/* Has the file just what was counted, so that more can be put behind it? */
static bool can_go_on(const struct saving *s)
{
    struct stat status;
    return s->rest.what.validator && !s->rest.is_refused && !s->is_finished && s->size > 0 && sink_fd(s->sink) >= 0 &&
           fstat(sink_fd(s->sink), &status) == 0 && S_ISREG(status.st_mode) && (uint64_t)status.st_size == s->size;
}

/* Closed under its name, and ours: it is opened again. */
static void reopen(struct saving *s, bool goes_behind)
{
    struct target_plan plan = {.path = saving_filename(s),
                               .existing = goes_behind ? TARGET_APPEND : TARGET_REPLACE,
                               .is_atomic = s->output->atomic,
                               .mode = s->output->file_mode};
    struct target *target = target_new(&plan);
    sink_free(s->own_sink);
    s->target = target;
    s->sink = s->own_sink = sink_new_file(target);
}

bool saving_restart(struct saving *s, struct error *err)
{
    if (can_go_on(s)) {
        s->rest.what.offset = s->size;
        return true;
    }
    /* As curl: where no body came, nothing is taken back, and the heads of all attempts stand there (-i). */
    bool has_body = s->size > 0;
    saving_rest_done(&s->rest);
    s->leaves_file_alone = s->is_stale = s->has_time = false;
    buf_clear(&s->held);
    if (s->target && s->is_finished)
        reopen(s, s->output->resumes || (!has_body && !s->output->atomic));
    s->is_finished = false;
    return has_body ? empty_the_file(s, err) : begin_digest(s, err);
}

/* One URL's response on its way to a file: names, checks, and what is noted beside it. */
#include "transfer/saving.h"

#include "base/escape.h"
#include "base/hash.h"
#include "base/mem.h"
#include "http/date.h"
#include "http/range.h"
#include "output/filename.h"
#include "output/sidecar.h"
#include "output/target.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct saving {
    struct run *run;
    const struct output_settings *output;
    const struct fetch *fetch;
    struct sink *sink; /* the run's stdout, or own_sink */
    struct sink *own_sink;
    struct target *target; /* owned by own_sink; NULL: no file */
    struct sink *dump;     /* -D FILE */
    char *remote_name;     /* -J: what a redirect named */
    bool awaits_name;      /* -J: it is not known yet under which name */
    struct buf held;       /* -i with -J: heads that wait for the file's name */
    uint64_t offset;       /* where a resumed download goes on */
    char *range;
    char *etag; /* --etag-compare */
    struct hash *hash;
    uint64_t size; /* of the body so far, decoded */
    bool leaves_file_alone;
    bool is_body_unwanted;
    bool is_stale; /* -z: not as new, or as old, as asked for */
    bool is_finished;
    bool has_time;
    int64_t time;
    char *url, *referer, *content_type; /* for --xattr */
};

struct saving *saving_new(struct run *run, const struct fetch *fetch)
{
    struct saving *s = mem_alloc(sizeof *s);
    s->run = run;
    s->output = &run->settings->output;
    s->fetch = fetch;
    s->sink = run->out;
    return s;
}

void saving_free(struct saving *s)
{
    if (!s)
        return;
    sink_free(s->own_sink);
    sink_free(s->dump);
    hash_free(s->hash);
    buf_done(&s->held);
    mem_free(s->remote_name);
    mem_free(s->range);
    mem_free(s->etag);
    mem_free(s->url);
    mem_free(s->referer);
    mem_free(s->content_type);
    mem_free(s);
}

struct sink *saving_sink(const struct saving *s)
{
    return s->sink;
}

const char *saving_filename(const struct saving *s)
{
    return s->target ? target_path(s->target) : NULL;
}

/* The beginning. */

static char *in_output_dir(const struct saving *s, const char *name)
{
    const char *folder = s->output->output_dir;
    if (!folder)
        return mem_strdup(name);
    size_t len = strlen(folder);
    bool has_slash = len > 0 && folder[len - 1] == '/';
    return mem_printf("%s%s%s", folder, has_slash ? "" : "/", name);
}

static enum target_existing existing_policy(const struct saving *s)
{
    if (s->output->resumes)
        return TARGET_APPEND;
    return s->output->clobber == CLOBBER_NEVER ? TARGET_NUMBER : TARGET_REPLACE;
}

static void choose_sink(struct saving *s, const struct url *first)
{
    const struct fetch *fetch = s->fetch;
    bool is_dash = fetch->output && strcmp(fetch->output, "-") == 0;
    if (fetch->to_null || is_dash) {
        s->sink = s->own_sink = fetch->to_null ? sink_new_null() : sink_new(NULL, true);
        return;
    }
    if (!fetch->remote_name && !fetch->output)
        return;
    char *name = fetch->remote_name ? filename_from_url_path(slice_of(first->path)) : mem_strdup(fetch->output);
    char *path = in_output_dir(s, name);
    struct target_plan plan = {.path = path,
                               .existing = existing_policy(s),
                               .is_atomic = s->output->atomic,
                               .create_dirs = s->output->create_dirs,
                               .mode = s->output->file_mode};
    s->target = target_new(&plan);
    s->sink = s->own_sink = sink_new_file(s->target);
    s->awaits_name = fetch->remote_name && s->output->remote_header_name;
    mem_free(path);
    mem_free(name);
}

static bool start_dump(struct saving *s, struct error *err)
{
    const char *name = s->output->dump_header;
    if (!name || strcmp(name, "-") == 0 || strcmp(name, "%") == 0)
        return true;
    bool is_begun = s->run->dumped == s->run->settings;
    struct target_plan plan = {
        .path = name, .existing = is_begun ? TARGET_APPEND : TARGET_REPLACE, .create_dirs = s->output->create_dirs};
    s->run->dumped = s->run->settings;
    s->dump = sink_new_file(target_new(&plan));
    return sink_open(s->dump, err);
}

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

static bool start_range(struct saving *s, struct error *err)
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

static bool start_etag(struct saving *s, struct error *err)
{
    struct buf tag = {0};
    if (!s->output->etag_compare)
        return true;
    bool is_ok = sidecar_read(s->output->etag_compare, &tag, err);
    s->etag = tag.len > 0 ? buf_take(&tag) : mem_strdup("\"\"");
    buf_done(&tag);
    return is_ok;
}

enum saving_start saving_begin(struct saving *s, const struct url *first, struct error *err)
{
    struct stat status;
    choose_sink(s, first);
    if (s->output->skip_existing && s->target && stat(saving_filename(s), &status) == 0) {
        char shown[300];
        s->is_finished = true;
        console_note(s->run->console, "skips transfer, \"%s\" exists locally",
                     escape_into(shown, sizeof shown, slice_of(saving_filename(s))));
        return SAVING_SKIP;
    }
    if (s->output->has_sha256)
        s->hash = hash_new(HASH_SHA256);
    bool is_ok = start_range(s, err) && start_dump(s, err) && start_etag(s, err);
    return is_ok ? SAVING_GO : SAVING_FAILED;
}

void saving_shape_request(const struct saving *s, struct http_request *request)
{
    request->range = s->range;
    request->if_none_match = s->etag;
}

/* The response. */

/* Bold names: only for eyes. What the peer sent is escaped there. */
static void append_styled(struct buf *shown, struct slice line)
{
    size_t end = line.len;
    while (end > 0 && (line.ptr[end - 1] == '\n' || line.ptr[end - 1] == '\r'))
        end--;
    struct slice text = slice_first(line, end);
    size_t colon = slice_find(text, ':');
    bool is_field = colon < text.len && !slice_starts_with(text, SLICE("HTTP/"));
    if (is_field) {
        buf_append_text(shown, "\x1b[1m");
        escape_append(shown, slice_first(text, colon));
        buf_append_text(shown, "\x1b[0m");
        text = slice_from(text, colon);
    }
    escape_append(shown, text);
    buf_append(shown, slice_from(line, end));
}

bool saving_line(struct saving *s, struct slice line, struct buf *shown, struct error *err)
{
    const char *dump = s->output->dump_header;
    bool to_stdout = dump && strcmp(dump, "-") == 0;
    if (s->dump && !sink_write(s->dump, line, true, err))
        return false;
    if (dump && strcmp(dump, "%") == 0)
        console_text(s->run->console, line);
    if (to_stdout && s->sink == s->run->out)
        buf_append(shown, line);
    else if (to_stdout && !sink_write(s->run->out, line, true, err))
        return false;
    if (!s->output->include_headers)
        return true;
    if (s->awaits_name)
        shown = &s->held;
    if (!s->output->plain_output && sink_is_terminal(s->sink))
        append_styled(shown, line);
    else
        buf_append(shown, line);
    return true;
}

/* -J: a name that the peer chose never replaces anything, unless --clobber says so. */
static void take_remote_name(struct saving *s, char *name)
{
    char *path = in_output_dir(s, name);
    enum output_clobber clobber = s->output->clobber;
    target_rename(s->target, path,
                  clobber == CLOBBER_ALWAYS  ? TARGET_REPLACE
                  : clobber == CLOBBER_NEVER ? TARGET_NUMBER
                                             : TARGET_REFUSE);
    mem_free(path);
}

static void name_by_head(struct saving *s, const struct http_response_head *head, bool is_wanted)
{
    if (!s->awaits_name)
        return;
    const char *location = http_headers_get(head->headers, "Location");
    const char *disposition = http_headers_get(head->headers, "Content-Disposition");
    char *name = NULL;
    if (!is_wanted && location && head->status / 100 == 3) {
        struct slice path = slice_first(slice_of(location), strcspn(location, "?#"));
        name = filename_from_peer(path);
        if (name) {
            mem_free(s->remote_name);
            s->remote_name = name;
        }
        return;
    }
    if (disposition && head->status / 100 == 2)
        name = filename_from_disposition(slice_of(disposition));
    if (name || s->remote_name)
        take_remote_name(s, name ? name : s->remote_name);
    s->awaits_name = false;
    mem_free(name);
}

static bool judge_resume(struct saving *s, const struct http_response_head *head, struct error *err)
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

static bool save_etag(const struct saving *s, const struct http_response_head *head, struct error *err)
{
    const char *tag = http_headers_get(head->headers, "ETag");
    bool is_kept = head->status / 100 != 2 && (head->status / 100 != 3 || !tag);
    if (!s->output->etag_save || is_kept)
        return true;
    struct buf line = {0};
    if (tag && *tag)
        buf_printf(&line, "%s\n", tag);
    bool to_stdout = strcmp(s->output->etag_save, "-") == 0;
    bool is_ok = to_stdout ? sink_write(s->run->out, buf_slice(&line), true, err)
                           : sidecar_write(s->output->etag_save, buf_slice(&line), s->output->create_dirs, err);
    buf_done(&line);
    return is_ok;
}

static void note_origin(struct saving *s, const struct http_request *request, const struct http_response_head *head)
{
    const char *modified = http_headers_get(head->headers, "Last-Modified");
    s->has_time = modified && http_date_parse(slice_of(modified), &s->time);
    if (!s->output->xattr)
        return;
    struct buf url = {0};
    url_print(&url, request->url, 0);
    mem_free(s->url);
    s->url = buf_take(&url);
    mem_free(s->referer);
    s->referer = mem_strdup(request->referer);
    mem_free(s->content_type);
    s->content_type = mem_strdup(http_headers_get(head->headers, "Content-Type"));
}

/* A server that knows no conditions sends all; its Last-Modified tells. */
static void check_time_condition(struct saving *s, int status)
{
    const struct http_settings *http = &s->run->settings->http;
    if (http->time_condition == HTTP_TIME_ANY || !s->has_time || status / 100 != 2)
        return;
    bool is_newer = s->time > http->condition_unix_s;
    s->is_stale = is_newer != (http->time_condition == HTTP_TIME_MODIFIED_SINCE);
    if (s->is_stale)
        s->is_body_unwanted = s->leaves_file_alone = true;
}

static bool too_large(const struct saving *s, struct error *err)
{
    return error_set(err, PEEL_FILESIZE_EXCEEDED, "Maximum file size exceeded: more than %" PRIu64 " bytes",
                     s->output->max_filesize);
}

bool saving_head(struct saving *s, const struct http_request *request, const struct http_response_head *head,
                 bool is_wanted, struct error *err)
{
    name_by_head(s, head, is_wanted);
    note_origin(s, request, head);
    s->leaves_file_alone = head->status == 304;
    check_time_condition(s, head->status);
    if (!is_wanted && head->status / 100 == 3)
        return true;
    if (!save_etag(s, head, err))
        return false;
    bool is_get = strcmp(request->method, "GET") == 0;
    if (is_get && s->offset > 0 && is_wanted && head->has_body && !judge_resume(s, head, err))
        return false;
    bool is_limited = s->output->max_filesize > 0 && is_wanted && head->has_body && head->has_length;
    return !is_limited || head->length <= s->output->max_filesize || too_large(s, err);
}

void saving_take_held(struct saving *s, struct buf *shown)
{
    if (s->awaits_name)
        return;
    buf_append(shown, buf_slice(&s->held));
    buf_clear(&s->held);
}

bool saving_is_stale(const struct saving *s)
{
    return s->is_stale;
}

bool saving_wants_body(const struct saving *s)
{
    return !s->is_body_unwanted;
}

bool saving_body(struct saving *s, struct slice *bytes, struct error *err)
{
    uint64_t most = s->output->max_filesize;
    bool is_too_large = most > 0 && bytes->len > most - s->size;
    if (is_too_large)
        *bytes = slice_first(*bytes, (size_t)(most - s->size));
    s->size += bytes->len;
    hash_add(s->hash, *bytes);
    return !is_too_large || too_large(s, err);
}

/* The end. */

static bool check_digest(struct saving *s, struct error *err)
{
    unsigned char digest[HASH_MAX_SIZE];
    if (!s->output->has_sha256)
        return true;
    size_t size = s->hash ? hash_finish(s->hash, digest) : 0;
    if (size == OUTPUT_SHA256_SIZE && memcmp(digest, s->output->sha256, size) == 0)
        return true;
    char hex[2 * HASH_MAX_SIZE + 1] = "";
    for (size_t i = 0; i < size; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return error_set(err, PEEL_DIGEST_MISMATCH, "SHA-256 mismatch: the body's is %s%s", hex,
                     s->target && s->output->atomic ? "; no file was written" : "");
}

static void decorate(const struct saving *s)
{
    struct sidecar_origin origin = {.url = s->url, .referer = s->referer, .content_type = s->content_type};
    char shown[300];
    int fd = sink_fd(s->sink);
    escape_into(shown, sizeof shown, slice_of(saving_filename(s)));
    if (s->output->xattr && !sidecar_set_attributes(fd, &origin))
        console_warn(s->run->console, "Error setting extended attributes on '%s': %s", shown, strerror(errno));
    if (s->output->remote_time && s->has_time && !sidecar_set_time(fd, s->time))
        console_warn(s->run->console, "Failed to set filetime %lld on '%s': %s", (long long)s->time, shown,
                     strerror(errno));
}

bool saving_finish(struct saving *s, bool is_refused, struct error *err)
{
    s->is_finished = true;
    if (s->leaves_file_alone || (is_refused && (s->size == 0 || s->output->atomic)))
        return true;
    if (!is_refused && !check_digest(s, err))
        return false;
    if (s->held.len > 0 && !sink_write(s->sink, buf_slice(&s->held), true, err))
        return false;
    if (s->target && (!sink_open(s->sink, err) || !sink_flush(s->sink, err)))
        return false;
    if (s->target && !is_refused)
        decorate(s);
    return sink_finish(s->sink, err);
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

void saving_give_up(struct saving *s)
{
    if (s->output->remove_on_error && s->target)
        target_remove(s->target);
}

/* One URL's response on its way to a file: what is checked of it, and what is noted beside it. */
#include "transfer/saving_state.h"

#include "base/escape.h"
#include "base/mem.h"
#include "http/date.h"
#include "output/sidecar.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

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
    saving_rest_done(&s->rest);
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
    saving_choose_sink(s, first);
    if (s->output->skip_existing && s->target && stat(saving_filename(s), &status) == 0) {
        char shown[300];
        s->is_finished = true;
        console_note(s->run->console, "skips transfer, \"%s\" exists locally",
                     escape_into(shown, sizeof shown, slice_of(saving_filename(s))));
        return SAVING_SKIP;
    }
    if (s->output->has_sha256)
        s->hash = hash_new(HASH_SHA256);
    bool is_ok = saving_start_range(s, err) && start_dump(s, err) && start_etag(s, err);
    return is_ok ? SAVING_GO : SAVING_FAILED;
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
        struct buf name = {0};
        escape_append(&name, slice_first(text, colon));
        style_append(shown, true, STYLE_BOLD, buf_slice(&name));
        buf_done(&name);
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
    saving_name_by_head(s, head, is_wanted);
    if (!saving_judge_rest(s, request, head, is_wanted, err))
        return false;
    if (s->rest.begins_anew)
        return true;
    bool goes_on = s->size > 0;
    if (!goes_on)
        note_origin(s, request, head);
    s->leaves_file_alone = head->status == 304;
    check_time_condition(s, head->status);
    if (!is_wanted && head->status / 100 == 3)
        return true;
    if (!goes_on && !save_etag(s, head, err))
        return false;
    bool is_get = strcmp(request->method, "GET") == 0;
    if (is_get && s->offset > 0 && is_wanted && head->has_body && !saving_judge_resume(s, head, err))
        return false;
    bool is_limited = s->output->max_filesize > 0 && is_wanted && head->has_body && head->has_length;
    return !is_limited || head->length <= s->output->max_filesize - s->size || too_large(s, err);
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

bool saving_body(struct saving *s, struct slice *bytes, bool is_unpacked, struct error *err)
{
    uint64_t most = s->output->max_filesize;
    bool is_too_large = most > 0 && bytes->len > most - s->size;
    if (is_too_large)
        *bytes = slice_first(*bytes, is_unpacked ? 0 : (size_t)(most - s->size));
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
    char hex[HASH_HEX_SIZE];
    hash_print(hex, digest, size);
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
    bool is_nothing_new = s->size == s->rest.what.offset;
    if (s->leaves_file_alone || (is_refused && (is_nothing_new || s->output->atomic)))
        return true;
    s->is_finished = true;
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

void saving_give_up(struct saving *s)
{
    if (s->output->remove_on_error && s->target)
        target_remove(s->target);
}

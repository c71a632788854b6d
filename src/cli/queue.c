/* Where the running group, its URL and that URL's pattern or list stand. */
#include "cli/queue.h"

#include "base/mem.h"
#include "cli/glob.h"
#include "cli/journal.h"
#include "cli/text_file.h"

struct queue {
    const struct command *command;
    size_t group;
    size_t fetch;
    unsigned urlnum;      /* of the current fetch in the run */
    struct glob *uploads; /* the pattern of its --upload-file; NULL as the next */
    char *upload;         /* the current file of these */
    struct glob *glob;    /* of the current fetch; NULL when it has none, or is not yet begun */
    struct text_file list;
    bool has_list;
    bool is_begun;  /* the current fetch has given its first URL */
    struct buf url; /* being made */
    char *url_text; /* of the job that was handed out */
    char *output;
};

struct queue *queue_new(const struct command *command)
{
    struct queue *queue = mem_alloc(sizeof *queue);
    queue->command = command;
    return queue;
}

/* All URLs of the current fetch anew, for the next file to upload. */
static void rewind_fetch(struct queue *queue)
{
    glob_free(queue->glob);
    queue->glob = NULL;
    if (queue->has_list)
        text_file_close(&queue->list);
    queue->has_list = false;
    queue->is_begun = false;
}

static void end_fetch(struct queue *queue)
{
    rewind_fetch(queue);
    glob_free(queue->uploads);
    queue->uploads = NULL;
    queue->fetch++;
    queue->urlnum++;
}

void queue_free(struct queue *queue)
{
    if (!queue)
        return;
    end_fetch(queue);
    mem_free(queue->upload);
    buf_wipe(&queue->url);
    mem_free_secret(queue->url_text);
    mem_free(queue->output);
    mem_free(queue);
}

/* The next line of a list that is a URL. */
static enum job_status next_of_list(struct queue *queue, const struct fetch *fetch, struct error *err)
{
    if (!queue->has_list && !text_file_open(&queue->list, fetch->url, err))
        return JOB_FAILED;
    queue->has_list = true;
    struct slice line;
    enum text_file_status status;
    while ((status = text_file_next(&queue->list, &line, err)) == TEXT_FILE_OK) {
        line = slice_trim(line);
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        buf_clear(&queue->url);
        buf_append(&queue->url, line);
        return JOB_READY;
    }
    return status == TEXT_FILE_END ? JOB_NONE : JOB_FAILED;
}

static enum job_status next_of_glob(struct queue *queue, const struct fetch *fetch, struct error *err)
{
    if (!queue->glob)
        queue->glob = glob_new(fetch->url, err);
    if (!queue->glob)
        return JOB_FAILED;
    return glob_next(queue->glob, &queue->url) ? JOB_READY : JOB_NONE;
}

/* The next URL of the current fetch, into queue->url. */
static enum job_status next_url(struct queue *queue, const struct settings *settings, const struct fetch *fetch,
                                struct error *err)
{
    if (fetch->is_list)
        return next_of_list(queue, fetch, err);
    if (!settings->globoff)
        return next_of_glob(queue, fetch, err);
    if (queue->is_begun)
        return JOB_NONE;
    buf_append_text(&queue->url, fetch->url);
    return JOB_READY;
}

static bool next_upload(struct queue *queue)
{
    struct buf name = {0};
    bool is_there = glob_next(queue->uploads, &name);
    mem_free(queue->upload);
    queue->upload = buf_take(&name);
    return is_there;
}

/* --upload-file may be a pattern: the first file of it, when none is current yet. */
static bool begin_uploads(struct queue *queue, const struct settings *settings, const struct fetch *fetch,
                          struct error *err)
{
    if (!fetch->upload || settings->globoff || queue->uploads)
        return true;
    queue->uploads = glob_new(fetch->upload, err);
    return queue->uploads && next_upload(queue);
}

/* The next URL of the current fetch; when they are over, the first one with the next file to upload. */
static enum job_status next_pair(struct queue *queue, const struct settings *settings, const struct fetch *fetch,
                                 struct error *err)
{
    if (!begin_uploads(queue, settings, fetch, err))
        return JOB_FAILED;
    enum job_status status = next_url(queue, settings, fetch, err);
    if (status != JOB_NONE || !queue->uploads || !next_upload(queue))
        return status;
    rewind_fetch(queue);
    return next_url(queue, settings, fetch, err);
}

static bool make_job(struct queue *queue, const struct fetch *fetch, struct job *job, struct error *err)
{
    job->fetch = *fetch;
    /* Text from outside: a NUL in it would hide what stands behind. */
    if (slice_find(buf_slice(&queue->url), '\0') < queue->url.len)
        return error_set(err, PEEL_URL_MALFORMED, "%s:%zu: a NUL byte in the URL", queue->list.name,
                         queue->list.number);
    mem_free_secret(queue->url_text);
    job->fetch.url = queue->url_text = buf_take(&queue->url);
    if (queue->uploads)
        job->fetch.upload = queue->upload;
    queue->is_begun = true;
    job->group = queue->group;
    job->urlnum = queue->urlnum;
    job->settings = journal_settings(queue->command, queue->group, queue->url_text, err);
    if (!job->settings)
        return false;
    if (fetch->is_list && !fetch->output)
        job->fetch.remote_name = true;
    if (!queue->glob || !fetch->output)
        return true;
    struct buf name = {0};
    bool ok = glob_fill_name(queue->glob, fetch->output, &name, err);
    mem_free(queue->output);
    job->fetch.output = queue->output = buf_take(&name);
    return ok;
}

static enum job_status next_job(void *ctx, struct job *job, struct error *err)
{
    struct queue *queue = ctx;
    const struct command *command = queue->command;
    while (queue->group < command->n_groups) {
        const struct settings *settings = command->groups[queue->group];
        if (queue->fetch == settings->n_fetches) {
            queue->group++;
            queue->fetch = 0;
            continue;
        }
        const struct fetch *fetch = &settings->fetches[queue->fetch];
        enum job_status status = next_pair(queue, settings, fetch, err);
        if (status == JOB_READY)
            return make_job(queue, fetch, job, err) ? JOB_READY : JOB_FAILED;
        if (status == JOB_FAILED)
            return JOB_FAILED;
        end_fetch(queue);
    }
    return JOB_NONE;
}

struct job_source queue_source(struct queue *queue)
{
    return (struct job_source){.next = next_job, .ctx = queue};
}

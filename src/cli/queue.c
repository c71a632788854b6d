/* Where the running group, its URL and that URL's patterns or list stand. */
#include "cli/queue.h"

#include "base/mem.h"
#include "cli/glob.h"
#include "cli/journal.h"
#include "cli/text_file.h"

struct queue {
    const struct command *command;
    size_t group;
    size_t fetch;
    unsigned urlnum; /* of the current URL, as it was given, in the run */
    size_t shift;    /* how many URLs more than one the lists of this group have given */
    struct text_file list;
    bool has_list;
    const struct fetch *repeated; /* whose output is for the rest of the list */
    struct glob *urls;            /* of the current URL; NULL: none is begun */
    struct glob *uploads;         /* for that URL; NULL: nothing is uploaded */
    struct buf url;               /* being made */
    char *url_text;               /* of the job that was handed out */
    char *upload;
    char *output;
};

struct queue *queue_new(const struct command *command)
{
    struct queue *queue = mem_alloc(sizeof *queue);
    queue->command = command;
    return queue;
}

static void end_url(struct queue *queue)
{
    glob_free(queue->urls);
    glob_free(queue->uploads);
    queue->urlnum += queue->urls ? 1 : 0;
    queue->urls = queue->uploads = NULL;
}

static void end_fetch(struct queue *queue)
{
    end_url(queue);
    if (queue->has_list)
        text_file_close(&queue->list);
    queue->has_list = false;
    queue->repeated = NULL;
    queue->fetch++;
}

void queue_free(struct queue *queue)
{
    if (!queue)
        return;
    end_fetch(queue);
    buf_wipe(&queue->url);
    mem_free_secret(queue->url_text);
    mem_free(queue->upload);
    mem_free(queue->output);
    mem_free(queue);
}

/* The fetch whose option of a kind is for the current URL, or NULL: each URL of a list counts. */
static const struct fetch *shifted_fetch(const struct queue *queue, const struct settings *settings)
{
    size_t i = queue->fetch + queue->shift;
    return i < settings->n_fetches ? &settings->fetches[i] : NULL;
}

/* The next line of a list that is a URL, into queue->url. */
static enum job_status next_of_list(struct queue *queue, const struct fetch *fetch, struct error *err)
{
    bool is_first = !queue->has_list;
    if (is_first && !text_file_open(&queue->list, fetch->url, err))
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
        queue->shift += !is_first;
        /* Text from outside: a NUL in it would hide what stands behind. */
        if (slice_find(line, '\0') == line.len)
            return JOB_READY;
        error_set(err, PEEL_URL_MALFORMED, "%s:%zu: a NUL byte in the URL", queue->list.name, queue->list.number);
        return JOB_FAILED;
    }
    return status == TEXT_FILE_END ? JOB_NONE : JOB_FAILED;
}

/* The first upload of the current URL, if there are any. */
static bool begin_uploads(struct queue *queue, const struct settings *settings, struct error *err)
{
    const struct fetch *fetch = shifted_fetch(queue, settings);
    mem_free(queue->upload);
    queue->upload = NULL;
    if (!fetch || !fetch->upload)
        return true;
    queue->uploads = settings->globoff ? glob_new_plain(fetch->upload) : glob_new(fetch->upload, err);
    struct buf name = {0};
    if (queue->uploads && glob_next(queue->uploads, &name))
        queue->upload = buf_take(&name);
    return queue->uploads;
}

/* JOB_NONE: the current fetch has no more. */
static enum job_status begin_url(struct queue *queue, const struct settings *settings, struct error *err)
{
    const struct fetch *fetch = &settings->fetches[queue->fetch];
    if (fetch->is_list) {
        enum job_status status = next_of_list(queue, fetch, err);
        if (status != JOB_READY)
            return status;
        queue->urls = glob_new_plain(buf_text(&queue->url));
    } else {
        queue->urls = settings->globoff ? glob_new_plain(fetch->url) : glob_new(fetch->url, err);
    }
    return queue->urls && begin_uploads(queue, settings, err) ? JOB_READY : JOB_FAILED;
}

/* One more combination of what the URL and its uploads stand for, the URLs running fastest; false when all were. */
static bool next_url(struct queue *queue)
{
    if (glob_next(queue->urls, &queue->url))
        return true;
    struct buf name = {0};
    if (!queue->uploads || !glob_next(queue->uploads, &name))
        return false;
    mem_free(queue->upload);
    queue->upload = buf_take(&name);
    glob_rewind(queue->urls);
    return glob_next(queue->urls, &queue->url);
}

static bool is_for_many(const struct fetch *fetch)
{
    return fetch->to_null || fetch->to_stdout || (fetch->output && strcmp(fetch->output, "-") == 0);
}

/* Where the body goes. A file is for one URL of a list; stdout is for all that follow, until something else is said. */
static struct fetch choose_output(struct queue *queue, const struct settings *settings)
{
    const struct fetch *fetch = shifted_fetch(queue, settings);
    struct fetch chosen = fetch ? *fetch : (struct fetch){0};
    if (!queue->has_list)
        return chosen;
    bool is_said = chosen.output || chosen.remote_name || is_for_many(&chosen);
    if (!is_said && queue->repeated)
        return *queue->repeated;
    queue->repeated = is_for_many(&chosen) ? fetch : NULL;
    chosen.remote_name = chosen.remote_name || !is_said;
    return chosen;
}

/* A report on stdout takes the body's place there. */
static bool is_for_report(const struct command *command, const struct fetch *fetch)
{
    const struct evidence_settings *evidence = &command->evidence;
    return evidence->tls_report != REPORT_NONE && !evidence->tls_out && !fetch->output && !fetch->remote_name;
}

static bool make_job(struct queue *queue, struct job *job, struct error *err)
{
    const struct settings *settings = queue->command->groups[queue->group];
    job->fetch = choose_output(queue, settings);
    job->fetch.to_null = job->fetch.to_null || is_for_report(queue->command, &job->fetch);
    mem_free_secret(queue->url_text);
    job->fetch.url = queue->url_text = buf_take(&queue->url);
    job->fetch.upload = queue->upload;
    job->group = queue->group;
    job->urlnum = queue->urlnum;
    job->settings = journal_settings(queue->command, queue->group, queue->url_text, err);
    if (!job->settings || !job->fetch.output)
        return job->settings;
    struct buf name = {0};
    bool ok = glob_fill_name(queue->urls, queue->uploads, job->fetch.output, &name, err);
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
        if (queue->fetch == settings->n_fetches || !settings->fetches[queue->fetch].url) {
            queue->group++;
            queue->fetch = queue->shift = 0;
            continue;
        }
        bool is_begun = queue->urls;
        if (is_begun && !next_url(queue)) {
            end_url(queue);
            if (!settings->fetches[queue->fetch].is_list)
                end_fetch(queue);
            continue;
        }
        enum job_status status = is_begun ? JOB_READY : begin_url(queue, settings, err);
        if (status == JOB_FAILED)
            return JOB_FAILED;
        if (status == JOB_NONE)
            end_fetch(queue);
        else if (is_begun)
            return make_job(queue, job, err) ? JOB_READY : JOB_FAILED;
    }
    return JOB_NONE;
}

struct job_source queue_source(struct queue *queue)
{
    return (struct job_source){.next = next_job, .ctx = queue};
}

/* Under which name a response is kept: what -o, -O and -J say, and what the server says to that. */
#include "transfer/saving_state.h"

#include "base/mem.h"
#include "output/filename.h"

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

void saving_choose_sink(struct saving *s, const struct url *first)
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

void saving_name_by_head(struct saving *s, const struct http_response_head *head, bool is_wanted)
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

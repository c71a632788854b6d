/* What the files of a saving share: the struct behind saving.h. Nobody else includes this. */
#ifndef PEEL_TRANSFER_SAVING_STATE_H
#define PEEL_TRANSFER_SAVING_STATE_H

#include "base/hash.h"
#include "output/target.h"
#include "transfer/saving.h"

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

/* saving_name.c: under which name. */
/* first: where the chain of redirects begins. */
void saving_choose_sink(struct saving *s, const struct url *first);
/* -J: the head may name the file. */
void saving_name_by_head(struct saving *s, const struct http_response_head *head, bool is_wanted);

/* saving_resume.c: from which byte on. */
/* What to ask for, and where its bytes go. False with err filled (26). */
bool saving_start_range(struct saving *s, struct error *err);
/* Is the answer what --continue-at asked for? False with err filled (33). */
bool saving_judge_resume(struct saving *s, const struct http_response_head *head, struct error *err);

#endif

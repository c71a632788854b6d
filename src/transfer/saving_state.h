/* What the files of a saving share: the struct behind saving.h. Nobody else includes this. */
#ifndef PEEL_TRANSFER_SAVING_STATE_H
#define PEEL_TRANSFER_SAVING_STATE_H

#include "base/hash.h"
#include "http/range.h"
#include "output/target.h"
#include "transfer/saving.h"

/* --retry: what it takes to go on where an attempt broke off, and not to begin again. */
struct saving_rest {
    char *url;              /* owned; what was asked for, of all the URLs of a chain */
    struct range_rest what; /* its validator is owned; NULL: there is no going on. offset is 0 while nothing is there */
    char range[24];
    bool is_refused;  /* it was tried, and is not to be tried again */
    bool begins_anew; /* the answer of now is of no use: the same request without Range */
};

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
    struct saving_rest rest;
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
/* A head on which an attempt may go on, or what another one may need to. False with err filled (23). */
bool saving_judge_rest(struct saving *s, const struct http_request *request, const struct http_response_head *head,
                       bool is_wanted, struct error *err);
void saving_rest_done(struct saving_rest *rest);

#endif

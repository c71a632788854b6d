/* The door between who knows what is to be fetched (cli/) and who fetches: one URL after the other, made when it is
 * asked for, so that a million of them cost the memory of one. */
#ifndef PEEL_TRANSFER_JOB_H
#define PEEL_TRANSFER_JOB_H

#include "base/error.h"
#include "transfer/settings.h"

/* All of it is borrowed, and good until the next one is asked for. */
struct job {
    const struct settings *settings; /* the group's, or a copy with what a section for this host adds */
    size_t group;                    /* its position in struct command */
    unsigned urlnum;                 /* of the URL as it was given, from 0: all that a pattern stands for share it */
    struct fetch fetch;
};

enum job_status {
    JOB_READY,
    JOB_NONE,   /* no more */
    JOB_FAILED, /* err is filled; the run ends here */
};

struct job_source {
    enum job_status (*next)(void *ctx, struct job *job, struct error *err);
    void *ctx;
};

#endif

/* The URLs of a command, one after the other: patterns spelled out, lists read line by line, and for each URL the
 * settings that hold for its host. */
#ifndef PEEL_CLI_QUEUE_H
#define PEEL_CLI_QUEUE_H

#include "transfer/job.h"

struct queue;

/* The command must outlive it. */
struct queue *queue_new(const struct command *command);
/* Takes NULL. */
void queue_free(struct queue *queue);

/* For schedule_run. */
struct job_source queue_source(struct queue *queue);

#endif

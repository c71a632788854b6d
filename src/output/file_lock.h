/* A file that several runs read, and replace (private_file_replace), one at a time. */
#ifndef PEEL_OUTPUT_FILE_LOCK_H
#define PEEL_OUTPUT_FILE_LOCK_H

#include <stdbool.h>

enum {
    FILE_LOCK_WAIT_MS = 5000, /* a run has it for milliseconds: then whoever has it is stopped, or means it ill */
};

/* Opens the file, through no symlink, and locks it (flock(2)) for this run alone; close(2) ends that. What the path
 * names while it is locked is what is locked. can_be_made: an empty one with mode 0600, where there is none. The file
 * may be anything else too: ask fstat(2). -1 and errno, ELOOP for a symlink, EWOULDBLOCK when another had it all of the
 * time. */
int file_lock(const char *path, bool can_be_made, unsigned wait_ms);

#endif

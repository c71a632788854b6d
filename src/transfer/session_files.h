/* --ssl-sessions: stores of TLS sessions, each with its file, for those groups that named it. */
#ifndef PEEL_TRANSFER_SESSION_FILES_H
#define PEEL_TRANSFER_SESSION_FILES_H

#include "transfer/run.h"

/* Before the first URL of a group: reads the group's file, unless an earlier one did. What is not there is fine; what
 * cannot be trusted or understood is a warning, and ignored. */
void session_files_open(struct run *run);
/* After its last: writes it, whole or not at all; what fails is a warning. */
void session_files_save(struct run *run);
/* At the end of the run, when no TLS context is left. */
void session_files_free(struct run *run);

/* The store behind that path; NULL for none. */
struct tls_sessions *session_files_store(const struct run *run, const char *path);

#endif

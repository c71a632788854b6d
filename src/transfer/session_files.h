/* --ssl-sessions: stores of TLS sessions, each with its file, for those groups that named it. */
#ifndef PEEL_TRANSFER_SESSION_FILES_H
#define PEEL_TRANSFER_SESSION_FILES_H

#include "tls/engine.h"
#include "transfer/run.h"

/* Before the first URL of a group: a store for the group's file, unless an earlier one had it. */
void session_files_open(struct run *run);
/* tls_engine_new, over what the file of these settings holds at this moment, if they name one. A file that is not there
 * is fine; what cannot be trusted or understood is a warning, and ignored. A session that is for one use goes out of
 * the file before it is used; where that fails, none is offered. */
struct tls_engine *session_files_new_engine(struct run *run, const struct tls_settings *settings,
                                            struct tls_context *context, const struct tls_peer *peer);
/* After the last URL of a group: adds what came to what the file holds then, and writes it, whole or not at all; what
 * fails is a warning. */
void session_files_save(struct run *run);
/* At the end of the run, when no TLS context is left. */
void session_files_free(struct run *run);

/* The store behind that path; NULL for none. */
struct tls_sessions *session_files_store(const struct run *run, const char *path);

#endif

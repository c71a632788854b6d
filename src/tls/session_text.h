/* A store of TLS sessions as text, for a file: first TLS_SESSIONS_HEADER, then a line each: the session in OpenSSL's
 * DER as Base64, a blank, and whom it is for. Whoever has it can be the server: a file with it is its owner's alone. */
#ifndef PEEL_TLS_SESSION_TEXT_H
#define PEEL_TLS_SESSION_TEXT_H

#include "base/buf.h"

#include <stdbool.h>

#include <stddef.h>

struct tls_sessions;

#define TLS_SESSIONS_HEADER "# peel: TLS sessions, version 1. They are secrets."

enum {
    TLS_SESSION_LINE_MAX = 48 * 1024,        /* bytes; a server's certificate is the most of it */
    TLS_SESSIONS_TEXT_MAX = 4 * 1024 * 1024, /* of all */
};

struct tls_sessions *tls_sessions_new(void);
/* Takes NULL. */
void tls_sessions_free(struct tls_sessions *sessions);

/* One line behind the header. False: it is no session that could have been written here. One that has expired is
 * dropped in silence; too many push out the oldest. */
bool tls_sessions_read_line(struct tls_sessions *sessions, struct slice line, int64_t now_s);
/* Header and lines, without those that have expired. buf_wipe it. */
void tls_sessions_write(const struct tls_sessions *sessions, struct buf *out, int64_t now_s);

/* Several runs may have one file. What a store has is therefore two parts: what the file held when it was last read or
 * written, and what came since. */

/* read, which is empty then, takes the place of the first part. */
void tls_sessions_refresh(struct tls_sessions *sessions, struct tls_sessions *read);
/* How many the first part has. It becomes less when one of TLS 1.3 is taken: that one must go out of the file too. */
size_t tls_sessions_stored(const struct tls_sessions *sessions);
/* All has been written, and is the first part now. */
void tls_sessions_note_stored(struct tls_sessions *sessions);

#endif

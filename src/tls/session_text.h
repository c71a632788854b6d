/* A store of TLS sessions as text, for a file: first TLS_SESSIONS_HEADER, then a line each: the session in OpenSSL's
 * DER as Base64, a blank, and whom it is for. Whoever has it can be the server: a file with it is its owner's alone. */
#ifndef PEEL_TLS_SESSION_TEXT_H
#define PEEL_TLS_SESSION_TEXT_H

#include "base/buf.h"

#include <stdbool.h>

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

#endif

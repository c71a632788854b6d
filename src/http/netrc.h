/* The netrc file as bytes: machine, default, login, password, account, macdef; "#" comments; tokens in double quotes
 * with \", \\, \n, \r, \t, as GNU's tools and curl write them. Reading it is the caller's business. */
#ifndef PEEL_HTTP_NETRC_H
#define PEEL_HTTP_NETRC_H

#include "base/error.h"
#include "base/slice.h"

enum {
    NETRC_SIZE_MAX = 128 * 1024,
    NETRC_LINE_MAX = 16384,
};

/* Owned; secrets. NULL where the entry says nothing. */
struct netrc_login {
    char *user;
    char *password;
};

/* The first entry for host (or "default") into out, which is empty before, that has a login or a password; with a user,
 * the first with a password that is that user's, or nobody's. Entries that say neither are passed over. out stays empty
 * when there is none: that is no error. False with err filled (PEEL_READ_ERROR) when the file is no netrc up to there:
 * a quote without end, a line or a file too long. */
bool netrc_find(struct netrc_login *out, struct slice text, const char *host, const char *user, struct error *err);
void netrc_login_done(struct netrc_login *login);

#endif

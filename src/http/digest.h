/* HTTP Digest (RFC 7616, and RFC 2069 for servers without qop): a challenge read, an answer made. No I/O and no chance:
 * the caller brings the client's nonce.
 *
 * qop=auth only: auth-int would need the whole body before the first byte of it can be sent. */
#ifndef PEEL_HTTP_DIGEST_H
#define PEEL_HTTP_DIGEST_H

#include "base/buf.h"
#include "base/hash.h"

/* All zero: no challenge yet. */
struct digest {
    enum hash_kind hash;
    bool is_session;      /* MD5-sess and its like */
    bool has_qop;         /* qop=auth; else as in RFC 2069 */
    bool wants_user_hash; /* userhash=true */
    bool is_stale;        /* the server knew the answer was right, but for an old nonce */
    char *realm;          /* "" when it was absent */
    char *nonce;          /* NULL: no challenge */
    char *opaque;         /* or NULL */
    char *algorithm;      /* as written, or NULL */
    unsigned n_used;      /* how many answers bear this nonce */
};

/* The parameters of a challenge into out, which is empty before. False, with out empty and a reason for the user in
 * *why, when it is none that can be answered. */
bool digest_read(struct digest *out, struct slice params, const char **why);
void digest_done(struct digest *d);

struct digest_request {
    const char *method;
    struct slice target; /* as in the request line */
    const char *user;
    const char *password;
    const char *client_nonce;
};

/* Appends "Digest username=...", and counts the answer. False, and nothing is appended, when the hash is not to be
 * had. */
bool digest_print(struct buf *out, struct digest *d, const struct digest_request *request);

#endif

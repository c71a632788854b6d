/* Connections kept for the next URL of the run. Who may reuse what is one string, made by one function from all that
 * matters and compared bytewise: a setting that changes whom we trust or where we go has to stand in it. */
#ifndef PEEL_TRANSFER_POOL_H
#define PEEL_TRANSFER_POOL_H

#include "http/auth.h"
#include "transfer/connection.h"
#include "transfer/route.h"

enum {
    POOL_MAX = 5
}; /* curl keeps as many */

struct pool;

struct pool *pool_new(void);
/* Closes all that is kept. */
void pool_free(struct pool *p);

/* scheme, host, zone, port, where that is dialled, the route with its login, as whom we log in at the origin, and every
 * setting of the rooms net/ and tls/. A proxy that gets requests itself gets those for all hosts on one connection,
 * whoever we are there. mem_free_secret it: passwords are in it. */
char *pool_key(const struct url *url, const struct route *route, const struct settings *settings,
               const struct http_auth *auth);

/* The part of it that is tls settings': whose equal settings may share a TLS context. mem_free_secret it. */
char *pool_tls_key(const struct tls_settings *tls);

/* A living connection under that key, the caller's from then on; NULL when there is none. Dead ones are closed. */
struct connection *pool_take(struct pool *p, const char *key);
/* Keeps it; the oldest goes when there are too many. */
void pool_put(struct pool *p, struct connection *c);

#endif

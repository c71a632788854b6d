/* One TLS context for each different set of TLS settings of a run: two groups that trust the same share the store. */
#ifndef PEEL_TRANSFER_CONTEXTS_H
#define PEEL_TRANSFER_CONTEXTS_H

#include "tls/context.h"

struct contexts;

struct contexts *contexts_new(void);
/* Takes NULL. Everything that was made with a context must be gone. */
void contexts_free(struct contexts *contexts);

/* The context for these settings, made when they are seen for the first time; NULL with err filled. It stays good until
 * contexts_free, as a kept connection may need it. sessions: the store of --ssl-sessions, or NULL; it lives longer. */
struct tls_context *contexts_get(struct contexts *contexts, const struct tls_settings *settings,
                                 struct tls_sessions *sessions, struct error *err);

#endif

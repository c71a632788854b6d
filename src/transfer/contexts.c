/* The list of TLS contexts, found by the same text that keeps connections apart. */
#include "transfer/contexts.h"

#include "base/mem.h"
#include "transfer/pool.h"

struct entry {
    char *key;
    struct tls_context *context;
};

struct contexts {
    struct entry *entries;
    size_t n;
};

struct contexts *contexts_new(void)
{
    return mem_alloc(sizeof(struct contexts));
}

void contexts_free(struct contexts *contexts)
{
    if (!contexts)
        return;
    for (size_t i = 0; i < contexts->n; i++) {
        mem_free_secret(contexts->entries[i].key);
        tls_context_free(contexts->entries[i].context);
    }
    mem_free(contexts->entries);
    mem_free(contexts);
}

/* Neither where sessions are kept nor how they are used nor a pass phrase decides whom we trust, and no digest of a
 * secret goes to a file. */
static void use_sessions(struct tls_context *context, const struct tls_settings *settings,
                         struct tls_sessions *sessions)
{
    struct tls_settings said = *settings;
    said.pass = said.session_file = NULL;
    said.early_data = false;
    char *key = pool_tls_key(&said);
    tls_context_use_sessions(context, sessions, slice_of(key), settings);
    mem_free_secret(key);
}

struct tls_context *contexts_get(struct contexts *contexts, const struct tls_settings *settings,
                                 struct tls_sessions *sessions, struct error *err)
{
    char *key = pool_tls_key(settings);
    struct tls_context *found = NULL;
    for (size_t i = 0; i < contexts->n && !found; i++)
        if (strcmp(contexts->entries[i].key, key) == 0)
            found = contexts->entries[i].context;
    struct tls_context *context = found ? found : tls_context_new(settings, err);
    if (found || !context) {
        mem_free_secret(key);
        return context;
    }
    if (sessions)
        use_sessions(context, settings, sessions);
    contexts->entries = mem_realloc(contexts->entries, (contexts->n + 1) * sizeof *contexts->entries);
    contexts->entries[contexts->n++] = (struct entry){key, context};
    return context;
}

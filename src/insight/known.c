/* A ring. */
#include "insight/known.h"

#include <stddef.h>

void known_add(struct known *known, unsigned connection, void *fact)
{
    unsigned at = known->n++ % KNOWN_CONNECTIONS;
    known->free(known->places[at].fact);
    known->places[at].connection = connection;
    known->places[at].fact = fact;
}

void *known_find(const struct known *known, unsigned connection)
{
    for (unsigned i = 1; i <= KNOWN_CONNECTIONS; i++) {
        unsigned at = (known->n - i) % KNOWN_CONNECTIONS;
        if (known->places[at].fact && known->places[at].connection == connection)
            return known->places[at].fact;
    }
    return NULL;
}

void known_done(struct known *known)
{
    for (unsigned i = 0; i < KNOWN_CONNECTIONS; i++)
        known->free(known->places[i].fact);
}

/* What is known of connections, kept while they may be used again: of the last KNOWN_CONNECTIONS, more than are ever
 * open at once, so that none that still matters gives way. A connection may be put in more than once: over an https://
 * proxy TLS is spoken to the proxy first; the last time counts. */
#ifndef PEEL_INSIGHT_KNOWN_H
#define PEEL_INSIGHT_KNOWN_H

enum {
    KNOWN_CONNECTIONS = 64,
};

struct known {
    void (*free)(void *fact); /* set by the owner; the rest starts as zero */
    struct {
        unsigned connection; /* its number in the trace */
        void *fact;          /* NULL: no connection's place */
    } places[KNOWN_CONNECTIONS];
    unsigned n; /* ever */
};

/* Takes the fact over; the oldest one is freed where there is no place left. */
void known_add(struct known *known, unsigned connection, void *fact);
/* Good until it gives way; NULL when there is none. */
void *known_find(const struct known *known, unsigned connection);
/* Frees all facts. */
void known_done(struct known *known);

#endif

/* The request as early data of TLS (--tls-earlydata): which may go so, and what is done when it came too early. */
#include "transfer/transfer_state.h"

#include "transfer/sender.h"

enum {
    TOO_EARLY = 425, /* RFC 8470 section 5.2 */
};

/* Whoever is on the way can send it to the server again: only what changes nothing there (RFC 8470 section 4). */
static bool may_be_early(const struct transfer *t)
{
    const struct http_request *request = &t->request;
    bool is_safe = strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
    return settings_of(t)->tls.early_data && !t->is_early_refused && is_safe && !request->has_body;
}

void transfer_offer_early(struct transfer *t)
{
    if (strcmp(t->hop.now.scheme, "https") != 0 || !may_be_early(t))
        return;
    struct buf head = {0};
    sender_print_head(t->run, &t->request, &head);
    connection_offer_early(t->connection, buf_slice(&head));
    buf_wipe(&head);
}

/* A server that has gone back to TLS 1.2 since it gave the session cannot read on (RFC 8446 appendix D.3). */
bool transfer_has_early_failed(const struct transfer *t)
{
    return connection_error(t->connection)->code == PEEL_SSL_CONNECT_ERROR && !t->is_early_refused &&
           connection_facts(t->connection)->early_bytes != 0;
}

bool transfer_is_too_early(const struct transfer *t, const struct exchange_facts *facts)
{
    return facts->status == TOO_EARLY && !t->is_early_refused && !t->is_reused &&
           connection_facts(t->connection)->early_bytes > 0;
}

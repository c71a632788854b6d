/* --aia, as one transfer sees it: the handshake waits for an issuer, and the chain may be what is wanted. */
#include "transfer/issuer_fetch.h"
#include "transfer/transfer_state.h"

static void on_issuer(void *owner)
{
    struct transfer *t = owner;
    run_now_us(t->run);
    transfer_advance(t);
}

static void tell(const struct transfer *t, enum trace_note_id id, const char *text, uint64_t number)
{
    struct trace_note note = {.id = id, .text = slice_of(text), .number = number};
    trace_tell(t->run->trace, TRACE_NOTE, &note);
}

/* False: nothing can be begun, and the connection has been told so. */
static bool begin_asking(struct transfer *t)
{
    const char *url = connection_wanted_issuer(t->connection);
    uint64_t now_us = run_now_us(t->run);
    if (t->issuer_start_us == 0)
        t->issuer_start_us = now_us;
    uint64_t spent_ms = (now_us - t->issuer_start_us) / 1000;
    if (spent_ms >= ISSUER_FETCH_MS) {
        connection_supply_issuer(t->connection, SLICE(""), "no time is left for it");
        return false;
    }
    tell(t, NOTE_ISSUER_ASKED, url, 0);
    t->issuer = issuer_fetch_new(t->run, url, ISSUER_FETCH_MS - spent_ms, on_issuer, t);
    return true;
}

bool transfer_ask_for_issuer(struct transfer *t)
{
    if (!t->issuer)
        return !begin_asking(t);
    if (!issuer_fetch_is_over(t->issuer))
        return false;
    struct slice bytes = issuer_fetch_bytes(t->issuer);
    const char *failure = issuer_fetch_failure(t->issuer);
    if (failure)
        tell(t, NOTE_ISSUER_FAILED, failure, 0);
    else
        tell(t, NOTE_ISSUER_CAME, "", bytes.len);
    connection_supply_issuer(t->connection, bytes, failure);
    issuer_fetch_free(t->issuer);
    t->issuer = NULL;
    return true;
}

bool transfer_check_chain_wanted(struct transfer *t)
{
    if (settings_of(t)->tls.aia != TLS_AIA_SAVE || strcmp(t->hop.now.scheme, "https") == 0)
        return true;
    return error_set(&t->error, PEEL_FAILED_INIT,
                     "--aia save: %.300s port %u is asked in plain HTTP, which has no certificates", t->hop.now.host,
                     t->hop.now.port);
}

void transfer_save_chain(struct transfer *t)
{
    struct buf chain = {0};
    connection_chain(t->connection, &chain);
    struct slice bytes = buf_slice(&chain);
    bool is_ok = saving_body(t->saving, &bytes, false, &t->error) && sink_write(t->sink, bytes, true, &t->error);
    buf_done(&chain);
    t->step = is_ok ? TRANSFER_DRAIN : TRANSFER_OVER;
}

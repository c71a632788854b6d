/* Early data. What is refused is sent once more here, so that for the layer above the request is simply on its way. */
#include "tls/early.h"

static void note(const struct tls_engine *engine, enum trace_note_id id, size_t number)
{
    struct trace_note told = {id, slice_of(engine->host), number};
    trace_tell(engine->trace, TRACE_NOTE, &told);
}

bool tls_engine_offer_early(struct tls_engine *engine, struct slice bytes)
{
    const SSL_SESSION *session = engine->ssl ? SSL_get0_session(engine->ssl) : NULL;
    size_t max = session ? SSL_SESSION_get_max_early_data(session) : 0;
    if (bytes.len == 0 || bytes.len > max) {
        note(engine, NOTE_EARLY_UNUSED, max);
        return false;
    }
    buf_append(&engine->early, bytes);
    return true;
}

long tls_engine_early(const struct tls_engine *engine)
{
    return engine->early_bytes;
}

int tls_early_handshake(struct tls_engine *engine)
{
    size_t n = 0;
    if (engine->early.len > 0 && engine->early_bytes == 0) {
        struct slice early = buf_slice(&engine->early);
        int result = SSL_write_early_data(engine->ssl, early.ptr, early.len, &n);
        if (result != 1)
            return result;
        engine->early_bytes = (long)n;
        note(engine, NOTE_EARLY_SENT, n);
    }
    return SSL_do_handshake(engine->ssl);
}

int tls_early_settle(struct tls_engine *engine)
{
    int result = 1;
    size_t n = 0;
    struct slice early = buf_slice(&engine->early);
    if (early.len == 0)
        return result;
    if (SSL_get_early_data_status(engine->ssl) == SSL_EARLY_DATA_ACCEPTED) {
        note(engine, NOTE_EARLY_ACCEPTED, early.len);
    } else {
        note(engine, NOTE_EARLY_REJECTED, early.len);
        engine->early_bytes = -engine->early_bytes;
        result = SSL_write_ex(engine->ssl, early.ptr, early.len, &n);
    }
    buf_wipe(&engine->early);
    return result;
}

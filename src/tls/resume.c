/* Which session an engine offers, and which it keeps for later ones. */
#include "tls/resume.h"

#include <time.h>

/* For SSL_CTX_sess_set_new_cb. 1: the session is ours now. */
int tls_engine_on_session(SSL *ssl, SSL_SESSION *session)
{
    struct tls_engine *engine = SSL_get_app_data(ssl);
    bool is_verified = !engine->verify.is_insecure && SSL_get_verify_result(ssl) == X509_V_OK;
    if (!is_verified || engine->context->never_resumes || !SSL_SESSION_is_resumable(session))
        return 0;
    tls_sessions_keep(engine->context->sessions, engine->session_peer, session);
    return 1;
}

void tls_resume_offer(struct tls_engine *engine)
{
    struct tls_context *context = engine->context;
    struct buf peer = {0};
    buf_append_text(&peer, context->session_binding);
    buf_append_text(&peer, context->session_binding[0] ? " " : "");
    buf_append_text(&peer, engine->where);
    for (size_t i = 0; i < engine->n_alpn; i++) {
        buf_append_byte(&peer, ' ');
        buf_append(&peer, engine->alpn[i]);
    }
    engine->session_peer = buf_take(&peer);
    if (context->never_resumes)
        return;
    bool has_expired = false;
    SSL_SESSION *session =
        tls_sessions_take(context->sessions, engine->session_peer, (int64_t)time(NULL), &has_expired);
    if (session)
        engine->resumption = SSL_set_session(engine->ssl, session) == 1 ? TLS_SESSION_OFFERED : TLS_SESSION_UNUSED;
    else if (has_expired)
        engine->resumption = TLS_SESSION_EXPIRED;
    else if (context->session_binding[0])
        engine->resumption = TLS_SESSION_UNKNOWN;
    SSL_SESSION_free(session);
}

void tls_engine_forget_session(struct tls_engine *engine)
{
    if (!engine->ssl || engine->resumption != TLS_SESSION_OFFERED)
        return;
    SSL_set_session(engine->ssl, NULL);
    engine->resumption = TLS_SESSION_UNTAKEN;
}

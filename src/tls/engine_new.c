/* An engine, made and freed: whom to expect, and what is offered: server name, protocols, a session to resume. */
#include "tls/engine_state.h"

#include "base/mem.h"
#include "tls/resume.h"
#include "tls/tell.h"

#include <assert.h>
#include <openssl/err.h>
#include <string.h>

/* Offers the protocols: each with its length in front (RFC 7301 section 3.1). */
static bool alpn_offer(struct tls_engine *engine, const struct tls_peer *peer)
{
    size_t len = 0;
    for (size_t i = 0; i < peer->n_alpn; i++)
        len += 1 + peer->alpn[i].len;
    engine->alpn = mem_array(peer->n_alpn, sizeof *engine->alpn);
    engine->n_alpn = peer->n_alpn;
    char *out = engine->alpn_wire = mem_alloc(len);
    for (size_t i = 0; i < peer->n_alpn; i++) {
        struct slice name = peer->alpn[i];
        assert(name.len > 0 && name.len < 256);
        *out++ = (char)name.len;
        memcpy(out, name.ptr, name.len);
        engine->alpn[i] = slice_make(out, name.len);
        out += name.len;
    }
    /* This one returns 0 for success. */
    return len == 0 || SSL_set_alpn_protos(engine->ssl, (unsigned char *)engine->alpn_wire, (unsigned)len) == 0;
}

static int on_certificate_request(SSL *ssl, void *ctx)
{
    (void)ssl;
    struct tls_engine *engine = ctx;
    engine->is_certificate_asked = true;
    return 1;
}

/* OpenSSL refuses a wrong pick without saying what it was, so it is kept from here. */
static void on_extension(SSL *ssl, int is_from_server, int type, const unsigned char *data, int len, void *ctx)
{
    (void)ssl;
    (void)is_from_server;
    struct tls_engine *engine = ctx;
    if (type != TLSEXT_TYPE_application_layer_protocol_negotiation || len <= 0)
        return;
    engine->n_alpn_answer = (size_t)len < sizeof engine->alpn_answer ? (size_t)len : sizeof engine->alpn_answer;
    memcpy(engine->alpn_answer, data, engine->n_alpn_answer);
}

/* Makes the SSL and its BIOs and tells it whom to expect; false when that cannot be done for such a name. */
static bool engine_set_up(struct tls_engine *engine, const struct tls_peer *peer)
{
    engine->ssl = SSL_new(engine->context->ssl_ctx);
    engine->from_peer = BIO_new(BIO_s_mem());
    engine->to_peer = BIO_new(BIO_s_mem());
    if (!engine->ssl || !engine->from_peer || !engine->to_peer) {
        BIO_free(engine->from_peer);
        BIO_free(engine->to_peer);
        engine->from_peer = engine->to_peer = NULL;
        return error_set(&engine->error, PEEL_OUT_OF_MEMORY, "no memory for a TLS connection");
    }
    /* Empty means "later", not "end". */
    BIO_set_mem_eof_return(engine->from_peer, -1);
    SSL_set_bio(engine->ssl, engine->from_peer, engine->to_peer);
    SSL_set_connect_state(engine->ssl);
    SSL_set_app_data(engine->ssl, engine);
    SSL_set_cert_cb(engine->ssl, on_certificate_request, engine);
    SSL_set_tlsext_debug_callback(engine->ssl, on_extension);
    SSL_set_tlsext_debug_arg(engine->ssl, engine);
    /* A server staples only for who asks. Browsers do, always; and so does peel, whether somebody looks at the answer
     * or not: what -v shows is then what a run without it does. */
    SSL_set_tlsext_status_type(engine->ssl, TLSEXT_STATUSTYPE_ocsp);
    tls_tell_prepare(engine);
    if (!tls_verify_prepare(engine->ssl, &engine->verify) || !alpn_offer(engine, peer) ||
        (engine->server_name && SSL_set_tlsext_host_name(engine->ssl, engine->server_name) != 1))
        return error_set(&engine->error, PEEL_SSL_CONNECT_ERROR, "this host name cannot be checked by TLS");
    tls_resume_offer(engine);
    return true;
}

/* RFC 6066 section 3: literal addresses are not permitted as server name. */
static const char *server_name_of(const struct tls_engine *engine, bool is_ip)
{
    const char *chosen = engine->context->server_name;
    if (chosen)
        return *chosen ? chosen : NULL;
    return is_ip ? NULL : engine->host;
}

struct tls_engine *tls_engine_new(struct tls_context *context, const struct tls_peer *peer, const struct trace *trace)
{
    struct tls_engine *engine = mem_alloc(sizeof *engine);
    struct slice host = slice_of(peer->host);
    if (host.len > 0 && host.ptr[host.len - 1] == '.')
        host.len--;
    engine->context = tls_context_share(context);
    engine->host = mem_dup_slice(host);
    engine->server_name = server_name_of(engine, peer->is_ip);
    engine->place = mem_printf(strchr(engine->host, ':') ? "[%s]:%u" : "%s:%u", engine->host, peer->port);
    engine->where = mem_printf("%s%s", peer->is_proxy ? "proxy " : "", engine->place);
    engine->trace = trace;
    engine->peer_alert = -1;
    engine->summary =
        peer->wants_summary || trace_wants(trace, TRACE_TLS_SUMMARY) ? mem_alloc(sizeof *engine->summary) : NULL;
    engine->issuers.mode = context->aia;
    engine->verify = (struct tls_verify){
        .host = engine->host,
        .is_ip = peer->is_ip,
        .where = engine->where,
        .proxy = peer->is_proxy ? engine->place : NULL,
        .is_insecure = context->is_insecure,
        .has_use_for_status = context->demands_status || peer->wants_summary || trace_wants(trace, TRACE_TLS_STAPLE),
        .trust = context->trust,
        .pins = context->pins,
        .trace = trace,
        .summary = engine->summary,
        .issuers = &engine->issuers,
        .error = &engine->error,
    };
    ERR_clear_error();
    if (!engine_set_up(engine, peer))
        engine->ended = TLS_FAILED;
    ERR_clear_error();
    return engine;
}

void tls_engine_free(struct tls_engine *engine)
{
    if (!engine)
        return;
    SSL_free(engine->ssl);
    tls_issuers_done(&engine->issuers);
    buf_wipe(&engine->early);
    mem_free(engine->summary);
    mem_free(engine->recv_space);
    mem_free(engine->alpn_wire);
    mem_free(engine->alpn);
    mem_free(engine->place);
    mem_free(engine->where);
    mem_free(engine->session_peer);
    mem_free(engine->host);
    tls_context_free(engine->context);
    mem_free(engine);
}

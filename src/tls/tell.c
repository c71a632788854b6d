/* From OpenSSL's callbacks and getters to the plain structs of facts.h. */
#include "tls/tell.h"

#include "tls/certificate.h"
#include "tls/summary_fill.h"

#include <openssl/err.h>
#include <string.h>
#include <time.h>

enum {
    CLIENT_HELLO = 1, /* RFC 8446 section 4 */
    NO_RENEGOTIATION = 100,
};

/* Notes the header of a record. Those before it belong to this message too, unless they are of another kind. */
static void record_seen(struct tls_engine *engine, bool is_sent, const unsigned char *header)
{
    bool is_other = engine->n_records > 0 && engine->records[0].type != header[0];
    if (is_other || engine->is_record_sent != is_sent)
        engine->n_records = 0;
    engine->is_record_sent = is_sent;
    if (!is_sent) {
        engine->n_header = sizeof engine->header;
        memcpy(engine->header, header, engine->n_header);
    }
    if (engine->n_records < TLS_RECORDS_KEPT)
        engine->records[engine->n_records] = (struct tls_record){header[0], (uint16_t)(header[1] << 8 | header[2]),
                                                                 (uint16_t)(header[3] << 8 | header[4])};
    engine->n_records++;
}

static void message_told(struct tls_engine *engine, bool is_sent, int version, enum tls_message_kind kind,
                         struct slice bytes)
{
    bool is_hello = is_sent && kind == TLS_MESSAGE_HANDSHAKE && bytes.len > 0 && bytes.ptr[0] == CLIENT_HELLO;
    bool is_refusal = is_sent && kind == TLS_MESSAGE_ALERT && bytes.len == 2 && bytes.ptr[1] == NO_RENEGOTIATION;
    if (is_sent && trace_wants(engine->trace, TRACE_TLS_MESSAGE))
        trace_tick(engine->trace);
    uint64_t now_us = engine->trace ? engine->trace->now_us : 0;
    if (is_hello && engine->n_hellos++ == 0)
        engine->hello_us = now_us;
    if (is_hello && engine->n_hellos == 1 && engine->summary)
        tls_summary_note_hello(engine->summary, bytes);
    bool is_in_these = engine->is_record_sent == is_sent;
    struct tls_message message = {is_sent,
                                  kind,
                                  (uint16_t)version,
                                  bytes,
                                  now_us - engine->hello_us,
                                  engine->records,
                                  is_in_these ? engine->n_records : 0};
    if (!is_sent || !engine->is_mute)
        trace_tell(engine->trace, TRACE_TLS_MESSAGE, &message);
    engine->n_records = 0;
    if (is_refusal) {
        struct trace_note note = {NOTE_RENEGOTIATION_REFUSED, slice_of(engine->host), 0};
        trace_tell(engine->trace, TRACE_NOTE, &note);
    }
}

/* The cipher is the pending one as long as the handshake lasts. */
static void note_choice(struct tls_engine *engine, SSL *ssl, struct slice message)
{
    const SSL_CIPHER *cipher = SSL_get_pending_cipher(ssl);
    tls_chosen_note(&engine->chosen, message, cipher && SSL_CIPHER_get_kx_nid(cipher) == NID_kx_dhe);
}

static void note_alert(struct tls_engine *engine, struct slice message)
{
    if (message.len == 2)
        engine->peer_alert = (unsigned char)message.ptr[1];
}

static void on_message(int is_sent, int version, int content_type, const void *bytes, size_t len, SSL *ssl, void *ctx)
{
    struct slice message = slice_make(bytes, len);
    switch (content_type) {
    case SSL3_RT_HANDSHAKE:
        if (is_sent == 0)
            note_choice(ctx, ssl, message);
        message_told(ctx, is_sent == 1, version, TLS_MESSAGE_HANDSHAKE, message);
        break;
    case SSL3_RT_ALERT:
        if (is_sent == 0)
            note_alert(ctx, message);
        message_told(ctx, is_sent == 1, version, TLS_MESSAGE_ALERT, message);
        break;
    case SSL3_RT_CHANGE_CIPHER_SPEC:
        message_told(ctx, is_sent == 1, version, TLS_MESSAGE_CCS, message);
        break;
    case SSL3_RT_HEADER:
        if (len == SSL3_RT_HEADER_LENGTH)
            record_seen(ctx, is_sent == 1, bytes);
        break;
    case SSL3_RT_INNER_CONTENT_TYPE: /* of the record before, in TLS 1.3 */
        if (len == 1 && *(const unsigned char *)bytes == SSL3_RT_APPLICATION_DATA)
            ((struct tls_engine *)ctx)->n_records = 0;
        break;
    default:
        break;
    }
}

/* OpenSSL asks for it per context. Contexts are shared, but only within one run, thus by engines with one trace. */
static void on_secret(const SSL *ssl, const char *line)
{
    const struct tls_engine *engine = SSL_get_app_data(ssl);
    struct trace_line told = {.text = slice_of(line)};
    trace_tell(engine->trace, TRACE_TLS_SECRET, &told);
}

void tls_tell_prepare(struct tls_engine *engine)
{
    const struct trace *trace = engine->trace;
    if (trace_wants(trace, TRACE_TLS_SECRET))
        SSL_CTX_set_keylog_callback(SSL_get_SSL_CTX(engine->ssl), on_secret);
    if (!trace_wants(trace, TRACE_TLS_MESSAGE) && !trace_wants(trace, TRACE_TLS_ESTABLISHED) &&
        !trace_wants(trace, TRACE_TLS_FAILED) && !trace_wants(trace, TRACE_NOTE) && !engine->summary)
        return;
    SSL_set_msg_callback(engine->ssl, on_message);
    SSL_set_msg_callback_arg(engine->ssl, engine);
}

void tls_tell_offer(const struct tls_engine *engine)
{
    struct tls_offer offer = {
        .server_name = slice_of(engine->server_name),
        .is_name_chosen = engine->context->server_name != NULL,
        .host = engine->host,
        .alpn = engine->alpn,
        .n_alpn = engine->n_alpn,
        .trust = tls_trust_words(engine->context->trust),
    };
    char subject[512], issuer[512];
    X509 *own = SSL_get_certificate(engine->ssl);
    if (own && trace_wants(engine->trace, TRACE_TLS_OFFER)) {
        offer.own_subject = tls_certificate_name(X509_get_subject_name(own), subject, sizeof subject);
        offer.own_issuer = tls_certificate_name(X509_get_issuer_name(own), issuer, sizeof issuer);
    }
    trace_tell(engine->trace, TRACE_TLS_OFFER, &offer);
}

/* The key exchange's group by OpenSSL's name; NULL when there was none (RSA key exchange, plain DHE). */
static const char *group_name(SSL *ssl)
{
    long id = SSL_get_negotiated_group(ssl);
    return id > 0 ? SSL_group_to_name(ssl, (int)id) : NULL;
}

static const char *key_type(const EVP_PKEY *key)
{
    const char *name = key ? EVP_PKEY_get0_type_name(key) : NULL;
    return name && strcmp(name, "EC") == 0 ? "ECDSA" : name;
}

void tls_tell_summary(const struct tls_engine *engine)
{
    if (!engine->summary || !trace_wants(engine->trace, TRACE_TLS_SUMMARY))
        return;
    ERR_set_mark();
    tls_summary_note_connection(engine->summary, engine->ssl);
    ERR_pop_to_mark();
    trace_tell(engine->trace, TRACE_TLS_SUMMARY, engine->summary);
}

void tls_tell_established(const struct tls_engine *engine)
{
    if (!trace_wants(engine->trace, TRACE_TLS_ESTABLISHED))
        return;
    SSL *ssl = engine->ssl;
    X509 *leaf = SSL_get0_peer_certificate(ssl);
    const EVP_PKEY *key = leaf ? X509_get0_pubkey(leaf) : NULL;
    bool is_resumed = SSL_session_reused(ssl) == 1;
    /* TLS 1.2 in full takes one more: the client waits for the server's Finished (RFC 5246 section 7.3). */
    unsigned extra = SSL_version(ssl) < TLS1_3_VERSION && !is_resumed ? 1 : 0;
    struct tls_facts facts = {
        .version = SSL_get_version(ssl),
        .cipher = SSL_get_cipher_name(ssl),
        .group = group_name(ssl),
        .key_type = key_type(key),
        .key_bits = key ? EVP_PKEY_get_bits(key) : 0,
        .alpn = tls_engine_alpn(engine),
        .is_resumed = is_resumed,
        .resumption = is_resumed ? TLS_SESSION_RESUMED : engine->resumption,
        .round_trips = engine->n_hellos + extra,
        .cpu_us = engine->cpu_us,
    };
    if (is_resumed)
        tls_tell_resumed(engine);
    trace_tell(engine->trace, TRACE_TLS_ESTABLISHED, &facts);
    tls_tell_summary(engine);
}

uint64_t tls_tell_cpu_us(const struct tls_engine *engine)
{
    struct timespec now;
    if (!trace_wants(engine->trace, TRACE_TLS_ESTABLISHED) || clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

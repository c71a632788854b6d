/* The driver behind the tests of tls/. */
#include "tls_sim.h"

#include "base/mem.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>

static void extension_add(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    if (!value)
        return;
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, &ctx, nid, value);
    assert(extension);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

static void dns_add(GENERAL_NAMES *names, struct slice dns)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();
    ASN1_STRING_set(text, dns.ptr, (int)dns.len);
    GENERAL_NAME_set0_value(name, GEN_DNS, text);
    sk_GENERAL_NAME_push(names, name);
}

static void names_add(X509 *certificate, const struct sim_certificate *what)
{
    extension_add(certificate, certificate, NID_subject_alt_name, what->san);
    if (what->raw_dns.len == 0 && what->n_sans == 0)
        return;
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    if (what->raw_dns.len > 0)
        dns_add(names, what->raw_dns);
    for (unsigned i = 0; i < what->n_sans; i++) {
        char *text = mem_printf("n%u.many.test", i);
        dns_add(names, slice_of(text));
        mem_free(text);
    }
    X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT);
    GENERAL_NAMES_free(names);
}

struct sim_identity sim_identity_make(const struct sim_certificate *what, const struct sim_identity *issuer)
{
    struct sim_identity made = {X509_new(), NULL};
    made.key = what->rsa_bits ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)what->rsa_bits)
                              : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    const struct sim_identity *signer = issuer ? issuer : &made;
    X509 *certificate = made.certificate;
    assert(made.key);
    static long serial = 1;
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 86400L * (what->from_days ? what->from_days : -1) + 3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400L * (what->to_days ? what->to_days : 30) + 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               (const unsigned char *)what->name, -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(signer->certificate));
    X509_set_pubkey(certificate, made.key);
    extension_add(certificate, signer->certificate, NID_basic_constraints, what->constraints);
    /* As real CAs do, so that two with one name can be told apart. */
    extension_add(certificate, signer->certificate, NID_subject_key_identifier, what->constraints ? "hash" : NULL);
    extension_add(certificate, signer->certificate, NID_authority_key_identifier, issuer ? "keyid" : NULL);
    extension_add(certificate, signer->certificate, NID_ext_key_usage, what->extended_key_usage);
    extension_add(certificate, signer->certificate, NID_name_constraints, what->name_constraints);
    extension_add(certificate, signer->certificate, NID_info_access, what->aia);
    names_add(certificate, what);
    bool is_rsa = EVP_PKEY_is_a(signer->key, "RSA");
    const EVP_MD *digest = is_rsa ? EVP_get_digestbyname(what->digest ? what->digest : "SHA256") : NULL;
    int is_signed = X509_sign(certificate, signer->key, digest);
    assert(is_signed > 0);
    (void)is_signed;
    return made;
}

void sim_identity_free(struct sim_identity *identity)
{
    X509_free(identity->certificate);
    EVP_PKEY_free(identity->key);
    *identity = (struct sim_identity){0};
}

struct sim_pki sim_pki_make(void)
{
    struct sim_pki pki;
    pki.root =
        sim_identity_make(&(struct sim_certificate){.name = "Peel Test Root", .constraints = "critical,CA:TRUE"}, NULL);
    pki.leaf = sim_identity_make(
        &(struct sim_certificate){.name = "good.test", .san = "DNS:good.test,IP:192.0.2.7,IP:2001:db8::7"}, &pki.root);
    return pki;
}

void sim_pki_free(struct sim_pki *pki)
{
    sim_identity_free(&pki->leaf);
    sim_identity_free(&pki->root);
}

struct tls_context *sim_client(const struct tls_settings *settings, const struct sim_identity *root)
{
    static const struct tls_trust_system nowhere = {"/nonexistent/certs", "/nonexistent/bundle"};
    struct error err = {0};
    struct tls_context *context = tls_context_new_with(settings, &nowhere, &err);
    if (!context)
        fprintf(stderr, "no context: %s\n", err.text);
    assert(context);
    if (root)
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context->ssl_ctx), root->certificate);
    return context;
}

SSL_CTX *sim_server(const struct sim_identity *identity)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
#ifdef SSL_OP_NO_RX_CERTIFICATE_COMPRESSION
    /* RFC 8879, new in OpenSSL 3.2: the same messages with every library. */
    SSL_CTX_set_options(ctx, SSL_OP_NO_RX_CERTIFICATE_COMPRESSION | SSL_OP_NO_TX_CERTIFICATE_COMPRESSION);
#endif
    SSL_CTX_set_security_level(ctx, 0);
    SSL_CTX_use_certificate(ctx, identity->certificate);
    SSL_CTX_use_PrivateKey(ctx, identity->key);
    SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"sim", 3);
    return ctx;
}

struct tls_peer sim_peer(void)
{
    static const struct slice offered[] = {SLICE_INIT("http/1.1")};
    return (struct tls_peer){.host = "good.test", .port = 443, .alpn = offered, .n_alpn = 1};
}

void sim_start(struct sim *sim, struct tls_context *client, SSL_CTX *server, const struct tls_peer *peer,
               const struct trace *trace)
{
    *sim = (struct sim){
        .client = tls_engine_new(client, peer, trace),
        .server = SSL_new(server),
        .request = "GET / HTTP/1.1\r\n\r\n",
        .response = {"HTTP/1.1 200 OK\r\n\r\n", "hello"},
        .down_limit = SIZE_MAX,
        .up_limit = SIZE_MAX,
        .socket_size = SIZE_MAX,
        .flip_at = SIZE_MAX,
        .status = TLS_WANT_BYTES,
    };
    BIO *in = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(in, -1);
    SSL_set_bio(sim->server, in, BIO_new(BIO_s_mem()));
    SSL_set_accept_state(sim->server);
}

/* How many bytes may go now, of len that wait. */
static size_t allowed(const struct sim *sim, size_t len, size_t limit, size_t done)
{
    size_t left = limit > done ? limit - done : 0;
    len = len < left ? len : left;
    return len < sim->socket_size ? len : sim->socket_size;
}

static bool move_up(struct sim *sim)
{
    struct slice unsent = tls_engine_unsent(sim->client);
    size_t n = allowed(sim, unsent.len, sim->up_limit, sim->up);
    if (n == 0)
        return false;
    BIO_write(SSL_get_rbio(sim->server), unsent.ptr, (int)n);
    tls_engine_sent(sim->client, n);
    sim->up += n;
    return true;
}

static bool move_down(struct sim *sim)
{
    size_t n = allowed(sim, sim_held_down(sim), sim->down_limit, sim->down);
    if (n == 0)
        return false;
    struct span space = tls_engine_recv_space(sim->client);
    n = n < space.len ? n : space.len;
    BIO_read(SSL_get_wbio(sim->server), space.ptr, (int)n);
    buf_append(&sim->flow, slice_make(space.ptr, n));
    if (sim->flip_at >= sim->down && sim->flip_at - sim->down < n)
        space.ptr[sim->flip_at - sim->down] ^= (char)sim->flip_mask;
    tls_engine_received(sim->client, n);
    sim->down += n;
    return true;
}

static void client_step(struct sim *sim)
{
    sim->status = tls_engine_handshake(sim->client);
    if (sim->status != TLS_OK)
        return;
    if (sim->flight == 0)
        sim->flight = sim->down;
    size_t n = 0;
    if (!sim->is_request_sent) {
        sim->status = tls_engine_write(sim->client, slice_of(sim->request), &n);
        sim->is_request_sent = sim->status == TLS_OK;
    }
    char plain[512];
    while ((sim->status = tls_engine_read(sim->client, (struct span){plain, sizeof plain}, &n)) == TLS_OK)
        buf_append(&sim->client_got, slice_make(plain, n));
    if (sim->status == TLS_CLOSED)
        tls_engine_close(sim->client);
}

/* The request is whole: answer it. */
static void server_answer(struct sim *sim)
{
    size_t n_all = sizeof sim->response / sizeof *sim->response;
    for (; sim->n_responses_sent < n_all && sim->response[sim->n_responses_sent]; sim->n_responses_sent++) {
        const char *text = sim->response[sim->n_responses_sent];
        if (SSL_write(sim->server, text, (int)strlen(text)) <= 0)
            return;
    }
    if (!sim->is_left_open && (SSL_get_shutdown(sim->server) & SSL_SENT_SHUTDOWN) == 0)
        SSL_shutdown(sim->server);
}

/* False when there may be more of it. */
static bool server_read_early(struct sim *sim)
{
    char plain[512];
    size_t n = 0;
    int status = SSL_READ_EARLY_DATA_SUCCESS;
    while ((status = SSL_read_early_data(sim->server, plain, sizeof plain, &n)) == SSL_READ_EARLY_DATA_SUCCESS) {
        buf_append(&sim->server_got, slice_make(plain, n));
        buf_append(&sim->server_got_early, slice_make(plain, n));
    }
    sim->is_early_over = status == SSL_READ_EARLY_DATA_FINISH;
    int why = SSL_get_error(sim->server, 0);
    sim->is_server_failed = !sim->is_early_over && (why == SSL_ERROR_SSL || why == SSL_ERROR_SYSCALL);
    return sim->is_early_over;
}

static void server_step(struct sim *sim)
{
    if (sim->is_server_failed)
        return;
    ERR_clear_error();
    if (sim->takes_early && !sim->is_early_over && !server_read_early(sim))
        return;
    char plain[512];
    int n;
    while ((n = SSL_read(sim->server, plain, sizeof plain)) > 0)
        buf_append(&sim->server_got, slice_make(plain, (size_t)n));
    int why = SSL_get_error(sim->server, n);
    sim->is_server_failed = why == SSL_ERROR_SSL || why == SSL_ERROR_SYSCALL;
    ERR_clear_error();
    if (!sim->is_server_failed && slice_equal(buf_slice(&sim->server_got), slice_of(sim->request)))
        server_answer(sim);
}

void sim_run(struct sim *sim)
{
    bool is_moving = true;
    while (is_moving) {
        client_step(sim);
        bool is_up = move_up(sim);
        server_step(sim);
        bool is_down = move_down(sim);
        is_moving = is_up || is_down;
    }
}

void sim_cut(struct sim *sim)
{
    tls_engine_peer_closed(sim->client);
    client_step(sim);
}

void sim_inject(struct sim *sim, struct slice bytes)
{
    while (bytes.len > 0) {
        struct span space = tls_engine_recv_space(sim->client);
        struct slice piece = slice_first(bytes, space.len);
        memcpy(space.ptr, piece.ptr, piece.len);
        tls_engine_received(sim->client, piece.len);
        bytes = slice_from(bytes, piece.len);
        client_step(sim);
    }
}

size_t sim_held_down(const struct sim *sim)
{
    return BIO_ctrl_pending(SSL_get_wbio(sim->server));
}

void sim_done(struct sim *sim)
{
    tls_engine_free(sim->client);
    SSL_free(sim->server);
    buf_done(&sim->flow);
    buf_done(&sim->client_got);
    buf_done(&sim->server_got);
    buf_done(&sim->server_got_early);
}

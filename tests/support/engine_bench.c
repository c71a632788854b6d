/* A client and a server for each kind of handshake. */
#include "engine_bench.h"

#include <time.h>

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

const struct kind kinds[N_KINDS] = {
    [KIND_1_2] = {"TLS 1.2", TLS1_2_VERSION, false, false, false},
    [KIND_1_3] = {"TLS 1.3", TLS1_3_VERSION, false, false, false},
    [KIND_RETRIED] = {"HelloRetryRequest", TLS1_3_VERSION, true, false, false},
    [KIND_CLIENT_CERTIFICATE_1_2] = {"client certificate, TLS 1.2", TLS1_2_VERSION, false, true, false},
    [KIND_CLIENT_CERTIFICATE_1_3] = {"client certificate, TLS 1.3", TLS1_3_VERSION, false, true, false},
    [KIND_RESUMED_1_2] = {"resumed, TLS 1.2", TLS1_2_VERSION, false, false, true},
    [KIND_RESUMED_1_3] = {"resumed, TLS 1.3", TLS1_3_VERSION, false, false, true},
};

int bench_pick_first(SSL *ssl, const unsigned char **out, unsigned char *outlen, const unsigned char *in, unsigned len,
                     void *ctx)
{
    (void)ssl;
    (void)ctx;
    (void)len;
    *out = in + 1;
    *outlen = in[0];
    return SSL_TLSEXT_ERR_OK;
}

static int accept_any(int is_good, X509_STORE_CTX *ctx)
{
    (void)is_good;
    (void)ctx;
    return 1;
}

SSL_CTX *bench_server(const struct bench *bench, const struct kind *kind)
{
    SSL_CTX *ctx = sim_server(&bench->pki.leaf);
    SSL_CTX_set_min_proto_version(ctx, kind->version);
    SSL_CTX_set_max_proto_version(ctx, kind->version);
    SSL_CTX_set_alpn_select_cb(ctx, bench_pick_first, NULL);
    SSL_CTX_set_num_tickets(ctx, 1);
    /* x25519's key shares always have the same size, so every run of a kind has the same length. */
    SSL_CTX_set1_groups_list(ctx, kind->is_retried ? "P-256" : "X25519");
    if (kind->asks_certificate) {
        SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);
        SSL_CTX_add_client_CA(ctx, bench->pki.root.certificate);
    }
    return ctx;
}

int bench_set_up(void **state)
{
    unsetenv("CURL_CA_BUNDLE");
    unsetenv("SSL_CERT_FILE");
    unsetenv("SSL_CERT_DIR");
    struct bench *bench = mem_alloc(sizeof *bench);
    bench->pki = sim_pki_make();
    bench->user = sim_identity_make(&(struct sim_certificate){.name = "user"}, &bench->pki.root);
    for (size_t i = 0; i < N_KINDS; i++) {
        /* A hybrid group in front, as newer libraries have, would make the retry one for another reason. */
        bench->client[i] = sim_client(&(struct tls_settings){.curves = (char[]){"X25519:P-256"}}, &bench->pki.root);
        bench->server[i] = bench_server(bench, &kinds[i]);
        if (kinds[i].asks_certificate) {
            SSL_CTX_use_certificate(bench->client[i]->ssl_ctx, bench->user.certificate);
            SSL_CTX_use_PrivateKey(bench->client[i]->ssl_ctx, bench->user.key);
        }
    }
    *state = bench;
    return 0;
}

int bench_tear_down(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < N_KINDS; i++) {
        SSL_SESSION_free(bench->session[i]);
        tls_context_free(bench->client[i]);
        SSL_CTX_free(bench->server[i]);
    }
    sim_identity_free(&bench->user);
    sim_pki_free(&bench->pki);
    mem_free(bench);
    return 0;
}

/* A first exchange leaves a session behind. */
static void make_session(struct bench *bench, size_t kind)
{
    struct sim sim;
    struct tls_peer peer = sim_peer();
    sim_start(&sim, bench->client[kind], bench->server[kind], &peer, NULL);
    sim_run(&sim);
    assert_whole(&sim, kinds[kind].name, 0);
    sim_done(&sim);
    bench->session[kind] =
        tls_sessions_take(bench->client[kind]->sessions, "good.test:443 http/1.1", (int64_t)time(NULL), &(bool){false});
    assert_non_null(bench->session[kind]);
}

void bench_start_told(struct bench *bench, size_t kind, struct sim *sim, const struct trace *trace)
{
    struct tls_peer peer = sim_peer();
    struct tls_sessions *sessions = bench->client[kind]->sessions;
    tls_sessions_done(sessions);
    if (kinds[kind].is_resumed && !bench->session[kind])
        make_session(bench, kind);
    tls_sessions_done(sessions);
    if (kinds[kind].is_resumed)
        tls_sessions_keep(sessions, "good.test:443 http/1.1", SSL_SESSION_dup(bench->session[kind]));
    sim_start(sim, bench->client[kind], bench->server[kind], &peer, trace);
}

void bench_start(struct bench *bench, size_t kind, struct sim *sim)
{
    bench_start_told(bench, kind, sim, NULL);
}

void assert_whole(struct sim *sim, const char *kind, size_t at)
{
    if (sim->status != TLS_CLOSED || !slice_equal(buf_slice(&sim->client_got), SLICE(RESPONSE)))
        fail_msg("%s, byte %zu: status %d, error '%s', got '%s'", kind, at, (int)sim->status,
                 tls_engine_error(sim->client)->text, buf_text(&sim->client_got));
    assert_string_equal(buf_text(&sim->server_got), sim->request);
    assert_int_equal(tls_engine_error(sim->client)->code, PEEL_OK);
    assert_int_equal(tls_engine_unsent(sim->client).len, 0);
}

struct lengths bench_measure(struct bench *bench, size_t kind)
{
    struct sim sim;
    bench_start(bench, kind, &sim);
    sim_run(&sim);
    assert_whole(&sim, kinds[kind].name, 0);
    struct lengths lengths = {sim.down, sim.up, sim.flight};
    sim_done(&sim);
    return lengths;
}

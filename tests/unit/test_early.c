/* tls/early against an OpenSSL server in memory: early data that is taken, and that is not, cut at every byte. Whatever
 * becomes of it, the server gets the request once. */
#include "base/mem.h"
#include "tls/session.h"
#include "tls_sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define RESPONSE "HTTP/1.1 200 OK\r\n\r\nhello"

enum {
    MAX_EARLY = 1000,
    STRIDE = 3, /* the handshake's own bytes are test_engine_bytes.c's */
};

/* What the second connection meets. */
enum kind {
    ACCEPTS,
    IGNORES,     /* it resumes, and does not look at early data */
    FORGOT_KEYS, /* the ticket is nothing to it: a handshake in full */
    RETRIES,     /* HelloRetryRequest, which ends early data */
    N_KINDS,
};

struct world {
    struct sim_pki pki;
    struct tls_context *client;
    SSL_CTX *server, *stranger, *retrying;
    SSL_SESSION *session;
    int notes[NOTE_COUNT];
    struct trace trace;
    struct trace_subscriber subscriber;
};

#define PEER "good.test:443 http/1.1"

static SSL_CTX *early_server(const struct world *w)
{
    SSL_CTX *server = sim_server(&w->pki.leaf);
    SSL_CTX_set_max_early_data(server, MAX_EARLY);
    /* One ticket serves all connections of this test. */
    SSL_CTX_set_options(server, SSL_OP_NO_ANTI_REPLAY);
    return server;
}

static SSL_SESSION *first_session(const struct world *w, SSL_CTX *server)
{
    struct sim sim;
    struct tls_peer peer = sim_peer();
    bool has_expired = false;
    sim_start(&sim, w->client, server, &peer, NULL);
    sim_run(&sim);
    assert_int_equal(sim.status, TLS_CLOSED);
    sim_done(&sim);
    SSL_SESSION *session = tls_sessions_take(w->client->sessions, PEER, (int64_t)time(NULL), &has_expired);
    tls_sessions_done(w->client->sessions);
    assert_non_null(session);
    return session;
}

static void on_event(void *ctx, const struct trace_event *event)
{
    struct world *w = ctx;
    w->notes[((const struct trace_note *)event->data)->id]++;
}

static int make_world(void **state)
{
    struct world *w = *state = mem_alloc(sizeof *w);
    w->pki = sim_pki_make();
    w->client = sim_client(&(struct tls_settings){.version_min = TLS_VERSION_1_3}, &w->pki.root);
    w->server = early_server(w);
    w->stranger = early_server(w);
    w->retrying = early_server(w);
    w->subscriber = (struct trace_subscriber){.mask = TRACE_BIT(TRACE_NOTE), .on_event = on_event, .ctx = w};
    trace_subscribe(&w->trace, &w->subscriber);
    unsigned char keys[80];
    SSL_CTX_get_tlsext_ticket_keys(w->server, keys, sizeof keys);
    SSL_CTX_set_tlsext_ticket_keys(w->retrying, keys, sizeof keys);
    SSL_CTX_set1_groups_list(w->retrying, "P-521");
    w->session = first_session(w, w->server);
    return 0;
}

static int free_world(void **state)
{
    struct world *w = *state;
    SSL_SESSION_free(w->session);
    tls_context_free(w->client);
    SSL_CTX_free(w->server);
    SSL_CTX_free(w->stranger);
    SSL_CTX_free(w->retrying);
    sim_pki_free(&w->pki);
    mem_free(w);
    return 0;
}

static void start(struct world *w, enum kind kind, struct sim *sim)
{
    SSL_CTX *const servers[N_KINDS] = {w->server, w->server, w->stranger, w->retrying};
    struct tls_peer peer = sim_peer();
    memset(w->notes, 0, sizeof w->notes);
    tls_sessions_done(w->client->sessions);
    tls_sessions_keep(w->client->sessions, PEER, SSL_SESSION_dup(w->session));
    sim_start(sim, w->client, servers[kind], &peer, &w->trace);
    sim->takes_early = kind != IGNORES;
    sim->is_request_sent = tls_engine_offer_early(sim->client, slice_of(sim->request));
    assert_true(sim->is_request_sent);
}

static void finish(struct world *w, enum kind kind, struct sim *sim, size_t at)
{
    if (sim->status != TLS_CLOSED || !slice_equal(buf_slice(&sim->client_got), SLICE(RESPONSE)))
        fail_msg("kind %d, byte %zu: status %d, error '%s'", (int)kind, at, (int)sim->status,
                 tls_engine_error(sim->client)->text);
    long len = (long)strlen(sim->request);
    assert_string_equal(buf_text(&sim->server_got), sim->request);
    assert_string_equal(buf_text(&sim->server_got_early), kind == ACCEPTS ? sim->request : "");
    assert_int_equal(tls_engine_early(sim->client), kind == ACCEPTS ? len : -len);
    assert_int_equal(w->notes[NOTE_EARLY_SENT], 1);
    assert_int_equal(w->notes[NOTE_EARLY_ACCEPTED], kind == ACCEPTS);
    assert_int_equal(w->notes[NOTE_EARLY_REJECTED], kind != ACCEPTS);
    sim_done(sim);
}

/* The request is there before the server has sent a byte. */
static void the_request_is_there_first(void **state)
{
    struct world *w = *state;
    struct sim sim;
    start(w, ACCEPTS, &sim);
    sim.down_limit = 0;
    sim_run(&sim);
    assert_string_equal(buf_text(&sim.server_got_early), sim.request);
    sim.down_limit = SIZE_MAX;
    sim_run(&sim);
    finish(w, ACCEPTS, &sim, 0);
}

static void cut_at_every_byte_both_ways(void **state)
{
    struct world *w = *state;
    for (enum kind kind = ACCEPTS; kind < N_KINDS; kind++) {
        struct sim sim;
        start(w, kind, &sim);
        sim_run(&sim);
        size_t up = sim.up, down = sim.down;
        finish(w, kind, &sim, 0);
        for (size_t n = kind % STRIDE; n <= up; n += STRIDE) {
            start(w, kind, &sim);
            sim.up_limit = n;
            sim_run(&sim);
            sim.up_limit = SIZE_MAX;
            sim_run(&sim);
            finish(w, kind, &sim, n);
        }
        for (size_t n = kind % STRIDE; n <= down; n += STRIDE) {
            start(w, kind, &sim);
            sim.down_limit = n;
            sim_run(&sim);
            sim.down_limit = SIZE_MAX;
            sim_run(&sim);
            finish(w, kind, &sim, n);
        }
        start(w, kind, &sim);
        sim.socket_size = 1;
        sim_run(&sim);
        finish(w, kind, &sim, 1);
    }
}

/* Nothing that is early counts before the handshake is whole. */
static void an_end_in_the_handshake_is_an_error(void **state)
{
    struct world *w = *state;
    struct sim sim;
    start(w, ACCEPTS, &sim);
    sim.down_limit = 50;
    sim_run(&sim);
    sim_cut(&sim);
    assert_int_equal(sim.status, TLS_FAILED);
    assert_int_equal(tls_engine_error(sim.client)->code, PEEL_SSL_CONNECT_ERROR);
    sim_done(&sim);
}

static void what_cannot_go_early(void **state)
{
    struct world *w = *state;
    SSL_CTX *plain = sim_server(&w->pki.leaf);
    SSL_SESSION *without = first_session(w, plain);
    char long_request[MAX_EARLY + 2] = {0};
    memset(long_request, 'x', MAX_EARLY + 1);
    struct {
        SSL_SESSION *session;
        struct slice request;
        bool is_taken;
    } rows[] = {
        {NULL, SLICE("GET"), false},
        {without, SLICE("GET"), false},
        {w->session, SLICE(""), false},
        {w->session, slice_make(long_request, MAX_EARLY + 1), false},
        {w->session, slice_make(long_request, MAX_EARLY), true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sim sim;
        struct tls_peer peer = sim_peer();
        tls_sessions_done(w->client->sessions);
        if (rows[i].session)
            tls_sessions_keep(w->client->sessions, PEER, SSL_SESSION_dup(rows[i].session));
        memset(w->notes, 0, sizeof w->notes);
        sim_start(&sim, w->client, w->server, &peer, &w->trace);
        sim.takes_early = true;
        assert_int_equal(tls_engine_offer_early(sim.client, rows[i].request), rows[i].is_taken);
        assert_int_equal(w->notes[NOTE_EARLY_UNUSED], !rows[i].is_taken);
        if (!rows[i].is_taken) {
            sim_run(&sim);
            assert_int_equal(sim.status, TLS_CLOSED);
            assert_int_equal(tls_engine_early(sim.client), 0);
            assert_int_equal(sim.server_got_early.len, 0);
        }
        sim_done(&sim);
    }
    SSL_SESSION_free(without);
    SSL_CTX_free(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_request_is_there_first),
        cmocka_unit_test(cut_at_every_byte_both_ways),
        cmocka_unit_test(an_end_in_the_handshake_is_an_error),
        cmocka_unit_test(what_cannot_go_early),
    };
    return cmocka_run_group_tests(tests, make_world, free_world);
}

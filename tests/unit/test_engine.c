/* tls/engine against an OpenSSL server in memory: what a server may say, and what is made of it. */
#include "engine_bench.h"

#include "base/mem.h"
#include "tls/alerts.h"
#include "tls/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* The start of one exchange, with the ClientHello made and nothing answered. */
static void start_held(struct bench *bench, size_t kind, struct sim *sim)
{
    bench_start(bench, kind, sim);
    sim->up_limit = 0;
    sim_run(sim);
}

static void assert_failed(struct sim *sim, enum peel_code code, const char *word)
{
    const struct error *err = tls_engine_error(sim->client);
    if (sim->status != TLS_FAILED || err->code != code || !strstr(err->text, word))
        fail_msg("wanted (%d) '%s'; status %d (%d) '%s'", (int)code, word, (int)sim->status, (int)err->code, err->text);
    assert_non_null(strstr(err->text, ":443"));
}

static void answers_that_are_no_tls(void **state)
{
    static const struct {
        struct slice bytes;
        const char *word;
    } rows[] = {
        {SLICE_INIT("HTTP/1.1 400 Bad Request\r\n\r\n"), "answered in plain HTTP; try http://good.test:443"},
        {SLICE_INIT("SSH-2.0-OpenSSH_9.2\r\n"), "it speaks SSH (its first bytes: \"SSH-"},
        {SLICE_INIT("220 mail.test ESMTP\r\n"), "SMTP or FTP"},
        {SLICE_INIT("* OK IMAP4rev1\r\n"), "IMAP"},
        {SLICE_INIT("+OK POP3\r\n"), "POP3"},
        {SLICE_INIT("RFB 003.008\n"), "VNC"},
        {SLICE_INIT("\x4a\0\0\0\x0a"
                    "5.7.40\0"),
         "MySQL"},
        {SLICE_INIT("\x1b[31mred\n"), "not known here (its first bytes: \"\\x1b[31m"},
        {SLICE_INIT("\x16\x03\x03\x48\x01"), "record overflow"},
        {SLICE_INIT("\x16\x03\x03\0\x04\x0e\0\0\0"), "does not belong there"},
        {SLICE_INIT("\x16\x03\x03\0\x04\x02\0\0\0"), "awaited: "},
        {SLICE_INIT("\x16\x03\x02\0\x2a\x02\0\0\x26\x03\x02"
                    "0123456789abcdef0123456789abcdef"
                    "\0\x13\x01\0"),
         "answered with TLS 1.1; offered: TLS 1.2 and TLS 1.3"},
        {SLICE_INIT("\x16\x03\x03\0\x2a\x02\0\0\x26\x03\x03"
                    "0123456789abcdef0123456789abcdef"
                    "\0\0\x05\0"),
         "0x0005"},
        {SLICE_INIT("\x15\x03\x03\0\x02\x01\0"),
         "closed with close_notify during the handshake, ServerHello was awaited"},
        {SLICE_INIT("\x15\x03\x03\0\x02\x02\x28"),
         "alert handshake_failure (40): it may want what is left out by --curves; offered: TLS 1.2 and TLS 1.3, "},
        {SLICE_INIT("\x15\x03\x03\0\x02\x02\x28"), "ciphers, server name good.test, ALPN http/1.1"},
        {SLICE_INIT("\x15\x03\x03\0\x02\x02\x46"), "protocol_version (70): it may know only older versions"},
        {SLICE_INIT("\x15\x03\x03\0\x02\x02\x70"),
         "unrecognized_name (112): it does not know the server name good.test"},
        {SLICE_INIT("\x15\x03\x03\0\x02\x02\xfe"), "alert of an unknown kind (254)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t piece = 1; piece <= 64; piece += 63) {
            struct sim sim;
            start_held(*state, 1, &sim);
            for (struct slice left = rows[i].bytes; left.len > 0 && sim.status != TLS_FAILED;
                 left = slice_from(left, slice_first(left, piece).len))
                sim_inject(&sim, slice_first(left, piece));
            if (sim.status == TLS_WANT_BYTES)
                sim_cut(&sim);
            assert_failed(&sim, PEEL_SSL_CONNECT_ERROR, rows[i].word);
            sim_done(&sim);
        }
}

static void empty_records_are_counted(void **state)
{
    struct sim sim;
    start_held(*state, 1, &sim);
    for (size_t i = 0; i < 100 && sim.status == TLS_WANT_BYTES; i++)
        sim_inject(&sim, SLICE("\x16\x03\x03\0\0"));
    assert_failed(&sim, PEEL_SSL_CONNECT_ERROR, "empty records");
    sim_done(&sim);
}

static void a_second_retry_request_is_refused(void **state)
{
    struct sim sim;
    bench_start(*state, 2, &sim);
    sim.up_limit = 0;
    sim_run(&sim);
    sim.up_limit = tls_engine_unsent(sim.client).len;
    sim_run(&sim);
    char *request = mem_dup_slice(buf_slice(&sim.flow));
    size_t len = sim.flow.len;
    sim_inject(&sim, slice_make(request, len));
    assert_failed(&sim, PEEL_SSL_CONNECT_ERROR, "second HelloRetryRequest");
    mem_free(request);
    sim_done(&sim);
}

static void a_handshake_in_records_of_one_byte(void **state)
{
    struct sim sim;
    bench_start(*state, 0, &sim);
    sim.down_limit = 0;
    sim_run(&sim);
    char flight[8192];
    int n = BIO_read(SSL_get_wbio(sim.server), flight, sizeof flight);
    assert_true(n > 0);
    struct buf split = {0};
    for (struct slice left = slice_make(flight, (size_t)n); left.len > 0;) {
        size_t len = (size_t)(unsigned char)left.ptr[3] << 8 | (unsigned char)left.ptr[4];
        for (size_t i = 0; i < len; i++) {
            buf_append(&split, SLICE("\x16\x03\x03\0\x01"));
            buf_append_byte(&split, left.ptr[5 + i]);
        }
        left = slice_from(left, 5 + len);
    }
    sim_inject(&sim, buf_slice(&split));
    buf_done(&split);
    sim.down_limit = SIZE_MAX;
    sim_run(&sim);
    assert_whole(&sim, "one-byte records", 0);
    sim_done(&sim);
}

static void a_client_certificate_that_is_wanted(void **state)
{
    struct bench *bench = *state;
    struct tls_peer peer = sim_peer();
    for (size_t kind = 3; kind <= 4; kind++) {
        struct sim sim;
        sim_start(&sim, bench->client[0], bench->server[kind], &peer, NULL);
        sim_run(&sim);
        assert_failed(&sim, kind == 3 ? PEEL_SSL_CONNECT_ERROR : PEEL_RECV_ERROR,
                      "the server asks for a client certificate (accepted issuers: CN=Peel Test Root), use --cert");
        assert_non_null(strstr(tls_engine_error(sim.client)->text,
                               kind == 3 ? "handshake_failure (40)" : "certificate_required (116)"));
        sim_done(&sim);
    }
}

static int accept_none(X509_STORE_CTX *ctx, void *unused)
{
    (void)unused;
    X509_STORE_CTX_set_error(ctx, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT);
    return 0;
}

static void a_client_certificate_that_is_refused(void **state)
{
    struct bench *bench = *state;
    SSL_CTX *server = bench_server(bench, &kinds[4]);
    SSL_CTX_set_cert_verify_callback(server, accept_none, NULL);
    for (int i = 0; i < 6; i++) {
        struct sim_identity ca =
            sim_identity_make(&(struct sim_certificate){.name = "One more", .constraints = "CA:TRUE"}, NULL);
        SSL_CTX_add_client_CA(server, ca.certificate);
        sim_identity_free(&ca);
    }
    struct tls_peer peer = sim_peer();
    struct sim sim;
    sim_start(&sim, bench->client[4], server, &peer, NULL);
    sim_run(&sim);
    assert_failed(&sim, PEEL_RECV_ERROR, "the server refused our client certificate with alert unknown_ca (48)");
    sim_done(&sim);
    sim_start(&sim, bench->client[0], server, &peer, NULL);
    sim_run(&sim);
    assert_failed(&sim, PEEL_RECV_ERROR, "CN=One more and 3 more), use --cert");
    sim_done(&sim);
    SSL_CTX_free(server);
}

static int pick_h2(SSL *ssl, const unsigned char **out, unsigned char *outlen, const unsigned char *in, unsigned len,
                   void *ctx)
{
    (void)in;
    (void)len;
    static const unsigned char h2[] = "h2";
    *out = h2;
    *outlen = 2;
    return bench_pick_first(ssl, out, outlen, (const unsigned char *)"\x02h2", 3, ctx);
}

static void a_protocol_that_was_not_offered(void **state)
{
    struct bench *bench = *state;
    for (size_t kind = 0; kind <= 1; kind++) {
        SSL_CTX *server = bench_server(bench, &kinds[kind]);
        SSL_CTX_set_alpn_select_cb(server, pick_h2, NULL);
        static const struct slice offered[] = {SLICE_INIT("http/1.1"), SLICE_INIT("http/1.0")};
        struct tls_peer peer = sim_peer();
        peer.alpn = offered;
        peer.n_alpn = 2;
        struct sim sim;
        sim_start(&sim, bench->client[kind], server, &peer, NULL);
        sim_run(&sim);
        assert_failed(&sim, PEEL_SSL_CONNECT_ERROR, "ALPN: the server picked h2, offered: http/1.1,http/1.0");
        assert_int_equal(sim.server_got.len, 0);
        sim_done(&sim);
        SSL_CTX_free(server);
    }
}

static void a_certificate_message_that_is_too_large(void **state)
{
    struct bench *bench = *state;
    struct sim_identity huge =
        sim_identity_make(&(struct sim_certificate){.name = "many", .san = NULL, .n_sans = 8000}, &bench->pki.root);
    SSL_CTX *server = sim_server(&huge);
    struct tls_peer peer = sim_peer();
    struct sim sim;
    sim_start(&sim, bench->client[1], server, &peer, NULL);
    sim_run(&sim);
    assert_failed(&sim, PEEL_SSL_CONNECT_ERROR, "certificate list too large (more than 102400 bytes)");
    sim_done(&sim);
    SSL_CTX_free(server);
    sim_identity_free(&huge);
}

/* A certificate whose DER does not parse: the length of a field inside is changed in a plain TLS 1.2 flight. */
static void a_certificate_that_cannot_be_decoded(void **state)
{
    struct sim sim;
    bench_start(*state, 0, &sim);
    sim.down_limit = 0;
    sim_run(&sim);
    char flight[8192];
    int n = BIO_read(SSL_get_wbio(sim.server), flight, sizeof flight);
    assert_true(n > 0);
    char *der = memmem(flight, (size_t)n, "\xa0\x03\x02\x01\x02\x02", 6);
    assert_non_null(der);
    der[1] = 0x77;
    sim_inject(&sim, slice_make(flight, (size_t)n));
    assert_failed(&sim, PEEL_SSL_CONNECT_ERROR, "certificate decoding");
    sim_done(&sim);
}

static void addresses_are_verified_and_send_no_name(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *host;
        bool is_ip;
        const char *word; /* NULL: it works */
    } rows[] = {
        {"192.0.2.7", true, NULL},
        {"2001:db8::7", true, NULL},
        {"2001:db8:0::7%eth0", true, NULL},
        {"192.0.2.8", true, "certificate of 192.0.2.8:443: it is not for the address 192.0.2.8"},
        {"2001:db8::8", true, "certificate of [2001:db8::8]:443: "},
        {"good.test.", false, NULL},
        {"GOOD.test", false, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tls_peer peer = {.host = rows[i].host, .is_ip = rows[i].is_ip, .port = 443};
        struct sim sim;
        sim_start(&sim, bench->client[1], bench->server[1], &peer, NULL);
        sim_run(&sim);
        if (rows[i].word)
            assert_failed(&sim, PEEL_PEER_FAILED_VERIFICATION, rows[i].word);
        else
            assert_whole(&sim, rows[i].host, i);
        const char *sent = SSL_get_servername(sim.server, TLSEXT_NAMETYPE_host_name);
        if (rows[i].is_ip)
            assert_null(sent);
        else
            assert_int_equal(strcasecmp(sent, "good.test"), 0);
        assert_int_equal(tls_engine_alpn(sim.client).len, 0);
        sim_done(&sim);
    }
    struct tls_peer peer = {.host = "192.0.2.7", .is_ip = true, .port = 443};
    struct sim sim;
    sim_start(&sim, bench->client[1], bench->server[1], &peer, NULL);
    sim.up_limit = 0;
    sim_run(&sim);
    sim_inject(&sim, SLICE("\x15\x03\x03\0\x02\x02\x28"));
    assert_failed(&sim, PEEL_SSL_CONNECT_ERROR, "no server name");
    sim_done(&sim);
}

/* OpenSSL would take the empty name for "any", and one with a dot in front for "any below". */
static void names_that_cannot_be_checked_are_refused(void **state)
{
    struct bench *bench = *state;
    char large[400] = {0};
    memset(large, 'a', sizeof large - 1);
    const struct tls_peer rows[] = {
        {.host = "", .port = 443},
        {.host = ".", .port = 443},
        {.host = ".test", .port = 443},
        {.host = "good.test", .is_ip = true, .port = 443},
        {.host = "", .is_ip = true, .port = 443},
        {.host = large, .port = 443},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tls_engine *engine = tls_engine_new(bench->client[1], &rows[i], NULL);
        assert_int_equal(tls_engine_handshake(engine), TLS_FAILED);
        assert_int_equal(tls_engine_error(engine)->code, PEEL_SSL_CONNECT_ERROR);
        assert_int_equal(tls_engine_unsent(engine).len, 0);
        size_t n = 0;
        char byte;
        assert_int_equal(tls_engine_read(engine, (struct span){&byte, 1}, &n), TLS_FAILED);
        assert_int_equal(tls_engine_write(engine, SLICE("x"), &n), TLS_FAILED);
        tls_engine_peer_closed(engine);
        assert_int_equal(tls_engine_close(engine), TLS_OK);
        tls_engine_free(engine);
    }
    tls_engine_free(NULL);
}

static void many_tickets_are_consumed(void **state)
{
    struct bench *bench = *state;
    SSL_CTX *server = bench_server(bench, &kinds[1]);
    SSL_CTX_set_num_tickets(server, 200);
    struct tls_peer peer = sim_peer();
    struct sim sim;
    sim_start(&sim, bench->client[1], server, &peer, NULL);
    sim_run(&sim);
    assert_whole(&sim, "tickets", 0);
    assert_int_equal(SSL_CTX_sess_number(bench->client[1]->ssl_ctx), 0);
    sim_done(&sim);
    SSL_CTX_free(server);
}

/* A write in the middle of a post-handshake message takes nothing, and works when the message is whole. The ticket of a
 * connection with a client certificate holds that and is longer than one of these records. */
static void a_write_waits_for_half_a_ticket(void **state)
{
    struct bench *bench = *state;
    struct tls_context *client = sim_client(&(struct tls_settings){0}, &bench->pki.root);
    struct sim_identity user = sim_identity_make(&(struct sim_certificate){.name = "user", .n_sans = 60}, NULL);
    SSL_CTX_use_certificate(client->ssl_ctx, user.certificate);
    SSL_CTX_use_PrivateKey(client->ssl_ctx, user.key);
    struct tls_peer peer = sim_peer();
    size_t flight = bench_measure(bench, 4).flight;
    size_t n_waits = 0;
    for (size_t n = flight; n < flight + 2000; n += 64) {
        struct sim sim;
        sim_start(&sim, client, bench->server[4], &peer, NULL);
        SSL_set_max_send_fragment(sim.server, 512);
        sim.is_left_open = true;
        sim.down_limit = n;
        sim_run(&sim);
        size_t taken = 1;
        enum tls_status status = tls_engine_write(sim.client, SLICE("early"), &taken);
        assert_int_equal(taken, status == TLS_OK ? 5 : 0);
        assert_true(status == TLS_OK || status == TLS_WANT_BYTES);
        n_waits += status == TLS_WANT_BYTES;
        assert_int_equal(tls_engine_handshake(sim.client), TLS_OK);
        sim.down_limit = SIZE_MAX;
        sim_run(&sim);
        assert_int_equal(tls_engine_write(sim.client, SLICE("late"), &taken), TLS_OK);
        sim_run(&sim);
        assert_true(sim.server_got.len > 4);
        assert_memory_equal(buf_text(&sim.server_got) + sim.server_got.len - 4, "late", 4);
        /* No end of a ticket is the end of a handshake. */
        sim_cut(&sim);
        assert_int_equal(sim.status, TLS_TRUNCATED);
        sim_done(&sim);
    }
    assert_true(n_waits > 0);
    sim_identity_free(&user);
    tls_context_free(client);
}

static void start_open(struct bench *bench, size_t kind, struct sim *sim, const struct trace *trace)
{
    struct tls_peer peer = sim_peer();
    sim_start(sim, bench->client[kind], bench->server[kind], &peer, trace);
    sim->is_left_open = true;
    sim_run(sim);
    assert_int_equal(sim->status, TLS_WANT_BYTES);
    assert_string_equal(buf_text(&sim->client_got), RESPONSE);
}

static void key_updates(struct sim *sim, size_t n)
{
    sim->up_limit = 0;
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(SSL_key_update(sim->server, SSL_KEY_UPDATE_REQUESTED), 1);
        assert_int_equal(SSL_do_handshake(sim->server), 1);
    }
}

static void key_updates_are_answered_within_bounds(void **state)
{
    struct sim sim;
    start_open(*state, 1, &sim, NULL);
    key_updates(&sim, 1000);
    SSL_write(sim.server, "after", 5);
    sim_run(&sim);
    assert_string_equal(buf_text(&sim.client_got), RESPONSE "after");
    size_t unsent = tls_engine_unsent(sim.client).len;
    assert_true(unsent > 20000 && unsent <= 65536);
    sim.up_limit = SIZE_MAX;
    sim_run(&sim);
    size_t n = 0;
    assert_int_equal(tls_engine_write(sim.client, SLICE("x"), &n), TLS_OK);
    sim_run(&sim);
    assert_false(sim.is_server_failed);
    sim_done(&sim);

    start_open(*state, 1, &sim, NULL);
    key_updates(&sim, 5000);
    sim_run(&sim);
    assert_failed(&sim, PEEL_RECV_ERROR, "KeyUpdate");
    assert_true(tls_engine_unsent(sim.client).len <= 65536);
    sim_done(&sim);
}

static void a_fatal_alert_after_the_handshake(void **state)
{
    for (size_t kind = 0; kind <= 1; kind++) {
        struct sim sim;
        start_open(*state, kind, &sim, NULL);
        static const char garbage[5 + 32] = "\x17\x03\x03\0\x20";
        BIO_write(SSL_get_rbio(sim.server), garbage, sizeof garbage);
        sim_run(&sim);
        assert_failed(&sim, PEEL_RECV_ERROR, "the server ended the connection with alert bad_record_mac (20)");
        size_t n = 0;
        assert_int_equal(tls_engine_write(sim.client, SLICE("x"), &n), TLS_FAILED);
        sim_done(&sim);
    }
}

static void a_changed_record_after_the_handshake(void **state)
{
    for (size_t kind = 0; kind <= 1; kind++) {
        struct sim sim;
        start_open(*state, kind, &sim, NULL);
        SSL_write(sim.server, "after", 5);
        sim.flip_at = sim.down + 12;
        sim.flip_mask = 1;
        sim_run(&sim);
        assert_failed(&sim, PEEL_RECV_ERROR, "bad record MAC");
        assert_string_equal(buf_text(&sim.client_got), RESPONSE);
        assert_true(tls_engine_unsent(sim.client).len > 0 || sim.is_server_failed);
        sim_done(&sim);
    }
}

static void close_is_said_once(void **state)
{
    struct sim sim;
    start_open(*state, 1, &sim, NULL);
    assert_int_equal(tls_engine_close(sim.client), TLS_OK);
    size_t unsent = tls_engine_unsent(sim.client).len;
    assert_true(unsent > 0);
    assert_int_equal(tls_engine_close(sim.client), TLS_OK);
    assert_int_equal(tls_engine_unsent(sim.client).len, unsent);
    size_t n = 0;
    assert_int_equal(tls_engine_write(sim.client, SLICE("x"), &n), TLS_FAILED);
    assert_int_equal(tls_engine_error(sim.client)->code, PEEL_SEND_ERROR);
    sim_done(&sim);
    /* Before the handshake is done there is nothing to close. */
    start_held(*state, 1, &sim);
    unsent = tls_engine_unsent(sim.client).len;
    assert_int_equal(tls_engine_close(sim.client), TLS_OK);
    assert_int_equal(tls_engine_unsent(sim.client).len, unsent);
    sim_done(&sim);
    /* Bytes behind close_notify mean nothing, and pile up nowhere. */
    bench_start(*state, 1, &sim);
    sim_run(&sim);
    sim_inject(&sim, SLICE("junk"));
    assert_whole(&sim, "junk", 0);
    assert_int_equal(BIO_ctrl_pending(SSL_get_wbio(sim.server)), 0);
    sim_done(&sim);
}

/* Large bodies: more in one chunk than one feed holds, and partly read before the next chunk comes. */
static void chunks_larger_than_the_feed(void **state)
{
    struct sim sim;
    start_open(*state, 1, &sim, NULL);
    size_t large = 600 * 1024;
    char *body = mem_alloc(large);
    for (size_t i = 0; i < large; i++)
        body[i] = (char)(i * 7 % 251);
    SSL_write(sim.server, body, (int)large);
    struct buf got = {0};
    bool is_whole = false;
    while (!is_whole) {
        struct span space = tls_engine_recv_space(sim.client);
        int len = BIO_read(SSL_get_wbio(sim.server), space.ptr, (int)space.len);
        if (len > 0)
            tls_engine_received(sim.client, (size_t)len);
        /* Five reads only: the rest of the chunk is still inside when the next one comes. */
        size_t n = 0;
        char plain[16384];
        for (int i = 0; i < 5 && tls_engine_read(sim.client, (struct span){plain, sizeof plain}, &n) == TLS_OK; i++)
            buf_append(&got, slice_make(plain, n));
        is_whole = got.len >= large;
    }
    assert_int_equal(got.len, large);
    assert_memory_equal(buf_slice(&got).ptr, body, large);
    /* A large body up goes as one write, however slow the socket is. */
    size_t n = 0;
    assert_int_equal(tls_engine_write(sim.client, slice_make(body, large), &n), TLS_OK);
    assert_int_equal(n, large);
    assert_int_equal(tls_engine_write(sim.client, SLICE(""), &n), TLS_OK);
    buf_clear(&sim.server_got);
    sim_run(&sim);
    assert_int_equal(sim.server_got.len, large);
    buf_done(&got);
    mem_free(body);
    sim_done(&sim);
}

/* What a subscriber saw. */
struct seen {
    unsigned n[TRACE_KINDS];
    struct buf order; /* "> 1, < 2, ..." of handshake messages */
    unsigned round_trips;
    uint64_t cpu_us;
    char version[16], cipher[64], group[32], key_type[16];
    char verdict[2000];
    char note[1000];
    char offer[200];
    uint64_t last_since_us;
    enum trace_note_id note_id;
};

static void on_event(void *ctx, const struct trace_event *event)
{
    struct seen *seen = ctx;
    seen->n[event->kind]++;
    if (event->kind == TRACE_TLS_MESSAGE) {
        const struct tls_message *message = event->data;
        seen->last_since_us = message->since_hello_us;
        if (message->kind == TLS_MESSAGE_HANDSHAKE)
            buf_printf(&seen->order, "%c%u ", message->is_sent ? '>' : '<', (unsigned char)message->bytes.ptr[0]);
    } else if (event->kind == TRACE_TLS_ESTABLISHED) {
        const struct tls_facts *facts = event->data;
        seen->round_trips = facts->round_trips;
        snprintf(seen->version, sizeof seen->version, "%s", facts->version);
        snprintf(seen->cipher, sizeof seen->cipher, "%s", facts->cipher);
        snprintf(seen->group, sizeof seen->group, "%s", facts->group ? facts->group : "-");
        snprintf(seen->key_type, sizeof seen->key_type, "%s %d", facts->key_type, facts->key_bits);
    } else if (event->kind == TRACE_TLS_CERTIFICATE) {
        const struct tls_verdict *verdict = event->data;
        snprintf(seen->verdict, sizeof seen->verdict, "%s|%zu|%zu|%s|%s|%zu|%d|%d", verdict->leaf->subject,
                 verdict->n_sent, verdict->n_names, verdict->matched_name ? verdict->matched_name : "-",
                 verdict->anchor ? verdict->anchor : "-", verdict->n_errors, verdict->is_ignored,
                 tls_days(verdict->leaf->left_s));
    } else if (event->kind == TRACE_NOTE) {
        const struct trace_note *note = event->data;
        seen->note_id = note->id;
        snprintf(seen->note, sizeof seen->note, "%.*s", (int)note->text.len, note->text.ptr);
    } else if (event->kind == TRACE_TLS_OFFER) {
        const struct tls_offer *offer = event->data;
        snprintf(seen->offer, sizeof seen->offer, "%.*s|%zu|%s", (int)offer->server_name.len, offer->server_name.ptr,
                 offer->n_alpn, offer->trust);
    }
}

static void the_trace_tells_what_happened(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *order;
        unsigned round_trips;
    } rows[N_KINDS] = {
        {">1 <2 <11 <12 <14 >16 >20 <4 <20 ", 2},
        {">1 <2 <8 <11 <15 <20 >20 <4 ", 1},
        {">1 <2 >1 <2 <8 <11 <15 <20 >20 <4 ", 2},
        {">1 <2 <11 <12 <13 <14 >11 >16 >15 >20 <4 <20 ", 2},
        {">1 <2 <8 <13 <11 <15 <20 >11 >15 >20 <4 ", 1},
        {">1 <2 <20 >20 ", 1},
        {">1 <2 <8 <20 >20 <4 ", 1},
    };
    for (size_t i = 0; i < N_KINDS; i++) {
        struct seen seen = {0};
        struct trace trace = {.now_us = 5000};
        struct trace_subscriber subscriber = {.mask = ~0u, .on_event = on_event, .ctx = &seen};
        trace_subscribe(&trace, &subscriber);
        struct sim sim;
        bench_start_told(bench, i, &sim, &trace);
        sim.up_limit = 0;
        sim_run(&sim);
        assert_int_equal(seen.last_since_us, 0);
        sim.up_limit = SIZE_MAX;
        trace.now_us = 7000;
        sim_run(&sim);
        assert_whole(&sim, kinds[i].name, i);
        assert_string_equal(buf_text(&seen.order), rows[i].order);
        assert_int_equal(seen.round_trips, rows[i].round_trips);
        assert_int_equal(seen.last_since_us, 2000);
        assert_int_equal(seen.n[TRACE_TLS_OFFER], 1);
        assert_int_equal(seen.n[TRACE_TLS_CERTIFICATE], kinds[i].is_resumed ? 0 : 1);
        assert_int_equal(seen.n[TRACE_TLS_ESTABLISHED], 1);
        assert_int_equal(seen.n[TRACE_NOTE], 0);
        assert_string_equal(seen.version, kinds[i].version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
        assert_int_equal(strcasecmp(seen.group, kinds[i].is_retried ? "secp256r1" : "x25519"), 0);
        assert_int_equal(strncasecmp(seen.key_type, "ED25519 ", 8), 0);
        assert_string_equal(seen.verdict,
                            kinds[i].is_resumed ? "" : "CN=good.test|1|3|good.test|CN=Peel Test Root|0|0|30");
        assert_string_equal(seen.offer, "good.test|1|/nonexistent/certs (system store)");
        buf_done(&seen.order);
        sim_done(&sim);
    }
}

static void renegotiation_is_refused_and_told(void **state)
{
    struct seen seen = {0};
    struct trace trace = {0};
    struct trace_subscriber subscriber = {.mask = TRACE_BIT(TRACE_NOTE), .on_event = on_event, .ctx = &seen};
    trace_subscribe(&trace, &subscriber);
    struct sim sim;
    start_open(*state, 0, &sim, &trace);
    sim.up_limit = 0;
    SSL_renegotiate(sim.server);
    SSL_do_handshake(sim.server);
    assert_true(sim_held_down(&sim) > 0);
    sim_run(&sim);
    assert_int_equal(sim.status, TLS_WANT_BYTES);
    assert_int_equal(seen.n[TRACE_NOTE], 1);
    assert_int_equal(seen.note_id, NOTE_RENEGOTIATION_REFUSED);
    assert_int_equal(tls_engine_handshake(sim.client), TLS_OK);
    assert_true(tls_engine_unsent(sim.client).len > 0);
    sim_done(&sim);
}

static void insecure_goes_on_and_says_what_it_skipped(void **state)
{
    struct bench *bench = *state;
    struct tls_context *client = sim_client(&(struct tls_settings){.insecure = true}, NULL);
    for (int is_heard = 0; is_heard <= 1; is_heard++) {
        struct seen seen = {0};
        struct trace trace = {0};
        struct trace_subscriber subscriber = {
            .mask = TRACE_BIT(TRACE_NOTE) | TRACE_BIT(TRACE_TLS_CERTIFICATE), .on_event = on_event, .ctx = &seen};
        if (is_heard)
            trace_subscribe(&trace, &subscriber);
        struct tls_peer peer = sim_peer();
        peer.host = "other.test";
        struct sim sim;
        sim_start(&sim, client, bench->server[1], &peer, &trace);
        sim_run(&sim);
        assert_whole(&sim, "-k", 0);
        assert_int_equal(tls_engine_verify_result(sim.client), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
        assert_int_equal(seen.n[TRACE_NOTE], is_heard);
        if (is_heard) {
            assert_int_equal(seen.note_id, NOTE_VERIFY_SKIPPED);
            assert_non_null(strstr(seen.note, "CN=Peel Test Root"));
            assert_non_null(strstr(seen.note, "not for other.test but for DNS:good.test"));
            assert_string_equal(seen.verdict, "CN=good.test|1|3|-|-|2|1|30");
        }
        sim_done(&sim);
    }
    tls_context_free(client);
}

static void every_alert_has_its_name(void **state)
{
    (void)state;
    assert_string_equal(tls_alert_name(0), "close_notify");
    assert_string_equal(tls_alert_name(116), "certificate_required");
    assert_string_equal(tls_alert_name(121), "ech_required");
    assert_null(tls_alert_name(1));
    /* OpenSSL's descriptions of those that it knows have the same words, with blanks. */
    for (int i = 0; i < 256; i++) {
        const char *theirs = SSL_alert_desc_string_long(i);
        assert_true(tls_alert_name(i) || strcmp(theirs, "unknown") == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_that_are_no_tls),
        cmocka_unit_test(empty_records_are_counted),
        cmocka_unit_test(a_second_retry_request_is_refused),
        cmocka_unit_test(a_handshake_in_records_of_one_byte),
        cmocka_unit_test(a_client_certificate_that_is_wanted),
        cmocka_unit_test(a_client_certificate_that_is_refused),
        cmocka_unit_test(a_protocol_that_was_not_offered),
        cmocka_unit_test(a_certificate_message_that_is_too_large),
        cmocka_unit_test(a_certificate_that_cannot_be_decoded),
        cmocka_unit_test(addresses_are_verified_and_send_no_name),
        cmocka_unit_test(names_that_cannot_be_checked_are_refused),
        cmocka_unit_test(many_tickets_are_consumed),
        cmocka_unit_test(a_write_waits_for_half_a_ticket),
        cmocka_unit_test(key_updates_are_answered_within_bounds),
        cmocka_unit_test(a_fatal_alert_after_the_handshake),
        cmocka_unit_test(a_changed_record_after_the_handshake),
        cmocka_unit_test(close_is_said_once),
        cmocka_unit_test(chunks_larger_than_the_feed),
        cmocka_unit_test(the_trace_tells_what_happened),
        cmocka_unit_test(renegotiation_is_refused_and_told),
        cmocka_unit_test(insecure_goes_on_and_says_what_it_skipped),
        cmocka_unit_test(every_alert_has_its_name),
    };
    return cmocka_run_group_tests(tests, bench_set_up, bench_tear_down);
}

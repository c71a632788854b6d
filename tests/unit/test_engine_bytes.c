/* tls/engine against an OpenSSL server in memory: every kind of handshake, cut, ended and spoilt at every byte. */
#include "engine_bench.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Every byte; with a sanitizer, which makes each exchange several times as slow, every fourth, from a start that
 * differs by kind. The plain build looks at all of them. */
#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifdef IS_SANITIZED
enum {
    STRIDE = 4
};
#else
enum {
    STRIDE = 1
};
#endif

static void every_kind_of_handshake_works(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < N_KINDS; i++) {
        struct sim sim;
        bench_start(bench, i, &sim);
        sim_run(&sim);
        assert_whole(&sim, kinds[i].name, 0);
        assert_true(slice_equal(tls_engine_alpn(sim.client), SLICE("http/1.1")));
        assert_int_equal(tls_engine_verify_result(sim.client), X509_V_OK);
        assert_int_equal(SSL_session_reused(sim.server), kinds[i].is_resumed);
        if (!kinds[i].is_resumed)
            assert_string_equal(SSL_get_servername(sim.server, TLSEXT_NAMETYPE_host_name), "good.test");
        assert_int_equal(SSL_get_shutdown(sim.server) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
        sim_done(&sim);
    }
}

static void cut_down_at_every_byte(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < N_KINDS; i++) {
        struct lengths all = bench_measure(bench, i);
        for (size_t n = i % STRIDE; n <= all.down; n += STRIDE) {
            struct sim sim;
            bench_start(bench, i, &sim);
            sim.down_limit = n;
            sim_run(&sim);
            sim.down_limit = SIZE_MAX;
            sim_run(&sim);
            assert_whole(&sim, kinds[i].name, n);
            sim_done(&sim);
        }
    }
}

static void cut_up_at_every_byte(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < N_KINDS; i++) {
        struct lengths all = bench_measure(bench, i);
        for (size_t n = i % STRIDE; n <= all.up; n += STRIDE) {
            struct sim sim;
            bench_start(bench, i, &sim);
            sim.up_limit = n;
            sim_run(&sim);
            sim.up_limit = SIZE_MAX;
            sim_run(&sim);
            assert_whole(&sim, kinds[i].name, n);
            sim_done(&sim);
        }
    }
}

static void sockets_of_every_size(void **state)
{
    struct bench *bench = *state;
    static const size_t sizes[] = {1, 2, 3, 5, 7, 16, 64, 100, 1000};
    for (size_t i = 0; i < N_KINDS; i++)
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            struct sim sim;
            bench_start(bench, i, &sim);
            sim.socket_size = sizes[j];
            sim_run(&sim);
            assert_whole(&sim, kinds[i].name, sizes[j]);
            sim_done(&sim);
        }
}

static void a_socket_that_takes_nothing_for_a_while(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < N_KINDS; i++) {
        struct sim sim;
        bench_start(bench, i, &sim);
        sim.socket_size = 0;
        sim_run(&sim);
        size_t hello = tls_engine_unsent(sim.client).len;
        assert_true(hello > 0);
        sim_run(&sim);
        /* Nothing is made twice while nothing goes out. */
        assert_int_equal(tls_engine_unsent(sim.client).len, hello);
        sim.socket_size = SIZE_MAX;
        sim_run(&sim);
        assert_whole(&sim, kinds[i].name, 0);
        sim_done(&sim);
    }
}

/* FIN after byte n is the end only when close_notify came before it. */
static void fin_after_every_byte_is_never_the_end(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < N_KINDS; i++) {
        struct lengths all = bench_measure(bench, i);
        for (size_t n = i % STRIDE; n < all.down; n += STRIDE) {
            struct sim sim;
            bench_start(bench, i, &sim);
            sim.down_limit = n;
            sim_run(&sim);
            assert_int_equal(sim.status, TLS_WANT_BYTES);
            bool is_established = sim.flight > 0;
            sim_cut(&sim);
            const struct error *err = tls_engine_error(sim.client);
            assert_int_equal(sim.status, is_established ? TLS_TRUNCATED : TLS_FAILED);
            assert_int_equal(err->code, is_established ? PEEL_RECV_ERROR : PEEL_SSL_CONNECT_ERROR);
            assert_non_null(strstr(err->text, is_established ? "closed without close_notify" : "during the handshake"));
            assert_non_null(strstr(err->text, "good.test:443"));
            assert_true(slice_starts_with(SLICE(RESPONSE), buf_slice(&sim.client_got)));
            /* And it stays so. */
            size_t got = sim.client_got.len;
            sim_inject(&sim, SLICE("more"));
            assert_int_equal(sim.status, is_established ? TLS_TRUNCATED : TLS_FAILED);
            assert_int_equal(sim.client_got.len, got);
            sim_done(&sim);
        }
    }
}

/* What a FIN says was awaited, for each state of the handshake that it can come in. */
static void fin_names_the_message_that_was_awaited(void **state)
{
    struct bench *bench = *state;
    static const struct {
        size_t kind;
        const char *words[6];
    } rows[] = {
        {0,
         {"ServerHello was", "Certificate was", "ServerKeyExchange was", "ServerHelloDone was", "ChangeCipherSpec was",
          "Finished was"}},
        {1, {"ServerHello was", "EncryptedExtensions was", "Certificate was", "CertificateVerify was", "Finished was"}},
        {3,
         {"ServerHello was", "Certificate was", "ServerKeyExchange was", "ServerHelloDone was", "ChangeCipherSpec was",
          "Finished was"}},
        {4, {"ServerHello was", "EncryptedExtensions was", "Certificate was", "CertificateVerify was", "Finished was"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t flight = bench_measure(bench, rows[i].kind).flight;
        size_t seen = 0;
        for (size_t n = 0; n < flight; n += 3) {
            struct sim sim;
            bench_start(bench, rows[i].kind, &sim);
            sim.down_limit = n;
            sim_run(&sim);
            sim_cut(&sim);
            const char *text = tls_engine_error(sim.client)->text;
            while (seen < 6 && rows[i].words[seen] && !strstr(text, rows[i].words[seen]))
                seen++;
            if (seen == 6 || !rows[i].words[seen])
                fail_msg("%s, byte %zu: %s", kinds[rows[i].kind].name, n, text);
            sim_done(&sim);
        }
        assert_true(seen == 5 || !rows[i].words[seen + 1]);
    }
}

/* The bytes that nothing protects: the version in the header of a record that goes in plain. RFC 8446 section 5.1 and
 * appendix D.1: legacy_record_version MUST be ignored for all purposes (OpenSSL 3.0 still looks at its upper half, 3.5
 * at neither). In TLS 1.2 it is not part of the transcript either (RFC 5246 section 7.4.9). What the record holds is
 * authenticated all the same. */
static bool is_version_of_plain_record(struct slice flow, size_t at)
{
    bool is_plain = true;
    while (flow.len >= 5 && is_plain) {
        const unsigned char *p = (const unsigned char *)flow.ptr;
        size_t len = 5 + ((size_t)p[3] << 8 | p[4]);
        is_plain = p[0] != SSL3_RT_APPLICATION_DATA;
        if (at < len)
            return is_plain && (at == 1 || at == 2);
        at -= len;
        if (len > flow.len)
            break;
        flow = slice_from(flow, len);
    }
    return false;
}

static void a_flipped_bit_at_every_byte_is_never_accepted(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < N_KINDS; i++) {
        struct lengths all = bench_measure(bench, i);
        for (size_t n = i % STRIDE; n < all.down; n += STRIDE) {
            struct sim sim;
            bench_start(bench, i, &sim);
            sim.flip_at = n;
            sim.flip_mask = (unsigned char)(1u << (n * 5 % 8));
            sim_run(&sim);
            if (sim.status == TLS_WANT_BYTES)
                sim_cut(&sim);
            bool is_good = n < all.flight ? sim.flight == 0 : sim.status != TLS_CLOSED;
            /* A ticket is a little shorter now and then: the byte is not there, and nothing was changed. */
            is_good = is_good || sim.down <= n;
            if (!is_good && !is_version_of_plain_record(buf_slice(&sim.flow), n))
                fail_msg("%s, byte %zu of %zu (%zu): status %d", kinds[i].name, n, all.down, all.flight,
                         (int)sim.status);
            sim_done(&sim);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_handshake_works),
        cmocka_unit_test(cut_down_at_every_byte),
        cmocka_unit_test(cut_up_at_every_byte),
        cmocka_unit_test(sockets_of_every_size),
        cmocka_unit_test(a_socket_that_takes_nothing_for_a_while),
        cmocka_unit_test(fin_after_every_byte_is_never_the_end),
        cmocka_unit_test(fin_names_the_message_that_was_awaited),
        cmocka_unit_test(a_flipped_bit_at_every_byte_is_never_accepted),
    };
    return cmocka_run_group_tests(tests, bench_set_up, bench_tear_down);
}

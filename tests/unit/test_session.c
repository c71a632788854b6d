/* tls/session: what is kept for whom, how much of it, and that a ticket of TLS 1.3 is given out once. */
#include "tls/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

static SSL_SESSION *session_of(int version)
{
    SSL_SESSION *session = SSL_SESSION_new();
    SSL_SESSION_set_protocol_version(session, version);
    return session;
}

#define NOW_S ((int64_t)time(NULL))

static SSL_SESSION *take(struct tls_sessions *sessions, const char *peer)
{
    bool has_expired = false;
    SSL_SESSION *session = tls_sessions_take(sessions, peer, NOW_S, &has_expired);
    assert_false(has_expired);
    return session;
}

static void a_ticket_of_1_3_is_used_once(void **state)
{
    (void)state;
    struct tls_sessions sessions = {0};
    SSL_SESSION *older = session_of(TLS1_3_VERSION), *newer = session_of(TLS1_3_VERSION);
    tls_sessions_keep(&sessions, "a:443", older);
    tls_sessions_keep(&sessions, "a:443", newer);
    assert_null(take(&sessions, "b:443"));
    assert_ptr_equal(take(&sessions, "a:443"), newer);
    assert_ptr_equal(take(&sessions, "a:443"), older);
    assert_null(take(&sessions, "a:443"));
    SSL_SESSION_free(older);
    SSL_SESSION_free(newer);
}

static void a_session_of_1_2_stays(void **state)
{
    (void)state;
    struct tls_sessions sessions = {0};
    tls_sessions_keep(&sessions, "a:443", session_of(TLS1_2_VERSION));
    for (int i = 0; i < 3; i++) {
        SSL_SESSION *session = take(&sessions, "a:443");
        assert_non_null(session);
        SSL_SESSION_free(session);
    }
    tls_sessions_done(&sessions);
    assert_int_equal(sessions.n, 0);
}

static void tickets_without_end_push_out_the_oldest(void **state)
{
    (void)state;
    struct tls_sessions sessions = {0};
    SSL_SESSION *last = NULL;
    tls_sessions_keep(&sessions, "b:443", session_of(TLS1_3_VERSION));
    for (int i = 0; i < 200; i++)
        tls_sessions_keep(&sessions, "a:443", last = session_of(TLS1_3_VERSION));
    assert_int_equal(sessions.n, TLS_SESSIONS_PER_PEER + 1);
    SSL_SESSION *taken = take(&sessions, "a:443");
    assert_ptr_equal(taken, last);
    SSL_SESSION_free(taken);
    tls_sessions_done(&sessions);
}

static void many_peers_push_out_the_oldest(void **state)
{
    (void)state;
    struct tls_sessions sessions = {0};
    for (int i = 0; i < 100; i++) {
        char peer[20];
        snprintf(peer, sizeof peer, "host%d:443", i);
        tls_sessions_keep(&sessions, peer, session_of(TLS1_3_VERSION));
    }
    assert_int_equal(sessions.n, TLS_SESSIONS_MAX);
    assert_null(take(&sessions, "host0:443"));
    SSL_SESSION *newest = take(&sessions, "host99:443");
    assert_non_null(newest);
    SSL_SESSION_free(newest);
    tls_sessions_done(&sessions);
}

static void what_has_expired_is_dropped(void **state)
{
    (void)state;
    struct tls_sessions sessions = {0};
    bool has_expired = false;
    SSL_SESSION *session = session_of(TLS1_3_VERSION);
    SSL_SESSION_set_timeout(session, 100);
    assert_true(tls_session_is_fresh(session, NOW_S + 90));
    assert_false(tls_session_is_fresh(session, NOW_S + 101));
    assert_false(tls_session_is_fresh(session, NOW_S - 3600)); /* it would come from the future */
    SSL_SESSION_set_timeout(session, 365 * 24 * 3600);
    assert_true(tls_session_is_fresh(session, NOW_S + TLS_SESSION_AGE_MAX_S - 10));
    assert_false(tls_session_is_fresh(session, NOW_S + TLS_SESSION_AGE_MAX_S + 1));
    tls_sessions_keep(&sessions, "a:443", session);
    assert_null(tls_sessions_take(&sessions, "b:443", NOW_S + TLS_SESSION_AGE_MAX_S + 1, &has_expired));
    assert_false(has_expired);
    assert_null(tls_sessions_take(&sessions, "a:443", NOW_S + TLS_SESSION_AGE_MAX_S + 1, &has_expired));
    assert_true(has_expired);
    assert_int_equal(sessions.n, 0);
}

/* What another run put into the file and what it took out of it, and what came here since it was read. */
static void a_file_that_others_write_too(void **state)
{
    (void)state;
    struct tls_sessions sessions = {0}, read = {0};
    tls_sessions_keep(&read, "a:443", session_of(TLS1_3_VERSION));
    tls_sessions_keep(&read, "b:443", session_of(TLS1_2_VERSION));
    tls_sessions_refresh(&sessions, &read);
    assert_int_equal(read.n, 0);
    assert_int_equal(tls_sessions_stored(&sessions), 2);
    SSL_SESSION *mine = session_of(TLS1_3_VERSION), *other = session_of(TLS1_3_VERSION);
    tls_sessions_keep(&sessions, "a:443", mine);
    assert_int_equal(tls_sessions_stored(&sessions), 2);
    tls_sessions_keep(&read, "a:443", other);
    tls_sessions_refresh(&sessions, &read);
    assert_int_equal(tls_sessions_stored(&sessions), 1);
    assert_int_equal(sessions.n, 2);
    /* The newest first: it was in no file. */
    assert_ptr_equal(take(&sessions, "a:443"), mine);
    assert_int_equal(tls_sessions_stored(&sessions), 1);
    assert_ptr_equal(take(&sessions, "a:443"), other);
    assert_int_equal(tls_sessions_stored(&sessions), 0);
    assert_null(take(&sessions, "b:443"));
    tls_sessions_keep(&sessions, "a:443", mine);
    tls_sessions_note_stored(&sessions);
    assert_int_equal(tls_sessions_stored(&sessions), 1);
    tls_sessions_refresh(&sessions, &read);
    assert_int_equal(sessions.n, 0);
    SSL_SESSION_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_of_1_3_is_used_once),
        cmocka_unit_test(a_session_of_1_2_stays),
        cmocka_unit_test(tickets_without_end_push_out_the_oldest),
        cmocka_unit_test(what_has_expired_is_dropped),
        cmocka_unit_test(many_peers_push_out_the_oldest),
        cmocka_unit_test(a_file_that_others_write_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

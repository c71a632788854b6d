/* tls/session_text, tls/binding: what was kept reads back and is resumed; what was not kept is not read. */
#include "base/lines.h"
#include "base/mem.h"
#include "tls/binding.h"
#include "tls/session.h"
#include "tls_sim.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW_S ((int64_t)time(NULL))

struct world {
    struct sim_pki pki;
    SSL_CTX *server;
};

static int make_world(void **state)
{
    struct world *w = *state = mem_alloc(sizeof *w);
    w->pki = sim_pki_make();
    w->server = sim_server(&w->pki.leaf);
    return 0;
}

static int free_world(void **state)
{
    struct world *w = *state;
    SSL_CTX_free(w->server);
    sim_pki_free(&w->pki);
    mem_free(w);
    return 0;
}

static struct tls_context *client_with(const struct world *w, const struct tls_settings *settings,
                                       struct tls_sessions *sessions, const char *said)
{
    struct tls_context *client = sim_client(settings, &w->pki.root);
    tls_context_use_sessions(client, sessions, slice_of(said), settings);
    return client;
}

/* One run over these sessions; was one resumed? */
static bool run_once(const struct world *w, const struct tls_settings *settings, struct tls_sessions *sessions,
                     const char *said)
{
    struct tls_context *client = client_with(w, settings, sessions, said);
    struct tls_peer peer = sim_peer();
    struct sim sim;
    sim_start(&sim, client, w->server, &peer, NULL);
    sim_run(&sim);
    assert_int_equal(sim.status, TLS_CLOSED);
    bool is_resumed = SSL_session_reused(sim.server) == 1;
    sim_done(&sim);
    tls_context_free(client);
    return is_resumed;
}

static bool take(void *sessions, struct slice line)
{
    if (!slice_equal(line, SLICE(TLS_SESSIONS_HEADER)))
        assert_true(tls_sessions_read_line(sessions, line, NOW_S));
    return true;
}

/* As the next run does it. */
static struct tls_sessions *through_text(struct tls_sessions *sessions)
{
    struct buf text = {0};
    struct lines lines = {.max = TLS_SESSION_LINE_MAX};
    tls_sessions_write(sessions, &text, NOW_S);
    tls_sessions_free(sessions);
    sessions = tls_sessions_new();
    assert_true(lines_feed(&lines, buf_slice(&text), take, sessions) && lines_end(&lines, take, sessions));
    lines_done(&lines);
    buf_wipe(&text);
    return sessions;
}

static void what_was_kept_is_resumed(void **state)
{
    const struct world *w = *state;
    static const struct tls_settings versions[] = {{.version_max = TLS_VERSION_1_2}, {.version_min = TLS_VERSION_1_3}};
    for (size_t i = 0; i < 2; i++) {
        struct tls_sessions *sessions = tls_sessions_new();
        assert_false(run_once(w, &versions[i], sessions, "a"));
        sessions = through_text(sessions);
        assert_false(run_once(w, &versions[i], sessions, "b"));
        for (int n = 0; n < 3; n++) {
            sessions = through_text(sessions);
            assert_true(run_once(w, &versions[i], sessions, "a"));
        }
        tls_sessions_free(sessions);
    }
}

static void nothing_is_kept_where_nothing_may_be(void **state)
{
    const struct world *w = *state;
    static const struct tls_settings rows[] = {{.insecure = true}, {.no_session_id = true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tls_sessions *sessions = tls_sessions_new();
        assert_false(run_once(w, &rows[i], sessions, "a"));
        assert_int_equal(sessions->n, 0);
        tls_sessions_free(sessions);
    }
}

static bool is_read(const char *line, size_t len, int64_t now_s, size_t n_kept)
{
    struct tls_sessions *sessions = tls_sessions_new();
    bool is_good = tls_sessions_read_line(sessions, slice_make(line, len), now_s);
    assert_int_equal(sessions->n, n_kept);
    tls_sessions_free(sessions);
    return is_good;
}

static void a_line_cut_or_changed_anywhere(void **state)
{
    const struct world *w = *state;
    struct tls_sessions *sessions = tls_sessions_new();
    run_once(w, &(struct tls_settings){.version_min = TLS_VERSION_1_3}, sessions, "a");
    struct buf text = {0};
    tls_sessions_write(sessions, &text, NOW_S);
    tls_sessions_free(sessions);
    struct slice line = slice_from(buf_slice(&text), strlen(TLS_SESSIONS_HEADER) + 1);
    line = slice_first(line, slice_find(line, '\n'));
    size_t blank = slice_find(line, ' '), digest_end = blank + 1 + 64;
    assert_true(is_read(line.ptr, line.len, NOW_S, 1));
    assert_true(is_read(line.ptr, line.len, NOW_S + TLS_SESSION_AGE_MAX_S + 1, 0));
    assert_true(is_read(line.ptr, line.len, NOW_S - 3600, 0));
    for (size_t cut = 0; cut <= digest_end + 1; cut++)
        assert_false(is_read(line.ptr, cut, NOW_S, 0));
    char *changed = mem_dup_slice(line);
    for (size_t i = blank; i < line.len; i++) {
        changed[i] = '\x01';
        assert_false(is_read(changed, line.len, NOW_S, 0));
        changed[i] = line.ptr[i];
    }
    changed[blank + 5] = 'X'; /* no digit */
    assert_false(is_read(changed, line.len, NOW_S, 0));
    mem_free(changed);
    buf_wipe(&text);
}

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

/* By what was said, by the files behind it, and by nothing else. */
static void a_binding_tells_settings_and_files_apart(void **state)
{
    const struct world *w = *state;
    char path[] = "/tmp/peel-binding-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct tls_settings plain = {0}, crl = {.pinned_key = path};
    struct tls_context *client = sim_client(&plain, &w->pki.root);
    char seen[6][HASH_HEX_SIZE];
    tls_binding_make(seen[0], SLICE("a"), &plain, client->trust);
    tls_binding_make(seen[1], SLICE("b"), &plain, client->trust);
    tls_binding_make(seen[2], SLICE("a"), &crl, client->trust);
    write_file(path, "one");
    tls_binding_make(seen[3], SLICE("a"), &crl, client->trust);
    write_file(path, "three");
    tls_binding_make(seen[4], SLICE("a"), &crl, client->trust);
    unlink(path);
    tls_binding_make(seen[5], SLICE("a"), &crl, client->trust);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(strlen(seen[i]), 64);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(seen[i], seen[j]);
    }
    char again[HASH_HEX_SIZE];
    tls_binding_make(again, SLICE("a"), &plain, client->trust);
    assert_string_equal(again, seen[0]);
    tls_context_free(client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_kept_is_resumed),
        cmocka_unit_test(nothing_is_kept_where_nothing_may_be),
        cmocka_unit_test(a_line_cut_or_changed_anywhere),
        cmocka_unit_test(a_binding_tells_settings_and_files_apart),
    };
    return cmocka_run_group_tests(tests, make_world, free_world);
}

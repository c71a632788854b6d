/* Fuzz target: any bytes as lines of a file of TLS sessions. What is taken is fresh, bounded, and reads back the same.
 */
#include "base/lines.h"
#include "tls/session.h"

#include <stdint.h>
#include <stdlib.h>

/* The seeds were made then. */
#define NOW 1764000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool take(void *sessions, struct slice line)
{
    tls_sessions_read_line(sessions, line, NOW);
    return true;
}

static void read_all(struct tls_sessions *sessions, struct slice text)
{
    struct lines lines = {.max = TLS_SESSION_LINE_MAX};
    if (lines_feed(&lines, text, take, sessions))
        lines_end(&lines, take, sessions);
    lines_done(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tls_sessions *sessions = tls_sessions_new(), *again = tls_sessions_new();
    struct buf text = {0}, text_again = {0};
    read_all(sessions, slice_make(data, size));
    require(sessions->n <= TLS_SESSIONS_MAX);
    for (size_t i = 0; i < sessions->n; i++)
        require(tls_session_is_fresh(sessions->kept[i].session, NOW));
    tls_sessions_write(sessions, &text, NOW);
    struct slice lines = slice_from(buf_slice(&text), strlen(TLS_SESSIONS_HEADER) + 1);
    read_all(again, lines);
    require(again->n == sessions->n);
    tls_sessions_write(again, &text_again, NOW);
    require(slice_equal(buf_slice(&text), buf_slice(&text_again)));
    buf_done(&text);
    buf_done(&text_again);
    tls_sessions_free(sessions);
    tls_sessions_free(again);
    return 0;
}

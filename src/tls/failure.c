/* From OpenSSL's error queue to one sentence that names the host, the thing and, where there is one, the way out. */
#include "tls/failure_parts.h"

#include "base/escape.h"
#include "base/mem.h"
#include "tls/sniff.h"
#include "tls/tell.h"

#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

/* The error that says most: the first of libssl that is more than "see below", else the first. */
static unsigned long queue_take(void)
{
    unsigned long first = 0;
    unsigned long best = 0;
    unsigned long code;
    while ((code = ERR_get_error()) != 0) {
        bool is_telling = ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) >= 100;
        first = first ? first : code;
        best = best || !is_telling ? best : code;
    }
    return best ? best : first;
}

bool tls_failure_is_cut(void)
{
    unsigned long code = ERR_peek_error();
    return ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

static struct slice first_line(struct slice bytes)
{
    bytes = slice_first(bytes, slice_find(bytes, '\n'));
    return slice_first(bytes, slice_find(bytes, '\r'));
}

static void say_other_protocol(struct failure *f, const char *words)
{
    struct tls_engine *engine = f->engine;
    char shown[100];
    struct slice line = first_line(tls_failure_first(engine));
    f->cause = CAUSE_NOT_TLS;
    buf_printf(&f->words, "no TLS there: %s", words);
    if (slice_starts_with(line, SLICE("HTTP/")))
        buf_append_text(&f->words, engine->place);
    buf_printf(&f->words, " (its first bytes: \"%s\")", escape_into(shown, sizeof shown, line));
}

struct slice tls_failure_alpn_picked(const struct tls_engine *engine)
{
    struct slice answer = slice_make(engine->alpn_answer, engine->n_alpn_answer);
    if (answer.len < 3)
        return SLICE("");
    return slice_first(slice_from(answer, 3), (unsigned char)answer.ptr[2]);
}

bool tls_failure_is_alpn(const struct tls_engine *engine)
{
    struct slice picked = tls_failure_alpn_picked(engine);
    for (size_t i = 0; i < engine->n_alpn; i++)
        if (slice_equal(picked, engine->alpn[i]))
            return false;
    return picked.len > 0;
}

static void keep_refused(struct tls_engine *engine, struct slice bytes)
{
    bytes = slice_first(bytes, sizeof engine->refused - engine->n_refused);
    memcpy(engine->refused + engine->n_refused, bytes.ptr, bytes.len);
    engine->n_refused += bytes.len;
}

/* OpenSSL takes a header, looks at it, and takes the rest of the record only then. */
static void note_refused(struct tls_engine *engine)
{
    char *behind = NULL;
    long n_behind = BIO_get_mem_data(engine->from_peer, &behind);
    engine->n_refused = 0;
    keep_refused(engine, slice_make(engine->header, engine->n_header));
    if (!tls_sniff_protocol(slice_make(engine->refused, engine->n_refused)))
        return;
    keep_refused(engine, slice_make(behind, n_behind > 0 ? (size_t)n_behind : 0));
    keep_refused(engine, engine->waiting);
}

/* The words for bytes that are no TLS, if they are. */
static bool say_if_plain(struct failure *f)
{
    struct tls_engine *engine = f->engine;
    bool is_in_handshake = f->phase == TLS_PHASE_HANDSHAKE;
    char shown[60];
    if (!is_in_handshake)
        note_refused(engine);
    struct slice refused = slice_make(engine->refused, engine->n_refused);
    const char *other = tls_sniff_protocol(is_in_handshake ? tls_failure_first(engine) : refused);
    if (other && is_in_handshake) {
        say_other_protocol(f, other);
    } else if (other) {
        f->cause = CAUSE_PLAIN_IN_TLS;
        buf_append_text(&f->words, "plain bytes came inside of TLS");
        if (refused.ptr[0] >= ' ' && refused.ptr[0] <= '~')
            buf_printf(&f->words, ": \"%s\"", escape_into(shown, sizeof shown, first_line(refused)));
    }
    return other != NULL;
}

static void say_reason(struct failure *f)
{
    int reason = ERR_GET_REASON(f->code);
    bool is_libssl = ERR_GET_LIB(f->code) == ERR_LIB_SSL;
    if (say_if_plain(f))
        return;
    /* An alert of the peer comes as its number, shifted. */
    if (is_libssl && reason >= SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256) {
        tls_failure_say_alert(f, reason - SSL_AD_REASON_OFFSET);
        return;
    }
    tls_failure_say_reason(f, is_libssl ? reason : 0);
}

static enum peel_code phase_code(enum tls_phase phase)
{
    switch (phase) {
    case TLS_PHASE_READ:
        return PEEL_RECV_ERROR;
    case TLS_PHASE_WRITE:
        return PEEL_SEND_ERROR;
    case TLS_PHASE_HANDSHAKE:
        break;
    }
    return PEEL_SSL_CONNECT_ERROR;
}

static void failure_start(struct failure *f)
{
    buf_printf(&f->words, "%s: ", f->engine->where);
    if (f->phase == TLS_PHASE_HANDSHAKE)
        buf_append_text(&f->words, "TLS handshake: ");
}

static void failure_finish(struct failure *f)
{
    struct tls_engine *engine = f->engine;
    error_set(&engine->error, phase_code(f->phase), "%s", buf_text(&f->words));
    engine->error.cause = f->cause;
    buf_done(&f->words);
    tls_tell_failed(engine, &engine->error, f->alert, f->phase == TLS_PHASE_HANDSHAKE);
}

void tls_failure_explain(struct tls_engine *engine, enum tls_phase phase)
{
    struct failure f = {.engine = engine, .phase = phase, .alert = -1};
    bool is_cut = tls_failure_is_cut();
    f.code = queue_take();
    if (engine->error.code != PEEL_OK)
        return;
    failure_start(&f);
    if (is_cut) {
        f.cause = CAUSE_NO_CLOSE_NOTIFY;
        buf_append_text(&f.words, "closed without close_notify: what came may be cut off");
    } else {
        say_reason(&f);
    }
    failure_finish(&f);
}

static void say_closed(struct failure *f, const char *how)
{
    const struct tls_engine *engine = f->engine;
    buf_printf(&f->words, "the server %s during the handshake, %s was awaited", how, tls_tell_awaited(engine->ssl));
    if (engine->n_received == 0)
        buf_append_text(&f->words, "; not one byte had come");
    else if (f->alert > 0)
        buf_printf(&f->words, "; before that it sent alert %s (%d)", tls_failure_alert_name(f->alert), f->alert);
}

void tls_failure_closed_early(struct tls_engine *engine, const char *how)
{
    struct failure f = {.engine = engine,
                        .phase = TLS_PHASE_HANDSHAKE,
                        .cause = CAUSE_CLOSED_IN_HANDSHAKE,
                        .alert = engine->peer_alert};
    ERR_clear_error();
    failure_start(&f);
    const char *other = tls_sniff_protocol(tls_failure_first(engine));
    if (other)
        say_other_protocol(&f, other);
    else
        say_closed(&f, how);
    failure_finish(&f);
}

void tls_failure_alpn(struct tls_engine *engine)
{
    struct failure f = {.engine = engine, .phase = TLS_PHASE_HANDSHAKE, .alert = -1};
    failure_start(&f);
    tls_failure_say_extension(&f);
    failure_finish(&f);
}

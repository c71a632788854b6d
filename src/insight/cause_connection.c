/* A TLS connection that failed by something else than the certificate: why, what shows it, and what to do. */
#include "insight/cause.h"
#include "insight/cause_parts.h"
#include "insight/names.h"
#include "insight/subject.h"

#include "base/mem.h"

#include <stdio.h>

enum {
    FIRST_LINE_SHOWN = 60,
    BYTES_SHOWN = 16,
};

static const struct block_place *place_of(const struct connection_case *c)
{
    return c->block->place;
}

static double in_ms(uint64_t us)
{
    return (double)us / 1000;
}

/* "TLS 1.3+1.2" */
static void append_versions(struct buf *out, const struct tls_breakdown *f)
{
    char high[NAME_SIZE], low[NAME_SIZE];
    buf_printf(out, "TLS %s", name_of_version(high, (uint16_t)f->version_max));
    if (f->version_min != f->version_max)
        buf_printf(out, "+%s", name_of_version(low, (uint16_t)f->version_min));
}

void cause_show_offer(struct connection_case *c)
{
    const struct tls_breakdown *f = c->facts;
    struct buf offer = {0};
    append_versions(&offer, f);
    buf_printf(&offer, ", %zu cipher%s, ", f->n_ciphers, f->n_ciphers == 1 ? "" : "s");
    if (f->server_name.len > 0)
        buf_printf(&offer, "server name %.*s", (int)f->server_name.len, f->server_name.ptr);
    else
        buf_printf(&offer, "no server name (%s)", f->is_name_chosen ? "--sni none" : "the URL has an address");
    for (size_t i = 0; i < f->n_alpn; i++)
        buf_printf(&offer, "%s%.*s", i > 0 ? "," : ", ALPN ", (int)f->alpn[i].len, f->alpn[i].ptr);
    block_say(c->block, "evidence", "offered: %s", buf_text(&offer));
    buf_done(&offer);
}

void cause_show_moment(struct connection_case *c, const char *what)
{
    const struct tls_breakdown *f = c->facts;
    if (!f->is_hello_sent)
        block_say(c->block, "evidence", "%s before our ClientHello had left", what);
    else if (f->awaited)
        block_say(c->block, "evidence", "%s %.1f ms after our ClientHello, when %s was awaited", what,
                  in_ms(f->after_us), f->awaited);
    else
        block_say(c->block, "evidence", "%s after the handshake", what);
}

void cause_show_alert(struct connection_case *c)
{
    char what[80];
    if (c->facts->alert < 0)
        return;
    snprintf(what, sizeof what, "alert %d %s, sent by the server", c->facts->alert,
             name_of_alert((uint8_t)c->facts->alert));
    cause_show_moment(c, what);
}

void cause_show_bytes(struct connection_case *c, const char *what)
{
    struct slice shown = slice_first(c->facts->first, BYTES_SHOWN);
    struct buf hex = {0};
    for (size_t i = 0; i < shown.len; i++)
        buf_printf(&hex, " %02x", (unsigned char)shown.ptr[i]);
    if (shown.len > 0)
        block_say(c->block, "evidence", "%s:%s%s", what, buf_text(&hex), shown.len < c->facts->first.len ? " ..." : "");
    buf_done(&hex);
}

/* The first line of what the peer said. */
static void show_answer(struct connection_case *c)
{
    struct slice line = c->facts->first;
    /* MySQL greets with its version, behind a head of five bytes. */
    if (c->facts->protocol && strcmp(c->facts->protocol, "it speaks MySQL") == 0)
        line = slice_from(line, 5);
    line = slice_first(line, slice_find(line, '\n'));
    line = slice_first(line, slice_find(line, '\r'));
    line = slice_first(line, FIRST_LINE_SHOWN);
    /* A NUL would end it for printf. */
    line = slice_first(line, slice_find(line, '\0'));
    if (line.len > 0 && line.ptr[0] >= ' ' && line.ptr[0] <= '~')
        block_row(c->block, "evidence", "it answered: %.*s", (int)line.len, line.ptr);
    else
        cause_show_bytes(c, "it answered in bytes that are no text");
}

static void fix_plain_proxy(struct connection_case *c, const char *note)
{
    char *proxy = mem_printf("http://%s", place_of(c)->proxy);
    block_other_proxy(c->block, note, proxy);
    mem_free(proxy);
}

void cause_fix_probe(struct connection_case *c)
{
    if (place_of(c)->proxy)
        fix_plain_proxy(c, "if that proxy speaks plain HTTP:");
    else
        block_command(c->block, "which change would help:", "--tls-probe", place_of(c)->url);
}

/* The user's own options first: without them, either it works, or what is said then is no longer about them. */
static void fix_offer(struct connection_case *c)
{
    if (*c->facts->options)
        cause_fix_options(c);
    else
        cause_fix_probe(c);
}

/* "https://host" as "http://host", and the reverse. */
static char *with_scheme(const char *scheme, const char *url)
{
    const char *rest = strstr(url, "://");
    return mem_printf("%s%s", scheme, rest ? rest : url);
}

/* The causes. */

static void explain_not_tls(struct connection_case *c)
{
    bool is_http = slice_starts_with(c->facts->first, SLICE("HTTP/"));
    if (is_http)
        block_say(c->block, "cause", "It answered in plain HTTP: no TLS is spoken on this port.");
    else
        block_say(c->block, "cause", "What came back is no TLS: %s.", c->facts->protocol);
    show_answer(c);
    if (is_http && place_of(c)->proxy) {
        fix_plain_proxy(c, "");
    } else if (is_http) {
        char *url = with_scheme("http", place_of(c)->url);
        block_command(c->block, "", "", url);
        mem_free(url);
    } else {
        block_say(c->block, "fix", "ask the port where https is served, usually 443");
    }
}

static void explain_plain_in_tls(struct connection_case *c)
{
    block_say(c->block, "cause",
              "TLS stood, and then %s came inside of it: the server, or a box on the way, wrote to the socket past the "
              "encryption.",
              slice_starts_with(c->facts->first, SLICE("HTTP/")) ? "plain HTTP" : "bytes that are no TLS");
    show_answer(c);
    cause_show_moment(c, "it happened");
    block_say(c->block, "fix", "server: whatever answers there must write through TLS, error pages too");
    block_command(c->block, "all messages up to there:", "-vv", place_of(c)->url);
}

static void explain_old_tls(struct connection_case *c)
{
    const struct tls_breakdown *f = c->facts;
    char answered[NAME_SIZE];
    if (f->answered_version > 0)
        block_say(c->block, "cause", "The server chose TLS %s, which was not offered.",
                  name_of_version(answered, (uint16_t)f->answered_version));
    else
        block_say(c->block, "cause",
                  "The server refused every version that was offered: it knows only older ones, or is made to refuse.");
    cause_show_alert(c);
    cause_show_offer(c);
    block_say(c->block, "fix", "server: switch TLS 1.2 and 1.3 on; TLS 1.0 and 1.1 are deprecated (RFC 8996)");
    if (place_of(c)->proxy)
        return;
    /* The highest that it may know; SSL 3 nobody speaks any more. */
    if (f->answered_version < 0 || f->answered_version >= 0x0301)
        block_command(c->block, "if what you fetch needs no protection:",
                      f->answered_version == 0x0302 ? "--tlsv1.1" : "--tlsv1.0", place_of(c)->url);
}

static void explain_no_name(struct connection_case *c)
{
    if (!c->facts->is_name_chosen) {
        block_say(c->block, "cause", "The server wants a name, and none was sent, since the URL has an address.");
        cause_show_alert(c);
        block_say(c->block, "fix", "ask by the name of the host: https://NAME/");
        return;
    }
    block_say(c->block, "cause", "The server wants a name, and none was sent, as --sni none has it.");
    cause_show_alert(c);
    block_command_without(c->block, "with the name:", "", "sni");
}

static void explain_unknown_name(struct connection_case *c)
{
    const struct tls_breakdown *f = c->facts;
    if (f->server_name.len == 0) {
        explain_no_name(c);
        return;
    }
    block_say(c->block, "cause", "The server has no host called %.*s (the name that was sent in SNI).",
              (int)f->server_name.len, f->server_name.ptr);
    cause_show_alert(c);
    block_say(c->block, "fix", "check the name%s; server: add it (nginx: server_name, apache: ServerName)",
              f->is_name_chosen ? " behind --sni" : "");
    if (f->is_name_chosen)
        return;
    block_command(c->block, "whether it knows one beside it:", "--tls-probe", place_of(c)->url);
    block_command(c->block, "if it knows another:", "--sni NAME", place_of(c)->url);
}

static void explain_handshake_refused(struct connection_case *c)
{
    block_say(c->block, "cause", "The server accepts nothing of what was offered%s.",
              c->facts->answered_version > 0 ? "" : ", and said so before it sent a certificate");
    cause_show_alert(c);
    cause_show_offer(c);
    if (*c->facts->options)
        block_say(
            c->block, "evidence",
            "likely: 1 it wants what is left out by %s, 2 it knows only old ciphers, 3 only an old TLS, 4 another "
            "server name",
            c->facts->options);
    else
        block_say(c->block, "evidence",
                  "likely: 1 it knows only old ciphers, 2 only an old TLS, 3 another server name, 4 rare groups "
                  "or weak signatures");
    fix_offer(c);
}

static void explain_alert(struct connection_case *c)
{
    block_say(c->block, "cause", "The server ended the %s by an alert of its own.",
              c->facts->is_established ? "connection" : "handshake");
    cause_show_alert(c);
    if (!c->facts->is_established)
        cause_show_offer(c);
    if (name_is_of_alert((uint8_t)c->facts->alert))
        block_row(c->block, "fix", "what this alert means: peel --explain %d", c->facts->alert);
    else
        block_say(c->block, "fix",
                  "No standard knows this alert (registry: TLS Alerts); the server's log may tell what it means.");
    /* Before any answer it can only be the ClientHello that it does not like. */
    if (!c->facts->is_established && c->facts->answered_version < 0)
        fix_offer(c);
}

static void (*const explanations[CAUSE_COUNT])(struct connection_case *) = {
    [CAUSE_NOT_TLS] = explain_not_tls,
    [CAUSE_NOTHING_TO_OFFER] = cause_explain_nothing_to_offer,
    [CAUSE_OLD_TLS] = explain_old_tls,
    [CAUSE_VERSION_RANGE] = cause_explain_version_range,
    [CAUSE_CLIENT_CERT_WANTED] = cause_explain_client_cert_wanted,
    [CAUSE_CLIENT_CERT_REFUSED] = cause_explain_client_cert_refused,
    [CAUSE_UNKNOWN_NAME] = explain_unknown_name,
    [CAUSE_HANDSHAKE_REFUSED] = explain_handshake_refused,
    [CAUSE_ALERT] = explain_alert,
    [CAUSE_CLOSED_IN_HANDSHAKE] = cause_explain_closed,
    [CAUSE_RESET_IN_HANDSHAKE] = cause_explain_reset,
    [CAUSE_SILENT_IN_HANDSHAKE] = cause_explain_silent,
    [CAUSE_LEGACY_RENEGOTIATION] = cause_explain_legacy_renegotiation,
    [CAUSE_WEAK_KEY_EXCHANGE] = cause_explain_weak_key_exchange,
    [CAUSE_WEAK_SIGNATURE] = cause_explain_weak_signature,
    [CAUSE_ALPN_REFUSED] = cause_explain_alpn_refused,
    [CAUSE_WRONG_ALPN] = cause_explain_wrong_alpn,
    [CAUSE_WRONG_CIPHER] = cause_explain_wrong_cipher,
    [CAUSE_WRONG_PIN] = cause_explain_wrong_pin,
    [CAUSE_REVOKED] = cause_explain_stapled_revocation,
    [CAUSE_BAD_STAPLE] = cause_explain_bad_staple,
    [CAUSE_PLAIN_IN_TLS] = explain_plain_in_tls,
    [CAUSE_NO_CLOSE_NOTIFY] = cause_explain_no_close_notify,
};

/* What ended the handshake, or in TLS 1.3 belongs to it and came behind it. */
static bool is_of_handshake(const struct tls_breakdown *breakdown)
{
    return !breakdown->is_established || breakdown->cause == CAUSE_CLIENT_CERT_WANTED ||
           breakdown->cause == CAUSE_CLIENT_CERT_REFUSED;
}

void cause_append_connection(struct buf *out, const struct block_place *place, const struct tls_breakdown *breakdown)
{
    struct block block = {.out = out, .place = place};
    struct connection_case c = {&block, breakdown};
    /* After the handshake the error's own words say more: how much had come. */
    if (breakdown->cause != CAUSE_NONE && breakdown->cause <= CAUSE_BAD_CERTIFICATE)
        block_head(&block, breakdown->code, "certificate of %s: %s", breakdown->where, cause_title(breakdown->cause));
    else if (is_of_handshake(breakdown) && breakdown->alert >= 0)
        block_head(&block, breakdown->code, "%s %s: alert %d %s", breakdown->where, cause_title(breakdown->cause),
                   breakdown->alert, name_of_alert((uint8_t)breakdown->alert));
    else if (is_of_handshake(breakdown))
        block_head(&block, breakdown->code, "%s %s", breakdown->where, cause_title(breakdown->cause));
    (explanations[breakdown->cause] ? explanations[breakdown->cause] : cause_explain_broken_rules)(&c);
    block_more(&block, breakdown->cause);
}

void cause_append_tls_on_http(struct buf *out, const struct block_place *place, int code)
{
    struct block block = {.out = out, .place = place};
    char *url = with_scheme("https", place->url);
    block_head(&block, code, "%s:%u %s", place->host, (unsigned)place->port, cause_title(CAUSE_TLS_ON_HTTP));
    block_say(&block, "cause", "The answer is a TLS record: this port serves https, and the URL says http.");
    block_command(&block, "", "", url);
    block_more(&block, CAUSE_TLS_ON_HTTP);
    mem_free(url);
}
